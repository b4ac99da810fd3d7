"""Pages for what went wrong: what happened, what it means, what to do, and the number to ask about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old or came from elsewhere: say so, keep the person where they were."""
    return render(request, "portal/form_expired.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Too much, too crooked or for another host; what exactly is in the log and nobody else's business."""
    return HttpResponse(render_to_string("400.html", {"request": request}), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our mistake. The page asks the database for nothing, for that may be what failed."""
    return HttpResponse(render_to_string("500.html", {"request": request}), status=500)
