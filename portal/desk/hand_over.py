"""Handing a case to a colleague: who of one's own office may work on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.desk.cases import case_of
from workflow.access import holds
from workflow.errors import Conflict
from workflow.holding import colleagues
from workflow.views import for_officials


@require_safe
@never_cache
@for_officials
def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """The form; `workflow:reassign` does it."""
    actor = request.actor  # type: ignore[attr-defined]
    case = case_of(actor, reference)
    if not holds(case, actor):
        raise Conflict(f"本件现为“{case.state_label}”，不在您手里，不能转办。")
    others = [one for one in colleagues(case, actor) if one.pk != case.claimed_by_id]
    return render(request, "portal/desk/hand_over.html", {"case": case, "colleagues": others})
