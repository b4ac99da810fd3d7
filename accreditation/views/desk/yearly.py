"""What holders reported of a year, added up; and the events of the province (SX-08, SX-09, SX-22, SX-23)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Kind, Role
from accreditation import yearly
from accreditation.models import PublicEvent, SelfReport
from accreditation.views.desk.title import actor_of
from core import clock
from core.fields import day, line, text
from workflow.views import for_officials


class EventForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=PublicEvent.Kind.choices)
    name = line(_("名称"), most=100)
    held_on = day(_("日期"))
    place = line(_("地点"), most=100, required=False)
    text = text(_("内容"), required=False, most=1000)


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def reports(request: HttpRequest) -> HttpResponse:
    """The totals of a year with each report, and the form for an event."""
    actor = actor_of(request)
    body = actor.organization
    if body is None or body.kind != Kind.PROVINCE_DEPARTMENT:
        raise Http404("没有这个页面，或您无权查看。")
    year = clock.today().year - 1
    form = EventForm(request.POST or None)
    may_enter = Role.PROV_OFFICER in actor.roles
    if request.method == "POST" and may_enter and form.is_valid():
        who: dict[str, Any] = {"entered_by": actor.user}
        PublicEvent.objects.create(organiser=body, entered_at=clock.now(), **form.cleaned_data, **who)
        messages.success(request, "已公布，公众在“活动培训”里可以看到。")
        return redirect("review:yearly")
    context = {
        "year": year,
        "totals": yearly.totals(body.region_id, year),
        "rows": SelfReport.objects.filter(
            title__program__province_id=body.region_id, year=year
        ).select_related("title"),
        "form": form,
        "may_enter": may_enter,
        "events": PublicEvent.objects.filter(organiser=body)[:50],
    }
    failed = request.method == "POST"
    return render(
        request, "accreditation/desk/yearly.html", context | {"failed": failed}, status=422 if failed else 200
    )


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """For everybody: what is held for enterprises, the latest first (SX-23)."""
    rows = PublicEvent.objects.select_related("organiser")[:100]
    return render(request, "accreditation/events.html", {"rows": rows, "today": clock.today()})
