"""Why a step was not taken, in words that say who was faster or whose turn it is."""

from __future__ import annotations

from accounts.roles import Role
from core import clock
from workflow.acts import taken
from workflow.cases import Case
from workflow.steps import Step


def who_was_faster(case: Case) -> str:
    last = case.ledger.select_related("user__person", "organization").order_by("-sequence").first()
    now_at = f"本件现为“{case.state_label}”。"
    if last is None:
        return f"页面内容已过时，没有办理。{now_at}请刷新后再办。"
    who = f"{last.organization.label if last.organization else ''}{last.user or Role(last.role).label}"
    when = clock.local(last.at).strftime("%m-%d %H:%M")
    label = taken(case, last.step).label
    return f"没有办理：{who} 已于 {when} 办理“{label}”，{now_at}您填写的内容还在，请刷新核对后再办。"


def whose_turn(case: Case, spec: Step) -> str:
    roles = "、".join(str(role.label) for role in spec.by) or "系统"
    return f"“{spec.label}”由{roles}办理，您不能代办。"
