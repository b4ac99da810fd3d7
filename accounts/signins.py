"""The log of sign-ins that axes keeps, under our names: who got in, who did not."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.lockout import client_address


class SignIn(AccessLog):
    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("登录记录")

    def __str__(self) -> str:
        return f"{self.username} 登录"


class FailedSignIn(AccessAttempt):
    """Failures that count towards locking an account; forgotten once it gets in."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("登录失败与锁定")

    def __str__(self) -> str:
        return f"{self.username} 登录失败"


class SignInFailure(AccessFailureLog):
    """Every failure, kept for the audit administrator whatever became of the account."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("登录失败记录")

    def __str__(self) -> str:
        return f"{self.username} 登录失败"


def record_failure(
    credentials: dict[str, Any], request: HttpRequest | None = None, **signal: Any
) -> SignInFailure:
    """Called at each failure, those of a locked account too, which axes does not count and would not log.

    A wrong code of the second factor is one as well; the path tells which it was.
    """
    return SignInFailure.objects.create(
        username=str(credentials.get("username") or "")[:255],
        ip_address=client_address(request) if request else None,
        user_agent=request.headers.get("User-Agent", "")[:255] if request else "",
        path_info=request.path[:255] if request else "",
    )
