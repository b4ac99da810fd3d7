"""Who may take a step: the role and body the step names, and never who prepared it or had a part in it elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, DateTimeField, QuerySet, Value

from accounts.actors import SYSTEM, Actor
from accounts.roles import Role
from core.findings import Finding
from core.prepared import Prepared
from workflow.cases import Case, Countersignature, Proposal
from workflow.errors import NotMet, NotYours
from workflow.ledger import LedgerEntry
from workflow.refusals import whose_turn
from workflow.relations import PREPARED_BY, RELATION_OF
from workflow.steps import Step, steps_of


class Part(NamedTuple):
    """A part somebody had in a case: took a step of it or of what it brought about (a department does), drafted a
    step of it, signed one, or wrote papers of it. Only who took a step has a role; a signature and a paper stand for
    no step that is decided.
    """

    case: int
    person: int | None
    body: int | None
    role: str
    helper: int | None
    step: str
    settled_at: dt.datetime | None
    sequence: int | None


NONE, NOBODY, NEVER = Value("", CharField()), Value(None, BigIntegerField()), Value(None, DateTimeField())
# What the apps above keep of who wrote what about a case; each adds to it when Django starts.
PAPERS: list[Callable[[Any], Iterable[QuerySet]]] = []


def wrote(papers: QuerySet, case: str, person: str, body: str, at: str) -> QuerySet:
    """Papers as parts of a case, by the names of their fields."""
    return papers.order_by().values_list(case, person, body, NONE, NOBODY, NONE, at, NOBODY)


def _taken(entries: QuerySet) -> QuerySet:
    return entries.order_by().values_list(
        "case_id", "person_id", "organization_id", "role", "prepared_by_id", NONE, NEVER, "sequence"
    )


PARTS = Prepared(
    lambda case: _taken(LedgerEntry.objects.filter(case_id=case)).union(
        Proposal.objects.filter(case_id=case).values_list(
            "case_id", "prepared_by__person_id", "organization_id", NONE, NOBODY, "step", "settled_at", NOBODY
        ),
        Countersignature.objects.filter(case_id=case).values_list(
            "case_id", "user__person_id", "organization_id", NONE, NOBODY, NONE, "signed_at", NOBODY
        ),
        # An arm of its own, for with an "or" SQLite reads the index of all parents; and behind one that has days, for
        # two arms of nothing but empty days are text to PostgreSQL.
        _taken(LedgerEntry.objects.filter(case__in=Case.objects.filter(parent_id=case))),
        *(rows for written in PAPERS for rows in written(case)),
        all=True,
    ).order_by("-sequence"),
    int,
)  # fmt: skip


def people_with_a_part(case_id: int) -> set[int]:
    """Who took, prepared, drafted or signed a step of the case itself, or wrote papers of it, for whatever body."""
    parts = [Part(*row) for row in PARTS(case_id)]
    return {who for part in parts if part.case == case_id for who in (part.person, part.helper) if who}


def authorise(case: Case, spec: Step, actor: Actor) -> Actor:
    """The actor in the role that lets them take this step of this case. Raises `NotYours`."""
    for role in spec.by:
        if role == Role.SYSTEM and actor is SYSTEM:
            return actor
        if role == Role.OBJECTOR and case.is_objector(actor):  # type: ignore[attr-defined]
            return actor.acting_as(role)
        if role in actor.roles and role in RELATION_OF and case.body_id(role) == actor.organization_id:
            return actor.acting_as(role)
    if case.is_party(actor.organization_id):
        raise NotYours(whose_turn(case, spec))
    raise NotYours()


def open_steps(case: Case, actor: Actor) -> list[Step]:
    """The steps this actor may take now, in the order the procedure declares them."""
    found = []
    for spec in steps_of(case).values():
        if case.state not in spec.source or spec.creates or not spec.by:
            continue
        try:
            authorise(case, spec, actor)
        except NotYours:
            continue
        found.append(spec)
    return found


def preparer(case: Case, spec: Step, actor: Actor) -> tuple[int | None, bool]:
    """The person who prepared what this approver decides, and whether the case may have proposals still open.

    No person where the step needs no preparation; proposals are not looked for then. Raises `NotMet` when nobody
    prepared it, when the approver did so themselves, or when they took a part in the case before for another body
    (AMB-G17).
    """
    officer = PREPARED_BY.get(actor.role)
    if officer is None or actor is SYSTEM:
        return None, True
    ours, parts = actor.organization_id, [Part(*row) for row in PARTS(case.pk)]
    elsewhere = {who for part in parts if part.body != ours for who in (part.person, part.helper)}
    if actor.person_id in elsewhere:
        raise NotMet([_stood_aside(actor)])
    drafts = [part for part in parts if not part.role]
    proposals = [part for part in drafts if (part.body, part.step) == (ours, spec.name)]
    proposed_by = [part.person for part in proposals if part.settled_at is None]
    officers = [p.person for p in parts if (p.case, p.body, p.role) == (case.pk, ours, officer)]
    person = next(iter(proposed_by + officers), None)
    if person is None:
        raise NotMet([_four_eyes("本单位还没有经办人拟办，请经办人先办理或送审。", "尚无拟办人")])
    # Whose proposal a colleague's took the place of has prepared the matter as well.
    if actor.person_id in {person, *officers, *(part.person for part in proposals)}:
        raise NotMet([_four_eyes("拟办人与审批人不能是同一人，请由本单位另一位审批人办理。", actor.name)])
    return person, any(part.settled_at is None for part in drafts)


def prepared_creation(spec: Step, actor: Actor, person: int | None) -> int | None:
    """The person who prepared what an approver brings about; none where the step is no approver's (AMB-G17).

    Raises `NotMet` when nobody prepared it, or the approver did.
    """
    if actor is SYSTEM or not any(role in PREPARED_BY and role in actor.roles for role in spec.by):
        return None
    if person is None:
        raise NotMet([_four_eyes("本单位还没有经办人拟办，请经办人先办理或送审。", "尚无拟办人")])
    if person == actor.person_id:
        raise NotMet([_four_eyes("拟办人与审批人不能是同一人，请由本单位另一位审批人办理。", actor.name)])
    return person


def _four_eyes(message: str, measured: str) -> Finding:
    return Finding("AMB-G17", ok=False, measured=measured, required="经办与审批为不同的人", message=message)


def _stood_aside(actor: Actor) -> Finding:
    return Finding(
        "AMB-G17",
        ok=False,
        measured=actor.name,
        required="没有为其他单位办理过本件",
        message="您在本件前面的环节为其他单位办理过，应当回避，请由本单位另一位审批人办理。",
    )
