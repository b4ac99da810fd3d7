"""What the province's steps require: the joint evaluation, the publicity, the hearing, the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accreditation import selectors
from accreditation.rules.conditions import all_conditions_met
from accreditation.rules.filing import materials_complete
from core.findings import Finding

if TYPE_CHECKING:
    pass


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
