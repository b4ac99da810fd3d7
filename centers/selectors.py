"""Reads over centers that span relations: who stands in a zone, what was found, what is to be put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from centers.papers import Defect, Inspection
from core import clock
from core.clauses import clause as known_clause
from core.findings import Finding

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


def unmet_of(center: Center) -> list[Finding]:
    """Conditions that no longer hold: measured on the premises, short on the roster, found on the spot (HB-31)."""
    from centers.rules.setup import area_is_enough  # the rules ask the selectors

    found = [
        Finding(
            row.clause, False, row.measured, row.required, f"{row.measured}，要求{row.required}", row.code
        )
        for row in center.shortfalls.filter(cleared_on=None)
    ]
    if center.premises is not None:
        found.append(area_is_enough(center.zone, center.premises.area, clock.today()))
    found += [
        Finding(
            clause, False, "实地核查", "符合", f"实地核查认为{known_clause(clause).label}不符合", "inspection"
        )
        for clause in sorted(found_unmet(center))
    ]
    return [finding for finding in found if not finding.ok]


def measured(findings: list[Any]) -> list[Any]:
    """Those that do not hold first, so that the page begins with what is to be done."""
    return sorted(findings, key=lambda finding: finding.ok is True)
