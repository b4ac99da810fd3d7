"""What the enterprise was told, and the titles it holds."""

from __future__ import annotations

import pypdfium2
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accreditation.standing import standing_of
from accreditation.views.enterprise.common import actor_of, enterprise_page
from accreditation.views.enterprise.dashboard import notices_to, titles_of
from accreditation.views.enterprise.title import surrender_of
from core import clock
from documents.models import Notice
from documents.notices import drawing, service
from documents.notices.render import picture

PER_PAGE = 20
WIDTH = 1000  # of the picture of a page


@require_safe
@enterprise_page
def inbox(request: HttpRequest) -> HttpResponse:
    rows = notices_to(actor_of(request))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    unread = rows.filter(read_at=None).count()
    return render(request, "accreditation/enterprise/inbox.html", {"page": page, "unread": unread})


def notice_of(request: HttpRequest, pk: int) -> Notice:
    found = (
        Notice.objects.filter(addressee=actor_of(request).organization, pk=pk)
        .select_related("organ", "case")
        .first()
    )
    if found is None:
        raise Http404("没有这份文书，或您无权查看。")
    return found


@require_safe
@enterprise_page
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Opening it is reading it: from this day on it counts as served, and the clocks follow (AMB-G20)."""
    found = notice_of(request, pk)
    pdf = drawing.pdf_of(found)  # first: what could not be shown was not read
    moved = service.read(found, actor=actor_of(request), now=clock.now())
    return render(
        request,
        "accreditation/enterprise/notice.html",
        {
            "notice": found,
            "moved": moved,
            "size": len(pdf),
            "pages": range(1, pages_in(pdf) + 1),
            "deadlines": found.context.get("deadlines", {}),
        },
    )


@require_safe
@enterprise_page
def notice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The document itself; having it is having read it."""
    found = notice_of(request, pk)
    response = HttpResponse(drawing.pdf_of(found), content_type="application/pdf")
    service.read(found, actor=actor_of(request), now=clock.now())
    response["Content-Disposition"] = str(
        content_disposition_header("inline" not in request.GET, found.file_name)
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@enterprise_page
def notice_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One page as a picture, for reading on the screen."""
    pdf = drawing.pdf_of(notice_of(request, pk))
    if not 1 <= number <= pages_in(pdf):
        raise Http404("没有这一页。")
    response = HttpResponse(picture(pdf, page=number - 1, width=WIDTH), content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def pages_in(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


@require_safe
@enterprise_page
def certificates(request: HttpRequest) -> HttpResponse:
    day = clock.today()
    rows = [
        {
            "title": title,
            "standing": standing_of(title, day),
            "surrender": surrender_of(title, actor_of(request)),
            "certificate": Notice.objects.filter(subject_id=title.pk, kind="certificate", ended_at=None)
            .order_by("-id")
            .first(),
        }
        for title in titles_of(actor_of(request))
    ]
    return render(request, "accreditation/enterprise/certificates.html", {"rows": rows, "today": day})
