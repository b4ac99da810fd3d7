"""The four conditions of annex 1, one function each (SX-26–38): pre-check, review panel and refusal read the same.

Before filing, what only a person can judge is neither met nor failed.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from accounts.profile import PlatformMode
from accreditation import selectors
from accreditation.rules.filing import CORE_SERVICES
from core import defaults, periods
from core.findings import Finding
from core.money import in_wan
from workflow.reading import reading_once

if TYPE_CHECKING:
    from accreditation.procedures.application import ProviderApplication


CAPABILITIES = ("capability_trade", "capability_internet", "capability_data", "capability_risk")


def office_in_province(application: ProviderApplication) -> Finding:
    """A main office or service point in the province; registration elsewhere is welcome (SX-26, SX-04)."""
    profile = application.profile()
    region = profile.office_region if profile else None
    address = profile.office_address if profile else ""
    ok = region is not None and region.province_code == application.program.province_id and bool(address)
    return Finding(
        "SX-26",
        ok,
        f"{region} {address}" if region else "未填",
        "省内主要办事机构或工作服务点",
        "" if ok else "还没有省内办事机构或服务点的地址，请在企业基本情况中填写。",
        "office_in_province",
    )


def lawful_operation(application) -> Finding:
    """合法经营, recorded by the reviewer with its evidence (SX-27)."""
    return judged(application, "SX-27", "lawful_operation", "合法经营", needs_evidence=True)


def independent_accounting(application) -> Finding:
    """独立核算, recorded by the reviewer with evidence from the audit report (SX-27)."""
    return judged(application, "SX-27", "independent_accounting", "独立核算", needs_evidence=True)


def internal_rules_sound(application) -> Finding:
    """内部管理制度健全 (SX-28)."""
    return judged(application, "SX-28", "internal_rules_sound", "内部管理制度健全")


def risk_control_sound(application) -> Finding:
    """风险控制体系完善 (SX-28)."""
    return judged(application, "SX-28", "risk_control_sound", "风险控制体系完善")


def social_responsibility(application) -> Finding:
    """履行社会责任 (SX-28)."""
    return judged(application, "SX-28", "social_responsibility", "履行社会责任")


def province_wide_capacity(application) -> Finding:
    """Capacity to serve the whole province: a person's finding; the cities covered are shown, not counted (SX-36)."""
    covered = len(selectors.cities_covered(application))
    finding = judged(application, "SX-36", "province_wide_capacity", "具有服务全省能力")
    return Finding(
        "SX-36",
        finding.ok,
        f"{finding.measured}；清单覆盖 {covered} 个市",
        finding.required,
        finding.message,
        finding.code,
    )


def judged(application, clause_id: str, code: str, name: str, *, needs_evidence: bool = False) -> Finding:
    """A condition only a person can judge: the newest verdict of the reviewing bodies, blank until there is one."""
    verdict = selectors.criterion_verdicts(application).get(code)
    if verdict is None or (needs_evidence and not verdict.evidence):
        return Finding(clause_id, None, "待人工核实", name, f"“{name}”还没有核实结论。", code)
    return Finding(
        clause_id,
        verdict.ok,
        "符合" if verdict.ok else "不符合",
        name,
        "" if verdict.ok else f"“{name}”核实为不符合：{verdict.note}",
        code,
    )


def platform_built(application: ProviderApplication) -> Finding:
    """An online platform, own or licensed; a licensed one with its authorisation (SX-29)."""
    profile = application.profile()
    mode = profile.platform_mode if profile else ""
    licensed = mode == PlatformMode.LICENSED
    authorised = not licensed or "platform_authorisation" in selectors.filled_slots(application)
    message = ""
    if not mode:
        message = "还没有选择信息平台是自建还是授权使用第三方平台。"
    elif not authorised:
        message = "授权使用第三方平台的，须在第 5 项材料上传授权证明。"
    label = PlatformMode(mode).label if mode else "未填"
    return Finding(
        "SX-29", bool(mode) and authorised, label, "自建，或授权使用并有授权证明", message, "platform_built"
    )


