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


def review_materials_over(review, ctx) -> Finding:
    """The time to hand in the papers of a review is over (AMB-S12)."""
    return lapsed(review, ctx, "review_materials", "AMB-S12")


def city_refusal_over(application, ctx) -> Finding:
    """The time to ask for a review of the city's refusal is over (AMB-S08)."""
    return lapsed(application, ctx, "city_refusal", "AMB-S08")


def today_or(day: date | None) -> date:
    return day or clock.today()
