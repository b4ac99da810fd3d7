"""How allauth behaves here: nobody signs up, and signing in leads nowhere but into the portal."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts import sessions
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("账号或密码不对。连续 5 次不对，这个账号在本机 15 分钟内不能登录。"),
        "too_many_login_attempts": _("尝试次数太多，请 15 分钟后再登录。"),
        "incorrect_password": _("当前密码不对。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are appointed: officials by the security administrator, handlers by their enterprise."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of our own; allauth would also follow an absolute address on an allowed host."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Officials are signed in at one place at a time; demo logins are shared, so there they are not."""
        response = super().post_login(request, user, **kwargs)
        reauthenticate_by_password(request)  # who has just signed in is not asked for the password again
        if user.answers_for_others and not settings.DEMO:
            sessions.end_others(request, user)
        return response
