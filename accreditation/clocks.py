"""The clocks of accreditation (workflows.md §20)."""

from workflow.clocks import CORRECTION as CORRECTION
from workflow.clocks import STATEMENT as STATEMENT
from workflow.clocks import Clock

COMPLETENESS = Clock(
    "completeness",
    "材料齐全性审查",
    "AMB-G07",
    "body",
    "COMPLETENESS_CHECK_WORKING_DAYS",
    warn=(1,),
    lapse="deem_accepted",
)
PROMISE = Clock(
    "promise",
    "容缺承诺",
    "AMB-G08",
    "party",
    "TOLERANT_PROMISE_WORKING_DAYS",
    warn=(3, 1),
    lapse="lapse_promise",
)
PEER_REPLY = Clock(
    "peer_reply",
    "同级部门复函",
    "AMB-S07",
    "party",
    "SX_PEER_REPLY_WORKING_DAYS",
    warn=(1,),
    lapse="mark_overdue",
)
JOINT_REPLY = Clock(
    "joint_reply",
    "会同部门复函",
    "AMB-S20",
    "party",
    "SX_JOINT_REPLY_WORKING_DAYS",
    warn=(2,),
    lapse="mark_overdue",
)
CITY_REVIEW = Clock("city_review", "市级初审", "AMB-S09", "body", "SX_CITY_REVIEW_WORKING_DAYS", warn=(3,))
CITY_REFUSAL = Clock(
    "city_refusal",
    "申请复查",
    "AMB-S08",
    "party",
    "SX_CITY_REFUSAL_REVIEW_WORKING_DAYS",
    at_service=True,
    warn=(3, 1),
    lapse="lapse_city_refusal",
)
PROVINCE_EVALUATION = Clock(
    "province_evaluation", "省级评定", "AMB-S09", "body", "SX_PROVINCE_EVALUATION_WORKING_DAYS", warn=(5,)
)
DECISION = Clock("decision", "公示后决定", "AMB-S09", "body", "SX_DECISION_WORKING_DAYS", warn=(1,))
PLAQUE = Clock("plaque", "授牌", "AMB-S09", "body", "SX_PLAQUE_WORKING_DAYS", warn=(5,))
TITLE_END = Clock(
    "title_end",
    "有效期",
    "SX-59",
    "party",
    day_of=lambda title: title.valid_until,
    unit="date",
    warn=(90, 30),
    lapse="expire",
    waits_in=("revocation_pending",),
)
