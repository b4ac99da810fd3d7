"""The pages of an operator: its centers, its agreement, its contracts; what it signs, and what it says when heard."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Role
from centers.filings import EDITABLE
from centers.procedures.contract import Contract
from centers.views.agreements import parties_of
from centers.views.filing import papers_of
from centers.views.frame import actor_of, case_of
from documents.notices.models import Notice
from workflow.access import case_for, cases_visible_to
from workflow.authority import open_steps
from workflow.board import step_links
from workflow.history import history
from workflow.preparing import countersign
from workflow.steps import PROCEDURES

KINDS = ("TripartiteAgreement", "OperatorFiling", "Contract", "CenterAdjustment", "Center")
AGREED = "我单位同意本合同的期限和金额，按三方合作协议履行。"


def for_operators(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Only for who acts as an operator; to everybody else the page does not exist."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if Role.OPERATOR not in actor_of(request).roles:
            raise Http404("这里是承办企业的页面，请切换到承办企业身份。")
        return view(request, *args, **kwargs)

    return login_required(never_cache(opened))


@require_safe
@for_operators
def home(request: HttpRequest) -> HttpResponse:
    """Everything that concerns the operator, what is open first."""
    rows = cases_visible_to(actor_of(request)).filter(kind__in=KINDS).order_by("closed_at", "-pk")[:100]
    found = [{"case": one, "kind": PROCEDURES[one.kind]._meta.verbose_name} for one in rows]
    open_ones = [row for row in found if row["case"].is_open]
    return render(
        request,
        "centers/operator/home.html",
        {"open": open_ones, "closed": [r for r in found if r not in open_ones]},
    )


@require_safe
@for_operators
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case as the operator may read it; who steered what inside the offices is not told."""
    actor = actor_of(request)
    found = case_for(actor, reference)
    if found.kind not in KINDS:
        raise Http404("没有这个办件，或您无权查看。")
    steps = open_steps(found, actor)
    if (
        found.kind == "TripartiteAgreement"
        and found.signatures.filter(organization=actor.organization).exists()
    ):
        steps = []
    context: dict[str, Any] = {
        "case": found,
        "kind": found._meta.verbose_name,
        "steps": step_links(found, steps, leads_on=("sign", "answer_hearing", "state_case")),
        "parties": parties_of(found) if found.kind == "TripartiteAgreement" else [],
        "notices": list(Notice.objects.of(found.pk).filter(addressee=actor.organization).order_by("-pk")),
        "entries": history(found, actor),
    }
    if found.kind == "OperatorFiling":
        context["papers"] = papers_of(found, writes=found.state in EDITABLE)
    if found.kind == "Contract":
        digest = found.content_digest()
        context["digest"] = digest
        context["signed"] = found.countersignatures.filter(step="sign", content_digest=digest).exists()
        context["may_sign"] = found.state == "draft" and found.amount is not None and not context["signed"]
    return render(request, "centers/operator/case.html", context)


@require_POST
@for_operators
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """The operator's signature under a contract, over the terms it was shown (HB-40)."""
    contract = case_of(request, reference, Contract)
    countersign(
        contract, "sign", actor=actor_of(request), statement=AGREED, seen=request.POST.get("seen", "")
    )
    messages.success(request, "已签署；县级商务主管部门签订后合同生效。")
    return redirect("centers:operator_case", reference)
