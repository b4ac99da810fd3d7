"""The regulation's conditions, one function each, returning a finding; nothing here writes.

Figures come from the program's fact file and from the defaults in force on the day whose rules judge the
case. Before filing, the same functions are the eligibility pre-check: what only a person can judge is then
neither met nor failed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from accounts.profile import PlatformMode
from accreditation import selectors
from accreditation.materials import SLOT_OF_PART, SLOTS_OF
from core import clock, defaults, periods
from core.clauses import clause
from core.findings import Finding
from core.money import in_wan

if TYPE_CHECKING:
    from accreditation.procedures.application import ProviderApplication

CAPABILITIES = ("capability_trade", "capability_internet", "capability_data", "capability_risk")
CORE_SERVICES = {
    "报关": "declaration",
    "报检": "inspection",
    "物流": "logistics",
    "退税": "tax_refund",
    "结汇": "fx_settlement",
}


# --- may this be filed at all -------------------------------------------------------------------------------
def policy_in_force(application: ProviderApplication, ctx) -> Finding:
    """New applications are taken through the document's last day (SX-24)."""
    program = application.program
    day = application.first_submitted_on or ctx.today
    ok = program.in_force(day)
    return Finding(
        "SX-24",
        ok,
        day,
        f"{program.effective_on} 至 {program.last_day}",
        ""
        if ok
        else f"{program.document_number}有效期至 {program.last_day}（含当日），今天不能提交新的申请。",
        "policy_in_force",
    )


def round_open(application: ProviderApplication, ctx) -> Finding:
    """Filing is possible within an open round (SX-58, AMB-S11)."""
    current = selectors.open_round(application.program, ctx.today)
    if current:
        return Finding("SX-58", True, current.name, "在开放批次内", "", "round_open")
    coming = selectors.next_round(application.program, ctx.today)
    hint = f"下一批次“{coming.name}”自 {coming.opens_on} 开放。" if coming else "下一批次的日期尚未公布。"
    return Finding(
        "SX-58",
        False,
        "没有开放的批次",
        "在开放批次内",
        f"现在不在申报批次内，草稿已保存。{hint}",
        "round_open",
    )


def reviewing_body_found(application: ProviderApplication) -> Finding:
    """The office in the province decides who reviews: its city or the zone (SX-50, AMB-S10)."""
    body = application.reviewing_body()
    return Finding(
        "SX-50",
        body is not None,
        body.name if body else "未填省内办事机构",
        "省内主要办事机构所在的市或综改示范区",
        ""
        if body
        else "没有省内办事机构或服务点，不能确定由哪里初审。请在企业基本情况中填写省内办事机构所在地。",
        "reviewing_body_found",
    )


def no_active_title(application: ProviderApplication) -> Finding:
    """An enterprise holds the title once (SX-56)."""
    title = selectors.title_in_force(application.applicant, application.program)
    return Finding(
        "SX-56",
        title is None,
        title.number if title else "无",
        "没有有效的同一称号",
        f"贵公司已持有有效称号（{title.number}，至 {title.valid_until}），不需要再申请。" if title else "",
        "no_active_title",
    )


def no_bar(application: ProviderApplication, ctx) -> Finding:
    """A bar for false materials runs through its last day; the day after is free (SX-64, AMB-G11, AMB-G22)."""
    bar = selectors.bar_in_force(application.applicant, "false_materials", ctx.today)
    return Finding(
        "SX-64",
        bar is None,
        f"限制至 {bar.last_day}" if bar else "无限制",
        "不在申报限制期内",
        f"因申报材料虚假，{bar.last_day}（含当日）前不能申请。" if bar else "",
        "no_bar",
    )


# --- materials (annex 2(1)) ---------------------------------------------------------------------------------
def materials_complete(application: ProviderApplication) -> list[Finding]:
    """The nine required materials, each under its own clause (SX-39–46; the statement is SX-47)."""
    return [
        material_complete(application, spec)
        for spec in application.program.materials
        if spec["required"] and spec["code"] != "truthfulness_statement"
    ]


MATERIAL_CLAUSES = {
    "application_report": "SX-39",
    "service_process_proof": "SX-40",
    "client_list_contracts": "SX-41",
    "trade_volume_proof": "SX-42",
    "platform_description": "SX-43",
    "licence_and_legal_rep_id": "SX-44",
    "staff_qualification": "SX-45",
    "audit_report": "SX-46",
    "truthfulness_statement": "SX-47",
    "other_proof": "SX-48",
}


