"""The list of what awaits a second administrator, and the buttons of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts import confirmation
from accounts.administration import AUDIT, SECURITY, SYSTEM, allow
from accounts.hand_over import code_of
from accounts.middleware import login_of
from accounts.models import User
from accounts.reading import ReadingAdmin
from accounts.rights import RightsRequest

allow(RightsRequest, view=[SYSTEM, SECURITY, AUDIT])
Outcome = RightsRequest.Outcome


def ask(request: HttpRequest, act: RightsRequest.Act, user: User, **terms: Any) -> None:
    """Ask on behalf of who is signed in, and say what became of it."""
    try:
        asked = confirmation.ask(act, user, by=login_of(request), **terms)
    except ValidationError as refusal:
        messages.error(request, "；".join(refusal.messages))
        return
    _log(request, asked, _("提出申请"))
    messages.success(
        request,
        _("已提出申请，还没有生效：%s。由系统管理员或另一位安全管理员在“权限申请”中确认后生效。") % asked,
    )
    if act == RightsRequest.Act.LINK:
        text = _("%(user)s 的交接码：%(code)s。请告诉本人；链接由确认人交给本人，两样都有才能设置密码。")
        messages.success(request, text % {"user": user.username, "code": code_of(asked)})


def _log(request: HttpRequest, asked: RightsRequest, words: Any) -> None:
    LogEntry.objects.log_actions(login_of(request).pk, [asked], CHANGE, str(words), single_object=True)


class OutcomeFilter(admin.SimpleListFilter):
    """What awaits confirmation, unless something else is chosen."""

    title = _("结果")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, label in Outcome.choices if value != Outcome.PENDING] + [
            ("all", _("全部"))
        ]

    def choices(self, changelist: Any) -> Iterator[Any]:
        shown = super().choices(changelist)
        yield next(shown) | {"display": Outcome.PENDING.label}
        yield from shown

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RightsRequest]
    ) -> QuerySet[RightsRequest] | None:
        asked: Any = queryset
        chosen = self.value() or Outcome.PENDING
        named = {"all": asked.all, Outcome.PENDING: asked.awaited, Outcome.EXPIRED: asked.over}
        return named[chosen]() if chosen in named else asked.filter(outcome=chosen)


@admin.register(RightsRequest)
class RightsRequestAdmin(ReadingAdmin):
    list_display = [
        "act",
        "login",
        "content",
        "requested_by",
        "requested_at",
        "standing",
        "decided_by",
        "decided_at",
    ]
    list_filter = [OutcomeFilter, "act"]
    list_select_related = [
        "user__person", "organization", "membership__organization", "requested_by__person", "decided_by__person",
    ]  # fmt: skip
    search_fields = ["user__username", "user__person__name"]
    fields = [
        "act",
        "login",
        "content",
        "requested_by",
        "requested_at",
        "standing",
        "decided_by",
        "decided_at",
    ]
    readonly_fields = [*fields, "code"]
    actions = ["confirm", "refuse", "withdraw"]

    @admin.display(description=_("账号"), ordering="user__username")
    def login(self, asked: RightsRequest) -> str:
        return f"{asked.user.display_name}（{asked.user.username}）"

    def get_object(self, request: HttpRequest, *args: Any) -> RightsRequest | None:
        """Who asked for a link reads its code again; nobody else reads it at all."""
        asked = super().get_object(request, *args)
        if asked is not None and asked.act == RightsRequest.Act.LINK:
            asked.is_mine = asked.requester_id == login_of(request).person_id
        return asked

    def get_fields(self, request: HttpRequest, obj: RightsRequest | None = None) -> Any:
        return [*self.fields, "code"] if getattr(obj, "is_mine", False) else self.fields

    @admin.display(description=_("交接码（告诉本人）"))
    def code(self, asked: RightsRequest) -> str:
        return code_of(asked)

    @admin.display(description=_("内容"))
    def content(self, asked: RightsRequest) -> str:
        return asked.terms or "—"

    @admin.display(description=_("结果"), ordering="outcome")
    def standing(self, asked: RightsRequest) -> Any:
        return Outcome.EXPIRED.label if asked.is_over else asked.get_outcome_display()

    @method_decorator(
        reauthentication_required(enabled=lambda request: request.POST.get("action") == "confirm")
    )
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Who confirms has shown within the last minutes that it is they, by password or by code."""
        return super().changelist_view(request, extra_context)

    def has_confirm_permission(self, request: HttpRequest) -> bool:
        return login_of(request).administers_as in confirmation.CONFIRMERS

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return login_of(request).administers_as == SECURITY

    @admin.action(description=_("确认，立即生效"), permissions=["confirm"])
    def confirm(self, request: HttpRequest, chosen: QuerySet[RightsRequest]) -> None:
        self._settle(request, chosen, confirmation.confirm, _("已确认"))

    @admin.action(description=_("不同意"), permissions=["confirm"])
    def refuse(self, request: HttpRequest, chosen: QuerySet[RightsRequest]) -> None:
        self._settle(request, chosen, confirmation.refuse, _("不同意"))

    @admin.action(description=_("撤回自己的申请"), permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, chosen: QuerySet[RightsRequest]) -> None:
        self._settle(request, chosen, confirmation.withdraw, _("已撤回"))

    def _settle(
        self,
        request: HttpRequest,
        chosen: QuerySet[RightsRequest],
        settle: Callable[..., str | None],
        words: Any,
    ) -> None:
        for asked in chosen:
            try:
                link = settle(asked, by=login_of(request))
            except ValidationError as refusal:
                messages.error(request, f"{asked}：{'；'.join(refusal.messages)}")
                continue
            _log(request, asked, words)
            messages.success(request, f"{words}：{asked}。")
            if link:
                text = _(
                    "%(user)s 的设置密码链接：%(link)s。请交给本人，三天内有效，只能用一次；"
                    "打开后要输入交接码，交接码由申请人告诉本人。"
                )
                messages.success(
                    request, text % {"user": asked.user.username, "link": settings.PUBLIC_ORIGIN + link}
                )
