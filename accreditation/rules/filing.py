"""May this be filed: the policy, the round, the body, the materials, the signature (SX-24, SX-39–50, SX-58)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.roles import Kind
from accreditation import selectors
from accreditation.materials import SLOT_OF_PART, SLOTS_OF, Material
from core.findings import Finding

if TYPE_CHECKING:
    from accreditation.procedures.application import ProviderApplication


CORE_SERVICES = {
    "报关": "declaration",
    "报检": "inspection",
    "物流": "logistics",
    "退税": "tax_refund",
    "结汇": "fx_settlement",
}


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


def deciding_body_found(application: ProviderApplication) -> Finding:
    """The provincial department that will accredit is registered here (SX-54, SX-56)."""
    ok = Kind.PROVINCE_DEPARTMENT in application.competent_bodies()
    return Finding(
        "SX-56",
        ok,
        "已登记" if ok else "未登记",
        "本平台已登记省级主管部门",
        "" if ok else "省级主管部门还没有在本平台登记，暂时不能提交；草稿已保存。请联系平台运行管理单位。",
        "deciding_body_found",
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


def materials_complete(application: ProviderApplication) -> list[Finding]:
    """The nine required materials, each under its own clause (SX-39–46; the statement is SX-47)."""
    filed = selectors.on_file(application)
    return [
        material_complete(application, spec, filed)
        for spec in application.program.materials
        if spec["required"] and spec["code"] != "truthfulness_statement"
    ]


def material_complete(
    application: ProviderApplication, spec: dict, filed: selectors.OnFile | None = None
) -> Finding:
    """One material: its files, and of its parts the ones the regulation names."""
    code = spec["code"]
    missing = missing_of(application, spec, filed)
    total = len(spec.get("contents") or spec.get("parts") or [1])
    return Finding(
        MATERIAL_CLAUSES[code],
        not missing,
        "齐全" if not missing else f"缺：{'、'.join(missing)}",
        f"{total} 项内容齐全",
        "" if not missing else f"第 {spec['number']} 项“{spec['name']}”还缺：{'、'.join(missing)}。",
        code,
    )


def missing_of(
    application: ProviderApplication, spec: dict, filed: selectors.OnFile | None = None
) -> list[str]:
    """What a material still lacks, in words: parts the regulation names, particulars, its file."""
    filed = filed or selectors.on_file(application)
    code, slots = spec["code"], filed.slots
    if code in filed.promised:
        return []
    if "parts" in spec:
        return [part for part in spec["parts"] if SLOT_OF_PART[part] not in slots]
    material = filed.materials.get(code) or Material(application=application, code=code)
    missing = [] if SLOTS_OF[code][0] in slots else ["文件"]
    if code == "application_report":
        return [part for part in spec["contents"] if part not in material.parts] + missing
    if code == "service_process_proof":
        settled = {*material.parts, *(s for s in material.not_offered if s not in CORE_SERVICES)}
        return [service for service in spec["contents"] if service not in settled] + missing
    if code == "audit_report" and not material.text.get("fiscal_year"):
        return ["审计年度", *missing]
    return missing


def client_list_valid(application: ProviderApplication) -> Finding:
    """The list has rows, and none waits to be mended (SX-41)."""
    return _table_valid(
        application, "SX-41", "clients", len(selectors.clients(application)), "所服务企业清单"
    )


def trade_records_valid(application: ProviderApplication) -> Finding:
    """The records have rows of known kinds, and none waits to be mended (SX-42)."""
    return _table_valid(application, "SX-42", "trade", selectors.trade(application).rows, "业务量记录")


def _table_valid(application, clause_id: str, table: str, rows: int, name: str) -> Finding:
    bad = selectors.rows_to_mend(application)[table]
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
