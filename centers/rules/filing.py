"""What filing an operator asks: materials, roster, conditions, a hearing before a refusal (HB-34 to HB-37, HB-44, HB-45)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from centers import filings, roster
from core import clock
from core.findings import Finding

if TYPE_CHECKING:
    from centers.procedures.filing import OperatorFiling


def materials_complete(filing: OperatorFiling) -> Finding:
    """Six required of the seven materials (HB-37)."""
    missing = filings.missing_materials(filing)
    required = sum(1 for material in filings.materials() if material["required"])
    return Finding(
        "HB-37", not missing, f"{required - len(missing)} 项", f"{required} 项",
        f"还缺：{'、'.join(missing)}。" if missing else "", "materials_complete",
    )  # fmt: skip


def roster_reaches_the_minimums(filing: OperatorFiling) -> list[Finding]:
    """The staff really posted, on the day of filing (HB-20 to HB-22, HB-44)."""
    return roster.measured(filing.service_center, clock.today())


def county_and_prefecture_differ(filing: OperatorFiling) -> Finding:
    ok = not filing.skips_prefecture()
    return Finding(
        "HB-44",
        ok,
        "",
        "县级报市州汇总",
        "" if ok else "县级与市州为同一机关，请用“直报省厅”。",
        "county_and_prefecture_differ",
    )


def county_and_prefecture_are_one(filing: OperatorFiling) -> Finding:
    """HB-68, AMB-H32."""
    ok = filing.skips_prefecture()
    return Finding(
        "HB-68",
        ok,
        "",
        "县级与市州为同一机关",
        "" if ok else "须先报市州商务主管部门汇总，不能直报省厅。",
        "county_and_prefecture_are_one",
    )


def operator_conditions_met(filing: OperatorFiling) -> list[Finding]:
    """The three conditions of article 10(1), as examined (HB-34, HB-35, HB-36)."""
    return [
        Finding(f.clause, f.ok is True, f.measured, f.required, f.message, f.code)
        for f in filings.findings(filing)
    ]


def failed_condition_named(filing: OperatorFiling, ctx: Any) -> Finding:
    """A condition found not to be met, and named (HB-34 to HB-36)."""
    failed = {finding.clause for finding in filings.findings(filing) if finding.ok is False}
    ok = bool(failed & set(ctx.inputs["clauses"]))
    return Finding(
        "HB-34",
        ok,
        "、".join(sorted(failed)) or "无",
        "核查为不符合的条件",
        "" if ok else "所选条件没有核查为不符合，不能据以不予备案。",
        "failed_condition_named",
    )


def prior_notice_served(filing: OperatorFiling) -> Finding:
    """Nobody is refused without having been told and heard (AMB-G09)."""
    ok = filing.was_told and filing.heard.filter(answered_at=None).count() <= filing.heard.count()
    return Finding(
        "AMB-G09",
        ok,
        "已告知" if ok else "未告知",
        "已告知并陈述、放弃或逾期",
        "" if ok else "不予备案前，应先告知并给予陈述申辩的机会。",
        "prior_notice_served",
    )
