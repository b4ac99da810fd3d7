"""A request to set up a center at the desk: its conditions measured, the county's form, what was found on the spot."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from centers import selectors, writing
from centers.forms_pages import RequestForm
from centers.inspection import may_inspect
from centers.procedures.setup import CenterSetup
from centers.rules import setup as rules
from centers.views.frame import actor_of, case_of, frame, steps_of_way
from centers.zones import Zone
from workflow.access import holds
from workflow.errors import Conflict, InvalidInput
from workflow.reading import reading_once
from workflow.views import for_officials

State = CenterSetup.State
WAY = ("县级申请", "市州审核", "省级核准", "登记入册")
DIRECT = ("县级申请", "省级核准", "登记入册")
INSPECTED_IN = (State.PREFECTURE_REVIEW, State.PROVINCE_REVIEW)


@require_POST
@for_officials
def begin(request: HttpRequest) -> HttpResponse:
    """Open a request of the county for one of its zones, or go to the one that is open."""
    number = request.POST.get("zone", "")
    zone = get_object_or_404(
        Zone, pk=int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
    )
    is_additional = selectors.standing_centers(zone).exists()
    setup = writing.begin(zone, actor_of(request), is_additional=is_additional)
    return redirect("centers:request", setup.reference)


def setup_page(request: HttpRequest, setup: CenterSetup) -> HttpResponse:
    """What is asked of the center, measured; the request itself; what the bodies found and wrote."""
    with reading_once(setup):
        return _setup_page(request, setup, actor_of(request))


def _setup_page(request: HttpRequest, setup: CenterSetup, actor: Actor) -> HttpResponse:
    skips = setup.skips_prefecture()
    findings = rules.conditions(setup)
    context = frame(
        setup, actor, stages=_stages(setup, actor), left_out=("submit",) if skips else ("submit_direct",)
    )
    context |= {
        "setup": setup,
        "premises": setup.own_premises(),
        "findings": selectors.measured(findings),
        "unmet": sum(1 for finding in findings if not finding.ok),
        "defects": list(selectors.open_defects(setup)),
        "inspections": list(
            setup.inspections.select_related("organization", "officer__person").order_by("-at")
        ),
        "writes": _may_write(setup, actor),
        "inspects": may_inspect(setup, actor),
        "center": setup.children.filter(kind="Center").first(),
    }
    return render(request, "centers/desk/setup.html", context)


def _stages(setup: CenterSetup, actor: Actor) -> list[dict[str, str]]:
    way = DIRECT if setup.skips_prefecture() else WAY
    state = (
        setup.came_from
        if setup.state in (State.CORRECTION, State.NOT_ACCEPTED, State.REFUSED, State.WITHDRAWN)
        else setup.state
    )
    at = {"draft": "县级申请", "prefecture_review": "市州审核", "province_review": "省级核准"}.get(
        state, "登记入册"
    )
    here = len(way) if setup.state == State.APPROVED else way.index(at)
    stopped = setup.state in (State.REFUSED, State.NOT_ACCEPTED, State.WITHDRAWN)
    return steps_of_way(
        way,
        here,
        stopped=stopped,
        waits=holds(setup, actor),
        note="" if setup.state in (State.DRAFT, *INSPECTED_IN) else setup.state_label,
    )


def _may_write(setup: CenterSetup, actor: Actor) -> bool:
    return setup.state in writing.EDITABLE and setup.holder_organization_id == actor.organization_id


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def edit_request(request: HttpRequest, reference: str) -> HttpResponse:
    """The county writes its request; in a correction also what was done about each point."""
    setup = case_of(request, reference, CenterSetup)
    if not _may_write(setup, actor_of(request)):
        raise Http404("这份申请现在不由本单位填写。")
    if request.method == "GET":
        return _show_request(request, setup, RequestForm(setup))
    form = RequestForm(setup, request.POST)
    if not form.is_valid():
        return _show_request(request, setup, form, status=422)
    try:
        writing.save_request(setup, actor_of(request), seen=form.cleaned_data["seen"], **form.content())
    except InvalidInput as refusal:
        for name, sentences in refusal.errors.items():
            form.add_error(name if name in form.fields else None, forms.ValidationError(sentences))
        return _show_request(request, setup, form, status=422)
    except Conflict as conflict:
        fresh = case_of(request, reference, CenterSetup)
        typed = request.POST.copy()
        typed["seen"] = writing.seen_version(fresh)
        return _show_request(request, fresh, RequestForm(fresh, typed), status=409, conflict=conflict.message)
    messages.success(request, "申请内容已保存。")
    return redirect("desk:case", reference)


def _show_request(
    request: HttpRequest, setup: CenterSetup, form: RequestForm, *, status: int = 200, conflict: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {"case": setup, "setup": setup, "form": form, "conflict": conflict}
    context["needs"] = {
        "area": rules.area_needed(setup.zone, setup.rules_on),
        "staff": rules.staff_needed(setup.zone, setup.rules_on),
    }
    return render(request, "centers/desk/request.html", context, status=status)