def professional_team(application: ProviderApplication) -> Finding:
    """A team of people with proof of insurance (SX-30, AMB-S24)."""
    required = defaults.value("SX_MIN_TEAM_SIZE", application.rules_on)
    measured = selectors.insured(application)
    ok = measured >= required
    return Finding(
        "SX-30",
        ok,
        measured,
        required,
        "" if ok else f"有社保参保证明的专业服务人员 {measured} 人，要求至少 {required} 人。",
        "professional_team",
    )


def core_services_offered(application: ProviderApplication) -> Finding:
    """报关、报检、物流、退税、结汇, all five (SX-31)."""
    offered = set(application.material("service_process_proof").parts)
    missing = [service for service in CORE_SERVICES if service not in offered]
    return Finding(
        "SX-31",
        not missing,
        f"{len(CORE_SERVICES) - len(missing)} 项",
        f"{len(CORE_SERVICES)} 项",
        f"核心服务还缺：{'、'.join(missing)}。" if missing else "",
        "core_services_offered",
    )


def contracts_attached(application: ProviderApplication) -> Finding:
    """At least one client contract stands in material 3 (SX-32)."""
    ok = "client_contracts" in selectors.filled_slots(application)
    return Finding(
        "SX-32",
        ok,
        "有" if ok else "无",
        "至少 1 份委托合同或协议",
        "" if ok else "第 3 项材料里还没有委托合同或协议。",
        "contracts_attached",
    )


def no_violation(application: ProviderApplication) -> Finding:
    """No violations in the five fields within 36 months before submission, or since (SX-33, AMB-S06, AMB-G22)."""
    fields = next(c for c in _condition(application, "C3") if c["code"] == "no_violation")["domains"]
    return _clean(application, "SX-33", "violation", fields, "五个领域无违法违规")


def not_listed(application: ProviderApplication) -> Finding:
    """On no list of discredit now, nor within the window (SX-34)."""
    lists = next(c for c in _condition(application, "C3") if c["code"] == "not_listed")["lists"]
    return _clean(application, "SX-34", "listing", lists, "未列入失信名单")


def not_downgraded(application: ProviderApplication) -> Finding:
    """Management class and credit grade not lowered within the window (SX-35)."""
    objects = next(c for c in _condition(application, "C3") if c["code"] == "not_downgraded")["objects"]
    return _clean(application, "SX-35", "downgrade", objects, "未被下调")


def _condition(application, code: str) -> list[dict]:
    return next(c["checks"] for c in application.program.facts["conditions"] if c["code"] == code)


def _clean(application, clause_id: str, subject: str, items: list[str], required: str) -> Finding:
    checks = selectors.latest_checks(application, subject)
    unqueried = [item for item in items if item not in checks]
    if unqueried:
        return Finding(
            clause_id,
            None,
            f"未查：{'、'.join(unqueried)}",
            required,
            f"还没有查询：{'、'.join(unqueried)}。",
            subject,
        )
    since = application.compliance_window_start()
    hits = [
        c
        for c in checks.values()
        if c.is_hit and (c.is_current or (c.occurred_on and c.occurred_on >= since))
    ]
    if hits:
        named = "、".join(f"{c.item}（{'目前仍在列' if c.is_current else c.occurred_on}）" for c in hits)
        return Finding(clause_id, False, named, required, f"有记录：{named}。", subject)
    earlier = [c for c in checks.values() if c.is_hit]
    note = f"；{since} 之前的记录 {len(earlier)} 条不计" if earlier else ""
    return Finding(clause_id, True, f"{len(checks)} 项已查，无记录{note}", required, "", subject)


def serves_enough_enterprises(application: ProviderApplication) -> Finding:
    """Serves enough of the province's traders; a company listed twice counts once (SX-37, AMB-S03)."""
    required = application.program.clients_asked(application.rules_on)
    measured = selectors.served_enterprises(application)
    ok = measured >= required
    return Finding(
        "SX-37",
        ok,
        measured,
        required,
        ""
        if ok
        else f"计入的省内进出口企业 {measured} 家，要求 {required} 家，还差 {required - measured} 家。",
        "serves_enough_enterprises",
    )


