"""Rules about clocks: a period is over, or an act is still in time; the last day counts through 24:00."""

from __future__ import annotations

from datetime import date

from accreditation import selectors
from core import clock
from core.findings import Finding
from workflow.rules import lapsed


def completeness_over(application, ctx) -> Finding:
    """Five working days went by without a notice (AMB-G07)."""
    return lapsed(application, ctx, "completeness", "AMB-G07")


def promise_over(application, ctx) -> Finding:
    """The time for the promised items is over and one is still missing (FJ-24, AMB-G08)."""
    finding = lapsed(application, ctx, "promise", "AMB-G08")
    missing = bool(selectors.open_promises(application))
    return Finding(
        "AMB-G08",
        bool(finding.ok and missing),
        finding.measured,
        finding.required,
        finding.message,
        "promise_over",
    )


def city_refusal_over(application, ctx) -> Finding:
    """The time to ask for a review of the city's refusal is over (AMB-S08)."""
    return lapsed(application, ctx, "city_refusal", "AMB-S08")


def title_is_over(title, ctx) -> Finding:
    """The last day of the title is over; on it the title still holds (SX-59)."""
    over = ctx.today > title.valid_until
    return Finding(
        "SX-59",
        over,
        ctx.today,
        f"{title.valid_until} 之后",
        "" if over else f"有效期至 {title.valid_until}（含当日）。",
        "title_is_over",
    )


def today_or(day: date | None) -> date:
    return day or clock.today()
