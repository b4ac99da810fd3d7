"""Who may see a case, in one place. Not visible and not existing are the same answer.

Views ask here and nowhere else: `tests/workflow/test_source.py` keeps `Case.objects` out of them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.actors import Actor
from core.prepared import Prepared
from workflow.cases import Case, CaseParty
from workflow.relations import RELATION_OF, REVIEWERS
from workflow.steps import PROCEDURES


def cases_visible_to(actor: Actor, procedure: type[Case] = Case) -> QuerySet:
    """The cases whose party the actor's organization is; none for who acts for no organization.

    Administrators see no case here: they decide none, and the audit administrator reads the ledger in the admin.
    """
    if actor.organization_id is None or actor.is_administrator:
        return procedure._default_manager.none()
    return cases_of_party(procedure, actor.organization_id)


def cases_of_party(procedure: type[Case], organization_id: int) -> QuerySet:
    """The rows of `cases_visible_to` for an organization, for queries that are built once."""
    mine = CaseParty.objects.filter(case=OuterRef("pk"), organization_id=organization_id)
    return procedure._default_manager.filter(Exists(mine))


def case_for(actor: Actor, reference: str, procedure: type[Case] = Case) -> Any:
    """The case of that reference with its procedure's fields. Raises `Http404` when the actor may not know of it."""
    told = _procedure_told_by(reference)
    sees_cases = actor.organization_id is not None and not actor.is_administrator
    found = []
    if told is not None and issubclass(told, procedure) and sees_cases:
        found = _case_of(told)(actor.organization_id, reference)
    if not found:
        raise Http404("没有这个办件，或您无权查看。")
    return found[0]


@cache
def _case_of(procedure: type[Case]) -> Prepared:
    return Prepared(
        lambda organization, reference: cases_of_party(procedure, organization).filter(reference=reference).order_by(),
        int, str,
    )  # fmt: skip


def _procedure_told_by(reference: str) -> type[Case] | None:
    """The procedure whose prefix a reference begins with, so that a case is read once and with all its fields."""
    prefix = reference.rstrip("-0123456789")
    return next((one for one in PROCEDURES.values() if one.prefix == prefix), None)


def has_handled(case: Case, actor: Actor) -> bool:
    """Whether the actor's organization reviews or decides the case: holds it, has held it, or took a step of it.

    A body related to the case that it has not come to yet sees the case and no more; giving more time, say, is a step
    for which nobody needs to have read the file.
    """
    ours = {
        RELATION_OF[role]
        for role in actor.roles
        if RELATION_OF.get(role) in REVIEWERS and case.body_id(role) == actor.organization_id
    }
    if actor.organization_id is None or not ours:
        return False
    held = [state for state, role in case.procedure.holders.items() if RELATION_OF.get(role) in ours]
    took = Q(organization_id=actor.organization_id) & ~Q(step__in=case.procedure.unread)
    handled = Q(to_state__in=held) | took
    return case.ledger.filter(handled).exists()


def holds(case: Case, actor: Actor) -> bool:
    """Whether the actor's organization holds the case now, in a role the actor has."""
    return (
        case.holder_organization_id is not None
        and case.holder_organization_id == actor.organization_id
        and case.holder_role in actor.roles
    )
