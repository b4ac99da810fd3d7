"""The log of sign-ins that axes keeps, under our names: who got in, who did not."""

from __future__ import annotations

from axes.models import AccessAttempt, AccessLog
from django.utils.translation import gettext_lazy as _


class SignIn(AccessLog):
    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("登录记录")

    def __str__(self) -> str:
        return f"{self.username} 登录"


class FailedSignIn(AccessAttempt):
    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("登录失败与锁定")

    def __str__(self) -> str:
        return f"{self.username} 登录失败"
