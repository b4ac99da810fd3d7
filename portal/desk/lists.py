"""The cases an office may see, beside its queue: all of them, those one has worked on, and departments asked.

Newest first, a page goes on from the last row seen: no list counts what it does not show.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accreditation.models import Consultation
from portal.desk.asked import SIZES, Asked
from portal.desk.kinds import choices_of_kinds, kind_word, state_word
from workflow.access import cases_visible_to
from workflow.cases import Case
from workflow.ledger import LedgerEntry
from workflow.views import for_officials


def newest_first(rows: QuerySet[Any], asked: Asked) -> tuple[list[Any], str]:
    """One page and where the next one begins ("" where there is none)."""
    rows = rows.order_by("-id")
    if asked.after.isdecimal() and len(asked.after) < 19:
        rows = rows.filter(pk__lt=int(asked.after))
    found = list(rows[: asked.size + 1])
    return found[: asked.size], str(found[asked.size - 1].pk) if len(found) > asked.size else ""


def narrowed(rows: QuerySet[Any], asked: Asked, actor: Actor) -> QuerySet[Any]:
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.view == "open":
        rows = rows.filter(closed_at=None)
    elif asked.view == "closed":
        rows = rows.exclude(closed_at=None)
    if asked.who == "me" and actor.user:
        rows = rows.filter(claimed_by=actor.user)
    if asked.text:
        rows = rows.filter(
            Q(title__icontains=asked.text)
            | Q(reference__istartswith=asked.text)
            | Q(applicant__uscc__istartswith=asked.text)
        )
    return rows


@require_safe
@never_cache
@for_officials
def all_cases(request: HttpRequest) -> HttpResponse:
    """Whatever the office is a party of, open or closed; what belongs to another case is found there."""
    actor, asked = request.actor, Asked.of(request.GET)  # type: ignore[attr-defined]
    rows = cases_visible_to(actor) if asked.kind else cases_visible_to(actor).filter(parent=None)
    return _page(request, narrowed(rows, asked, actor), asked, "全部办件", "本单位经手的办件，新的在前。")


@require_safe
@never_cache
@for_officials
def done_cases(request: HttpRequest) -> HttpResponse:
    """The cases one has taken a step of oneself."""
    actor, asked = request.actor, Asked.of(request.GET)  # type: ignore[attr-defined]
    mine = LedgerEntry.objects.filter(case=OuterRef("pk"), user=actor.user)
    rows = cases_visible_to(actor).filter(Exists(mine))
    return _page(request, narrowed(rows, asked, actor), asked, "已办", "您本人办理过的办件，新的在前。")


@require_safe
@never_cache
@for_officials
def watched_cases(request: HttpRequest) -> HttpResponse:
    """The cases one follows, in whoever's hands they are."""
    actor, asked = request.actor, Asked.of(request.GET)  # type: ignore[attr-defined]
    rows = cases_visible_to(actor).filter(watches__user=actor.user)
    return _page(request, narrowed(rows, asked, actor), asked, "关注的办件", "您关注的办件，新的在前。")


def _page(request: HttpRequest, rows: QuerySet[Case], asked: Asked, title: str, text: str) -> HttpResponse:
    rows = rows.select_related("holder_organization", "claimed_by__person")
    found, after = newest_first(rows, asked)
    context = {
        "title": title,
        "text": text,
        "asked": asked,
        "rows": _worded(found),
        "next_cursor": after,
        "kinds": choices_of_kinds(),
        "sizes": SIZES,
        "said": f"本页 {len(found)} 件",
    }
    part = request.htmx  # type: ignore[attr-defined]
    return render(request, "portal/desk/_cases.html" if part else "portal/desk/cases.html", context)


def _worded(cases: Iterable[Case]) -> list[dict[str, Any]]:
    return [
        {"case": case, "kind": kind_word(case.kind), "word": state_word(case.kind, case.state)}
        for case in cases
    ]


@require_safe
@never_cache
@for_officials
def consultations(request: HttpRequest) -> HttpResponse:
    """Who was asked, who has answered, who is late: the departments' letters of one's own cases."""
    actor, asked = request.actor, Asked.of(request.GET)  # type: ignore[attr-defined]
    rows = cases_visible_to(actor, Consultation)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.text:
        rows = rows.filter(Q(title__icontains=asked.text) | Q(department__name__icontains=asked.text))
    rows = rows.select_related("department").annotate(parent_reference=F("parent__reference"))
    found, after = newest_first(rows, asked)
    context = {
        "asked": asked,
        "rows": found,
        "next_cursor": after,
        "sizes": SIZES,
        "states": Consultation.State.choices,
        "said": f"本页 {len(found)} 件",
    }
    part = request.htmx  # type: ignore[attr-defined]
    template = "portal/desk/_consultations.html" if part else "portal/desk/consultations.html"
    return render(request, template, context)
