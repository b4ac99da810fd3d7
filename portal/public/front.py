"""The front page: search, what can be applied for, what is being publicised, how it goes, and what has come of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accreditation.programs import Program, Round
from accreditation.selectors import next_round, open_round
from core import calendar, clock
from core.money import WAN
from portal.public.figures import figures
from portal.public.library import FACTS
from publicity.selectors import open_postings

TABS = {
    # tab: (name, where the box asks, its parameter, its label, what to write)
    "register": (
        _("查企业"),
        "/register/",
        "q",
        _("企业名称或统一社会信用代码"),
        _("输入企业名称，或 18 位统一社会信用代码"),
    ),
    "verify": (_("验证书"), "/v/", "code", _("证书编号或核验码"), _("输入证书编号，或文书上的 18 位核验码")),
    "progress": (_("查进度"), "/progress/", "reference", _("受理编号"), _("输入受理编号，如 WZ14-2026-0001")),
}
SHOWN = 4


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    today = clock.local(now).date()
    asked = request.GET.get("find", "")
    tab = asked if asked in TABS else "register"
    name, action, parameter, label, example = TABS[tab]
    programs = [standing_of(program, today) for program in Program.objects.order_by("pk")]
    context = {
        "tabs": [(key, row[0], key == tab) for key, row in TABS.items()],
        "box": {"name": name, "action": action, "parameter": parameter, "label": label, "example": example},
        # What nobody can apply for any more stands under 申报项目, unless there is nothing else to say.
        "programs": [program for program in programs if program["in_force"]] or programs,
        "postings": [(posting, progress_of(posting, today)) for posting in open_postings(today)[:SHOWN]],
        "now": now,
        **figures(),
    }
    return render(request, "portal/public/front.html", context)


def standing_of(program: Program, today: dt.date) -> dict[str, Any]:
    """Whether a program takes applications today, until when, and what comes next (SX-24, SX-58)."""
    current: Round | None = open_round(program, today)
    closes = current.closes_on if current else None
    in_force = program.in_force(today)
    return {
        "program": program,
        "round": current if in_force else None,
        "closes_on": closes,
        "days_left": calendar.working_days_after(today, closes) if closes else None,
        "next": None if current else next_round(program, today),
        "in_force": in_force,
        "clients": program.clients_asked(today),
        "volume": program.volume_asked(today) / WAN,
        "materials_count": len(program.materials),
        "years": program.facts["validity"]["years"],
        "series": next((series for series, name in FACTS.items() if name == program.facts_name), ""),
    }


def progress_of(posting, today: dt.date) -> dict[str, Any]:
    """How much of the period is over, in working days."""
    total = calendar.working_days_after(posting.posted_on, posting.last_day)
    left = calendar.working_days_after(today, posting.last_day)
    return {
        "total": total,
        "left": left,
        "done": total - max(0, left),
        "tone": "seal" if today >= posting.last_day else "amber" if left <= 3 else "blue",
        "is_last_day": today == posting.last_day,
    }
