"""Who may see a case, in one place. Not visible and not existing are the same answer.

Views ask here and nowhere else: `tests/workflow/test_source.py` keeps `Case.objects` out of them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from accounts.actors import Actor
from workflow.cases import Case, CaseParty
from workflow.steps import PROCEDURES


def cases_visible_to(actor: Actor, procedure: type[Case] = Case) -> QuerySet:
    """The cases whose party the actor's organization is; none for who acts for no organization.

    Administrators see no case here: they decide none, and the audit administrator reads the ledger in the admin.
    """
    if actor.organization_id is None or actor.is_administrator:
        return procedure._default_manager.none()
    mine = CaseParty.objects.filter(case=OuterRef("pk"), organization_id=actor.organization_id)
    return procedure._default_manager.filter(Exists(mine))


def case_for(actor: Actor, reference: str, procedure: type[Case] = Case) -> Any:
    """The case of that reference with its procedure's fields. Raises `Http404` when the actor may not know of it."""
    told = _procedure_told_by(reference) or procedure
    case = None
    if issubclass(told, procedure):
        case = cases_visible_to(actor, told).filter(reference=reference).order_by().first()
    if case is None:
        raise Http404("没有这个办件，或您无权查看。")
    return case.as_procedure()


def _procedure_told_by(reference: str) -> type[Case] | None:
    """The procedure whose prefix a reference begins with, so that a case is read once and with all its fields."""
    prefix = reference.rstrip("-0123456789")
    return next((one for one in PROCEDURES.values() if one.prefix == prefix), None)


def holds(case: Case, actor: Actor) -> bool:
    """Whether the actor's organization holds the case now, in a role the actor has."""
    return (
        case.holder_organization_id is not None
        and case.holder_organization_id == actor.organization_id
        and case.holder_role in actor.roles
    )
