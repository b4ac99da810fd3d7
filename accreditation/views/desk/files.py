"""Files of a case for its offices: pages as pictures, the original as a download. Personal data leaves a trace."""

from __future__ import annotations

from io import BytesIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from PIL import Image

from documents.attachments.access import attachment_for
from documents.attachments.models import Attachment
from documents.attachments.serving import serve, serve_page
from workflow.access import cases_visible_to
from workflow.views import for_officials

WIDEST = 1800
TURN = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def _file_of(request: HttpRequest, reference: str, key: str) -> Attachment:
    """The file, if it belongs to this case and the case to the reader. Raises `Http404`."""
    actor = request.actor  # type: ignore[attr-defined]
    case = get_object_or_404(cases_visible_to(actor), reference=reference)
    file = attachment_for(actor, key)
    return get_object_or_404(Attachment, pk=file.pk, case_id=case.pk)


@require_safe
@never_cache
@for_officials
def page_picture(request: HttpRequest, reference: str, key: str, page: int) -> HttpResponse:
    """One page as a picture, turned if asked. Who looks at personal data is written down first."""
    file = _file_of(request, reference, key)
    width = request.GET.get("width", "")
    answer = serve_page(
        file,
        page,
        viewer=request.actor.user,  # type: ignore[attr-defined]
        width=min(int(width), WIDEST) if width.isascii() and width.isdigit() and len(width) < 5 else 1100,
        reason=_("审核 %(reference)s，在线查看第 %(page)s 页") % {"reference": reference, "page": page},
    )
    turn = request.GET.get("turn", "")
    if turn in map(str, TURN):
        answer.content = _turned(answer.content, int(turn))
    return answer


def _turned(picture: bytes, degrees: int) -> bytes:
    told = BytesIO()
    Image.open(BytesIO(picture), formats=["PNG"]).transpose(TURN[degrees]).save(told, "PNG", compress_level=4)
    return told.getvalue()


@require_safe
@never_cache
@for_officials
def original(request: HttpRequest, reference: str, key: str) -> HttpResponseBase:
    """The file as it was handed in."""
    file = _file_of(request, reference, key)
    reason = _("审核 %(reference)s，下载原文件") % {"reference": reference}
    return serve(file, viewer=request.actor.user, reason=reason)  # type: ignore[attr-defined]
