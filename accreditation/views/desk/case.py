"""The page of an application for the offices that are its parties."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.actors import Actor
from accreditation import promising
from accreditation.procedures.application import ProviderApplication
from accreditation.procedures.consultation import Consultation
from accreditation.record import record
from accreditation.reviewing import Review
from accreditation.views.desk.frame import address, application_of, frame, links, worth_offering
from core.prepared import Prepared
from documents.notices.models import Notice
from publicity.models import Objection, Publicity
from workflow.access import cases_of_party, cases_visible_to
from workflow.board import board
from workflow.history import recent

SHOWN_OF_A_LETTER = (
    "kind",
    "state",
    "due_at",
    "stage",
    "opinion",
    "reasons",
    "answered_at",
    "was_late",
    "department__name",
    "department__short_name",
)
TABS = {
    "": "概况",
    "materials": "材料",
    "opinions": "意见与异议",
    "history": "办理记录",
    "notices": "文书",
    "notes": "内部备注",
}


def application_page(request: HttpRequest, reference: str) -> HttpResponse:
    """The case under one of its tabs. Each reads what it shows and no more."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    application = application_of(actor, reference)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    home = f"/desk/cases/{application.reference}/"
    context = frame(application, actor) | {
        "tab": tab,
        "tabs": [
            {"label": label, "href": f"{home}?tab={code}" if code else home, "current": code == tab}
            for code, label in TABS.items()
        ],
    }
    return render(request, "accreditation/desk/case.html", context | READ[tab](application, actor))


def _overview(application: ProviderApplication, actor: Actor) -> dict[str, Any]:
    summary = getattr(application, "condition_summary", None)
    can = board(application, actor)
    steps, prepares = (
        links(application, [spec for spec in can[name] if worth_offering(application, spec, actor)])
        for name in ("steps", "prepares")
    )
    return {
        "steps": steps,
        "lead": next((one for one in [*steps, *prepares] if one["leads"]), None),
        "prepares": prepares,
        "prepared": [replace(one, href=address(application, one.step)) for one in can["prepared"]],
        "conditions": summary.by_condition() if summary else [],
        "measured_at": summary.measured_at if summary else None,
        "opinions": consultations_of(application, actor),
        "promise": promising.signed(application),
        "entries": recent(application),
    }


def consultations_of(application: ProviderApplication, actor: Actor) -> list[Consultation]:
    """The departments asked in this case, those whose letters were taken back left out."""
    return LETTERS(actor.organization_id, application.pk)


LETTERS = Prepared(
    lambda organization, application: cases_of_party(Consultation, organization)
    .filter(parent_id=application).exclude(state="cancelled")
    .select_related("department").only(*SHOWN_OF_A_LETTER).order_by("id"),
    int, int, replan=True,
)  # fmt: skip


def _materials(application: ProviderApplication, actor: Actor) -> dict[str, Any]:
    return {"review": Review(application, actor.organization_id)}


def _opinions(application: ProviderApplication, actor: Actor) -> dict[str, Any]:
    postings = list(Publicity.objects.filter(parent_id=application.pk).order_by("id"))
    objections = cases_visible_to(actor, Objection).filter(root_id=application.pk).order_by("id")
    return {
        "names": {spec["code"]: spec["name"] for spec in application.program.materials},
        "opinions": consultations_of(application, actor),
        "objections": list(objections) if postings else [],  # nobody objects to what was never posted
        "postings": postings,
        "inquiries": list(
            application.inquiries.select_related("opened_by", "closed_by").order_by("opened_at")
        ),
        "hearings": list(application.hearings.all()),
        "corrections": list(
            application.corrections.prefetch_related("items").select_related("opened_by__person")
        ),
    }


def _history(application: ProviderApplication, actor: Actor) -> dict[str, Any]:
    return {"entries": record(application, actor)}


def _notices(application: ProviderApplication, actor: Actor) -> dict[str, Any]:
    return {"notices": list(Notice.objects.of(application.pk))}


def _notes(application: ProviderApplication, actor: Actor) -> dict[str, Any]:
    notes = application.notes.filter(organization_id=actor.organization_id)
    return {"notes": list(notes.select_related("author__person"))}


READ = {
    "": _overview,
    "materials": _materials,
    "opinions": _opinions,
    "history": _history,
    "notices": _notices,
    "notes": _notes,
}
