"""Cases as the audit administrator reads them, with their ledger; what waits to leave, as the system
administrator watches it. No administrator decides or changes a case."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.administration import AUDIT, SYSTEM, allow
from accounts.middleware import login_of
from accounts.reading import ReadingAdmin, ReadingInline, column
from accounts.roles import Role
from workflow.acts import taken
from workflow.jobs import Job
from workflow.messages.models import Copy
from workflow.models import Assignment, Case, CaseParty, Checkpoint, Deadline, LedgerEntry, OutboxMessage
from workflow.outbox import revive
from workflow.steps import PROCEDURES

for model in (Case, CaseParty, Deadline, Assignment, LedgerEntry, Checkpoint):
    allow(model, view=[AUDIT])
allow(OutboxMessage, view=[SYSTEM, AUDIT])
allow(Copy, view=[SYSTEM, AUDIT])
allow(Job, view=[SYSTEM, AUDIT])

SIZE = column("size", _("封存条数"))
SEALED_AT = column("sealed_at", _("封存时间"))
CHAIN_HASH = column("chain_hash", _("总账摘要"))
DUE_AT = column("due_at", _("下次办理"))


def procedure_name(kind: str) -> str:
    return str(PROCEDURES[kind]._meta.verbose_name) if kind in PROCEDURES else kind


def state_name(kind: str, state: str) -> str:
    return str(PROCEDURES[kind].State(state).label) if state and kind in PROCEDURES else "—"


class KindFilter(admin.SimpleListFilter):
    title = _("事项")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, procedure_name(kind)) for kind in PROCEDURES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class StateFilter(admin.SimpleListFilter):
    """States belong to a procedure: offered once one is chosen."""

    title = _("状态")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        procedure = PROCEDURES.get(request.GET.get("kind", ""))
        return list(procedure.State.choices) if procedure else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        return queryset.filter(state=self.value()) if self.value() else queryset


class OverdueFilter(admin.SimpleListFilter):
    title = _("期限")
    parameter_name = "overdue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("已超期"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        return queryset.filter(is_overdue=True) if self.value() else queryset


class InWords:
    """An entry in words instead of codes."""

    @admin.display(description=_("步骤"))
    def act(self, entry: LedgerEntry) -> str:
        procedure = PROCEDURES.get(entry.case.kind)
        return taken(entry.case, entry.step).label if procedure else entry.step

    @admin.display(description=_("状态变化"))
    def moved(self, entry: LedgerEntry) -> str:
        before, after = (state_name(entry.case.kind, state) for state in (entry.from_state, entry.to_state))
        return after if before in ("—", after) else f"{before} → {after}"

    @admin.display(description=_("办理人"))
    def who(self, entry: LedgerEntry) -> str:
        words = [entry.organization.label if entry.organization else "", str(entry.user or "")]
        return " ".join(word for word in words if word) or str(Role(entry.role).label)


class LedgerInline(InWords, ReadingInline):
    model = LedgerEntry
    fields = ["sequence", "at", "act", "moved", "who", "hash"]
    readonly_fields = fields
    verbose_name_plural = _("台账")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        return super().get_queryset(request).select_related("case", "user__person", "organization")


class PartyInline(ReadingInline):
    model = CaseParty
    fields = readonly_fields = ["relation", column("organization", _("单位"))]


class DeadlineInline(ReadingInline):
    model = Deadline
    fields = readonly_fields = [column("label", _("时限")), "clause", "starts_on", "due_on", "status"]


class AssignmentInline(ReadingInline):
    model = Assignment
    fields = readonly_fields = [
        column("at", _("时间")),
        column("assigned_to", _("转给")),
        column("assigned_by", _("经办")),
        "reason",
    ]


@admin.register(Case)
class CaseAdmin(ReadingAdmin):
    list_display = [
        "reference",
        "procedure_name",
        "title",
        "state_name",
        "holder_organization",
        "due_at",
        "moved_at",
    ]
    list_filter = [KindFilter, StateFilter, OverdueFilter]
    list_select_related = ["holder_organization"]
    search_fields = ["^reference", "applicant__name", "title"]
    ordering = ["-id"]
    fields = [
        "reference",
        "procedure_name",
        "title",
        "state_name",
        "applicant",
        column("region", _("所属地区")),
        "holder_organization",
        "role_name",
        column("claimed_by", _("承办人")),
        "rules_on",
        "due_at",
        column("is_overdue", _("已超期"), boolean=True),
        "opened_at",
        "moved_at",
        "closed_at",
        column("version", _("已办步数")),
        column("ledger_head", _("台账头摘要")),
    ]
    readonly_fields = fields
    inlines = [LedgerInline, PartyInline, DeadlineInline, AssignmentInline]

    @admin.display(description=_("事项"), ordering="kind")
    def procedure_name(self, case: Case) -> str:
        return procedure_name(case.kind)

    @admin.display(description=_("状态"))
    def state_name(self, case: Case) -> str:
        return state_name(case.kind, case.state)

    @admin.display(description=_("承办角色"))
    def role_name(self, case: Case) -> str:
        return str(Role(case.holder_role).label) if case.holder_role else "—"


@admin.register(LedgerEntry)
class LedgerEntryAdmin(InWords, ReadingAdmin):
    list_display = ["at", "reference", "sequence", "act", "moved", "who"]
    list_select_related = ["case", "user__person", "organization"]
    search_fields = ["^case__reference", "=hash"]
    ordering = ["-id"]
    fields = [
        "reference",
        "sequence",
        "at",
        "act",
        "moved",
        "who",
        column("prev_hash", _("上一条摘要")),
        "hash",
        column("body", _("记录原文")),
    ]
    readonly_fields = fields

    @admin.display(description=_("受理编号"))
    def reference(self, entry: LedgerEntry) -> str:
        return entry.case.reference


@admin.register(Checkpoint)
class CheckpointAdmin(ReadingAdmin):
    list_display = [SIZE, SEALED_AT, CHAIN_HASH]
    ordering = ["-size"]
    fields = readonly_fields = [SIZE, SEALED_AT, CHAIN_HASH]


class FateFilter(admin.SimpleListFilter):
    title = _("情况")
    parameter_name = "fate"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("待发")), ("dead", _("停止重试")), ("done", _("已完成"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
        fates = {
            "waiting": queryset.filter(done_at=None, dead_at=None),
            "dead": queryset.exclude(dead_at=None),
            "done": queryset.exclude(done_at=None),
        }
        return fates.get(self.value() or "", queryset)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadingAdmin):
    list_display = [
        column("id", _("序号")),
        "topic",
        "case_reference",
        DUE_AT,
        "attempts",
        "fate",
        "last_error",
    ]
    list_filter = [FateFilter, "topic"]
    list_select_related = ["case"]
    search_fields = ["^case__reference", "=key"]
    ordering = ["-id"]
    fields = [
        "topic", column("key", _("唯一键")), "case_reference", column("payload", _("内容")), column("created_at", _("登记时间")), DUE_AT, "attempts", column("leased_until", _("占用至")), "done_at",
        "dead_at", "last_error",
    ]  # fmt: skip
    readonly_fields = fields
    actions = ["retry"]

    @admin.display(description=_("受理编号"))
    def case_reference(self, message: OutboxMessage) -> str:
        return message.case.reference if message.case else "—"

    @admin.display(description=_("情况"))
    def fate(self, message: OutboxMessage) -> Any:
        if message.done_at:
            return _("已完成")
        return _("停止重试") if message.dead_at else _("待发")

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return login_of(request).administers_as == SYSTEM

    @admin.action(description=_("重试"), permissions=["retry"])
    def retry(self, request: HttpRequest, chosen: QuerySet[OutboxMessage]) -> None:
        for message in revive(chosen):
            self.log_change(request, message, "重试")
            messages.success(request, _("已重新排队：%s。") % message.key)


@admin.register(Copy)
class CopyAdmin(ReadingAdmin):
    """What went out, to whom and how it fared; the text is its reader's."""

    list_display = [
        column("id", _("序号")),
        "kind",
        "reader",
        "channel",
        "status",
        column("attempts", _("发送次数")),
        column("settled_at", _("办结时间")),
        column("error", _("最近错误")),
    ]
    list_filter = ["status", "channel", "message__kind"]
    list_select_related = ["message__user__person"]
    ordering = ["-id"]
    fields = readonly_fields = [
        "kind", "reader", "channel", "status", column("attempts", _("发送次数")), column("due_at", _("下次发送")),
        column("settled_at", _("办结时间")), column("error", _("最近错误")),
    ]  # fmt: skip

    @admin.display(description=_("种类"))
    def kind(self, copy: Copy) -> str:
        return copy.message.get_kind_display()

    @admin.display(description=_("收件人"))
    def reader(self, copy: Copy) -> str:
        return str(copy.message.user)


@admin.register(Job)
class JobAdmin(ReadingAdmin):
    list_display = fields = readonly_fields = ["task", "succeeded_at", "failed_at", "error"]
    ordering = ["task"]
