"""The six legal steps of an application as everybody knows them, for the stepper above a case (annex 2(2)).

Internal states are more: corrections and hearings are shown inside the step they interrupt, never as going back.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from core import clock

if TYPE_CHECKING:
    from accreditation.procedures.application import ProviderApplication

LABELS = (_("企业申报"), _("市级初审"), _("征求意见"), _("省级评定"), _("公示"), _("认定授牌"))
STAGE_OF = {
    "draft": 0,
    "submitted": 1,
    "initial_review": 1,
    "peer_consultation": 2,
    "recommendation": 2,
    "city_refused": 2,
    "provincial_evaluation": 3,
    "publicity": 4,
    "objection_inquiry": 4,
    "decision": 5,
    "accredited": 6,
}
INTERRUPTIONS = ("correction", "prior_notice", "refused", "not_accepted", "withdrawn")
STOPPED = ("refused", "not_accepted", "withdrawn")


def stage_of(application: ProviderApplication) -> int:
    """Index of the step the application is in; an interruption counts as the step it came from."""
    state = application.state
    return STAGE_OF.get(application.came_from if state in INTERRUPTIONS else state, 1)


def stages(application: ProviderApplication, *, waits_for_reader: bool = False) -> list[dict[str, str]]:
    """The steps as the stepper draws them; `waits_for_reader` makes the present one amber."""
    here = stage_of(application)
    notes = _notes(application)
    return [
        {
            "label": str(label),
            "state": _look(application, number, here, waits_for_reader),
            "note": _now(application) if number == here else notes[number] if number < here else "",
        }
        for number, label in enumerate(LABELS)
    ]


def _look(application: ProviderApplication, number: int, here: int, waits: bool) -> str:
    if number < here:
        return "done"
    if number > here:
        return ""
    if application.state in STOPPED:
        return "stop"
    return "wait" if waits else "now"


def _now(application: ProviderApplication) -> str:
    holder = application.holder_organization
    words = [application.state_label] if application.state in (*INTERRUPTIONS, "objection_inquiry") else []
    return "\n".join([*words, *([holder.label] if holder and application.is_open else [])])


def _notes(application: ProviderApplication) -> list[str]:
    evaluation = application.evaluation_opened_at
    reported = clock.local(evaluation).date() if evaluation else None
    city = application.bodies().get("city")
    return [
        _day(application.first_submitted_on),
        city.label if city else "",
        f"{_day(reported)} 上报" if reported else "",
        "",
        "",
        _day(clock.local(application.closed_at).date()) if application.closed_at else "",
    ]


def _day(day: date | None) -> str:
    return f"{day:%m-%d}" if day else ""
