"""/demo/clock/: move the drill clock on screen. The page exists only in a demo, and there for everybody."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import calendar, clock
from portal import drill

EARLIEST, LATEST = dt.date(2019, 1, 1), dt.date(2039, 12, 31)


class DayForm(forms.Form):
    day = forms.DateField(
        label=_("拨到哪一天"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("从当天 9 时开始。往后拨，途中到期的事项会逐日办理。"),
        error_messages={"required": _("请选择日期。"), "invalid": _("日期写成 2026-03-01 这样。")},
    )

    def clean_day(self) -> dt.date:
        day = self.cleaned_data["day"]
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(
                _("日期应在 %(first)s 至 %(last)s 之间。") % {"first": EARLIEST, "last": LATEST}
            )
        return day


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def clock_page(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    form = DayForm(request.POST if request.POST.get("move") == "day" else None)
    if request.method == "POST":
        moved = _moved(request.POST.get("move", ""), form)
        if moved is not None:
            tell = messages.warning if moved.last_record else messages.success
            tell(request, "".join(moved.sentences()))
            return redirect("demo:clock")
    now = clock.now()
    ahead, last_record = drill.records_ahead(now)
    context = {
        "form": form,
        "now": now,
        "true_now": clock.true_now(),
        "is_working_day": calendar.is_working_day(clock.today()),
        "next_working_day": calendar.add_working_days(clock.today(), 1),
        "days": drill.days_to_come(),
        "warning": drill.warning_of(ahead, last_record) if last_record else "",
    }
    return render(request, "portal/demo/clock.html", context, status=422 if form.errors else 200)


def _moved(way: str, form: DayForm) -> drill.Moved | None:
    if way == "working_day":
        return drill.move_by_working_day()
    if way == "back":
        return drill.back_to_now()
    return drill.move(form.cleaned_data["day"]) if form.is_valid() else None
