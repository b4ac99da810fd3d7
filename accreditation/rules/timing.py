"""Rules about clocks: a period is over, or an act is still in time; the last day counts through 24:00."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from accreditation import selectors
from core import clock
from core.findings import Finding

if TYPE_CHECKING:
    pass


def lapsed(case, ctx, code: str, clause_id: str) -> Finding:
    deadline = ctx.clocks.live.get(code)
    over = deadline is not None and deadline.status == "running" and deadline.due_at <= ctx.now
    due = deadline.due_on if deadline else "无此时限"
    return Finding(
        clause_id,
        over,
        due,
        "时限届满",
        "" if over else f"时限到 {due} 24 时届满，现在还不能办理。",
        f"{code}_over",
    )


def in_time(code: str, clause_id: str):
    """A rule: the named clock still runs, its last day through 24:00 included."""

    def still_runs(case, ctx) -> Finding:
        deadline = ctx.clocks.live.get(code)
        ok = deadline is not None and deadline.due_at > ctx.now
        due = deadline.due_on if deadline else "—"
        return Finding(
            clause_id,
            ok,
            due,
            "在时限内",
            "" if ok else f"已过时限（{due} 24 时止），不能再办。",
            f"{code}_in_time",
        )

    return still_runs


def completeness_over(application, ctx) -> Finding:
    """Five working days went by without a notice (AMB-G07)."""
    return lapsed(application, ctx, "completeness", "AMB-G07")


def correction_over(application, ctx) -> Finding:
    """The time for the correction is over (AMB-G07)."""
    return lapsed(application, ctx, "correction", "AMB-G07")


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


def statement_over(application, ctx) -> Finding:
    """The time to state the case is over (AMB-G09)."""
    return lapsed(application, ctx, "statement", "AMB-G09")


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
