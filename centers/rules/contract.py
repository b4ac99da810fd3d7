"""What agreement and contract ask: three signatures, a year inside the cycle, an assessment before a renewal (HB-39 to 43)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from core import calendar, clock, defaults, periods
from core.facts import fact
from core.findings import Finding

if TYPE_CHECKING:
    from centers.procedures.agreement import TripartiteAgreement
    from centers.procedures.contract import Contract

ONE_DAY = dt.timedelta(days=1)


def not_yet_signed(agreement: TripartiteAgreement, ctx: Any) -> Finding:
    """Each party signs once (HB-43)."""
    again = agreement.signatures.filter(organization=ctx.actor.organization_id).exists()
    return Finding(
        "HB-43",
        not again,
        "已签署" if again else "未签署",
        "每方签署一次",
        "本单位已经签署过。" if again else "",
        "not_yet_signed",
    )


# --- The days of a contract -----------------------------------------------------------------------------------
def no_longer_than_a_year(contract: Contract) -> Finding:
    """One contract a year: no more than twelve months, the first day counted (HB-40)."""
    years = int(fact("hubei_center", "procurement", "contract_term_years"))
    latest = periods.last_day_of_term(contract.first_day, years)
    ok = contract.last_day <= latest
    return Finding(
        "HB-40",
        ok,
        contract.last_day,
        f"不晚于 {latest}",
        "" if ok else f"合同一年一签，末日不能晚于 {latest}。",
        "no_longer_than_a_year",
    )


def inside_the_cycle(contract: Contract) -> Finding:
    """Inside the three years of the procurement (HB-39)."""
    cycle = contract.cycle
    ok = cycle.first_day <= contract.first_day and contract.last_day <= cycle.last_day
    return Finding(
        "HB-39", ok, f"{contract.first_day} 至 {contract.last_day}", f"{cycle.first_day} 至 {cycle.last_day}",
        "" if ok else f"合同应在采购服务周期 {cycle.first_day} 至 {cycle.last_day} 之内。", "inside_the_cycle",
    )  # fmt: skip


def within_the_number_of_contracts(contract: Contract) -> Finding:
    """No fourth contract of a cycle (HB-39, AMB-H16)."""
    most = int(defaults.value("HB_MAX_CONTRACTS_PER_CYCLE", contract.rules_on))
    ok = contract.number <= most
    return Finding(
        "HB-39", ok, f"第 {contract.number} 份", f"不超过 {most} 份",
        "" if ok else f"一个采购服务周期最多签 {most} 份年度合同，请重新采购。", "within_the_number_of_contracts",
    )  # fmt: skip


def no_other_contract_then(contract: Contract) -> Finding:
    """Never two contracts at once for a center (HB-40); the database refuses them as well."""
    others = contract.service_center.contracts.filter(signed_on__isnull=False).exclude(pk=contract.pk)
    clash = next(
        (o for o in others if o.first_day <= contract.last_day and contract.first_day <= o.through), None
    )
    said = f"与合同 {clash.reference}（{clash.first_day} 至 {clash.through}）的时间重叠。" if clash else ""
    return Finding(
        "HB-40",
        clash is None,
        clash.reference if clash else "无重叠",
        "同一中心同一时间只有一份合同",
        said,
        "no_other_contract_then",
    )


# --- The end of the year --------------------------------------------------------------------------------------
def assessment_opens_on(contract: Contract) -> dt.date:
    return contract.last_day - dt.timedelta(
        days=int(defaults.value("HB_ASSESSMENT_OPEN_DAYS_BEFORE", contract.rules_on))
    )


def assessment_is_open(contract: Contract, ctx: Any) -> Finding:
    """The assessment opens sixty days before the last day (AMB-H16)."""
    opens = assessment_opens_on(contract)
    ok = ctx.today >= opens
    return Finding(
        "AMB-H16",
        ok,
        ctx.today,
        f"{opens} 起",
        "" if ok else f"年度末期评估自 {opens} 开始。",
        "assessment_is_open",
    )


def not_yet_assessed(contract: Contract) -> Finding:
    done = assessment_of(contract) is not None
    return Finding(
        "HB-41",
        not done,
        "已评估" if done else "未评估",
        "评估一次",
        "本合同已经评估过。" if done else "",
        "not_yet_assessed",
    )


def operator_heard_when_failed(contract: Contract, ctx: Any) -> Finding:
    """Before 不合格 the operator is heard (HB-41)."""
    ok = ctx.inputs["result"] == "passed" or bool(ctx.inputs.get("heard", "").strip())
    return Finding(
        "HB-41",
        ok,
        "",
        "听取承办企业意见",
        "" if ok else "评估不合格的，应先听取承办企业的意见并记录。",
        "operator_heard_when_failed",
    )


def assessed(contract: Contract) -> Finding:
    """Nothing is decided about the next year without an assessment (HB-41)."""
    ok = assessment_of(contract) is not None
    return Finding(
        "HB-41",
        ok,
        "已评估" if ok else "未评估",
        "有年度末期评估结果",
        "" if ok else "还没有年度末期评估结果，先记录评估再决定是否续签。",
        "assessed",
    )


def reasons_where_failed(contract: Contract, ctx: Any) -> Finding:
    """After 不合格 a contract is renewed only for reasons the approver gives (HB-41, AMB-H16)."""
    found = assessment_of(contract)
    ok = found is None or found.is_passed or bool(ctx.inputs.get("reasons", "").strip())
    return Finding(
        "HB-41",
        ok,
        "",
        "不合格仍续签的，写明理由",
        "" if ok else "评估不合格仍要续签的，由审批人写明理由。",
        "reasons_where_failed",
    )


def assessed_as_failed(contract: Contract) -> Finding:
    """Only after 不合格 may the county not renew (HB-41)."""
    found = assessment_of(contract)
    ok = found is not None and not found.is_passed
    return Finding(
        "HB-41",
        ok,
        "合格" if found and found.is_passed else "不合格" if found else "未评估",
        "不合格",
        "" if ok else "评估合格的应当续签；不合格的才可以不予续签。",
        "assessed_as_failed",
    )


def another_year_in_the_cycle(contract: Contract) -> Finding:
    """Three years over, the service is procured anew (HB-39, HB-42)."""
    ok = has_another_year(contract)
    return Finding(
        "HB-42",
        ok,
        f"第 {contract.number} 份，至 {contract.last_day}",
        f"周期至 {contract.cycle.last_day}",
        "" if ok else "采购服务周期届满，应重新采购，不能续签。",
        "another_year_in_the_cycle",
    )


def has_another_year(contract: Contract) -> bool:
    most = int(defaults.value("HB_MAX_CONTRACTS_PER_CYCLE", contract.rules_on))
    return contract.number < most and contract.last_day < contract.cycle.last_day


def contract_is_over(contract: Contract, ctx: Any) -> Finding:
    """On its last day the contract still runs (HB-39)."""
    ok = ctx.today > contract.last_day
    return Finding(
        "HB-39",
        ok,
        ctx.today,
        f"{contract.last_day} 之后",
        "" if ok else f"合同至 {contract.last_day}（含当日）。",
        "contract_is_over",
    )


def ends_on_a_day_of_it(contract: Contract, ctx: Any) -> Finding:
    """It ends on one of its days that has come, or before it began (HB-46)."""
    before = contract.first_day - ONE_DAY
    day = ctx.inputs["effective_on"]
    ok = before <= day <= min(contract.last_day, max(clock.today(), before))
    return Finding(
        "HB-46",
        ok,
        day,
        f"{contract.first_day} 至今天",
        "" if ok else "终止日应是合同期内已到的日子，请核对终止文件。",
        "ends_on_a_day_of_it",
    )


def assessment_of(contract: Contract) -> Any:
    from centers.procedures.contract import ContractAssessment  # the procedure declares these rules

    return ContractAssessment.objects.filter(contract=contract.pk).first()


def assessment_due_on(contract: Contract) -> dt.date:
    days = int(defaults.value("HB_ASSESSMENT_DUE_DAYS_BEFORE", contract.rules_on))
    return calendar.roll_forward(contract.last_day - dt.timedelta(days=days))
