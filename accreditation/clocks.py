"""The clocks of accreditation (workflows.md §20)."""

import datetime as dt
from typing import Any

from core import defaults
from workflow.clocks import ADVERSE_DECISION as ADVERSE_DECISION
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


def review_opens_on(title: Any) -> dt.date:
    """The day on which the review of a title opens: so many days before its last day (SX-61, AMB-S12)."""
    days = int(defaults.value("SX_REVIEW_OPEN_DAYS_BEFORE", title.rules_on))
    return title.valid_until - dt.timedelta(days=days)


REVIEW_OPENING = Clock(
    "review_opening",
    "三年复核启动",
    "SX-61",
    "body",
    "SX_REVIEW_OPEN_DAYS_BEFORE",
    # A clock is over at the end of its day: the review opens with the first second of the next.
    day_of=lambda title: review_opens_on(title) - dt.timedelta(days=1),
    unit="date",
    lapse="open_review",
    waits_in=("revocation_pending", "under_review"),
)
REVIEW_MATERIALS = Clock(
    "review_materials",
    "报送复核材料",
    "AMB-S12",
    "party",
    "SX_REVIEW_MATERIALS_DAYS",
    unit="day",
    warn=(30, 7, 1),
    lapse="lapse",
)
