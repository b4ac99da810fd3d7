"""How much is asked of a center in a zone: the province's minimum, or more where the prefecture's rules say so.

Figures stand in `regulations/hubei_center.yaml`, the readings of its silences in the defaults; `on` is the day whose
rules judge the case.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.actors import Actor
from accounts.roles import Role
from centers.zones import LocalThreshold, Zone
from core import defaults
from core.facts import facts
from workflow.errors import InvalidInput, NotYours

Measure = LocalThreshold.Measure
PLACE_OF = {
    Measure.AREA_NATIONAL: ("premises", "national_etdz_or_hightech", "min_area"),
    Measure.AREA_OTHER: ("premises", "other", "min_area"),
    Measure.STAFF_NATIONAL: ("staffing", "national", "total"),
    Measure.STAFF_OTHER: ("staffing", "other", "total"),
}


@dataclass(frozen=True)
class Staffing:
    """Heads, and how many of them have each of the three abilities; one person may have several (AMB-H08)."""

    total: int
    experienced: int
    declarants: int
    linguists: int


def provincial_minimum(measure: str) -> Decimal:
    section, level, name = PLACE_OF[Measure(measure)]
    return Decimal(_minimums(section, level)[name])


def is_national_etdz_or_hightech(zone: Zone, on: dt.date | None) -> bool:
    """The narrower of the two wordings of 国家级: articles 6 and 9(2) (AMB-H05)."""
    return zone.is_national and zone.get_kind_display() in defaults.value("HB_PREMISES_NATIONAL_KINDS", on)


def area_needed(zone: Zone, on: dt.date | None) -> Decimal:
    """Square metres of premises (HB-18, HB-19, HB-69)."""
    return _needed(
        zone, Measure.AREA_NATIONAL if is_national_etdz_or_hightech(zone, on) else Measure.AREA_OTHER, on
    )


def staff_needed(zone: Zone, on: dt.date | None) -> Staffing:
    """Posted staff: any national zone asks for more, whatever its kind (HB-20, HB-21, HB-69, AMB-H05)."""
    level = "national" if zone.is_national else "other"
    row = _minimums("staffing", level)
    measure = Measure.STAFF_NATIONAL if zone.is_national else Measure.STAFF_OTHER
    return Staffing(
        total=int(_needed(zone, measure, on)),
        experienced=row["trade_experienced"],
        declarants=row["customs_declarant"],
        linguists=row["foreign_language"],
    )


def set_threshold(
    actor: Actor, *, measure: str, value: Decimal, document: str, effective_on: dt.date
) -> LocalThreshold:
    """A prefecture records what its rules ask. Raises `InvalidInput` where that is less than the province asks."""
    body = actor.organization
    if body is None or not actor.roles & {Role.PREF_OFFICER, Role.PREF_APPROVER}:
        raise NotYours()
    least = provincial_minimum(measure)
    if value < least:
        raise InvalidInput(
            {"value": [f"省级最低标准是 {least.normalize():f}，细则只能更严，不能低于它（HB-69）。"]}
        )
    threshold = LocalThreshold(
        prefecture=body.region, measure=measure, value=value, document=document.strip(),
        effective_on=effective_on, set_by=actor.user,
    )  # fmt: skip
    threshold.full_clean()
    threshold.save()
    return threshold


def _minimums(section: str, level: str) -> dict[str, Any]:
    rows = facts("hubei_center")[section]["minimums"]
    return next(row for row in rows if row["zone_level"] == level)


def _needed(zone: Zone, measure: str, on: dt.date | None) -> Decimal:
    least = provincial_minimum(measure)
    local = LocalThreshold.objects.filter(prefecture=zone.prefecture_id, measure=measure)
    if on is not None:
        local = local.filter(effective_on__lte=on)
    newest = local.order_by("effective_on").last()
    # A minimum of the province that was raised later goes before an older rule of the prefecture.
    return max(least, newest.value) if newest else least
