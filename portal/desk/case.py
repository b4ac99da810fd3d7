"""The page of a case at the desk: each procedure's own where it has one, the common one otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accreditation.models import ProviderApplication
from accreditation.views.desk import title
from accreditation.views.desk.case import application_page
from accreditation.views.desk.frame import links
from accreditation.views.desk.register import title_page
from centers.views.adjustment import adjustment_page
from centers.views.agreements import agreement_page, contract_page
from centers.views.centers import center_page
from centers.views.filing import filing_page
from centers.views.setup import setup_page
from portal.desk.cases import case_of, procedure_of
from portal.desk.kinds import kind_word
from portal.desk.objections import objection_page
from workflow.access import holds
from workflow.board import board
from workflow.cases import Case
from workflow.history import history
from workflow.views import for_officials

PAGES: dict[str, Callable[..., HttpResponse]] = {
    "Objection": objection_page,
    "Accreditation": title_page,
    "CenterSetup": setup_page,
    "Center": center_page,
    "ProviderReview": title.review_page,
    "RevocationCase": title.revocation_page,
    "CenterAdjustment": adjustment_page,
    "TripartiteAgreement": agreement_page,
    "Contract": contract_page,
    "OperatorFiling": filing_page,
}


@require_safe
@never_cache
@for_officials
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    if procedure_of(reference) is ProviderApplication:
        return application_page(request, reference)
    case = case_of(actor, reference)
    if case.kind == "Consultation" and case.department_id == actor.organization_id:
        return redirect(f"/opinions/{case.reference}/")
    return PAGES.get(case.kind, common_page)(request, case)


def common_page(request: HttpRequest, case: Case) -> HttpResponse:
    """Who has it, what can be done, what happened: enough for a procedure without a page of its own."""
    actor = request.actor  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "case": case,
        "kind": kind_word(case.kind),
        "holds": holds(case, actor),
        "entries": history(case, actor),
    }
    can = board(case, actor)
    context |= can | {"steps": links(case, can["steps"]), "prepares": links(case, can["prepares"])}
    return render(request, "portal/desk/case.html", context)
