"""The centers within reach of an office, and the page of one."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Kind, Role
from centers import roster
from centers.inspection import may_inspect
from centers.register import Center
from centers.rules import setup as rules
from centers.thresholds import staff_needed
from centers.views.frame import actor_of, frame
from centers.zones import Zone
from core import clock
from workflow.access import cases_visible_to
from workflow.views import for_officials

ROWS = 30


def zones_in_reach_of(actor: Actor) -> QuerySet[Zone]:
    """A county sees its own, a prefecture its region's, the province all; others none (HB-06)."""
    body = actor.organization
    rows = Zone.objects.select_related("county", "prefecture")
    if body is None or not body.region.code.startswith("42"):
        return rows.none()
    if body.kind == Kind.PROVINCE_DEPARTMENT:
        return rows
    if body.kind == Kind.PREFECTURE_BUREAU:
        return rows.filter(prefecture=body.region_id)
    return rows.filter(county=body.region_id)


@require_safe
@never_cache
@for_officials
def centers(request: HttpRequest) -> HttpResponse:
    """The register at the desk; a county also sees where it could still ask for one."""
    actor = actor_of(request)
    after, state = request.GET.get("after", ""), request.GET.get("state", "")
    rows = cases_visible_to(actor, Center).select_related("zone__prefecture", "region").order_by("-pk")
    if state in Center.State.values:
        rows = rows.filter(state=state)
    if after.isascii() and after.isdigit() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: ROWS + 1])
    may_ask = bool(actor.roles & {Role.COUNTY_OFFICER, Role.COUNTY_APPROVER})
    context: dict[str, Any] = {
        "rows": found[:ROWS],
        "next_cursor": found[ROWS - 1].pk if len(found) > ROWS else "",
        "state": state,
        "states": [(one.value, one.label) for one in Center.State],
        "may_ask": may_ask,
        "zones": _zones_to_ask_for(actor) if may_ask else [],
    }
    return render(request, "centers/desk/centers.html", context)


def _zones_to_ask_for(actor: Actor) -> QuerySet[Zone]:
    standing, open_setups = Q(centers__ended_on=None), Q(setups__closed_at=None)
    return (
        zones_in_reach_of(actor)
        .filter(county=actor.organization.region if actor.organization else None)
        .annotate(
            standing=Count("centers", filter=standing, distinct=True),
            asked=Count("setups", filter=open_setups, distinct=True),
        )
    )


def center_page(request: HttpRequest, center: Center) -> HttpResponse:
    """One center: its zone, premises, what was decided, what can be done."""
    actor, today = actor_of(request), clock.today()
    context = frame(center, actor, stages=[])
    context |= {
        "center": center,
        "area": rules.area_is_enough(center.zone, center.premises.area, center.rules_on)
        if center.premises
        else None,
        "staff": staff_needed(center.zone, center.rules_on),
        "setup": center.parent,
        "points": list(center.points.filter(reported_at=None).select_related("decision")),
        "people": roster.counted(roster.on_duty(center, today), today),
        "short": list(center.shortfalls.filter(cleared_on=None)),
        "inspections": list(
            center.inspections.select_related("organization", "officer__person").order_by("-at")[:10]
        ),
        "inspects": may_inspect(center, actor),
        "adjustment": center.adjustments.filter(closed_at=None).first(),
        "agreements": list(center.agreements.select_related("cycle__operator").order_by("-pk")),
        "contracts": list(center.contracts.order_by("first_day")),
        "enters_award": _enters_award(center, actor),
        "may_begin": _may_begin(center, actor),
    }
    return render(request, "centers/desk/center.html", context)


def _enters_award(center: Center, actor: Actor) -> bool:
    """An award is entered by the county's officer, while there is no operator."""
    own = center.body_id(Role.COUNTY_OFFICER) == actor.organization_id and Role.COUNTY_OFFICER in actor.roles
    return own and center.state in (Center.State.APPROVED, Center.State.VACANT)


def _may_begin(center: Center, actor: Actor) -> bool:
    """Its prefecture applies, the province acts of its own motion; nobody on a center that is being wound up."""
    above = (Role.PREF_OFFICER, Role.PREF_APPROVER, Role.PROV_OFFICER, Role.PROV_APPROVER)
    may = any(role in actor.roles and center.body_id(role) == actor.organization_id for role in above)
    return may and center.is_open and center.state != Center.State.WINDING_DOWN
