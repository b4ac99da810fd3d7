"""Puts `request.user` and `request.actor` on every request, and asks officials for their second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoAuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.actors import VISITOR, Actor
from accounts.models import User
from accounts.roles import Role

MEMBERSHIP_KEY = "membership"
SECOND_FACTOR_KEY = "second_factor"


def user_of(request: HttpRequest) -> User | AnonymousUser:
    """The signed-in login, unless its session has been idle too long or has lasted its time."""
    user = auth.get_user(request)
    if user.is_authenticated:
        if sessions.is_over(request, user):
            request.user = user  # or signing out would ask again who it is
            auth.logout(request)
            messages.info(request, _("您有一段时间没有操作，已自动退出，请重新登录。"))
            return AnonymousUser()
        sessions.note(request)
    return user


def login_of(request: HttpRequest) -> User:
    """The login of a request behind `login_required` or the admin's door, where nobody is anonymous."""
    return cast("User", request.user)


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request; `VISITOR` for who is not signed in or holds no appointment today.

    Appointments are read on every request, never remembered: who is moved or leaves loses the right at once.
    """
    user = request.user
    if not user.is_authenticated:
        return VISITOR
    held = user.appointments
    request.memberships = held  # type: ignore[attr-defined]  # the shells offer the others to switch to
    if not held:
        return Actor(Role.VISITOR, user=user, roles=frozenset({Role.VISITOR}))
    chosen = request.session.get(MEMBERSHIP_KEY)
    current = next((m for m in held if m.pk == chosen), held[0])
    same_body = {Role(m.role) for m in held if m.organization_id == current.organization_id}
    return Actor.of(current, frozenset(same_body))


class AuthenticationMiddleware(DjangoAuthenticationMiddleware):
    """Knows who asks only when somebody wants to know, and keeps pages made for a person out of caches."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = cast("User", SimpleLazyObject(lambda: user_of(request)))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.session.accessed and auth.SESSION_KEY in request.session:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads officials and administrators without a second factor to where they set one up, admin included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.MFA_REQUIRED_FOR_OFFICIALS and self._lacks_factor(request) and not self._is_open(request):
            messages.warning(request, _("您的岗位须用第二因素登录，请先设置动态验证码。"))
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    def _is_open(self, request: HttpRequest) -> bool:
        """The account's own pages, or nobody could ever set one up."""
        return request.path.startswith(
            (reverse("account_profile"), reverse("mfa_index"))
        ) or request.path in (
            reverse("account_logout"),
            reverse("account_reauthenticate"),
        )

    def _lacks_factor(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_authenticated or not user.answers_for_others:
            return False
        if request.session.get(SECOND_FACTOR_KEY):
            return False
        signed_in_by = {record["method"] for record in get_authentication_records(request, user)}
        if "mfa" not in signed_in_by and not is_mfa_enabled(user):
            return True
        request.session[SECOND_FACTOR_KEY] = (
            True  # saves asking again; whoever takes a factor away ends sessions
        )
        return False
