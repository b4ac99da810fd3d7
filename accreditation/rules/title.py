"""What the steps of a title require: when its review opens, when it ends, whether its end may be questioned."""

from __future__ import annotations

from accreditation import selectors
from accreditation.clocks import review_opens_on
from core import defaults
from core.findings import Finding


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


def no_review_keeps_it(title, ctx) -> Finding:
    """No review was filed in time nor may still be; one that no rule set can decide keeps nothing (AMB-S12, AMB-S14)."""
    kept = title.is_kept_by_a_review() and selectors.rule_set(title.program, ctx.today) is not None
    return Finding(
        "AMB-S12",
        not kept,
        "复核未决" if kept else "没有未决的复核",
        "没有在期限内报送、尚未决定的复核",
        "企业已在期限内报送复核材料或报送期限未到，复核决定作出前称号继续有效。" if kept else "",
        "no_review_keeps_it",
    )


def review_is_due(title, ctx) -> Finding:
    """180 days before the last day, that day included (SX-61, AMB-S12)."""
    opens = review_opens_on(title)
    ok = ctx.today >= opens
    return Finding(
        "SX-61",
        ok,
        ctx.today,
        f"{opens} 起",
        "" if ok else f"有效期届满前的复核自 {opens} 启动，现在还不能启动。",
        "review_is_due",
    )


def rule_set_in_force(case, ctx) -> Finding:
    """After the last day of the document nothing is reviewed unless a successor is in force (AMB-S14)."""
    ok = selectors.rule_set(case.program, ctx.today) is not None
    return Finding(
        "AMB-S14",
        ok,
        ctx.today,
        "有现行有效的认定办法",
        "" if ok else "认定办法已过有效期，没有新的办法接续，不能启动或决定复核。",
        "rule_set_in_force",
    )


def title_can_be_questioned(revocation) -> Finding:
    """The title is in force or under review, and no other case against it is open (SX-63)."""
    title = revocation.register_entry
    ok = title.state in ("active", "under_review")
    return Finding(
        "SX-63",
        ok,
        title.state_label,
        "称号有效或在复核中，且没有其他未结的取消案件",
        ""
        if ok
        else f"称号现为“{title.state_label}”，不能立案。同一称号已有案件的，请并入原案；称号已终止的，请不予立案。",
        "title_can_be_questioned",
    )


def end_was_set_aside(title) -> Finding:
    """The title of that number did end, and nothing has taken its place since (AMB-G10)."""
    old = title.restores
    ended = old is not None and old.state in ("revoked", "review_failed", "expired")
    return Finding(
        "AMB-G10",
        ended,
        old.state_label if old else "无原称号",
        "原称号已取消、复核未通过或届满，且原决定已被撤销",
        "" if ended else "只有已取消、复核未通过或届满的称号，在原决定被撤销后才能恢复。",
        "end_was_set_aside",
    )


def title_has_city(title) -> Finding:
    """The city or zone that reviews is known: the office of the enterprise says which (SX-50)."""
    body = title.reviewing_body()
    return Finding(
        "SX-50",
        body is not None,
        body.name if body else "未填省内办事机构",
        "省内主要办事机构所在的市或综改示范区",
        "" if body else "企业没有登记省内办事机构，不能确定由哪里核查。",
        "title_has_city",
    )


def particulars_in_time(title, ctx) -> Finding:
    """A change is filed within thirty days, or the delay is explained (AMB-S22)."""
    limit = int(defaults.value("SX_CHANGE_FILING_DAYS", title.rules_on))
    taken = (ctx.today - ctx.inputs["changed_on"]).days
    ok = 0 <= taken <= limit or (taken > limit and bool(ctx.inputs["note"].strip()))
    message = "变更登记日期不能晚于今天。" if taken < 0 else f"变更已过 {limit} 日备案期限，请写明逾期原因。"
    return Finding(
        "AMB-S22", ok, f"{taken} 日", f"{limit} 日内", "" if ok else message, "particulars_in_time"
    )
