"""The checks that belong to no material: what only a person can judge, the credit registers, the paper copies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.actors import Actor
from accreditation import papers, selectors
from accreditation.procedures.application import ProviderApplication
from accreditation.review import CreditCheck
from accreditation.rules import CAPABILITIES, conditions
from accreditation.summary import NAMES, Condition, Line, mark_of
from accreditation.views.desk.frame import application_of
from core import clock, defaults
from core.fields import day
from workflow.errors import InvalidInput
from workflow.views import for_officials

SPECIAL = {"conditions": "条件和能力", "credit": "信用核查", "paper": "纸质材料"}
CRITERIA = {
    "lawful_operation": (_("合法经营"), "SX-27"),
    "independent_accounting": (_("独立核算"), "SX-27"),
    "internal_rules_sound": (_("内部管理制度健全"), "SX-28"),
    "risk_control_sound": (_("风险控制体系完善"), "SX-28"),
    "social_responsibility": (_("履行社会责任"), "SX-28"),
    "province_wide_capacity": (_("具有服务全省能力"), "SX-36"),
    "capability_trade": (_("进出口专业服务能力"), "SX-03"),
    "capability_internet": (_("互联网技术应用能力"), "SX-03"),
    "capability_data": (_("大数据分析处理能力"), "SX-03"),
    "capability_risk": (_("内部风险防控体系"), "SX-03"),
}


def show_special(
    request: HttpRequest, application: ProviderApplication, item: str, context: dict[str, Any]
) -> HttpResponse:
    own, status = READ[item](request, application), 200
    if request.method == "POST":
        refused = WRITE[item](request, application)
        if refused is None:
            return redirect(f"/desk/cases/{application.reference}/review/{item}/")
        own, status = own | refused, 422
    context |= own | {"special": SPECIAL[item], "body": f"accreditation/desk/_{item}.html"}
    return render(request, "accreditation/desk/review_special.html", context, status=status)


# --- Conditions and capabilities ------------------------------------------------------------------------------
def _conditions(request: HttpRequest, application: ProviderApplication) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    own: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for verdict in application.criterion_verdicts.select_related("organization", "officer__person").order_by(
        "at"
    ):
        (own if verdict.organization_id == actor.organization_id else others)[verdict.criterion] = verdict
    found = conditions(application)
    return {
        "conditions": [
            Condition(NAMES[code], mark_of(findings), [Line.of(f.as_dict()) for f in findings])
            for code, findings in found.items()
        ],
        "criteria": [
            {
                "code": code,
                "label": label,
                "clause": clause,
                "is_capability": code in CAPABILITIES,
                "needs_evidence": code in papers.NEED_EVIDENCE,
                "verdict": own.get(code),
                "other": others.get(code),
                "value": "" if code not in own else "yes" if own[code].ok else "no",
                "evidence": own[code].evidence if code in own else "",
                "note": own[code].note if code in own else "",
            }
            for code, (label, clause) in CRITERIA.items()
        ],
    }


def _record_conditions(request: HttpRequest, application: ProviderApplication) -> dict[str, Any] | None:
    """Keep each finding that is complete; the others stay as typed, each with what it lacks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    criteria, lacking = _conditions(request, application)["criteria"], 0
    for row in criteria:
        code, value = row["code"], request.POST.get(f"value-{row['code']}", "")
        evidence, note = (request.POST.get(f"{name}-{code}", "").strip() for name in ("evidence", "note"))
        if value not in ("yes", "no") or (value, evidence, note) == (
            row["value"],
            row["evidence"],
            row["note"],
        ):
            continue
        row |= {"value": value, "evidence": evidence, "note": note}
        try:
            papers.record_criterion(
                application, actor=actor, criterion=code, ok=value == "yes", evidence=evidence, note=note
            )
        except InvalidInput as invalid:
            row["error"], lacking = invalid.message, lacking + 1
    if lacking:
        return {"criteria": criteria, "lacking": lacking}
    messages.success(request, "核实结论已保存。")
    return None


