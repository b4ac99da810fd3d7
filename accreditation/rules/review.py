"""What the city's steps require, and those either level may take: acceptance, corrections, opinions, inquiries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from accreditation import selectors
from accreditation.materials import SLOTS_OF
from accreditation.rules.conditions import CAPABILITIES, all_conditions_met
from accreditation.rules.filing import materials_complete
from core import defaults
from core.clauses import clause
from core.findings import Finding

if TYPE_CHECKING:
    from accreditation.procedures.application import ProviderApplication


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


def tolerance_possible(application, ctx) -> list[Finding]:
    """容缺受理: what may be promised at all, each named item signed for, nothing else missing (FJ-24, AMB-G08)."""
    chosen = ctx.inputs["materials"]
    signed = application.is_signed("accept_tolerant")
    promised = {promise.material for promise in application.promises.all()} if signed else set()
    names = {m["code"]: m["name"] for m in application.program.materials}
    left = "、".join(names.get(code, code) for code in chosen if code not in promised)
    return [
        *may_be_promised(application, chosen, ctx.today),
        Finding(
            "FJ-24",
            not left,
            left,
            "法定代表人对每一项签署书面承诺",
            f"法定代表人还没有对“{left}”签署书面承诺，请企业在办件页面的“容缺承诺”签署后再办。"
            if left
            else "",
            "tolerance_promised",
        ),
        *nothing_else_missing(application, chosen),
    ]


def nothing_else_missing(application: ProviderApplication, promised: Collection[str]) -> list[Finding]:
    """A promise covers what it names: every statutory material is there, and every other one asked of all (FJ-24)."""
    unmet = {finding.code for finding in materials_complete(application) if not finding.ok}
    missing = [spec for spec in application.program.materials if spec["code"] in unmet]
    statutory = "、".join(spec["name"] for spec in missing if is_statutory(spec))
    others = "、".join(
        spec["name"] for spec in missing if not is_statutory(spec) and spec["code"] not in promised
    )
    return [
        Finding(
            "FJ-24",
            not statutory,
            statutory,
            "法定必备材料齐全",
            f"还缺法定必备材料：{statutory}，须先补正，不能容缺受理。" if statutory else "",
            "tolerance_statutory",
        ),
        Finding(
            "FJ-24",
            not others,
            others,
            "所缺材料均已承诺补交",
            f"还缺没有承诺补交的材料：{others}，须先补正，或者由企业一并承诺。" if others else "",
            "tolerance_others",
        ),
    ]


def may_be_promised(application, chosen: list[str], day: date) -> list[Finding]:
    """Switched on, few and non-statutory items, no earlier breach (FJ-24, AMB-G08)."""
    limit = defaults.value("TOLERANT_MAX_ITEMS", application.rules_on)
    known = {m["code"]: m for m in application.program.materials}
    statutory = [c for c in chosen if c not in known or is_statutory(known[c])]
    bar = selectors.bar_in_force(application.applicant, "broken_promise", day)
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


def is_statutory(spec: dict[str, Any]) -> bool:
    """Whether law or policy demands the material; what is required is taken to be, unless the program says otherwise."""
    return spec.get("statutory", spec["required"])


def promised_item_handed_in(application, ctx) -> Finding:
    """The promised material is on file (FJ-24)."""
    code = ctx.inputs["material"]
    promised = code in selectors.open_promises(application)
    ok = promised and SLOTS_OF[code][0] in selectors.filled_slots(application)
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
    left = len(selectors.open_promises(application))
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
