"""The papers of a case as PDF, for its parties at the desk."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from documents.notices.models import Notice
from documents.notices.render import RenderingFailed
from documents.notices.service import pdf_of
from portal.desk.cases import case_of
from workflow.errors import Refused
from workflow.views import for_officials


class NotDrawn(Refused):
    """The paper exists and is numbered; its picture does not yet."""

    status = 422


@require_safe
@never_cache
@for_officials
def notice_pdf(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = case_of(request.actor, reference)  # type: ignore[attr-defined]
    notice = Notice.objects.of(case.pk).filter(pk=pk).select_related("case").first()
    if notice is None:
        raise Http404("没有这份文书，或您无权查看。")
    try:
        pdf = pdf_of(notice)
    except RenderingFailed:
        raise NotDrawn(f"文书 {notice.number} 已经发出，版式文件还没有生成。请一分钟后再打开。") from None
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, notice.file_name) or "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
