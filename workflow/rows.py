"""The rows of a case: locked, made, and written by compare-and-swap. For the door and its neighbours alone."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection

from core import clock
from core.prepared import Prepared
from workflow import storage
from workflow.cases import Case, CaseParty, CaseSeries
from workflow.errors import Conflict
from workflow.ledger import LedgerEntry
from workflow.refusals import who_was_faster
from workflow.steps import PROCEDURES


def locked(case: Case) -> Any:
    """The case as it now is, with its procedure's fields, its row locked.

    The root of its tree is locked first, so that two acts on one tree wait for each other and never deadlock.
    """
    if (
        case.root_id and connection.features.has_select_for_update
    ):  # SQLite: BEGIN IMMEDIATE has locked already
        Case.objects.select_for_update().filter(pk=case.root_id).values_list("pk").first()
    found = row_of(PROCEDURES[case.kind])(case.pk)
    if not found:
        raise Case.DoesNotExist(f"{case.kind} {case.pk}")
    return found[0]


@cache
def row_of(procedure: type[Case]) -> Prepared:
    """The locking query of a procedure's cases by key."""
    return Prepared(
        lambda pk: procedure._default_manager.select_for_update(of=("case_ptr",)).filter(pk=pk).order_by(),
        int,
    )


def snapshot(case: Case) -> dict[str, Any]:
    """Every column as it stands before a step, to tell afterwards what the step changed."""
    return {f.attname: getattr(case, f.attname) for f in case._meta.concrete_fields}


def store(case: Case, before: dict[str, Any], entry: LedgerEntry) -> None:
    """Write what the step changed and its entry, the shared row by compare-and-swap on state and version."""
    changed = {name: value for name, value in snapshot(case).items() if value != before[name]}
    where = {"id": case.pk, "state": before["state"], "version": before["version"]}
    if not storage.move(case, changed, where, entry):
        raise Conflict(who_was_faster(Case.objects.get(pk=case.pk)))


def insert(procedure, state: str, now, parent: Case | None, parties: dict, fields: dict) -> Any:
    """A new case with its number and parties, in the state given. Raises `Conflict` where one is open already."""
    province = next((o.region.province_code[:2] for o in parties.values() if o is not None), "00")
    series = f"{procedure.prefix}{province}-{clock.local(now).year}"
    case = procedure(
        kind=procedure.__name__,
        reference=CaseSeries.take(series),
        state=state,
        opened_at=now,
        moved_at=now,
        parent_id=parent.pk if parent else None,
        root_id=parent.root_case_id if parent else None,
        **fields,
    )
    if procedure.exclusive:
        case.exclusive_key = case.subject_key()
        if Case.objects.filter(exclusive_key=case.exclusive_key).exists():
            raise Conflict("已有同一事项的办件未办结，请先办完或撤回，再新办。")
    case.party_ids = {str(relation): organization.pk for relation, organization in parties.items()}
    case.save(force_insert=True)
    CaseParty.objects.bulk_create(
        CaseParty(case_id=case.pk, relation=relation, organization=organization)
        for relation, organization in parties.items()
    )
    return case