def material_complete(application: ProviderApplication, spec: dict) -> Finding:
    """One material: its files, and of its parts the ones the regulation names."""
    code = spec["code"]
    missing = _missing_of(application, spec)
    total = len(spec.get("contents") or spec.get("parts") or [1])
    return Finding(
        MATERIAL_CLAUSES[code],
        not missing,
        "齐全" if not missing else f"缺：{'、'.join(missing)}",
        f"{total} 项内容齐全",
        "" if not missing else f"第 {spec['number']} 项“{spec['name']}”还缺：{'、'.join(missing)}。",
        code,
    )


def _missing_of(application: ProviderApplication, spec: dict) -> list[str]:
    material = application.material(spec["code"])
    slots = selectors.filled_slots(application)
    promised = {p.material for p in application.promises.all() if p.met_at is None}
    if spec["code"] in promised:
        return []
    code = spec["code"]
    if "parts" in spec:
        return [part for part in spec["parts"] if SLOT_OF_PART[part] not in slots]
    if code == "application_report":
        return [part for part in spec["contents"] if part not in material.parts]
    if code == "service_process_proof":
        core = CORE_SERVICES
        return [
            service
            for service in spec["contents"]
            if service not in material.parts and not (service in material.not_offered and service not in core)
        ]
    if code == "audit_report" and not material.text.get("fiscal_year"):
        return ["审计年度"]
    return [] if SLOTS_OF[code][0] in slots else ["文件"]


def client_list_valid(application: ProviderApplication) -> Finding:
    """The list has rows, and none waits to be mended (SX-41)."""
    return _table_valid(application, "SX-41", "clients", application.clients.count(), "所服务企业清单")


def trade_records_valid(application: ProviderApplication) -> Finding:
    """The records have rows of known kinds, and none waits to be mended (SX-42)."""
    return _table_valid(application, "SX-42", "trade", application.trade_records.count(), "业务量记录")


def _table_valid(application, clause_id: str, table: str, rows: int, name: str) -> Finding:
    bad = application.rows_to_mend.filter(table=table).count()
    ok = rows > 0 and bad == 0
    message = ""
    if not rows:
        message = f"还没有导入{name}。"
    elif bad:
        message = f"{name}还有 {bad} 行待改正，请改正或删除后再提交；通过的 {rows} 行已保存。"
    return Finding(
        clause_id,
        ok,
        f"{rows} 行有效，{bad} 行待改正",
        "至少 1 行且没有待改正的行",
        message,
        f"{table}_valid",
    )


def statement_signed(application: ProviderApplication, ctx) -> Finding:
    """The legal representative signed the truthfulness statement over the content as it now is (SX-47)."""
    signed = application.is_signed(ctx.step.name)
    return Finding(
        "SX-47",
        signed,
        "已签" if signed else "未签",
        "法定代表人签署材料真实有效的申明",
        "" if signed else "法定代表人还没有对当前材料签署真实有效申明；材料改动后须重新签署。",
        "statement_signed",
    )


