"""The account's own pages that allauth does not have: what one is appointed to, acting in another
capacity, and the way from an administrator's link to one's password."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import sessions
from accounts.forms import HandOverForm, IdentityForm
from accounts.hand_over import handed_over
from accounts.limits import HAND_OVERS, limited
from accounts.middleware import MEMBERSHIP_KEY, login_of
from accounts.people import password_link


@require_safe
@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    return render(request, "account/profile.html", {"appointments": login_of(request).appointments})


@require_POST
@login_required
def identity(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own capacities from now on; nothing is merged between them."""
    form = IdentityForm(login_of(request), request.POST)
    if not form.is_valid():
        raise Http404
    sessions.change_identity(request, MEMBERSHIP_KEY, form.cleaned_data["membership"])
    onward = form.cleaned_data["next"]
    is_own = onward.startswith("/") and get_adapter().is_safe_url(onward)
    return redirect(onward if is_own else settings.LOGIN_REDIRECT_URL)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited(HAND_OVERS, "POST")
def hand_over(request: HttpRequest, number: int, token: str) -> HttpResponse:
    """Where the link of an administrator leads: with the code of the other, on to setting the password."""
    asked = handed_over(number, token)
    if asked is None:
        return render(request, "account/hand_over.html", {"form": None})
    form = HandOverForm(asked, request.POST or None)
    if form.is_valid():
        return redirect(password_link(asked.user))
    return render(request, "account/hand_over.html", {"form": form})
