"""Support at the desk: evidence with its source, requests to one's department, and the list banks are handed."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.limits import LOOK_UPS, limited
from accreditation import support
from accreditation.models import Accreditation, ListDelivery, ListSubscriber, SupportEvidence, SupportRequest
from accreditation.standing import standing_of
from accreditation.views.desk.title import actor_of, title_for_lead
from core import clock
from core.fields import day, line
from documents.spreadsheets.writing import safe_cell
from workflow.errors import InvalidInput
from workflow.views import for_officials

ROWS = 200


class EvidenceForm(forms.Form):
    """What is known of a holder, by whom, on which day."""

    kind = forms.ChoiceField(label=_("事实"), choices=SupportEvidence.Kind.choices)
    holds = forms.TypedChoiceField(
        label=_("情况"),
        choices=[("yes", _("具备")), ("no", _("不具备"))],
        coerce=lambda value: value == "yes",
    )
    source = line(_("来源"), most=200, hint=_("如海关企业信用公示平台、退税管理系统"))
    checked_on = day(_("核对日期"))


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def evidence(request: HttpRequest, number: str) -> HttpResponse:
    """The facts that items rest on, entered by the department that knows them (SX-14 to SX-18)."""
    actor = actor_of(request)
    title = title_for_lead(actor, number)
    kinds = [(k.value, k.label) for k in SupportEvidence.Kind if support.may_record(actor, title, k)]
    if not kinds:
        raise Http404("没有这个页面，或您无权查看。")
    form = EvidenceForm(request.POST or None, initial={"checked_on": clock.today(), "holds": "yes"})
    form.fields["kind"].choices = kinds  # type: ignore[attr-defined]
    rows = SupportEvidence.objects.filter(title=title).select_related("recorded_by").order_by("-id")
    context: dict[str, Any] = {
        "title": title,
        "form": form,
        "rows": rows,
        "standing": support.entitlements(title, clock.today()),
    }
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "accreditation/desk/evidence.html", context, status=status)
    try:
        support.record_evidence(title, actor=actor, **form.cleaned_data)
    except InvalidInput as invalid:
        for name, sentences in invalid.errors.items():
            form.add_error(name, sentences)
        return render(request, "accreditation/desk/evidence.html", context, status=422)
    messages.success(request, "已登记，企业的扶持事项随即更新。")
    return redirect("review:evidence", number)


@require_safe
@never_cache
@for_officials
def requests(request: HttpRequest) -> HttpResponse:
    """Requests to one's own department, for the province all of them; the open ones first, the oldest first."""
    return render(request, "accreditation/desk/support.html", {"rows": _rows(request)})


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    actor = actor_of(request)
    body = actor.organization_id or 0
    mine = Q(department_id=body) | Q(
        title__parties__relation="province", title__parties__organization_id=body
    )
    found = (
        SupportRequest.objects.filter(mine)
        .select_related("title__program", "department")
        .order_by("outcome", "requested_on", "id")
        .distinct()[:ROWS]
    )
    names = {
        item.code: item.name
        for asked in found
        for measure in support.measures(asked.title.program.facts_name)
        for item in measure.items
    }
    return [
        {
            "asked": one,
            "name": names.get(one.item, one.item),
            "answers": one.department_id == body and not one.outcome,
        }
        for one in found
    ]


@require_POST
@never_cache
@for_officials
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    asked = get_object_or_404(SupportRequest, pk=pk, department_id=actor.organization_id or 0)
    try:
        support.answer(
            asked,
            actor=actor,
            granted=request.POST.get("granted") == "yes",
            text=request.POST.get("answer", ""),
        )
    except InvalidInput as invalid:
        context = {"rows": _rows(request), "wrong": pk, "error": "；".join(invalid.errors["answer"])}
        return render(request, "accreditation/desk/support.html", context, status=422)
    messages.success(request, "已答复，企业可以看到。")
    return redirect("review:support")


# --- The list for financial institutions ---------------------------------------------------------------------
@require_safe
@never_cache
@limited(LOOK_UPS)
def handed_list(request: HttpRequest, token: str, which: str) -> HttpResponse:
    """The list of holders for an institution that knows its key: whole as of today, or what changed since (SX-19)."""
    subscriber = ListSubscriber.objects.filter(token=token, is_active=True).first()
    if subscriber is None or which not in ("full", "delta"):
        raise Http404("没有这个名单。")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{which}.csv"'
    answer.write("\ufeff")
    rows = _full(subscriber) if which == "full" else _delta(subscriber, request.GET.get("after", ""))
    csv.writer(answer).writerows([[safe_cell(cell) for cell in row] for row in rows])
    return answer


HEADINGS = ["企业名称", "统一社会信用代码", "证书编号", "有效期起", "有效期止"]


def _full(subscriber: ListSubscriber) -> list[list[str]]:
    today = clock.today()
    titles = Accreditation.objects.filter(
        program__province_id=subscriber.province_id, closed_at=None
    ).select_related("applicant")
    return [HEADINGS, *(_row(t) for t in titles.order_by("number") if standing_of(t, today).holds)]


def _delta(subscriber: ListSubscriber, after: str) -> list[list[str]]:
    since = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0
    rows = ListDelivery.objects.filter(subscriber=subscriber, pk__gt=since).select_related("title__applicant")
    return [
        ["序号", "变动", *HEADINGS],
        *([str(one.pk), one.get_change_display(), *_row(one.title)] for one in rows[:1000]),
    ]


def _row(title: Accreditation) -> list[str]:
    holder = title.applicant
    return [
        title.title,
        (holder.uscc if holder else "") or "",
        title.number,
        title.valid_from.isoformat(),
        title.valid_until.isoformat(),
    ]
