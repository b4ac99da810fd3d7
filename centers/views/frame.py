"""What every page of a center's case shows the offices: who has it, until when, what can be done, what was written."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.actors import Actor
from documents.notices.models import Notice
from workflow.access import case_for, holds
from workflow.board import board, step_links
from workflow.cases import Case
from workflow.history import history

# In each state the step that leads on; the others stand behind it.
LEADS_ON = (
    "submit",
    "submit_direct",
    "resubmit",
    "forward",
    "approve",
    "apply",
    "hear",
    "close_hearing",
    "decide",
)
OF_THE_HOLDER = ("request_correction", "reject_acceptance")


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def case_of(request: HttpRequest, reference: str, procedure: type[Case]) -> Any:
    """The case of that reference, if the reader may know of it. Raises `Http404`."""
    return case_for(actor_of(request), reference, procedure)


def frame(
    case: Case, actor: Actor, *, stages: list[dict[str, str]], left_out: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The case bar, the steps and the papers; `left_out` are steps that could only be refused."""
    can = board(case, actor)
    ours = case.holder_organization_id == actor.organization_id
    hidden = set(left_out) | (set() if ours else set(OF_THE_HOLDER))
    steps, prepares = (
        step_links(case, [one for one in can[name] if one.name not in hidden], leads_on=LEADS_ON)
        for name in ("steps", "prepares")
    )
    return {
        "case": case,
        "stages": stages,
        "facts": facts(case),
        "holds": holds(case, actor),
        "is_ours": ours,
        "steps": steps,
        "prepares": prepares,
        "prepared": can["prepared"],
        "lead": next((one for one in [*steps, *prepares] if one["leads"]), None),
        "notices": list(Notice.objects.of(case.pk).select_related("organ").order_by("-pk")),
        "entries": history(case, actor),
    }


def facts(case: Case) -> list[dict[str, Any]]:
    holder = case.holder_organization
    if case.closed_at is not None:
        return [{"label": "办结", "value": f"{case.closed_at:%Y-%m-%d}"}]
    rows: list[dict[str, Any]] = [{"label": "现在由谁办", "value": holder.label if holder else "计时中"}]
    if not case.lasting or case.queue_at:
        due = case.due_at
        rows.append(
            {
                "label": "剩余工作日",
                "due": due,
                "paused": due is None and holder is not None,
                "value": "不计时",
            }
        )
    return rows


def steps_of_way(
    labels: tuple[str, ...], here: int, *, stopped: bool, waits: bool, note: str = ""
) -> list[dict[str, str]]:
    """The stepper: what lies behind, where the case is, what is to come."""
    now = "stop" if stopped else "wait" if waits else "now"
    return [
        {
            "label": label,
            "state": "done" if number < here else now if number == here else "",
            "note": note if number == here else "",
        }
        for number, label in enumerate(labels)
    ]
