"""What the bodies record about a case of centers on the spot (HB-06); it moves nothing, and the rules read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.roles import Role
from centers.papers import Inspection
from core import clock
from core.clauses import CLAUSES
from workflow.authority import wrote
from workflow.cases import Case
from workflow.errors import InvalidInput, NotYours
from workflow.holding import working_on
from workflow.rows import locked

REVIEWING = (
    Role.COUNTY_OFFICER, Role.COUNTY_APPROVER, Role.PREF_OFFICER, Role.PREF_APPROVER, Role.PROV_OFFICER, Role.PROV_APPROVER,
)  # fmt: skip


def written_about(case: Any) -> Iterator[QuerySet]:
    """Who inspected has had a part in the case (AMB-G17)."""
    rows = Inspection.objects.filter(case_id=case)
    yield wrote(rows, "case_id", "officer__person_id", "organization_id", "at")


def may_inspect(case: Case, actor: Actor) -> bool:
    """A request while one's own body examines it; a center, for each body it belongs to."""
    if case.kind == "Center":
        return case.is_open and _is_above(case, actor)
    examined = case.kind == "CenterSetup" and case.state in ("prefecture_review", "province_review")
    return examined and case.holder_organization_id == actor.organization_id


def _is_above(center: Case, actor: Actor) -> bool:
    return any(role in actor.roles and center.body_id(role) == actor.organization_id for role in REVIEWING)


@contextmanager
def _examining(case: Case, actor: Actor) -> Iterator[Any]:
    """A request is inspected by who holds it; a center in service by each body above it (HB-06)."""
    if not case.lasting:
        with working_on(case, actor) as held:
            yield held
        return
    with transaction.atomic():
        fresh = locked(case)
        if not may_inspect(fresh, actor):
            raise NotYours()
        yield fresh


def record(case: Case, *, actor: Actor, inspected_on: dt.date, note: str, unmet: Iterable[str]) -> Inspection:
    """An officer of the body that holds the case says what was found. Raises `Conflict`, `InvalidInput`."""
    clauses = list(unmet)
    if not note.strip():
        raise InvalidInput({"note": ["写明核查的情况。"]})
    if inspected_on > clock.today():
        raise InvalidInput({"inspected_on": ["核查日期不能晚于今天。"]})
    if any(not one.startswith("HB-") or one not in CLAUSES for one in clauses):
        raise InvalidInput({"unmet": ["没有这个条款，请刷新页面。"]})
    with _examining(case, actor) as held:
        return Inspection.objects.create(
            case_id=held.pk,
            organization=actor.organization,
            officer=actor.user,
            inspected_on=inspected_on,
            note=note.strip(),
            unmet=clauses,
            at=clock.now(),
        )
