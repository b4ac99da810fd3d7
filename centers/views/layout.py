"""Planning pages: the year's layout with a row for each division, a prefecture's plan, zones and stricter rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Kind, Role
from centers import layout, thresholds
from centers.forms_pages import LayoutForm, PlanForm, ThresholdForm, ZoneForm
from centers.layout import LayoutPlan, PrefecturePlan
from centers.views.centers import zones_in_reach_of
from centers.views.frame import actor_of
from centers.zones import PROVINCE, LocalThreshold
from core import clock
from workflow.errors import Refused
from workflow.views import for_officials


def _of_hubei(actor: Actor) -> None:
    body = actor.organization
    if body is None or not body.region.code.startswith(PROVINCE[:2]):
        raise Http404("没有这个页面，或您无权查看。")


def _steers(actor: Actor) -> bool:
    return bool(actor.roles & {Role.PROV_OFFICER, Role.PROV_APPROVER})


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def plans(request: HttpRequest) -> HttpResponse:
    """The layout of a year; the province opens one (HB-26)."""
    actor = actor_of(request)
    _of_hubei(actor)
    year = request.GET.get("year", "")
    known = list(LayoutPlan.objects.all())
    shown = next((one for one in known if str(one.year) == year), known[0] if known else None)
    form = LayoutForm(initial={"year": clock.today().year}) if _steers(actor) else None
    status = 200
    if request.method == "POST":
        if form is None:
            raise Http404("没有这个页面，或您无权查看。")
        form = LayoutForm(request.POST)
        if form.is_valid():
            made = layout.set_layout(actor, **form.cleaned_data)
            messages.success(request, f"{made.year} 年布局要求已发布，各市州可以编制规划。")
            return redirect(f"/desk/layout/?year={made.year}")
        status = 422
    context: dict[str, Any] = {
        "layouts": known,
        "layout": shown,
        "rows": _rows(shown) if shown else [],
        "form": form,
        "own": actor.organization and actor.organization.region_id,
    }
    return render(request, "centers/desk/layout.html", context, status=status)


def _rows(shown: LayoutPlan) -> list[Any]:
    plans = shown.plans.select_related("prefecture").prefetch_related("sites__zone")
    return [
        {
            "plan": plan,
            "planned": sum(site.centers for site in plan.sites.all()),
            "zones": [site.zone.name for site in plan.sites.all()],
        }
        for plan in plans
    ]


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def plan(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """A prefecture's plan: drawn by the officer, sent by the approver; read by the province (HB-27)."""
    actor = actor_of(request)
    _of_hubei(actor)
    own = get_object_or_404(
        PrefecturePlan.objects.select_related(
            "layout", "prefecture", "drawn_by__person", "submitted_by__person"
        ),
        layout__year=year,
        prefecture=code,
    )
    body = actor.organization
    is_own = body is not None and body.kind == Kind.PREFECTURE_BUREAU and body.region_id == code
    if not (is_own or _steers(actor)):
        raise Http404("没有这份规划，或您无权查看。")
    form, status = PlanForm(own), 200
    if request.method == "POST":
        if not is_own:
            raise Http404("没有这份规划，或您无权查看。")
        form = PlanForm(own, request.POST)
        status = 422
        if form.is_valid() and _kept(request, own, form):
            return redirect("centers:plan", year, code)
    context = {
        "plan": own,
        "form": form,
        "zone_fields": [form[f"zone_{zone.pk}"] for zone in form.zones],
        "writes": is_own and own.submitted_at is None,
        "sends": is_own and own.submitted_at is None and Role.PREF_APPROVER in actor.roles,
    }
    return render(request, "centers/desk/plan.html", context, status=status)


def _kept(request: HttpRequest, own: PrefecturePlan, form: PlanForm) -> bool:
    """Save what was typed, and send it where that was asked. What is refused stands in the form."""
    actor = actor_of(request)
    try:
        if "send" in request.POST:
            layout.submit_plan(actor, own)
            messages.success(request, "规划已报送省商务厅。")
        else:
            layout.save_plan(actor, own, sites=form.sites(), **form.criteria())
            messages.success(request, "规划已保存。")
    except Refused as refused:
        form.add_error(None, refused.message)
        return False
    except ValidationError as refusal:
        for name, sentences in refusal.message_dict.items():
            form.add_error(name, sentences)
        return False
    return True


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def zones(request: HttpRequest) -> HttpResponse:
    """Zones within reach; the province registers one (HB-02, HB-03), a prefecture its stricter rules (HB-69)."""
    actor = actor_of(request)
    _of_hubei(actor)
    is_prefecture = bool(actor.roles & {Role.PREF_OFFICER, Role.PREF_APPROVER})
    asked = request.POST.get("what", "")
    zone_form = ZoneForm(request.POST if asked == "zone" else None) if _steers(actor) else None
    rule_form = ThresholdForm(request.POST if asked == "rule" else None) if is_prefecture else None
    bound = next((one for one in (zone_form, rule_form) if one is not None and one.is_bound), None)
    if request.method == "POST" and bound is None:
        raise Http404("没有这个页面，或您无权查看。")
    if bound is not None and bound.is_valid() and _registered(request, bound):
        return redirect("centers:zones")
    rows = zones_in_reach_of(actor).annotate(standing=Count("centers", filter=Q(centers__ended_on=None)))
    rules = LocalThreshold.objects.select_related("prefecture").order_by(
        "prefecture", "measure", "-effective_on"
    )
    if is_prefecture and actor.organization:
        rules = rules.filter(prefecture=actor.organization.region_id)
    context = {"rows": rows, "zone_form": zone_form, "rule_form": rule_form, "rules": rules[:100]}
    return render(request, "centers/desk/zones.html", context, status=422 if bound else 200)


def _registered(request: HttpRequest, form: forms.Form | forms.ModelForm) -> bool:
    if isinstance(form, ZoneForm):
        zone = form.save()
        messages.success(request, f"{zone.name}已登记。")
        return True
    try:
        thresholds.set_threshold(actor_of(request), **form.cleaned_data)
    except Refused as refused:
        form.add_error("value", refused.message)
        return False
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return False
    messages.success(request, "细则标准已登记，自生效日起适用。")
    return True
