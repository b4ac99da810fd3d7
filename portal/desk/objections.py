"""Objections to a posting, for the office that handles them.

The objector's name is on this page and on no other; whoever handles an objection took no part in the review, and
the step asks for it again (AMB-G17).
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Role
from accreditation.views.desk.frame import links
from documents.attachments.models import Attachment
from documents.notices.models import Notice
from portal.desk.asked import SIZES, Asked
from portal.desk.cases import case_of
from portal.desk.lists import newest_first
from publicity.models import Objection
from publicity.register import hear_applicant
from workflow.access import cases_visible_to, holds
from workflow.board import board
from workflow.errors import InvalidInput
from workflow.history import history
from workflow.views import for_officials

HANDLERS = {Role.PROV_OFFICER, Role.PROV_APPROVER}


@require_safe
@never_cache
@for_officials
def objections(request: HttpRequest) -> HttpResponse:
    """All objections the office is a party of, the newest first; names stay on the page of each."""
    actor, asked = request.actor, Asked.of(request.GET)  # type: ignore[attr-defined]
    rows = cases_visible_to(actor, Objection).select_related("parent__parent")
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.text:
        rows = rows.filter(parent__parent__title__icontains=asked.text)
    found, after = newest_first(rows, asked)
    context = {
        "asked": asked,
        "rows": found,
        "next_cursor": after,
        "sizes": SIZES,
        "states": Objection.State.choices,
        "said": f"本页 {len(found)} 件",
    }
    part = request.htmx  # type: ignore[attr-defined]
    template = "portal/desk/_objections.html" if part else "portal/desk/objections.html"
    return render(request, template, context)


def objection_page(request: HttpRequest, objection: Objection) -> HttpResponse:
    return _page(request, objection)


def _page(request: HttpRequest, objection: Objection, *, error: str = "", typed: str = "", status: int = 200):
    actor = request.actor  # type: ignore[attr-defined]
    can = board(objection, actor)
    context = can | {
        "case": objection,
        "posting": objection.parent.as_procedure(),
        "application": objection.parent.parent,
        "handles": bool(actor.roles & HANDLERS),
        "holds": holds(objection, actor),
        "hears": objection.state == Objection.State.INQUIRY and bool(actor.roles & HANDLERS),
        "steps": links(objection, can["steps"]),
        "prepares": links(objection, can["prepares"]),
        "files": list(Attachment.objects.standing().shown_to_others().filter(case_id=objection.pk)),
        "notices": list(Notice.objects.of(objection.pk)),
        "entries": history(objection, actor),
        "error": error,
        "typed": typed,
    }
    return render(request, "portal/desk/objection.html", context, status=status)


@require_POST
@for_officials
def take_down(request: HttpRequest, reference: str) -> HttpResponse:
    """The enterprise's side, told on the telephone or in writing and taken down by the office (AMB-G06)."""
    actor = request.actor  # type: ignore[attr-defined]
    objection = case_of(actor, reference, Objection)
    text = request.POST.get("text", "")
    try:
        hear_applicant(objection, actor=actor, text=text)
    except InvalidInput as invalid:
        return _page(request, objection, error=invalid.message, typed=text, status=invalid.status)
    messages.success(request, "已记入企业意见。")
    return redirect(f"/desk/cases/{objection.reference}/")
