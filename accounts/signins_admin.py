"""Who got in and who did not, for the security and the audit administrator."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.administration import AUDIT, SECURITY, allow
from accounts.reading import ReadingAdmin
from accounts.signins import FailedSignIn, SignIn, SignInFailure

allow(SignIn, view=[SECURITY, AUDIT])
allow(SignInFailure, view=[SECURITY, AUDIT])
allow(FailedSignIn, view=[SECURITY, AUDIT], delete=[SECURITY])


@admin.register(SignIn)
class SignInAdmin(ReadingAdmin):
    list_display = ["at", "login", "address", "left_at"]
    search_fields = ["=username", "=ip_address"]
    ordering = ["-attempt_time"]
    fields = ["at", "login", "address", "device", "left_at"]
    readonly_fields = fields

    @admin.display(description=_("登录时间"), ordering="attempt_time")
    def at(self, signin: SignIn) -> Any:
        return signin.attempt_time

    @admin.display(description=_("账号"), ordering="username")
    def login(self, signin: SignIn) -> str | None:
        return signin.username

    @admin.display(description=_("地址"))
    def address(self, signin: SignIn) -> str | None:
        return signin.ip_address or "—"

    @admin.display(description=_("设备"))
    def device(self, signin: SignIn) -> str:
        return signin.user_agent

    @admin.display(description=_("退出时间"))
    def left_at(self, signin: SignIn) -> Any:
        return signin.logout_time or "—"


@admin.register(SignInFailure)
class SignInFailureAdmin(ReadingAdmin):
    list_display = ["at", "login", "wrong", "address", "device"]
    search_fields = ["=username", "=ip_address"]
    ordering = ["-attempt_time"]
    fields = list_display
    readonly_fields = fields

    @admin.display(description=_("时间"), ordering="attempt_time")
    def at(self, failure: SignInFailure) -> Any:
        return failure.attempt_time

    @admin.display(description=_("不对的是"))
    def wrong(self, failure: SignInFailure) -> Any:
        asked_for_code = (failure.path_info or "").startswith(reverse("mfa_index"))
        return _("动态验证码") if asked_for_code else _("密码")

    @admin.display(description=_("账号"), ordering="username")
    def login(self, failure: SignInFailure) -> str | None:
        return failure.username

    @admin.display(description=_("地址"))
    def address(self, failure: SignInFailure) -> str | None:
        return failure.ip_address or "—"

    @admin.display(description=_("设备"))
    def device(self, failure: SignInFailure) -> str:
        return failure.user_agent


@admin.register(FailedSignIn)
class FailedSignInAdmin(admin.ModelAdmin):
    """Deleting one unlocks the account on that address."""

    list_display = ["at", "login", "address", "failures", "locked"]
    search_fields = ["=username", "=ip_address"]
    ordering = ["-attempt_time"]
    fields = ["at", "login", "address", "failures", "device"]
    readonly_fields = fields

    @admin.display(description=_("最近一次"), ordering="attempt_time")
    def at(self, attempt: FailedSignIn) -> Any:
        return attempt.attempt_time

    @admin.display(description=_("账号"), ordering="username")
    def login(self, attempt: FailedSignIn) -> str | None:
        return attempt.username

    @admin.display(description=_("地址"))
    def address(self, attempt: FailedSignIn) -> str | None:
        return attempt.ip_address or "—"

    @admin.display(description=_("失败次数"), ordering="failures_since_start")
    def failures(self, attempt: FailedSignIn) -> int:
        return attempt.failures_since_start

    @admin.display(description=_("已锁定"), boolean=True)
    def locked(self, attempt: FailedSignIn) -> bool:
        return attempt.failures_since_start >= settings.AXES_FAILURE_LIMIT

    @admin.display(description=_("设备"))
    def device(self, attempt: FailedSignIn) -> str:
        return attempt.user_agent