# --- Credit registers -------------------------------------------------------------------------------------------
class CreditForm(forms.Form):
    """One query, or the same query of several registers that all said nothing."""

    items = forms.MultipleChoiceField(label=_("查询项"), widget=forms.CheckboxSelectMultiple)
    source = forms.CharField(label=_("在哪里查的"), max_length=100, initial="信用中国（山西）")
    queried_on = day(_("查询日期"))
    is_hit = forms.TypedChoiceField(
        label=_("结果"),
        choices=[("no", "无记录"), ("yes", "有记录")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )
    occurred_on = day(_("发生日期"), required=False, help_text=_("有记录时填写"))
    is_current = forms.BooleanField(label=_("目前仍在列"), required=False)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, application: ProviderApplication, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = papers.credit_items(application)
        self.fields["items"].choices = [  # type: ignore[attr-defined]
            (f"{subject}.{item}", item) for subject, items in known.items() for item in items
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_hit") and len(cleaned.get("items", [])) > 1:
            self.add_error("items", "有记录的逐项登记：一次只选一项，写明它的发生日期。")
        return cleaned


def _credit(request: HttpRequest, application: ProviderApplication) -> dict[str, Any]:
    today, limit = clock.today(), defaults.value("CREDIT_CHECK_MAX_AGE_DAYS", application.rules_on)
    rows, stale = [], []
    for subject, items in papers.credit_items(application).items():
        latest = selectors.latest_checks(application, subject)
        for item in items:
            check = latest.get(item)
            is_stale = check is not None and (today - check.queried_on).days > limit
            stale += [f"{subject}.{item}"] if check is None or is_stale else []
            rows.append(
                {
                    "subject": CreditCheck.Subject(subject).label,
                    "item": item,
                    "check": check,
                    "is_stale": is_stale,
                }
            )
    form = CreditForm(application, initial={"items": stale, "queried_on": today})
    earlier = application.credit_checks.select_related("officer__person").order_by("-at")[:30]
    return {
        "checks": rows,
        "form": form,
        "limit": limit,
        "since": application.compliance_window_start(),
        "earlier": list(earlier),
    }


def _record_credit(request: HttpRequest, application: ProviderApplication) -> dict[str, Any] | None:
    form = CreditForm(application, request.POST)
    if not form.is_valid():
        return {"form": form}
    said = dict(form.cleaned_data)
    items = [tuple(chosen.split(".", 1)) for chosen in said.pop("items")]
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        papers.record_credit_checks(application, actor=actor, items=items, **said)
    except InvalidInput as invalid:
        for name, sentences in invalid.errors.items():
            form.add_error(name if name in form.fields else None, sentences)
        return {"form": form}
    messages.success(request, "查询结果已登记。")
    return None


# --- Paper copies -------------------------------------------------------------------------------------------------
class PaperForm(forms.Form):
    copies = forms.IntegerField(label=_("收到装订好的纸质材料（份）"), min_value=0, max_value=99)


def _paper(request: HttpRequest, application: ProviderApplication) -> dict[str, Any]:
    return {
        "form": PaperForm(initial={"copies": application.paper_copies}),
        "copies_needed": defaults.value("SX_PAPER_COPIES", application.rules_on),
        "is_needed": defaults.value("SX_PAPER_RECEIPT_REQUIRED", application.rules_on),
    }


def _record_paper(request: HttpRequest, application: ProviderApplication) -> dict[str, Any] | None:
    form = PaperForm(request.POST)
    if not form.is_valid():
        return {"form": form}
    actor: Actor = request.actor  # type: ignore[attr-defined]
    papers.tick_paper_copies(application, actor=actor, copies=form.cleaned_data["copies"])
    messages.success(request, "已登记纸质材料份数。")
    return None


READ: dict[str, Callable[[HttpRequest, ProviderApplication], dict[str, Any]]] = {
    "conditions": _conditions,
    "credit": _credit,
    "paper": _paper,
}
WRITE: dict[str, Callable[[HttpRequest, ProviderApplication], dict[str, Any] | None]] = {
    "conditions": _record_conditions,
    "credit": _record_credit,
    "paper": _record_paper,
}


@require_POST
@for_officials
def verify_trade(request: HttpRequest, reference: str) -> HttpResponse:
    """Mark trade records as verified, all of them or those ticked, or take the mark back (SX-38)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    application = application_of(actor, reference)
    chosen = [
        int(pk) for pk in request.POST.getlist("record") if pk.isascii() and pk.isdigit() and len(pk) < 19
    ]
    records = None if request.POST.get("which") == "all" else chosen
    verified = request.POST.get("mark") != "open"
    if records is not None and not records:
        raise InvalidInput({"record": ["没有选中记录。先勾选要核实的行，或者用“全部核实”。"]})
    changed = papers.verify_trade_records(application, actor=actor, records=records, verified=verified)
    messages.success(request, f"{changed} 笔记录{'已核实' if verified else '改为未核实'}。")
    return redirect(f"/desk/cases/{reference}/review/trade_volume_proof/")
