"""What adjusting or abolishing a center asks: a reason, a finding, a hearing, points to be carried out (HB-31 to 33)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from centers import selectors
from centers.hearing import DecisionPoint, open_points_named
from core.findings import Finding
from workflow.steps import steps_of

if TYPE_CHECKING:
    from centers.procedures.adjustment import CenterAdjustment
    from centers.register import Center

# What a decision to abolish lists, by the field of its form (AMB-H36).
AFTERMATH = {"contracts": "合同", "staff": "人员", "assets": "资产", "money": "资金"}


def on_application(adjustment: CenterAdjustment) -> Finding:
    """Only what the prefecture asked for is the prefecture's to send or take back (HB-32)."""
    ok = adjustment.origin == "application"
    return Finding(
        "HB-32",
        ok,
        adjustment.get_origin_display(),
        "市州申请",
        "" if ok else "依职权启动的，由省商务厅办理。",
        "on_application",
    )


def of_own_motion(adjustment: CenterAdjustment) -> Finding:
    ok = adjustment.origin == "ex_officio"
    return Finding(
        "HB-31",
        ok,
        adjustment.get_origin_display(),
        "省厅依职权",
        "" if ok else "市州申请的，由市州商务局上报。",
        "of_own_motion",
    )


def center_stands(adjustment: CenterAdjustment) -> Finding:
    """There is a center to adjust or abolish, and none already being so (HB-31)."""
    center = adjustment.service_center
    ok = center.ended_on is None and center.state != "winding_down"
    return Finding(
        "HB-31",
        ok,
        center.state_label,
        "中心存续",
        "" if ok else f"中心现为“{center.state_label}”，不能再调整、撤销。",
        "center_stands",
    )


def condition_unmet(adjustment: CenterAdjustment) -> Finding:
    """Of its own motion the province acts on a condition that no longer holds (HB-31)."""
    unmet = selectors.unmet_of(adjustment.service_center)
    return Finding(
        "HB-31",
        bool(unmet),
        "；".join(f.message for f in unmet) or "条件均符合",
        "不再满足设立条件",
        "" if unmet else "没有测得或查明中心不符合设立条件。实地核查发现的，请先在中心页面记录核查情况。",
        "condition_unmet",
    )


def center_takes_the_decision(adjustment: CenterAdjustment) -> Finding:
    """The center stands where it can be adjusted, or wound up, on the day of the decision (HB-31)."""
    center = adjustment.service_center
    step = steps_of(center)["begin_winding_down" if adjustment.is_abolition else "adjust"]
    ok = center.state in step.source
    return Finding(
        "HB-31",
        ok,
        center.state_label,
        step.label,
        ""
        if ok
        else f"中心现为“{center.state_label}”，现在不能{step.label}。请待其办结后再作决定，或者不予调整撤销。",
        "center_takes_the_decision",
    )


def hearing_recorded(adjustment: CenterAdjustment) -> Finding:
    """Nobody decides before county, prefecture and operator were heard (HB-31, AMB-H36)."""
    heard = adjustment.heard.count()
    return Finding(
        "HB-31",
        heard > 0,
        f"{heard} 家",
        "已听取意见",
        "" if heard else "作出决定前，应先听取县级、市州和承办企业的意见。",
        "hearing_recorded",
    )


def heard_party_answers(adjustment: CenterAdjustment, ctx) -> Finding:
    """Each who is heard answers once (AMB-G09)."""
    party = adjustment.heard.filter(organization=ctx.actor.organization_id).first()
    ok = party is not None and party.answered_at is None
    said = "没有在听取意见的范围" if party is None else "本单位已经答复过，以已答复的为准。"
    return Finding("AMB-G09", ok, "", "答复一次", "" if ok else said, "heard_party_answers")


def all_answered(adjustment: CenterAdjustment) -> Finding:
    """The hearing closes before its time only when everybody has answered (AMB-G09)."""
    left = [
        party.organization.label
        for party in adjustment.heard.filter(answered_at=None).select_related("organization")
    ]
    return Finding(
        "AMB-G09",
        not left,
        f"未答复 {len(left)} 家",
        "均已答复",
        f"还没有答复：{'、'.join(left)}，期限届满前不能结束。" if left else "",
        "all_answered",
    )


def statements_answered(adjustment: CenterAdjustment, ctx) -> Finding:
    """What was stated is answered in the decision (AMB-G09)."""
    spoke = adjustment.heard.exclude(statement="").exists()
    ok = not spoke or bool(ctx.inputs.get("answers", "").strip())
    return Finding(
        "AMB-G09",
        ok,
        "有陈述" if spoke else "无陈述",
        "逐点答复",
        "" if ok else "有单位陈述了意见，决定应逐点答复。",
        "statements_answered",
    )


def decision_says_what_follows(adjustment: CenterAdjustment, ctx) -> Finding:
    """调整: what has to change, by when; 撤销: contracts, staff, assets, money (HB-31, AMB-H36)."""
    if adjustment.is_abolition:
        missing = [label for name, label in AFTERMATH.items() if not ctx.inputs.get(name, "").strip()]
        clause, asked = "HB-31", "合同、人员、资产、资金逐项写明"
    else:
        missing = [] if ctx.inputs.get("points", "").strip() else ["调整事项"]
        missing += [] if ctx.inputs.get("due_on") else ["办结期限"]
        clause, asked = "HB-31", "调整事项和期限"
    return Finding(
        clause,
        not missing,
        f"缺 {len(missing)} 项",
        asked,
        f"还没有写明：{'、'.join(missing)}。" if missing else "",
        "decision_says_what_follows",
    )


# --- Carrying it out ------------------------------------------------------------------------------------------
def point_is_open(center: Center, ctx) -> Finding:
    """The report names one point, and it stands open: two decisions may have one of that number (HB-31)."""
    named = list(open_points_named(center, ctx.inputs).values_list("decision__reference", flat=True))
    ok = len(named) == 1
    which = f"{len(named)} 份决定都有这一项，请填写决定的办件编号：{'、'.join(named)}。"
    return Finding(
        "HB-31",
        ok,
        ctx.inputs["number"],
        "尚未报告的事项",
        "" if ok else which if named else "没有这一项，或者已经报告过。",
        "point_is_open",
    )


def every_point_carried_out(center: Center) -> Finding:
    """Every point of the decision has its evidence (HB-31, AMB-H36)."""
    left = open_points(center).count()
    return Finding(
        "HB-31",
        left == 0,
        f"未办 {left} 项",
        "逐项办结",
        f"还有 {left} 项没有办结并附依据。" if left else "",
        "every_point_carried_out",
    )


def nothing_still_binds(center: Center) -> Finding:
    """A center is gone only when neither an agreement nor a contract of it is open (HB-31, AMB-H36)."""
    bound = [*center.agreements.filter(closed_at=None), *center.contracts.filter(closed_at=None)]
    left = "、".join(f"{one._meta.verbose_name} {one.reference}" for one in bound)
    return Finding(
        "AMB-H36",
        not bound,
        f"未了结 {len(bound)} 份",
        "协议、合同均已终止",
        f"还没有终止：{left}。" if bound else "",
        "nothing_still_binds",
    )


def open_points(center: Center) -> Any:
    return DecisionPoint.objects.filter(center=center, reported_at=None)
