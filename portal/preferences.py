"""Choices of a reader that hold for their browser only."""

from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal.context import BIG_TEXT_COOKIE
from workflow.views import local_path

YEAR = 365 * 24 * 3600


@require_POST
def big_text(request):
    """Switch the large type on or off, and go back to the page it was asked from."""
    response = redirect(local_path(request, request.POST.get("next", "")) or "/")
    turned_on = request.COOKIES.get(BIG_TEXT_COOKIE) != "1"
    # Read by the script that switches at once, so it is not HttpOnly; it says nothing about anybody.
    response.set_cookie(
        BIG_TEXT_COOKIE,
        "1" if turned_on else "0",
        max_age=YEAR,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response
