"""The account's own pages that allauth does not have: what one is appointed to, and acting in another capacity."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import sessions
from accounts.forms import IdentityForm
from accounts.middleware import MEMBERSHIP_KEY, login_of


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