def trade_volume_reached(application: ProviderApplication) -> Finding:
    """At least 50 million yuan of verified business in the twelve months before filing (SX-38, AMB-S04, AMB-S05)."""
    required = application.program.volume_asked(application.rules_on)
    verified = selectors.trade_volume(application, verified_only=True)
    declared = selectors.trade_volume(application)
    if verified >= required:
        return Finding("SX-38", True, verified, required, "", "trade_volume_reached")
    if declared >= required:
        message = f"已核实 {in_wan(verified)}，申报 {in_wan(declared)}，尚待核实。"
        return Finding("SX-38", None, verified, required, message, "trade_volume_reached")
    message = (
        f"窗口期内业务量 {in_wan(declared)}，要求 {in_wan(required)}，还差 {in_wan(required - declared)}。"
    )
    return Finding("SX-38", False, declared, required, message, "trade_volume_reached")


CONDITIONS = {
    "C1": [
        office_in_province,
        lawful_operation,
        independent_accounting,
        internal_rules_sound,
        risk_control_sound,
        social_responsibility,
    ],
    "C2": [platform_built, professional_team, core_services_offered, contracts_attached],
    "C3": [no_violation, not_listed, not_downgraded],
    "C4": [province_wide_capacity, serves_enough_enterprises, trade_volume_reached],
}


def conditions(application: ProviderApplication) -> dict[str, list[Finding]]:
    """All findings by condition: the eligibility pre-check, the review panel and the refusal read the same."""
    with reading_once(application):
        return {code: [rule(application) for rule in rules] for code, rules in CONDITIONS.items()}


def all_conditions_met(application: ProviderApplication) -> list[Finding]:
    """Every check of the four conditions is met; one that waits for a person is not (SX-26–38)."""
    return [finding for findings in conditions(application).values() for finding in findings]


def conditions_recorded(application: ProviderApplication) -> list[Finding]:
    """Every check of the four conditions has an outcome, met or failed, before peers are asked (SX-52)."""
    open_ones = [f for f in all_conditions_met(application) if f.ok is None]
    return [
        Finding(
            "SX-52",
            not open_ones,
            f"{len(open_ones)} 项待核实",
            "条件（一）至（四）均有核实结论",
            "；".join(f.message for f in open_ones),
            "conditions_recorded",
        )
    ]


def capabilities_rated(application: ProviderApplication) -> list[Finding]:
    """The four capabilities of the definition are each rated; 不具备 is answered in the opinion (SX-03)."""
    verdicts = selectors.criterion_verdicts(application)
    blank = [code for code in CAPABILITIES if code not in verdicts]
    return [
        Finding(
            "SX-03",
            not blank,
            f"{len(CAPABILITIES) - len(blank)} 项已评",
            "4 项能力逐项评定",
            f"还有 {len(blank)} 项能力没有评定。" if blank else "",
            "capabilities_rated",
        )
    ]


def credit_checks_fresh(application: ProviderApplication, ctx) -> Finding:
    """On the day of the decision no query is older than thirty days (SX-33, AMB-G19)."""
    limit = defaults.value("CREDIT_CHECK_MAX_AGE_DAYS", application.rules_on)
    stale = [
        check.item
        for subject in ("violation", "listing", "downgrade")
        for check in selectors.latest_checks(application, subject).values()
        if (ctx.today - check.queried_on).days > limit
    ]
    return Finding(
        "SX-33",
        not stale,
        f"过期 {len(stale)} 项",
        f"查询不早于 {limit} 日前",
        f"这些查询已超过 {limit} 日，请重新查询：{'、'.join(stale)}。" if stale else "",
        "credit_checks_fresh",
    )


def compliance_window_start(reference: date) -> date:
    """First day of the look-back for violations (AMB-S06, AMB-G22)."""
    return periods.window_start(reference, defaults.value("SX_COMPLIANCE_LOOKBACK_MONTHS", reference))
