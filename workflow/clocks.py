"""The clocks a procedure starts and stops, as data; what they do to a case is in `workflow.deadlines`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Clock:
    """A timer of workflows.md §20.

    `setting` names the default that holds its length, in working days unless `unit` says otherwise; without
    one the procedure gives the day itself (`day_of`). `against` says who is being waited for: the body, whose
    clock stands still while others are waited for, or the party, whose clock does not. `lapse` is the step the
    sweep takes when it is over; without one the case is marked overdue and goes on counting the delay.
    """

    code: str
    label: str
    clause: str
    against: str  # "body" or "party"
    setting: str = ""
    unit: str = "working_day"
    day_of: Callable[[Any], Any] | None = None
    at_service: bool = False
    warn: tuple[int, ...] = ()
    lapse: str = ""
    waits_in: tuple[str, ...] = ()
    condition: str = ""
    applies: Callable[[Any, Any], bool] | None = None

    def when(self, condition: str, applies: Callable[[Any, Any], bool]) -> Clock:
        """This clock on a condition, worded as in the step table."""
        return replace(self, condition=condition, applies=applies)


# Clocks that procedures of every province start alike.
CORRECTION = Clock(
    "correction",
    "补正",
    "AMB-G07",
    "party",
    "CORRECTION_WORKING_DAYS",
    at_service=True,
    warn=(3, 1),
    lapse="lapse_correction",
)
STATEMENT = Clock(
    "statement",
    "陈述申辩",
    "AMB-G09",
    "party",
    "STATEMENT_WORKING_DAYS",
    at_service=True,
    lapse="lapse_statement",
)
ADVERSE_DECISION = Clock(
    "adverse_decision", "作出不利决定", "AMB-G09", "body", "ADVERSE_DECISION_WORKING_DAYS", warn=(2,)
)