# --- the four conditions (annex 1) --------------------------------------------------------------------------
def office_in_province(application: ProviderApplication) -> Finding:
    """A main office or service point in the province; registration elsewhere is welcome (SX-26, SX-04)."""
    profile = application.profile()
    region = profile.office_region if profile else None
    ok = (
        region is not None
        and region.province_code == application.program.province_id
        and bool(profile.office_address)
    )
    return Finding(
        "SX-26",
        ok,
        f"{region} {profile.office_address}" if region else "未填",
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
    verdict = application.criterion_verdicts.filter(criterion=code).order_by("-at", "-id").first()
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
    measured = application.team.filter(is_insured=True).count()
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


def serves_enough_enterprises(application: ProviderApplication) -> Finding:
    """Serves enough of the province's traders; a company listed twice counts once (SX-37, AMB-S03)."""
    required = defaults.value("SX_MIN_SERVED_ENTERPRISES", application.rules_on)
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
    required: Decimal = defaults.value("SX_MIN_TRADE_VOLUME", application.rules_on)
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
    rated = {
        v.criterion: v.ok
        for v in application.criterion_verdicts.filter(criterion__in=CAPABILITIES).order_by("at", "id")
    }
    blank = [code for code in CAPABILITIES if code not in rated]
    return [
        Finding(
            "SX-03",
            not blank,
            f"{len(rated)} 项已评",
            "4 项能力逐项评定",
            f"还有 {len(blank)} 项能力没有评定。" if blank else "",
            "capabilities_rated",
        )
    ]


# --- later steps --------------------------------------------------------------------------------------------
def checklist_complete(application: ProviderApplication) -> list[Finding]:
    """Acceptance: each required material is on file (SX-51)."""
    missing = [f for f in [*materials_complete(application)] if not f.ok]
    return [
        Finding(
            "SX-51",
            not missing,
            f"缺 {len(missing)} 项",
            "9 项必交材料齐全",
            "；".join(f.message for f in missing),
            "checklist_complete",
        )
    ]


def completeness_over(application, ctx) -> Finding:
    """Five working days went by without a notice (AMB-G07)."""
    return _lapsed(application, ctx, "completeness", "AMB-G07")


def correction_over(application, ctx) -> Finding:
    """The time for the correction is over (AMB-G07)."""
    return _lapsed(application, ctx, "correction", "AMB-G07")


def promise_over(application, ctx) -> Finding:
    """The time for the promised items is over and one is still missing (FJ-24, AMB-G08)."""
    finding = _lapsed(application, ctx, "promise", "AMB-G08")
    missing = application.promises.filter(met_at=None).exists()
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
    return _lapsed(application, ctx, "statement", "AMB-G09")


def city_refusal_over(application, ctx) -> Finding:
    """The time to ask for a review of the city's refusal is over (AMB-S08)."""
    return _lapsed(application, ctx, "city_refusal", "AMB-S08")


def _lapsed(case, ctx, code: str, clause_id: str) -> Finding:
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


def holding_body_acts(application, ctx) -> Finding:
    """An officer of the body that holds the case (AMB-G07)."""
    ok = application.holder_organization_id == ctx.actor.organization_id
    return Finding(
        "AMB-G07",
        ok,
        ctx.actor.name,
        "承办单位的经办人",
        "" if ok else "本件不在本单位办理，不能要求补正。",
        "holding_body_acts",
    )


def correction_round_left(application, ctx) -> Finding:
    """One notice tells all; another only for what the corrected material itself brought in (AMB-G07)."""
    limit = defaults.value("CORRECTION_MAX_ROUNDS", application.rules_on)
    used = application.corrections.count()
    exception = all(str(d.get("brought_in", "")).strip() for d in ctx.inputs.get("defects") or [{}])
    ok = used < limit or exception
    return Finding(
        "AMB-G07",
        ok,
        f"已告知 {used} 次",
        f"一次性告知（{limit} 次）",
        "" if ok else "已经一次性告知过。再次要求补正，只能针对补正材料本身新带入的缺陷，并逐项写明。",
        "correction_round_left",
    )


def defects_answered(application) -> Finding:
    """Each listed defect has an answer (AMB-G07)."""
    request = application.open_correction()
    left = request.items.filter(answered_at=None).count() if request else 0
    return Finding(
        "AMB-G07",
        request is not None and left == 0,
        f"未答 {left} 项",
        "逐项补正",
        f"还有 {left} 项没有补正。" if left else "",
        "defects_answered",
    )


def no_open_inquiry(application) -> Finding:
    """No inquiry into false material is open, and none found it true (SX-64, SX-69)."""
    found = application.inquiry_standing()
    message = {
        "open": "本件正在核查材料真实性，核查结束前不能办理。",
        "founded": "核查已认定材料虚假，只能不予认定。",
    }
    return Finding(
        "SX-69", found == "none", found, "没有未结或属实的核查", message.get(found, ""), "no_open_inquiry"
    )


def inquiry_open(application) -> Finding:
    ok = application.inquiry_standing() == "open"
    return Finding(
        "SX-64",
        ok,
        application.inquiry_standing(),
        "有未结束的核查",
        "" if ok else "没有正在进行的核查。",
        "inquiry_open",
    )


def no_inquiry_open_already(application) -> Finding:
    ok = application.inquiry_standing() != "open"
    return Finding(
        "SX-64",
        ok,
        application.inquiry_standing(),
        "没有正在进行的核查",
        "" if ok else "本件已有核查未结束。",
        "no_inquiry_open_already",
    )


def inquirer_is_another(application, ctx) -> Finding:
    """Who opened the inquiry does not conclude it (AMB-G17)."""
    inquiry = application.inquiries.filter(closed_at=None).first()
    ok = inquiry is not None and inquiry.opened_by_id != ctx.actor.person_id
    return Finding(
        "AMB-G17",
        ok,
        ctx.actor.name,
        "提出核查的人以外的人",
        "" if ok else "核查由提出人以外的人作出结论。",
        "inquirer_is_another",
    )


def tolerance_possible(application, ctx) -> list[Finding]:
    """容缺受理: switched on, few and non-statutory items, no earlier breach (FJ-24, AMB-G08)."""
    chosen = ctx.inputs["materials"]
    limit = defaults.value("TOLERANT_MAX_ITEMS", application.rules_on)
    known = {m["code"]: m for m in application.program.materials}
    statutory = [c for c in chosen if c not in known or known[c].get("statutory", known[c]["required"])]
    bar = selectors.bar_in_force(application.applicant, "broken_promise", ctx.today)
    return [
        Finding(
            "FJ-24",
            application.program.tolerates_gaps,
            "",
            "本事项实行容缺受理",
            "本事项没有实行容缺受理。",
            "tolerance_on",
        ),
        Finding(
            "AMB-G08", len(chosen) <= limit, len(chosen), limit, f"最多容缺 {limit} 项。", "tolerance_limit"
        ),
        Finding(
            "FJ-24",
            not statutory,
            "、".join(statutory),
            "不是法定要件",
            "法定要件不能容缺。",
            "tolerance_items",
        ),
        Finding(
            "AMB-G08",
            bar is None,
            bar.last_day if bar else "",
            "没有违约限制",
            "因此前未履行容缺承诺，暂不能容缺受理。",
            "tolerance_bar",
        ),
    ]


def promised_item_handed_in(application, ctx) -> Finding:
    """The promised material is on file (FJ-24)."""
    code = ctx.inputs["material"]
    promise = application.promises.filter(material=code, met_at=None).first()
    ok = promise is not None and SLOTS_OF[code][0] in selectors.filled_slots(application)
    return Finding(
        "FJ-24",
        ok,
        code,
        "承诺的材料已补交",
        "" if ok else "承诺的材料还没有上传，或没有这项承诺。",
        "promised_item_handed_in",
    )


def promise_not_yet_extended(application, ctx) -> Finding:
    deadline = ctx.clocks.live.get("promise")
    ok = deadline is not None and deadline.extended_by == 0
    return Finding(
        "AMB-G08",
        ok,
        deadline.extended_by if deadline else "",
        "只延长一次",
        "" if ok else "容缺承诺期限只能延长一次。",
        "promise_not_yet_extended",
    )


def promises_met(application) -> Finding:
    left = application.promises.filter(met_at=None).count()
    return Finding(
        "FJ-24", left == 0, left, 0, f"还有 {left} 项容缺材料没有补交。" if left else "", "promises_met"
    )


def consultations_in(stage: str, clause_id: str):
    """A rule: each department asked has answered, or its time is over (AMB-S07, AMB-S20)."""

    def answered_or_overdue(application) -> Finding:
        children = selectors.consultations(application, stage)
        waiting = [c.department.label for c in children if c.state == "pending"]
        ok = bool(children) and not waiting
        message = f"还在等待：{'、'.join(waiting)}。" if waiting else "" if children else "还没有征求意见。"
        return Finding(
            clause_id,
            ok,
            f"{len(children) - len(waiting)} / {len(children)}",
            "均已复函或逾期",
            message,
            f"{stage}_consultations_in",
        )

    return answered_or_overdue


def negative_opinions_answered(stage: str, clause_id: str):
    """A rule: an objection, a condition, or a capability found missing is answered in the text (SX-54, AMB-S07)."""

    def answered(application, ctx) -> Finding:
        against = [c.department.label for c in selectors.consultations(application, stage) if c.needs_answer]
        if stage == "peer":
            lacking = application.criterion_verdicts.filter(criterion__in=CAPABILITIES, ok=False).exists()
            against += ["能力评定"] if lacking else []
            said = ctx.inputs.get("answers", "")
        else:
            record = application.evaluation_records.last()
            said = record.answers if record else ""
        ok = not against or bool(said.strip())
        return Finding(
            clause_id,
            ok,
            "、".join(against),
            "对不同意见逐一说明",
            f"对这些意见还没有说明如何处理：{'、'.join(against)}。" if not ok else "",
            "negative_opinions_answered",
        )

    return answered


def paper_received(application) -> Finding:
    """The ten bound copies, ticked by the city where asked for (SX-49, AMB-G12)."""
    needed = defaults.value("SX_PAPER_RECEIPT_REQUIRED", application.rules_on)
    copies = defaults.value("SX_PAPER_COPIES", application.rules_on)
    ok = not needed or (application.paper_copies or 0) >= copies
    return Finding(
        "SX-49",
        ok,
        application.paper_copies or 0,
        copies,
        "" if ok else f"还没有登记收到纸质装订材料 {copies} 份。",
        "paper_received",
    )


def city_may_refuse(application) -> list[Finding]:
    """Only for an unmet condition, and not after a review by the province (AMB-S08)."""
    allowed = defaults.value("SX_CITY_MAY_REFUSE", application.rules_on)
    return [
        Finding(
            "AMB-S08",
            bool(allowed),
            "",
            "允许市级不予推荐",
            "按现行口径，市级不得不予推荐，请附意见上报。",
            "city_may_refuse",
        ),
        Finding(
            "AMB-S08",
            not application.was_reviewed_again,
            "",
            "未经复查",
            "本件经省级复查，意见随推荐一并上报。",
            "not_after_review",
        ),
    ]


def failed_condition_named(application, ctx) -> Finding:
    """Each clause named is one whose finding failed (AMB-S08)."""
    failed = {f.clause for f in all_conditions_met(application) if f.ok is False}
    named = set(ctx.inputs["clauses"])
    ok = bool(named) and named <= failed
    return Finding(
        "AMB-S08",
        ok,
        "、".join(sorted(named - failed)) or "、".join(sorted(named)),
        "核实为不符合的条件",
        ""
        if ok
        else f"只能以核实为不符合的条件为由：{'、'.join(clause(c).label for c in sorted(failed)) or '目前没有'}。",
        "failed_condition_named",
    )


def not_yet_asked_for_review(application) -> Finding:
    ok = not application.was_reviewed_again
    return Finding(
        "AMB-S08", ok, "", "只能申请一次复查", "" if ok else "已经申请过复查。", "not_yet_asked_for_review"
    )


def joint_not_yet_asked(application) -> Finding:
    """Joint evaluators are asked once per evaluation (AMB-S20)."""
    asked = [
        c
        for c in selectors.consultations(application, "joint")
        if c.opened_at >= application.evaluation_opened_at
    ]
    return Finding(
        "SX-54",
        not asked,
        len(asked),
        0,
        "本次评定已征求过会同部门意见。" if asked else "",
        "joint_not_yet_asked",
    )


def dossier_complete(application) -> Finding:
    missing = [f for f in materials_complete(application) if not f.ok]
    return Finding(
        "SX-54",
        not missing,
        f"缺 {len(missing)} 项",
        "案卷齐全",
        "；".join(f.message for f in missing),
        "dossier_complete",
    )


def evaluation_recorded(application) -> Finding:
    """The joint evaluation has its record: members, votes, minutes (SX-54)."""
    record = application.evaluation_records.last()
    ok = record is not None and record.recorded_at >= application.evaluation_opened_at
    return Finding(
        "SX-54",
        ok,
        record.held_on if record else "无",
        "有联合评定记录",
        "" if ok else "还没有本次联合评定的记录（参加人员、意见、纪要）。",
        "evaluation_recorded",
    )


def not_sent_back_before(application) -> Finding:
    ok = not application.was_sent_back
    return Finding(
        "SX-54", ok, "", "只退回一次", "" if ok else "已退回过一次，不能再退回。", "not_sent_back_before"
    )


def nothing_objected(application) -> Finding:
    """Held ex officio: there is no objection of anyone (SX-69)."""
    ok = (
        not selectors.objections(application)
        .exclude(state__in=["lead", "rejected", "retracted", "moot"])
        .exists()
    )
    return Finding(
        "SX-69", ok, "", "没有异议", "" if ok else "已有异议，按异议核查办理。", "nothing_objected"
    )


def objections_concluded(application) -> Finding:
    """Every objection has its conclusion and reply (AMB-G06)."""
    left = selectors.objections(application).filter(closed_at=None).count()
    return Finding(
        "AMB-G06", left == 0, left, 0, f"还有 {left} 件异议没有结论。" if left else "", "objections_concluded"
    )


def no_sustained_objection_uncured(application) -> Finding:
    """What was sustained has been corrected in the posting, else the case goes to a prior notice (AMB-G06)."""
    left = selectors.uncured_objections(application).count()
    return Finding(
        "AMB-G06",
        left == 0,
        left,
        0,
        f"有 {left} 件成立的异议没有更正公示内容，应告知后不予认定，或更正后重新公示。" if left else "",
        "no_sustained_objection_uncured",
    )


def publicity_is_over(application, ctx) -> Finding:
    """The posted period is over (SX-55, AMB-G05)."""
    last_day = selectors.publicity_last_day(application)
    ok = last_day is not None and ctx.today > last_day
    return Finding(
        "SX-55",
        ok,
        ctx.today,
        f"{last_day} 之后",
        "" if ok else f"公示到 {last_day}（含当日），期满前不能办理。",
        "publicity_is_over",
    )


def sustained_only_on_content(application) -> Finding:
    sustained = selectors.uncured_objections(application)
    ok = sustained.exists() and not sustained.exclude(about="posted_content").exists()
    return Finding(
        "AMB-G06",
        ok,
        sustained.count(),
        "只涉及公示内容的成立异议",
        "" if ok else "只有成立的异议仅涉及公示内容时，才可更正后重新公示。",
        "sustained_only_on_content",
    )


def ground_for_refusal(application, ctx) -> Finding:
    """A failed finding, a founded inquiry or a sustained objection, as named (AMB-G09)."""
    ground = ctx.inputs["ground"]
    ok = {
        "failed_condition": lambda: bool(
            {f.clause for f in all_conditions_met(application) if f.ok is False} & set(ctx.inputs["clauses"])
        ),
        "false_material": lambda: application.inquiry_standing() == "founded",
        "sustained_objection": lambda: selectors.uncured_objections(application).exists(),
    }[ground]()
    return Finding(
        "AMB-G09",
        ok,
        ground,
        "核实不符合的条件、属实的核查或成立的异议",
        "" if ok else "所选理由没有相应的核实结论，不能告知。",
        "ground_for_refusal",
    )


def hearing_held(application) -> list[Finding]:
    """A prior notice was served, answered, waived or lapsed, and nothing new came up since (AMB-G09)."""
    hearing = application.hearings.last()
    settled = hearing is not None and hearing.settled_at is not None
    fresh = settled and not selectors.new_facts_since(application, hearing.opened_at)
    return [
        Finding(
            "AMB-G09",
            settled,
            "已告知" if hearing else "未告知",
            "已告知并陈述、放弃或逾期",
            "" if settled else "作出不予认定决定前，应先告知并给予陈述申辩的机会。",
            "prior_notice_served",
        ),
        Finding(
            "AMB-G09",
            not settled or fresh,
            "",
            "告知后没有新的事实",
            "" if not settled or fresh else "告知后又有新的事实，应重新告知。",
            "no_new_fact",
        ),
    ]


def each_point_answered(application, ctx) -> Finding:
    """A statement that was made is answered (AMB-G09)."""
    hearing = application.hearings.last()
    spoke = hearing is not None and bool(hearing.statement.strip())
    ok = not spoke or bool(ctx.inputs.get("answers", "").strip())
    return Finding(
        "AMB-G09",
        ok,
        "有陈述" if spoke else "无陈述",
        "逐点答复",
        "" if ok else "申请人作了陈述申辩，决定应逐点答复。",
        "each_point_answered",
    )


def compliance_window_start(reference: date) -> date:
    """First day of the look-back for violations (AMB-S06, AMB-G22)."""
    return periods.window_start(reference, defaults.value("SX_COMPLIANCE_LOOKBACK_MONTHS", reference))


def today_or(day: date | None) -> date:
    return day or clock.today()
