"""Reads over centers that span relations: who stands in a zone, what was found, what is to be put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from centers.papers import Defect, Inspection

if TYPE_CHECKING:
    from centers.register import Center
    from centers.zones import Zone
    from workflow.cases import Case


def standing_centers(zone: Zone) -> QuerySet[Center]:
    """The zone's centers that have not been abolished."""
    from centers.register import Center  # the register is built on the rules, and the rules ask here

    return Center.objects.filter(zone=zone, ended_on=None)


def newest_inspections(case: Case) -> dict[int, Inspection]:
    """The newest inspection of each body."""
    rows = Inspection.objects.filter(case_id=case.pk).select_related("organization", "officer__person")
    return {row.organization_id: row for row in rows.order_by("at", "id")}


def found_unmet(case: Case) -> set[str]:
    """Clauses that the newest inspection of some body found not to hold."""
    return {clause for row in newest_inspections(case).values() for clause in row.unmet}


def open_defects(case: Case) -> QuerySet[Defect]:
    return Defect.objects.filter(correction__case_id=case.pk, correction__resolved_at=None).order_by("id")


def measured(findings: list[Any]) -> list[Any]:
    """Those that do not hold first, so that the page begins with what is to be done."""
    return sorted(findings, key=lambda finding: finding.ok is True)
