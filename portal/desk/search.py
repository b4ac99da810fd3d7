"""The search box of every page: a number goes to the case itself, words to the list the reader may see."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Role
from portal.desk.asked import LONGEST_TEXT
from workflow.access import cases_visible_to
from workflow.views import home_of


@require_safe
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Offices and departments search their cases, everybody else the public register."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_TEXT]
    case = cases_visible_to(actor).filter(reference=text.upper()).first() if text else None
    if case is not None:
        return redirect(home_of(case, actor))
    if text.upper().startswith("ZS") or not actor.is_official:
        return redirect(f"/register/?{urlencode({'q': text})}")
    if actor.role == Role.DEPARTMENT:
        return redirect("/opinions/")
    return redirect(f"/desk/cases/?{urlencode({'text': text})}")
