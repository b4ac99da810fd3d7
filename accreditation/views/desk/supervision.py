"""Supervision at the desk: findings entered one by one or from a list, problems of holders answered (SX-21, SX-70)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Kind
from accreditation import finding_list, supervision
from accreditation.models import DepartmentFinding, TicketRouting
from accreditation.views.desk.title import actor_of, title_for_lead
from core import clock
from core.fields import day, line, text
from documents.spreadsheets.writing import write_template
from workflow.errors import InvalidInput, Refused
from workflow.views import for_officials

ROWS = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FindingForm(forms.Form):
    """What was found about a holder (SX-21)."""

    kind = forms.ChoiceField(label=_("情形"), choices=DepartmentFinding.Kind.choices)
    organ = line(_("作出机关"), most=100)
    document_number = line(_("文书文号"), most=100, required=False)
    occurred_on = day(_("作出日期"))
    facts = text(_("内容"), least=5, most=1000)


def findings_in_reach_of(actor: Actor):
    """What one's own body reported, and for the province all of its titles."""
    body = actor.organization
    rows = DepartmentFinding.objects.select_related("title__applicant", "reported_by", "lead")
    mine = Q(reported_by=body)
    if body is not None and body.kind == Kind.PROVINCE_DEPARTMENT:
        mine |= Q(title__program__province_id=body.region_id)
    return rows.filter(mine)


def _may_report(actor: Actor) -> bool:
    return bool(actor.roles & supervision.REPORTERS)


@require_safe
@never_cache
@for_officials
def findings(request: HttpRequest) -> HttpResponse:
    """What is known, the newest first, and where a list is handed in."""
    actor = actor_of(request)
    context = {"rows": list(findings_in_reach_of(actor)[:ROWS]), "may_report": _may_report(actor)}
    return render(request, "accreditation/desk/findings.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def report_finding(request: HttpRequest, number: str) -> HttpResponse:
    """One finding on one holder; its lead is opened at once."""
    actor = actor_of(request)
    title = title_for_lead(actor, number)
    form = FindingForm(request.POST or None)
    context: dict[str, Any] = {"title": title, "form": form, "conflict": ""}
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "accreditation/desk/finding.html", context, status=status)
    try:
        supervision.report_finding(title, actor=actor, **form.cleaned_data)
    except InvalidInput as invalid:
        for name, sentences in invalid.errors.items():
            form.add_error(name, sentences)
        return render(request, "accreditation/desk/finding.html", context, status=422)
    except Refused as refused:
        context["conflict"] = refused.message
        return render(request, "accreditation/desk/finding.html", context, status=refused.status)
    supervision.open_leads()
    messages.success(request, "已报送，省商务厅已收到线索。线索核实之前，不影响企业的称号。")
    return redirect("review:findings")


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def import_findings(request: HttpRequest) -> HttpResponse:
    """A list: shown first, row by row, then entered as it was shown."""
    actor = actor_of(request)
    if not _may_report(actor):
        raise Http404("没有这个页面，或您无权查看。")
    context: dict[str, Any] = {"columns": finding_list.COLUMNS, "preview": None, "errors": []}
    if request.method == "GET":
        return render(request, "accreditation/desk/finding_list.html", context)
    if token := request.POST.get("token", ""):
        new = finding_list.take(token, actor)
        supervision.open_leads()
        messages.success(request, f"已导入 {new} 条监管信息。" if new else "没有新的监管信息，没有重复登记。")
        return redirect("review:findings")
    file = request.FILES.get("file")
    if file is None:
        context["errors"] = ["还没有选择文件。请先选文件，再点“预览”。"]
        return render(request, "accreditation/desk/finding_list.html", context, status=422)
    try:
        context["preview"] = finding_list.read(file, actor)
    except InvalidInput as invalid:
        context["errors"] = [sentence for sentences in invalid.errors.values() for sentence in sentences]
        return render(request, "accreditation/desk/finding_list.html", context, status=422)
    except Refused as refused:
        context["errors"] = [refused.message]
        return render(request, "accreditation/desk/finding_list.html", context, status=refused.status)
    return render(request, "accreditation/desk/finding_list.html", context)


@require_safe
@for_officials
def finding_template(request: HttpRequest) -> HttpResponse:
    """An empty list to fill in."""
    answer = HttpResponse(write_template(finding_list.COLUMNS, title="监管信息名单"), content_type=XLSX)
    answer["Content-Disposition"] = "attachment; filename*=UTF-8''%E7%9B%91%E7%AE%A1%E4%BF%A1%E6%81%AF.xlsx"
    return answer


# --- Problems of holders -------------------------------------------------------------------------------------
@require_safe
@never_cache
@for_officials
def problems(request: HttpRequest) -> HttpResponse:
    """Problems sent to one's department, for the province all of them; the oldest open one first (SX-70)."""
    actor = actor_of(request)
    rows = [_problem_row(ticket, actor) for ticket in supervision.problems_visible_to(actor)[:ROWS]]
    return render(request, "accreditation/desk/problems.html", {"rows": rows})


def _problem_row(ticket: Any, actor: Actor) -> dict[str, Any]:
    routings = list(ticket.routings.all())
    own = next((r for r in routings if r.department_id == actor.organization_id), None)
    return {
        "ticket": ticket,
        "routings": routings,
        "own": own if own is not None and own.answered_at is None else None,
        "age": (clock.today() - clock.local(ticket.filed_at).date()).days,
    }


@require_POST
@never_cache
@for_officials
def answer_problem(request: HttpRequest, routing: int) -> HttpResponse:
    actor = actor_of(request)
    found = get_object_or_404(
        TicketRouting.objects.filter(ticket__in=supervision.problems_visible_to(actor)), pk=routing
    )
    try:
        supervision.answer_problem(found, actor=actor, text=request.POST.get("answer", ""))
    except InvalidInput as invalid:
        rows = [_problem_row(ticket, actor) for ticket in supervision.problems_visible_to(actor)[:ROWS]]
        context = {"rows": rows, "wrong": routing, "error": "；".join(invalid.errors["answer"]),
                   "typed": request.POST.get("answer", "")}  # fmt: skip
        return render(request, "accreditation/desk/problems.html", context, status=422)
    messages.success(request, "已答复，企业可以看到。")
    return redirect("review:problems")
