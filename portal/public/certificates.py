"""The certificate itself, as a file and as a picture, for as long as the title holds."""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.limits import LOOK_UPS, limited
from accreditation.standing import standing_of
from core import clock
from documents.models import Notice
from documents.notices import drawing
from documents.notices.render import picture
from portal.public import directory
from publicity import papers

WIDTH = 760
PICTURE_LIVES = 30 * 24 * 3600


def standing_certificate(number: str) -> Notice:
    """The certificate of a title that holds. One that has ended is not shown around any more."""
    title = directory.title_of(number)
    if title is not None and standing_of(title, clock.today()).holds:
        notice = directory.certificate_of(title)
        if notice is not None and notice.status in (Notice.Status.DRAFT, Notice.Status.ACTIVE):
            return notice
    raise Http404("没有这张证书，或者证书已经失效。")


@require_safe
@limited(LOOK_UPS)
@cache_control(max_age=60, public=True)
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    return papers.as_response(standing_certificate(number))


@require_safe
@cache_control(max_age=60, public=True)
def front_page(request: HttpRequest, number: str) -> HttpResponse:
    """The first page as a picture, drawn once for each certificate."""
    notice = standing_certificate(number)
    file = drawing.pdf_of(notice)
    key = f"certificate-picture:{notice.pdf_sha256}:{WIDTH}"
    drawn = cache.get(key)
    if drawn is None:
        drawn = picture(file, width=WIDTH)
        cache.set(key, drawn, PICTURE_LIVES)
    return HttpResponse(drawn, content_type="image/png")
