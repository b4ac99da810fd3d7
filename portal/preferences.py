"""Choices of a reader that hold for their browser only."""

from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.context import BIG_TEXT_COOKIE

YEAR = 365 * 24 * 3600


@require_POST
def big_text(request):
    """Switch the large type on or off, and go back to the page it was asked from."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
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
