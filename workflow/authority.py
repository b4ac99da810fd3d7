"""Who may take a step: the role and body the step names, and never who prepared it or had a part in it elsewhere."""

from __future__ import annotations

from django.db.models import CharField, Q, Value

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

# Who took a part in a case: by drafting a step of it or by signing one (a signature stands for no step that is
# decided), or by taking a step of it or of what it brought about, as a department does; there the last first.
DRAFTED = Prepared(
    lambda case: Proposal.objects.filter(case_id=case)
    .values_list("prepared_by__person_id", "organization_id", "step", "settled_at")
    .union(
        Countersignature.objects.filter(case_id=case)
        .values_list("user__person_id", "organization_id", Value("", CharField()), "signed_at"),
        all=True,
    ),
    int,
)  # fmt: skip
TAKEN = Prepared(
    lambda case: LedgerEntry.objects.filter(case__in=Case.objects.filter(Q(pk=case) | Q(parent_id=case)))
    .order_by("-sequence").values_list("case_id", "person_id", "organization_id", "role", "prepared_by_id"),
    int,
)  # fmt: skip


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
    ours, taken, drafted = actor.organization_id, TAKEN(case.pk), DRAFTED(case.pk)
    elsewhere = {who for who, body, *_ in drafted if body != ours}
    elsewhere |= {who for _, person, body, _, helper in taken if body != ours for who in (person, helper)}
    if actor.person_id in elsewhere:
        raise NotMet([_stood_aside(actor)])
    proposals = [(who, settled) for who, body, step, settled in drafted if (body, step) == (ours, spec.name)]
    proposed_by = [who for who, settled_at in proposals if settled_at is None]
    officers = [who for of, who, body, role, _ in taken if (of, body, role) == (case.pk, ours, officer)]
    person = next(iter(proposed_by + officers), None)
    if person is None:
        raise NotMet([_four_eyes("本单位还没有经办人拟办，请经办人先办理或送审。", "尚无拟办人")])
    # Whose proposal a colleague's took the place of has prepared the matter as well.
    if actor.person_id in {person, *officers, *(who for who, _ in proposals)}:
        raise NotMet([_four_eyes("拟办人与审批人不能是同一人，请由本单位另一位审批人办理。", actor.name)])
    return person, any(settled_at is None for *_, settled_at in drafted)


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
