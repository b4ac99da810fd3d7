"""What the bodies record about a case of centers on the spot (HB-06); it moves nothing, and the rules read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from accounts.actors import Actor
from centers.papers import Inspection
from core import clock
from core.clauses import CLAUSES
from workflow.authority import wrote
from workflow.cases import Case
from workflow.errors import InvalidInput
from workflow.holding import working_on


def written_about(case: Any) -> Iterator[QuerySet]:
    """Who inspected has had a part in the case (AMB-G17)."""
    rows = Inspection.objects.filter(case_id=case)
    yield wrote(rows, "case_id", "officer__person_id", "organization_id", "at")


def record(case: Case, *, actor: Actor, inspected_on: dt.date, note: str, unmet: Iterable[str]) -> Inspection:
    """An officer of the body that holds the case says what was found. Raises `Conflict`, `InvalidInput`."""
    clauses = list(unmet)
    if not note.strip():
        raise InvalidInput({"note": ["写明核查的情况。"]})
    if inspected_on > clock.today():
        raise InvalidInput({"inspected_on": ["核查日期不能晚于今天。"]})
    if any(not one.startswith("HB-") or one not in CLAUSES for one in clauses):
        raise InvalidInput({"unmet": ["没有这个条款，请刷新页面。"]})
    with working_on(case, actor) as held:
        return Inspection.objects.create(
            case_id=held.pk,
            organization=actor.organization,
            officer=actor.user,
            inspected_on=inspected_on,
            note=note.strip(),
            unmet=clauses,
            at=clock.now(),
        )
