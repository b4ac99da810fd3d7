"""What the steps of a three-year review require: its papers, the findings on the four conditions, the title it is about.

The conditions are those of the application on the data of the last twelve months (AMB-S13); what was counted is
compared here, what only a person can see is the verdict of the body that looked.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accreditation.materials import SLOTS_OF
from core import defaults
from core.findings import Finding
from core.money import in_wan
from documents.attachments.models import Attachment

if TYPE_CHECKING:
    from accreditation.procedures.title_review import ProviderReview

# The clause of each check of the fact file; a licence that is only needed with a licensed platform is part of it.
CLAUSE_OF = {
    "office_in_province": "SX-26",
    "lawful_operation": "SX-27",
    "independent_accounting": "SX-27",
    "internal_rules_sound": "SX-28",
    "risk_control_sound": "SX-28",
    "social_responsibility": "SX-28",
    "platform_mode": "SX-29",
    "professional_team": "SX-30",
    "core_services": "SX-31",
    "lawful_contracts": "SX-32",
    "no_violation": "SX-33",
    "not_listed": "SX-34",
    "not_downgraded": "SX-35",
    "province_wide_capacity": "SX-36",
    "served_enterprises": "SX-37",
    "trade_volume": "SX-38",
}
COUNTED = ("served_enterprises", "trade_volume")
CREDIT = ("no_violation", "not_listed", "not_downgraded")
STATEMENT = "truthfulness_statement"


def checks_of(review: ProviderReview) -> list[dict[str, Any]]:
    """The checks of the four conditions, each with its condition, as the document lists them."""
    return [
        {**check, "condition": condition["code"]}
        for condition in review.program.facts["conditions"]
        for check in condition["checks"]
        if check["code"] in CLAUSE_OF
    ]


def wanted_materials(review: ProviderReview) -> list[dict[str, Any]]:
    """The required materials; the statement is what the legal representative signs."""
    return [m for m in review.program.materials if m["required"] and m["code"] != STATEMENT]


def must_be_new(spec: dict[str, Any]) -> bool:
    """What proves the scale of the business speaks of the last twelve months, so it cannot be unchanged (AMB-S13)."""
    return "C4" in spec["proves"]


def review_materials_settled(review: ProviderReview) -> list[Finding]:
    """Each required material is new or confirmed as unchanged, and the figures are there (AMB-S13)."""
    filed = set(Attachment.objects.standing().filter(case_id=review.pk).values_list("slot", flat=True))
    confirmed = set(review.confirmations.values_list("code", flat=True))
    missing = [
        spec["name"]
        for spec in wanted_materials(review)
        if not filed & set(SLOTS_OF[spec["code"]]) and (spec["code"] not in confirmed or must_be_new(spec))
    ]
    report = getattr(review, "report", None)
    has_figures = report is not None and None not in (report.served_enterprises, report.trade_volume)
    return [
        Finding(
            "AMB-S13",
            not missing,
            f"缺 {len(missing)} 项",
            "各项材料已上传，或确认没有变化",
            f"这些材料还没有上传或确认：{'、'.join(missing)}。" if missing else "",
            "review_materials_settled",
        ),
        Finding(
            "AMB-S13",
            has_figures,
            "已填" if has_figures else "未填",
            "近 12 个月服务企业数和业务量",
            "" if has_figures else "还没有填写近 12 个月服务企业数和业务量。",
            "review_figures_given",
        ),
    ]


def review_defects_answered(review: ProviderReview) -> Finding:
    """Each listed defect has an answer (AMB-G07)."""
    left = review.defects.filter(resolved_at=None, answer="").count()
    return Finding(
        "AMB-G07", left == 0, left, 0, f"还有 {left} 项没有写明补正情况。" if left else "", "defects_answered"
    )


def review_correction_round_left(review: ProviderReview, ctx) -> Finding:
    """One notice tells all; another only for what the corrected material itself brought in (AMB-G07)."""
    limit = defaults.value("CORRECTION_MAX_ROUNDS", review.rules_on)
    used = review.defects.values("round").distinct().count()
    named = ctx.inputs.get("defects") or [{}]
    ok = used < limit or all(str(d.get("brought_in", "")).strip() for d in named)
    return Finding(
        "AMB-G07",
        ok,
        f"已告知 {used} 次",
        f"一次性告知（{limit} 次）",
        "" if ok else "已经一次性告知过。再次要求补正，只能针对补正材料本身新带入的缺陷，并逐项写明。",
        "correction_round_left",
    )


# --- The four conditions -------------------------------------------------------------------------------------
def review_findings(review: ProviderReview) -> list[Finding]:
    """The newest verdict on each check, as a finding; counted ones are compared with the facts (SX-37, SX-38)."""
    newest = {verdict.check_code: verdict for verdict in review.verdicts.order_by("at", "id")}
    return [_finding(review, check, newest.get(check["code"])) for check in checks_of(review)]


def _finding(review: ProviderReview, check: dict[str, Any], verdict) -> Finding:
    code, name = check["code"], check["name"]
    if verdict is None:
        return Finding(CLAUSE_OF[code], None, "待核查", name, f"“{name}”还没有核查结论。", code)
    if code not in COUNTED:
        return Finding(
            CLAUSE_OF[code],
            verdict.ok,
            "符合" if verdict.ok else "不符合",
            name,
            "" if verdict.ok else f"“{name}”核查为不符合：{verdict.evidence}",
            code,
        )
    if code == "served_enterprises":
        return enough_served(int(verdict.measured), review.program.clients_asked(review.rules_on))
    return enough_volume(verdict.measured, review.program.volume_asked(review.rules_on))


def enough_served(measured: int, required: int) -> Finding:
    """Still serves enough of the province's traders, in the last twelve months (SX-37, AMB-S13)."""
    ok = measured >= required
    message = "" if ok else f"近 12 个月服务省内进出口企业 {measured} 家，要求 {required} 家。"
    return Finding("SX-37", ok, measured, required, message, "served_enterprises")


