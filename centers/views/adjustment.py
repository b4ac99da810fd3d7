"""Adjusting or abolishing a center at the desk: what is alleged, who was heard, what was decided (HB-31 to 33)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from centers import adjusting, selectors
from centers.procedures.adjustment import CenterAdjustment
from centers.register import Center
from centers.views.frame import actor_of, case_of, frame, steps_of_way
from workflow.access import holds
from workflow.errors import InvalidInput
from workflow.views import for_officials

State = CenterAdjustment.State
WAY = ("提出", "省级审核", "听取意见", "决定")
AT = {
    "draft": 0,
    "province_review": 1,
    "hearing": 2,
    "deciding": 3,
    "decided": 4,
    "dismissed": 3,
    "withdrawn": 1,
}


@require_POST
@for_officials
def begin(request: HttpRequest, reference: str) -> HttpResponse:
    """The prefecture or the province begins a case on a center."""
    center = case_of(request, reference, Center)
    measure = request.POST.get("measure", "")
    if measure not in CenterAdjustment.Kind.values:
        raise InvalidInput({"measure": ["请选择调整或者撤销。"]})
    case = adjusting.draft(center, actor_of(request), measure=measure)
    return redirect("desk:case", case.reference)


def adjustment_page(request: HttpRequest, case: CenterAdjustment) -> HttpResponse:
    actor = actor_of(request)
    stopped = case.state in (State.DISMISSED, State.WITHDRAWN)
    stages = steps_of_way(WAY, AT[case.state], stopped=stopped, waits=holds(case, actor))
    own_motion = case.origin == CenterAdjustment.Origin.EX_OFFICIO
    left_out = ("apply", "withdraw") if own_motion else ("open_ex_officio",)
    context = frame(case, actor, stages=stages, left_out=left_out)
    context |= {
        "adjustment": case,
        "center": case.service_center,
        "unmet": selectors.unmet_of(case.service_center) if case.is_open else [],
        "heard": list(case.heard.select_related("organization")),
        "points": list(case.decision_points.all()),
    }
    return render(request, "centers/desk/adjustment.html", context)
