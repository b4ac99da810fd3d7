"""One case for one reader: found with its procedure's fields in a single read."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404

from accounts.actors import Actor
from workflow.access import cases_visible_to
from workflow.cases import Case, Watch
from workflow.steps import PROCEDURES

SHARED = ("applicant", "region", "holder_organization", "claimed_by__person")
ALSO = {
    "ProviderApplication": ("program", "round", "condition_summary"),
    "Objection": ("parent",),
    "Consultation": ("parent", "department"),
    "Publicity": ("parent",),
    "Accreditation": ("program",),
    "CenterSetup": ("zone__prefecture", "zone__county"),
    "TripartiteAgreement": ("cycle", "service_center__zone"),
    "OperatorFiling": ("agreement", "service_center__zone"),
    "Contract": ("cycle", "agreement", "service_center__zone"),
    "CenterAdjustment": ("service_center__zone", "service_center__premises"),
    "Center": ("zone__prefecture", "zone__county", "premises"),
    "ProviderReview": ("register_entry", "program", "report"),
    "RevocationCase": ("register_entry", "reporter"),
}


def procedure_of(reference: str) -> type[Case]:
    """The procedure a reference belongs to, by the letters it begins with."""
    letters = "".join(sign for sign in reference[:4] if "A" <= sign <= "Z")
    return next((one for one in PROCEDURES.values() if one.prefix == letters), Case)


def case_of(actor: Actor, reference: str, wanted: type[Case] = Case) -> Any:
    """The case of that reference. Raises `Http404` when the actor may not know of it, or wants another kind."""
    procedure = procedure_of(reference)
    if not issubclass(procedure, wanted):
        raise Http404("没有这个办件，或您无权查看。")
    related = (*SHARED, *ALSO.get(procedure.__name__, ()))
    watched = Exists(Watch.objects.filter(case=OuterRef("pk"), user=actor.user))
    rows = cases_visible_to(actor, procedure).select_related(*related).annotate(is_watched=watched)
    case = rows.filter(reference=reference).first()
    if case is None:
        raise Http404("没有这个办件，或您无权查看。")
    return case