def enough_volume(measured: Decimal, required: Decimal) -> Finding:
    """Still has enough verified business in the last twelve months (SX-38, AMB-S13)."""
    ok = measured >= required
    message = "" if ok else f"近 12 个月核实业务量 {in_wan(measured)}，要求 {in_wan(required)}。"
    return Finding("SX-38", ok, measured, required, message, "trade_volume")


def review_findings_recorded(review: ProviderReview) -> Finding:
    """Every check has an outcome before the city forwards, met or failed (SX-61, AMB-S13)."""
    open_ones = [f for f in review_findings(review) if f.ok is None]
    return Finding(
        "SX-61",
        not open_ones,
        f"{len(open_ones)} 项待核查",
        "四项条件均有核查结论",
        "；".join(f.message for f in open_ones),
        "review_findings_recorded",
    )


def failed_review_finding_named(review: ProviderReview, ctx) -> Finding:
    """Each clause named is one whose check failed (SX-62)."""
    failed = {f.clause for f in review_findings(review) if f.ok is False}
    named = set(ctx.inputs["clauses"])
    ok = bool(named) and named <= failed
    return Finding(
        "SX-62",
        ok,
        "、".join(sorted(named - failed)) or "、".join(sorted(named)),
        "核查为不符合的条件",
        "" if ok else "只能以核查为不符合的条件为由告知。请先核对核查结论。",
        "failed_review_finding_named",
    )


def review_findings_ok_or_answered(review: ProviderReview, ctx) -> list[Finding]:
    """All checks are judged, and of a failed one it is said why the title is kept all the same (AMB-S12)."""
    found = review_findings(review)
    left = [f for f in found if f.ok is None]
    failed = [f for f in found if f.ok is False]
    answered = not failed or bool(ctx.inputs["answers"].strip())
    return [
        Finding(
            "AMB-S12",
            not left,
            f"{len(left)} 项待核查",
            "四项条件均有核查结论",
            "；".join(f.message for f in left),
            "review_findings_recorded",
        ),
        Finding(
            "AMB-S12",
            answered,
            f"{len(failed)} 项不符合",
            "均符合，或逐项说明",
            "" if answered else f"有不符合项，请逐项说明：{'；'.join(f.message for f in failed)}",
            "review_findings_answered",
        ),
    ]


def review_checks_fresh(review: ProviderReview, ctx) -> Finding:
    """On the day of the decision no query of a register is older than thirty days (SX-33, AMB-G19)."""
    limit = defaults.value("CREDIT_CHECK_MAX_AGE_DAYS", review.rules_on)
    newest = {v.check_code: v for v in review.verdicts.order_by("at", "id") if v.check_code in CREDIT}
    stale = [v for v in newest.values() if (ctx.today - v.checked_on).days > limit]
    return Finding(
        "SX-33",
        not stale,
        f"过期 {len(stale)} 项",
        f"查询不早于 {limit} 日前",
        f"信用查询已超过 {limit} 日的有 {len(stale)} 项，请重新查询。" if stale else "",
        "credit_checks_fresh",
    )


# --- The title -----------------------------------------------------------------------------------------------
def title_under_review(review: ProviderReview) -> Finding:
    title = review.register_entry
    ok = title.state == "under_review"
    return Finding(
        "SX-61",
        ok,
        title.state_label,
        "称号在复核中",
        "" if ok else f"称号现为“{title.state_label}”，不能作出复核决定。",
        "title_under_review",
    )


def review_not_on_hold(review: ProviderReview) -> Finding:
    """While a revocation is open the review stands still (SX-63)."""
    held = review.is_on_hold
    return Finding(
        "SX-63",
        not held,
        "已中止" if held else "",
        "没有未结的取消案件",
        "称号有未结的取消案件，复核已中止，案件办结后再决定。" if held else "",
        "review_not_on_hold",
    )


def was_not_filed(review: ProviderReview) -> Finding:
    """Only who was told for not filing may file late (AMB-S12)."""
    return Finding(
        "AMB-S12",
        review.is_unfiled,
        "未报送" if review.is_unfiled else "已报送",
        "因逾期未报送被告知",
        "" if review.is_unfiled else "复核材料已在期限内报送，不能补报。",
        "was_not_filed",
    )


def title_not_over(review: ProviderReview, ctx) -> Finding:
    """Filing late is possible through the title's last day (AMB-S12)."""
    last_day = review.register_entry.valid_until
    ok = ctx.today <= last_day
    return Finding(
        "AMB-S12",
        ok,
        ctx.today,
        f"{last_day}（含当日）前",
        "" if ok else f"称号有效期已于 {last_day} 届满，不能再补报复核材料。",
        "title_not_over",
    )
