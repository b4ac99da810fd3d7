"""认定名录: search, and the entry that answers whether a certificate is real and in force (SX-05, SX-23, SX-56, SX-59)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accreditation import standing
from accreditation.models import Accreditation, ProviderApplication
from accreditation.selectors import publicities
from accreditation.standing import standing_of
from core import clock
from portal.public import directory, receipts
from portal.public.directory import Search

WORDS = [standing.HOLDS.word, standing.UNDER_REVIEW.word, *(one.word for one in standing.ENDED.values())]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked, today = Search.of(request.GET), clock.today()
    page = directory.page_of(directory.found(asked, today), asked.after)
    names = {row["code"]: row["name"] for row in directory.service_kinds()}
    regions = directory.regions()
    context = {
        "asked": asked,
        "page": page,
        "rows": [(title, standing_of(title, today)) for title in page.rows],
        "regions": regions,
        "services": directory.service_kinds(),
        "region_name": next((r.name for r in regions if r.code == asked.region), ""),
        "service_name": names.get(asked.service, ""),
        "today": today,
    }
    return render(request, "portal/public/register.html", context)


@require_safe
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """A register entry; the same page verifies the certificate of that number.

    A number that was never given gets the same kind of answer as any other, and an offer to search.
    """
    asked, now = number.strip().upper(), clock.now()
    title = directory.title_of(asked)
    if title is None:
        return render(request, "portal/public/register_unknown.html", {"number": asked[:40]}, status=404)
    today = clock.local(now).date()
    stands = standing_of(title, today)
    claimed = request.GET.get("receipt", "")[:30]
    application = title.parent.providerapplication if title.parent else None
    context = {
        "title": title,
        "stands": stands,
        "now": now,
        "receipt": receipts.receipt_for(title.number, today, stands.word),
        "claimed": claimed,
        "confirmed": receipts.checked(claimed, title.number, WORDS) if claimed else None,
        "application": application,
        "snapshot": _snapshot(application),
        "certificate": directory.certificate_of(title),
        "decision": directory.decision_of(title),
        "ended_on": standing.ended_on(title, today),
        "department": title.program.department(),
        "history": history(title, application, today),
        "years": title.program.facts["validity"]["years"],
        "remaining": _remaining(today, title.valid_until) if stands.holds else "",
        "kinds": [standing.HOLDS, standing.UNDER_REVIEW, standing.EXPIRED, standing.ENDED["revoked"]],
    }
    return render(request, "portal/public/register_entry.html", context)


def _snapshot(application: ProviderApplication | None) -> dict[str, Any]:
    """What of the accredited enterprise's particulars the register tells: places, platform, services; no person."""
    if application is None:
        return {}
    kept = application.profile_snapshot
    names = {row["code"]: row["name"] for row in directory.service_kinds()}
    profile = application.profile()
    if profile is None:
        return {}
    return {
        "office": " ".join(filter(None, [str(profile.office_region or ""), profile.office_address])),
        "platform": profile.platform_name,
        "platform_mode": profile.get_platform_mode_display() if profile.platform_mode else "",
        "services": [names[code] for code in kept.get("service_kinds", []) if code in names],
        "city": application.body("CITY_OFFICER"),
    }


def _remaining(today: dt.date, until: dt.date) -> str:
    """How long the title still holds, in years and months; in days when it is less than a month."""
    months = (until.year - today.year) * 12 + until.month - today.month - (until.day < today.day)
    if months < 1:
        return f"{(until - today).days + 1} 天"
    years, months = divmod(months, 12)
    return " ".join(filter(None, [f"{years} 年" if years else "", f"{months} 个月" if months else ""]))


def history(
    title: Accreditation, application: ProviderApplication | None, today: dt.date
) -> list[dict[str, Any]]:
    """What was published about the title, the newest first. Reasons, opinions and people stay in the file."""
    province = title.program.department().label
    told: list[dict[str, Any]] = []
    if application is not None:
        recommended = application.ledger.filter(step="recommend").order_by("-sequence").first()
        city = application.body("CITY_OFFICER")
        if recommended and city:
            when = clock.local(recommended.at).date()
            told.append(_told("", f"{city.label}推荐上报", "经初审并征求同级部门意见", when, city.label))
        for posting in publicities(application):
            ends = f"{posting.posted_on} 至 {posting.last_day}"
            told.append(
                _told(
                    "seal",
                    "拟认定名单公示",
                    "",
                    posting.posted_on,
                    province,
                    ends,
                    f"/notices/{posting.reference}/",
                )
            )
    told.append(_told("green", f"认定为{title.title_name}", "颁发电子证书", title.valid_from, province))
    if title.plaque_handed_on:
        told.append(
            _told("blue", "授牌", f"牌匾编号 {title.plaque_number}", title.plaque_handed_on, province)
        )
    stands, ended = standing_of(title, today), standing.ended_on(title, today)
    if ended:
        tone = "seal" if stands.tone == "sealx" else ""
        told.append(_told(tone, stands.word, stands.meaning, ended, province))
    return sorted(told, key=lambda row: row["day"])[::-1]  # of one day, what came later stands above


def _told(tone, title, text, day: dt.date, who: str, when: str = "", href: str = "") -> dict[str, Any]:
    return {
        "tone": tone, "title": title, "text": text, "day": day, "when": when or day.isoformat(), "who": who, "href": href,
    }  # fmt: skip
