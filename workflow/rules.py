"""Conditions that procedures of every province ask alike: a clock is over or still runs, the right body acts."""

from __future__ import annotations

from collections.abc import Callable

from core.findings import Finding


def lapsed(case, ctx, code: str, clause_id: str) -> Finding:
    """The named clock is over; its last day counts through 24:00."""
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


def in_time(code: str, clause_id: str) -> Callable[..., Finding]:
    """A rule: the named clock still runs, its last day through 24:00 included; one that stands still is not over."""

    def still_runs(case, ctx) -> Finding:
        deadline = ctx.clocks.live.get(code)
        ok = deadline is not None and (deadline.status == "standing" or deadline.due_at > ctx.now)
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


def correction_over(case, ctx) -> Finding:
    """The time for the correction is over (AMB-G07)."""
    return lapsed(case, ctx, "correction", "AMB-G07")


def statement_over(case, ctx) -> Finding:
    """The time to state the case is over (AMB-G09)."""
    return lapsed(case, ctx, "statement", "AMB-G09")


def holding_body_acts(case, ctx) -> Finding:
    """Of several bodies that could, the one that holds the case acts (AMB-G07)."""
    ok = case.holder_organization_id == ctx.actor.organization_id
    return Finding(
        "AMB-G07",
        ok,
        ctx.actor.name,
        "承办单位",
        "" if ok else f"本件不在本单位办理，不能办理“{ctx.step.label}”。",
        "holding_body_acts",
    )
