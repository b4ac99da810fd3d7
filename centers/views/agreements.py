"""Agreement and contract at the desk: the award entered, who has signed, the terms, the assessment (HB-38 to HB-43)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Role
from centers import contracting, cycles
from centers.forms_pages import AwardForm, TermsForm
from centers.procedures.agreement import PARTIES, TripartiteAgreement
from centers.procedures.contract import Contract
from centers.register import Center
from centers.rules.contract import assessment_of
from centers.views.frame import actor_of, case_of, frame, steps_of_way
from workflow.access import holds
from workflow.errors import Conflict, InvalidInput
from workflow.relations import Relation
from workflow.views import for_officials

AGREEMENT_WAY = ("拟定", "三方签署", "生效")
CONTRACT_WAY = ("拟定", "履行", "年度末期评估", "期满")
AT = {"draft": 0, "active": 1, "assessment": 2, "expiring": 3}


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def award(request: HttpRequest, reference: str) -> HttpResponse:
    """The county enters the award of the procurement platform; the agreement is there to be drawn up."""
    center, actor = case_of(request, reference, Center), actor_of(request)
    own = center.body_id(Role.COUNTY_OFFICER) == actor.organization_id and Role.COUNTY_OFFICER in actor.roles
    if not own or center.state not in (Center.State.APPROVED, Center.State.VACANT):
        raise Http404("这个中心现在不由本单位登记中标结果。")
    form, status = AwardForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                agreement = cycles.record_award(center, actor, **form.cleaned_data)
            except InvalidInput as refusal:
                for sentences in refusal.errors.values():
                    form.add_error(None, forms.ValidationError(sentences))
            except Conflict as conflict:
                form.add_error(None, conflict.message)
                status = 409
            else:
                messages.success(request, "中标结果已登记，请拟定三方合作协议。")
                return redirect("desk:case", agreement.reference)
    return render(
        request, "centers/desk/award.html", {"case": center, "center": center, "form": form}, status=status
    )


def parties_of(agreement: TripartiteAgreement) -> list[dict[str, Any]]:
    signed = {row.relation: row for row in agreement.signatures.select_related("user__person")}
    bodies = agreement.bodies()
    return [
        {"label": Relation(relation).label, "body": bodies.get(relation), "signature": signed.get(relation)}
        for relation in PARTIES
    ]


def agreement_page(request: HttpRequest, agreement: TripartiteAgreement) -> HttpResponse:
    actor = actor_of(request)
    at = {"draft": 0, "signing": 1}.get(agreement.state, 3)
    stages = steps_of_way(AGREEMENT_WAY, at, stopped=agreement.state == "void", waits=holds(agreement, actor))
    left_out = ("sign",) if agreement.signatures.filter(organization=actor.organization).exists() else ()
    context = frame(agreement, actor, stages=stages, left_out=left_out) | {
        "agreement": agreement,
        "parties": parties_of(agreement),
        "contracts": list(agreement.contracts.order_by("number")),
    }
    return render(request, "centers/desk/agreement.html", context)


def contract_page(request: HttpRequest, contract: Contract) -> HttpResponse:
    return render(request, "centers/desk/contract.html", _contract_context(request, contract, None))


def _contract_context(request: HttpRequest, contract: Contract, bound: TermsForm | None) -> dict[str, Any]:
    actor = actor_of(request)
    stages = steps_of_way(
        CONTRACT_WAY,
        AT.get(contract.state, 4),
        stopped=contract.state in ("void", "terminated", "lapsed"),
        waits=holds(contract, actor),
    )
    assessment = assessment_of(contract)
    left_out = ["renew", "not_renew"] if assessment is None else ["record_assessment"]
    if assessment is not None and assessment.is_passed:
        left_out.append("not_renew")
    terms = {"first_day": contract.first_day, "last_day": contract.last_day, "amount": contract.amount}
    writes = contract.state == "draft" and contract.holder_organization_id == actor.organization_id
    digest = contract.content_digest()
    signatures = contract.countersignatures.filter(step="sign").select_related("user__person", "organization")
    return frame(contract, actor, stages=stages, left_out=tuple(left_out)) | {
        "contract": contract,
        "assessment": assessment,
        "form": (bound or TermsForm(initial=terms)) if writes else None,
        "countersignature": next((one for one in signatures if one.content_digest == digest), None),
    }


@require_POST
@for_officials
def terms(request: HttpRequest, reference: str) -> HttpResponse:
    """Days and amount of a draft; refused ones come back with the page."""
    contract = case_of(request, reference, Contract)
    form = TermsForm(request.POST)
    if form.is_valid():
        try:
            contracting.set_terms(contract, actor_of(request), **form.cleaned_data)
        except InvalidInput as refusal:
            for name, sentences in refusal.errors.items():
                form.add_error(name, forms.ValidationError(sentences))
        else:
            messages.success(request, "合同条款已保存；承办企业须对新的条款签署。")
            return redirect("desk:case", reference)
    return render(
        request, "centers/desk/contract.html", _contract_context(request, contract, form), status=422
    )
