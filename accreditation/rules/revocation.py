"""What the steps against a title require: a ground with its evidence, and that the holder was told and heard."""

from __future__ import annotations

from core import defaults
from core.findings import Finding

NEEDS_BOTH = "nonperformance_refund_fraud"


def ground_evidenced(revocation, ctx) -> Finding:
    """Ground 4 has two elements and needs both; refund fraud alone falls under ground 5 (SX-67, AMB-S17)."""
    said = ctx.inputs
    both = bool(said["nonperformance"].strip()) and bool(said["refund_fraud"].strip())
    needed = said["ground"] == NEEDS_BOTH and defaults.value(
        "GROUND_NONPERFORMANCE_NEEDS_BOTH", revocation.rules_on
    )
    ok = both or not needed
    return Finding(
        "SX-67",
        ok,
        "两项事实均有证据" if both else "只有一项事实有证据" if needed else "不适用第 4 项",
        "未实际履行约定服务、被认定骗取出口退税，两项事实均有证据",
        ""
        if ok
        else "第 4 项情形须同时证明未实际履行约定服务和被认定为骗取出口退税。只有一项事实的，请改用第 5 项“重大失信或其他违法违规”。",
        "ground_evidenced",
    )


def told_and_heard(case) -> Finding:
    """A prior notice was served, and answered, waived or let lapse (SX-63, AMB-G09)."""
    hearing = case.hearings.last()
    ok = hearing is not None and hearing.settled_at is not None
    return Finding(
        "SX-63" if case.kind == "RevocationCase" else "SX-62",
        ok,
        "已听取" if ok else "未告知" if hearing is None else "陈述期限未满",
        "已书面告知，企业已陈述、放弃或逾期未陈述",
        "" if ok else "还没有告知企业并听取陈述申辩，不能作出决定。",
        "told_and_heard",
    )
