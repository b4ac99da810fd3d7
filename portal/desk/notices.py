"""The papers of a case as PDF, for its parties at the desk."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from documents.notices import service
from documents.notices.drawing import pdf_of
from documents.notices.models import Notice
from portal.desk.cases import case_of
from workflow.views import for_officials


@require_safe
@never_cache
@for_officials
def notice_pdf(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = case_of(request.actor, reference)  # type: ignore[attr-defined]
    notice = Notice.objects.of(case.pk).filter(pk=pk).select_related("case").first()
    if notice is None:
        raise Http404("没有这份文书，或您无权查看。")
    answer = HttpResponse(pdf_of(notice), content_type="application/pdf")
    service.read(notice, actor=request.actor, now=clock.now())  # type: ignore[attr-defined]
    answer["Content-Disposition"] = content_disposition_header(False, notice.file_name) or "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
