"""Acts on a case that are no step of its procedure: they move nothing and may come after its end.

A decision is served, its paper corrected, when the case is closed. The ledger keeps such an act like a step; the app
whose act it is declares it here, and `perform.note` records it.
"""

from __future__ import annotations

from accounts.roles import Role
from workflow.cases import Case
from workflow.steps import Step, steps_of

ACTS: dict[str, Step] = {}


def act(name: str, label: str, *, by: tuple[Role, ...], clauses: tuple[str, ...] = ()) -> Step:
    """Declare an act; what it tells is worded like what a step tells (`history.WORDS`)."""
    return ACTS.setdefault(name, Step(name, label, source=(), target=None, by=by, clauses=clauses))


def taken(case: Case, name: str) -> Step:
    """The step or act that an entry of the case's ledger names."""
    return steps_of(case).get(name) or ACTS[name]
