"""Titles at the desk after their grant: the review and its checks, the revocation, leads, plaques that come back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Kind, Role
from accreditation import supervision, title_checking, title_progress
from accreditation.clocks import review_opens_on
from accreditation.forms_title import GROUNDS, LeadForm, ReinstateForm
from accreditation.models import (
    Accreditation,
    PlaqueReturn,
    ProviderReview,
    Restoration,
    RevocationCase,
)
from accreditation.rules.title_review import CLAUSE_OF, COUNTED, checks_of, review_findings
from accreditation.views.desk.frame import links
from core import clock
from core.clauses import clause
from documents.notices.models import Notice
from workflow.access import case_for, holds
from workflow.board import board
from workflow.cases import Case
from workflow.errors import InvalidInput, NotMet, Refused
from workflow.history import history
from workflow.perform import new_key
from workflow.views import Refusal, asks_again, attempt, for_officials, is_confirmed, step_context

DEFECT_ROWS = 4
PROVINCE = {Role.PROV_OFFICER, Role.PROV_APPROVER}
SOON = dt.timedelta(days=90)


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _common(case: Any, actor: Actor) -> dict[str, Any]:
    can = board(case, actor)
    return can | {
        "case": case,
        "title": case.register_entry,
        "holds": holds(case, actor),
        "stages": title_progress.stages(case, waits_for_reader=holds(case, actor)),
        "facts": title_progress.facts(case),
        "steps": links(case, can["steps"]),
        "prepares": links(case, can["prepares"]),
        "hearing": case.hearings.last(),
        "notices": list(Notice.objects.of(case.pk)),
        "entries": history(case, actor),
    }


# --- The review ----------------------------------------------------------------------------------------------
def review_page(
    request: HttpRequest, review: ProviderReview, status: int = 200, **extra: Any
) -> HttpResponse:
    """A review for the office that has it, and for the other as it stands."""
    actor = actor_of(request)
    context = _common(review, actor) | {
        "review": review,
        "pieces": title_progress.pieces(review),
        "report": getattr(review, "report", None),
        "defects": list(review.defects.all()),
        "names": {m["code"]: m["name"] for m in review.program.materials},
        "checks": check_rows(review, actor),
        "may_check": review.state in title_checking.CHECKED_IN
        and review.holder_organization_id == actor.organization_id,
        "today": clock.today(),
    }
    return render(request, "accreditation/desk/title_review.html", context | extra, status=status)


def check_rows(review: ProviderReview, actor: Actor, typed: Any = None) -> list[dict[str, Any]]:
    """The checks of the four conditions with the newest verdict, what is typed kept."""
    newest = {v.check_code: v for v in review.verdicts.select_related("organization").order_by("at", "id")}
    findings = {f.code: f for f in review_findings(review)}
    return [
        {
            "code": row["code"],
            "name": row["name"],
            "condition": row["condition"],
            "clause": clause(CLAUSE_OF[row["code"]]),
            "is_counted": row["code"] in COUNTED,
            "finding": findings[row["code"]],
            "verdict": newest.get(row["code"]),
            "typed": {
                name: typed.get(f"{name}-{row['code']}", "") for name in ("ok", "measured", "evidence", "checked_on")
            }
            if typed is not None
            else {},
        }
        for row in checks_of(review)
    ]  # fmt: skip


@require_POST
@never_cache
@for_officials
def record_checks(request: HttpRequest, reference: str) -> HttpResponse:
    """What was found on the checks that were filled in; the others stay as they are."""
    actor = actor_of(request)
    review = _review_of(actor, reference)
    wrong: dict[str, str] = {}
    saved = 0
    for row in checks_of(review):
        code = row["code"]
        said = {
            name: request.POST.get(f"{name}-{code}", "").strip()
            for name in ("ok", "measured", "evidence", "checked_on")
        }
        if not (said["ok"] or said["measured"]):
            continue
        try:
            title_checking.record_verdict(review, actor=actor, check=code, **_read(code, said))
            saved += 1
        except InvalidInput as invalid:
            wrong[code] = "；".join(s for sentences in invalid.errors.values() for s in sentences)
    if wrong:
        review = _review_of(actor, reference)
        return review_page(
            request, review, 422, checks=check_rows(review, actor, request.POST), wrong=wrong, saved=saved
        )
    messages.success(request, f"已保存 {saved} 项核查结论。" if saved else "没有填写核查结论，没有改动。")
    return redirect(f"/desk/cases/{reference}/")


def _read(code: str, said: dict[str, str]) -> dict[str, Any]:
    """What was typed on one check, as what it means. Raises `InvalidInput`."""
    try:
        checked_on = dt.date.fromisoformat(said["checked_on"])
    except ValueError:
        raise InvalidInput({"checked_on": ["填写查询（核实）日期。"]}) from None
    found: dict[str, Any] = {"evidence": said["evidence"], "checked_on": checked_on}
    if code not in COUNTED:
        return found | {"ok": said["ok"] == "yes"}
    try:
        measured = Decimal(said["measured"].replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise InvalidInput({"measured": ["核实的数填数字，如 36 或 52317000.00。"]}) from None
    if not measured.is_finite() or abs(measured) >= Decimal("1e14") or measured != round(measured, 2):
        raise InvalidInput({"measured": ["核实的数填数字，最多两位小数。"]})
    return found | {"measured": measured}


def _review_of(actor: Actor, reference: str) -> ProviderReview:
    case = case_for(actor, reference)
    if not isinstance(case, ProviderReview):
        raise Http404("没有这个办件，或您无权查看。")
    return case


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def defects(request: HttpRequest, reference: str) -> HttpResponse:
    """一次性告知: the defects of a review, all of them in one notice (AMB-G07)."""
    actor = actor_of(request)
    review = _review_of(actor, reference)
    context = step_context(review, "request_correction", actor)
    materials = [(m["code"], f"{m['number']}. {m['name']}") for m in review.program.materials]
    rows = [_defect_row(request.POST, n) for n in range(DEFECT_ROWS)]
    context |= {"materials": materials, "rows": rows, "is_repeated": review.defects.exists()}
    if request.method == "POST":
        told = [row for row in rows if row["material"] or row["problem"] or row["remedy"]]
        outcome = attempt(request, review, "request_correction", actor, typed={"defects": told})
        if not isinstance(outcome, Refusal):
            return redirect(f"/desk/cases/{reference}/")
        context |= outcome.said
        return render(request, "accreditation/desk/title_defects.html", context, status=outcome.status)
    return render(request, "accreditation/desk/title_defects.html", context)


def _defect_row(typed: Any, number: int) -> dict[str, str]:
    return {
        name: typed.get(f"{name}-{number}", "").strip()
        for name in ("material", "problem", "remedy", "brought_in")
    }


# --- Revocation ----------------------------------------------------------------------------------------------
def revocation_page(request: HttpRequest, case: RevocationCase) -> HttpResponse:
    """A revocation for the province; its reporter sees what it reported and how that ended."""
    actor = actor_of(request)
    is_province = case.body_id(Role.PROV_OFFICER) == actor.organization_id
    context = _common(case, actor) | {
        "ground": dict(GROUNDS).get(case.ground, ""),
        "is_province": is_province,
        "others": case.register_entry.revocations.exclude(pk=case.pk).order_by("-pk") if is_province else [],
    }
    if context["hearing"]:
        context["clauses"] = [clause(one) for one in context["hearing"].clauses]
    if not is_province:
        context |= {"notices": [], "hearing": None}
    return render(request, "accreditation/desk/revocation.html", context)


def title_for_lead(actor: Actor, number: str) -> Accreditation:
    """A title somebody of this office may report on; another is no page to them."""
    titles = supervision.titles_to_report_on(actor).select_related("program", "region", "applicant")
    return get_object_or_404(titles, number=number)


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def report_lead(request: HttpRequest, number: str) -> HttpResponse:
    """A lead against a title, for whoever learns of one (SX-21, SX-65)."""
    actor = actor_of(request)
    title = title_for_lead(actor, number)
    form = LeadForm(request.POST or None)
    context: dict[str, Any] = {"title": title, "form": form, "key": new_key(), "conflict": ""}
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "accreditation/desk/lead.html", context, status=status)
    try:
        case = supervision.report_lead(
            title, actor=actor, key=request.POST.get("key", "")[:64] or None, **form.cleaned_data
        )
    except Refused as refused:
        context["conflict"] = refused.message
        return render(request, "accreditation/desk/lead.html", context, status=refused.status)
    messages.success(request, f"线索已报省商务厅，编号 {case.reference}。")
    return redirect(f"/desk/cases/{case.reference}/")


# --- The plaque ----------------------------------------------------------------------------------------------
class PlaqueReturnForm(forms.Form):
    returned_on = forms.DateField(label=_("交回日期"))
    note = forms.CharField(label=_("说明"), required=False, max_length=200)


@require_POST
@never_cache
@for_officials
def plaque_returned(request: HttpRequest, reference: str) -> HttpResponse:
    actor = actor_of(request)
    title = case_for(actor, reference)
    task = PlaqueReturn.objects.filter(title_id=title.pk).first()
    if task is None:
        raise Http404("没有要交回的牌匾。")
    form = PlaqueReturnForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({"returned_on": ["填写交回日期，格式如 2026-11-28。"]})
    supervision.record_plaque_return(
        task, actor=actor, day=form.cleaned_data["returned_on"], note=form.cleaned_data["note"]
    )
    messages.success(request, "已登记牌匾交回。")
    return redirect(f"/desk/cases/{reference}/")


# --- Lists of the province -----------------------------------------------------------------------------------
@require_safe
@never_cache
@for_officials
def reviews(request: HttpRequest) -> HttpResponse:
    """Reviews that are open, and titles whose review opens within ninety days (SX-61)."""
    actor = actor_of(request)
    rows = _province_rows(actor, ProviderReview).order_by("due_at", "pk")
    today = clock.today()
    coming = [
        {"title": title, "opens_on": review_opens_on(title)}
        for title in Accreditation.objects.filter(
            program__province_id=_province(actor),
            state=Accreditation.State.ACTIVE,
            valid_until__lte=today + SOON + dt.timedelta(days=200),
        )
        .select_related("region")
        .order_by("valid_until")[:200]
        if today < review_opens_on(title) <= today + SOON
    ]
    context = {"rows": _open_first(rows, request), "coming": coming, "view": request.GET.get("view", "")}
    return render(request, "accreditation/desk/title_reviews.html", context)


@require_safe
@never_cache
@for_officials
def revocations(request: HttpRequest) -> HttpResponse:
    """Leads and cases against titles of the province (SX-63)."""
    rows = (
        _province_rows(actor_of(request), RevocationCase).select_related("reporter").order_by("due_at", "pk")
    )
    context = {
        "rows": _open_first(rows, request),
        "grounds": dict(GROUNDS),
        "view": request.GET.get("view", ""),
    }
    return render(request, "accreditation/desk/revocations.html", context)


def _province(actor: Actor) -> str:
    body = actor.organization
    if body is None or body.kind != Kind.PROVINCE_DEPARTMENT:
        raise Http404("没有这个页面，或您无权查看。")
    return body.region_id


def _province_rows(actor: Actor, procedure: type[Case]):
    province = _province(actor)
    rows = procedure._default_manager.filter(register_entry__program__province_id=province)
    return rows.select_related("register_entry", "holder_organization", "region")


def _open_first(rows, request: HttpRequest) -> list[Any]:
    closed = request.GET.get("view") == "closed"
    return list(rows.filter(closed_at__isnull=not closed)[:200])


# --- An end that was wrong -----------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def restore(request: HttpRequest, reference: str) -> HttpResponse:
    """An ended title to be given again: the officer prepares, another person decides (AMB-G10, AMB-G17)."""
    actor = actor_of(request)
    title = case_for(actor, reference)
    if not isinstance(title, Accreditation) or title.is_open or not actor.roles & PROVINCE:
        raise Http404("没有这个页面，或您无权查看。")
    waiting = title.restorations.filter(restored=None, returned_note="").first()
    decides = waiting is not None and Role.PROV_APPROVER in actor.roles
    form = ReinstateForm(request.POST if request.method == "POST" and not decides else None)
    context: dict[str, Any] = {
        "title": title,
        "form": form,
        "waiting": waiting,
        "returned": title.restorations.exclude(returned_note="").first(),
        "decides": decides,
        "prepares": waiting is None and Role.PROV_OFFICER in actor.roles,
        "key": new_key(),
    }
    if request.method == "GET":
        return render(request, "accreditation/desk/restore.html", context)
    try:
        if waiting is not None and decides:
            return _decide_restoration(request, waiting, actor, context)
        if not form.is_valid():
            return render(request, "accreditation/desk/restore.html", context, status=422)
        supervision.prepare_restoration(title, actor=actor, **form.cleaned_data)
    except NotMet as unmet:
        context["findings"] = unmet.findings
        return render(request, "accreditation/desk/restore.html", context, status=unmet.status)
    messages.success(request, "已送审，由本单位审批人决定。")
    return redirect(f"/desk/cases/{reference}/restore/")


def _decide_restoration(
    request: HttpRequest, waiting: Restoration, actor: Actor, context: dict[str, Any]
) -> HttpResponse:
    if request.POST.get("act") == "return":
        supervision.return_restoration(waiting, actor=actor, note=request.POST.get("note", ""))
        messages.success(request, "已退回经办人。")
        return redirect(f"/desk/cases/{waiting.title.reference}/restore/")
    if not is_confirmed(request):
        context["password_error"] = asks_again(request)
        return render(request, "accreditation/desk/restore.html", context, status=422)
    restored = supervision.restore(waiting, actor=actor, key=request.POST.get("key", "")[:64] or None)
    messages.success(request, "称号已恢复，证书已重新制发。")
    return redirect(f"/desk/cases/{restored.reference}/")
