"""The eligibility pre-check: condition by condition, before anything is filed (features 3 and 4)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accreditation import eligibility, selectors
from accreditation.rules import no_active_title
from accreditation.views.enterprise.common import (
    actor_of,
    applications_of,
    enterprise_page,
    profile_of,
    programs_open_to,
)
from core import clock


@require_safe
@enterprise_page
def precheck(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    programs = programs_open_to(actor)
    if not programs:
        return render(request, "accreditation/enterprise/no_program.html")
    standing = applications_of(actor).filter(closed_at=None).first()
    program = standing.program if standing else programs[0]
    subject: Any = standing or eligibility.Prospect(program, actor.organization)
    blocks = eligibility.blocks(subject)
    title = no_active_title(subject)
    return render(
        request,
        "accreditation/enterprise/precheck.html",
        {
            "program": program,
            "standing": standing,
            "blocks": blocks,
            "unmet": [p for block in blocks for p in block.points if p.finding.ok is False],
            "counts": counts(blocks),
            "title_finding": None if title.ok else title,
            "round": selectors.open_round(program, clock.today()),
            "next_round": selectors.next_round(program, clock.today()),
            "has_profile": profile_of(actor).pk is not None,
            "places": places(standing),
        },
    )


def counts(blocks: list[eligibility.Block]) -> dict[str, int]:
    points = [p for block in blocks for p in block.points]
    return {
        "ok": sum(p.finding.ok is True for p in points),
        "no": sum(p.finding.ok is False for p in points),
        "man": sum(p.finding.ok is None for p in points),
    }


def places(standing) -> dict[str, str]:
    """Where each unmet condition is put right: a page of this enterprise, by its code."""
    found = {"profile": reverse("my:profile")}
    for place in set(eligibility.REMEDIES.values()) - {"profile"}:
        found[place] = reverse("my:material", args=[standing.reference, place]) if standing else ""
    return found
