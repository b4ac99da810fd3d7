"""The titles of one's own region, and the plaque that belongs to each (SX-56, SX-57)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Kind, Role
from accreditation.models import Accreditation, DepartmentFinding, PlaqueReturn
from accreditation.standing import standing_of
from accreditation.views.desk.frame import links
from core import clock
from documents.notices.models import Notice
from workflow.access import holds
from workflow.board import board
from workflow.history import history
from workflow.views import for_officials

ROWS = 24


def titles_in_reach_of(actor: Actor) -> QuerySet[Accreditation]:
    """The register is public; an office sees its own region's, the provincial department the whole province's."""
    body = actor.organization
    if body is None:
        return Accreditation.objects.none()
    rows = Accreditation.objects.select_related("applicant", "region", "program")
    if body.kind == Kind.PROVINCE_DEPARTMENT:
        return rows.filter(program__province_id=body.region_id)
    return rows.filter(region_id=body.region_id)


@require_safe
@never_cache
@for_officials
def register(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text, after = request.GET.get("text", "").replace("\x00", "").strip()[:100], request.GET.get("after", "")
    without_plaque = request.GET.get("plaque") == "open"
    rows = titles_in_reach_of(actor).order_by("-id")
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(number__istartswith=text))
    if without_plaque:
        rows = rows.filter(plaque_handed_on=None, closed_at=None)
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: ROWS + 1])
    today = clock.today()
    context: dict[str, Any] = {
        "rows": [{"title": title, "stands": standing_of(title, today)} for title in found[:ROWS]],
        "next_cursor": found[ROWS - 1].pk if len(found) > ROWS else "",
        "text": text,
        "without_plaque": without_plaque,
        "hands_over": actor.organization is not None and actor.organization.kind == Kind.PROVINCE_DEPARTMENT,
    }
    return render(request, "accreditation/desk/register.html", context)


def title_page(request: HttpRequest, title: Accreditation) -> HttpResponse:
    """One title for the department that granted it: its term, its plaque, its papers."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    can = board(title, actor)
    context = can | {
        "case": title,
        "title": title,
        "stands": standing_of(title, clock.today()),
        "holds": holds(title, actor),
        "steps": links(title, can["steps"]),
        "prepares": links(title, can["prepares"]),
        "notices": list(Notice.objects.filter(subject_id=title.pk).select_related("organ")),
        "entries": history(title, actor),
        "holds_office": Role.PROV_OFFICER in actor.roles,
        "cases": [*title.reviews.order_by("-pk"), *title.revocations.order_by("-pk")],
        "findings": list(DepartmentFinding.objects.filter(title=title).select_related("reported_by")[:20]),
        "restored_by": getattr(title, "restored_by", None),
        "to_restore": title.restorations.filter(restored=None, returned_note="").exists(),
        "plaque_return": PlaqueReturn.objects.filter(title=title).first(),
        "today": clock.today(),
    }
    return render(request, "accreditation/desk/title.html", context)
