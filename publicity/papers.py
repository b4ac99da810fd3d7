"""An official paper, handed to whoever may read it, to look at in the browser."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from documents.models import Notice
from documents.notices import drawing


def as_response(notice: Notice) -> HttpResponse:
    """The PDF, drawn now if the outbox has not come to it yet."""
    response = HttpResponse(drawing.pdf_of(notice), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, notice.file_name) or "inline"
    return response
