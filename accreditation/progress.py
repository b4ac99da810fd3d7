"""What an enterprise wants to know of its case: who has it, until when, and what comes next (design 6.2).

The six legal steps are `accreditation.stages`; here they get the words for their reader.
"""

from __future__ import annotations

from typing import Any

from accounts.actors import Actor
from accounts.roles import Role
from accreditation import selectors
from accreditation.procedures.application import ProviderApplication
from accreditation.stages import LABELS, stage_of, stages
from core import calendar, clock, defaults
from workflow.deadlines import HOLD, Deadline, Pause

State = ProviderApplication.State
WAITS = {
    State.DRAFT: "等您提交",
    State.CORRECTION: "等您补正",
    State.PRIOR_NOTICE: "等您陈述申辩",
    State.CITY_REFUSED: "可申请复查",
}
APPLICANTS = (Role.APPLICANT, Role.LEGAL_REP)


def steps(application: ProviderApplication) -> list[dict[str, str]]:
    """The six steps: what waits for the reader in amber, what is to come with who will do it."""
    waits = application.holder_role in APPLICANTS
    told = stages(application, waits_for_reader=waits)
    to_come = _to_come(application)
    for number, step in enumerate(told):
        if not step["state"]:
            step["note"] = to_come[number]
        elif step["state"] == "wait":
            office = reviewing_office(application)
            step["note"] = WAITS[application.state] + (f"\n办理方：{office}" if office else "")
    return told


def _to_come(application: ProviderApplication) -> list[str]:
    fields = defaults.value("SX_PEER_DEPARTMENTS", application.rules_on)
    days = defaults.value("PUBLICITY_MIN_WORKING_DAYS", application.rules_on)
    years = application.program.facts["validity"]["years"]
    body = application.body(Role.CITY_OFFICER) or application.reviewing_body()
    notes = [
        "",
        body.label if body else "按办事机构所在地确定",
        f"同级{'、'.join(fields[:3])}等部门",
        "省商务厅会同有关部门",
        f"不少于 {days} 个工作日",
        f"称号有效期 {years} 年",
    ]
    assert len(notes) == len(LABELS)  # noqa: S101  the words follow the steps one by one
    return notes


def reviewing_office(application: ProviderApplication) -> str:
    """The body an interrupted case goes back to, by its short name."""
    role = Role.CITY_OFFICER if stage_of(application) < 3 else Role.PROV_OFFICER
    body = application.body(role)
    return body.label if body else ""


def holder_label(application: ProviderApplication) -> str:
    """Who has the case now: the body, and the officer who took it."""
    if application.holder_organization is None:
        return application.state_label if application.is_open else "已办结"
    taken = application.claimed_by
    return f"{application.holder_organization.label}{' ' + taken.display_name if taken else ''}"


def deadline(application: ProviderApplication) -> Deadline | None:
    """The clock that matters to the reader: their own while they hold the case, else the body's."""
    live = list(application.deadlines.filter(status__in=["running", "standing"]).order_by("due_at"))
    against = "party" if application.holder_role in APPLICANTS else "body"
    return next((d for d in live if d.against == against and d.code != "promise"), None)


def body_clock(application: ProviderApplication) -> dict[str, Any] | None:
    """The running office clock: its length, what is used of it and what is left, paused days left out."""
    found = (
        application.deadlines.filter(status__in=["running", "standing"], against="body")
        .order_by("due_at")
        .first()
    )
    if found is None or found.unit != "working_day":
        return None
    total = found.length + found.extended_by
    pause = (
        Pause.objects.filter(case_id=application.pk, ended_on=None)
        .exclude(reason=HOLD)
        .order_by("id")
        .first()
    )
    stands = found.status == Deadline.Status.STANDING
    day = pause.started_on if stands and pause else clock.today()
    left = calendar.working_days_after(day, found.due_on)
    return {
        "label": found.label,
        "total": total,
        "used": total - left,
        "left": left,
        "stands": stands,
        "due_on": found.due_on,
    }


def facts(application: ProviderApplication, actor: Actor) -> list[dict[str, Any]]:
    """The facts of the case bar: who has it, until when, what of the office's time is used."""
    ours = (
        application.holder_organization_id == actor.organization_id and application.holder_role in APPLICANTS
    )
    told: list[dict[str, Any]] = [
        {
            "label": "现在由谁办",
            "value": f"贵公司（{application.state_label}）" if ours else holder_label(application),
        }
    ]
    if application.state == State.DRAFT:
        return told + _draft_facts(application)
    own = deadline(application) if ours else None
    if own is not None:
        told.append(
            {"label": f"{own.label}剩余", "due": own.due_on, "note": f"{own.due_on:%m-%d} 当日 24 时止"}
        )
    office = body_clock(application)
    if office is not None:
        note = "计时暂停" if office["stands"] else f"{office['due_on']:%m-%d} 到期"
        told.append({"label": "已用时", "value": f"{office['used']} 个工作日", "note": note})
        told.append(
            {
                "label": f"{office['label']}时限",
                "value": f"{office['total']} 个工作日",
                "note": f"剩 {office['left']} 个",
            }
        )
    last_day = selectors.publicity_last_day(application) if application.state == State.PUBLICITY else None
    if last_day is not None:
        told.append({"label": "公示至", "value": f"{last_day:%Y-%m-%d}", "note": "含当日"})
    if application.first_submitted_on:
        told.append({"label": "首次提交", "value": f"{application.first_submitted_on:%Y-%m-%d}"})
    return told


def _draft_facts(application: ProviderApplication) -> list[dict[str, Any]]:
    body = application.reviewing_body()
    current = selectors.open_round(application.program, clock.today())
    until = "没有截止日期"
    if current is None:
        until = "现在不在批次内"
    elif current.closes_on:
        until = f"{current.closes_on:%Y-%m-%d}"
    return [
        {"label": "报送至", "value": body.label if body else "还不能确定", "tone": "" if body else "amb"},
        {"label": "申报截止", "value": until, "note": current.name if current else "草稿照常保存"},
    ]
