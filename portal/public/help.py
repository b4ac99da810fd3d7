"""办事帮助: how the counting goes, which keys there are, what people ask, and every procedure as a picture."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core import calendar, clock, defaults
from workflow import diagram
from workflow.steps import PROCEDURES

MAIN = "ProviderApplication"
# Shown in this order; a procedure that is not here comes after them.
ORDER = (MAIN, "Consultation", "Publicity", "Objection", "Accreditation")
KEYS = (
    ("J　K", _("下一行、上一行")),
    ("Enter", _("打开这一行")),
    ("X", _("选中、取消选中")),
    ("A", _("转办")),
    ("/", _("搜索")),
    ("1…0", _("第几项材料")),
    ("←　→", _("翻页")),
    ("Y　N", _("符合、要补正")),
    ("C　T", _("批注、意见模板")),
    ("Ctrl+Enter", _("保存并到下一件")),
    ("Esc", _("关闭、取消选择")),
    ("?", _("本页能用的快捷键")),
)


def _procedures() -> list[tuple[str, str]]:
    names = sorted(PROCEDURES, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    return [(name, str(PROCEDURES[name]._meta.verbose_name)) for name in names]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    limit = defaults.value("SX_CITY_REVIEW_WORKING_DAYS", today)
    context = {
        "procedures": _procedures(),
        **_drawn(MAIN),
        "today": today,
        "limit": limit,
        "due": calendar.add_working_days(today, limit),
        "provisional": calendar.unpublished_year_ahead(today),
        "keys": KEYS,
        "correction_days": defaults.value("CORRECTION_WORKING_DAYS", today),
        "served_days": defaults.value("NOTICE_DEEMED_SERVED_WORKING_DAYS", today),
    }
    return render(request, "portal/public/help.html", context)


@require_safe
def process(request: HttpRequest, name: str) -> HttpResponse:
    """One procedure: its picture, and every step in a table for who does not see it."""
    drawn = _drawn(name)
    context = {**drawn, "steps": diagram.told(drawn["graph"]), "procedures": _procedures()}
    return render(request, "portal/public/process.html", context)


@cache
def _drawn(name: str) -> dict[str, Any]:
    """A procedure's picture, laid out once: declarations do not change while we run."""
    if name not in PROCEDURES:
        raise Http404("没有这个办理流程。")
    return diagram.svg_context(diagram.graph_of(PROCEDURES[name]))


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/public/accessibility.html")


# --- For machines ----------------------------------------------------------------------------------------------
ROBOTS = """User-agent: *
Disallow: /accounts/
Disallow: /admin/
Disallow: /my/
Disallow: /desk/
Disallow: /opinions/
Disallow: /province/
Disallow: /cases/
Disallow: /objections/
Disallow: /progress/
Disallow: /v/
"""
SECURITY = """Contact: tel:12345
Policy: {origin}/help/#security
Preferred-Languages: zh, en
Canonical: {origin}/.well-known/security.txt
Expires: {year}-12-31T15:59:59Z
"""


@require_safe
@cache_control(max_age=86400, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=86400, public=True)
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a hole (RFC 9116); good until the end of the year."""
    text = SECURITY.format(origin=settings.PUBLIC_ORIGIN.rstrip("/"), year=clock.today().year)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=86400, public=True)
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this name whatever a page says."""
    response = HttpResponse(status=302)
    response["Location"] = static("img/favicon.svg")
    return response
