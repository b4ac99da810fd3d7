"""The clocks of centers (workflows.md §20)."""

import datetime as dt

from centers.rules import contract as rules
from workflow.clocks import ADVERSE_DECISION, CORRECTION, STATEMENT, Clock

PREFECTURE_REVIEW = Clock(
    "prefecture_review", "市州审核", "AMB-H07", "body", "HB_PREFECTURE_REVIEW_WORKING_DAYS", warn=(3,)
)
PROVINCE_APPROVAL = Clock(
    "province_approval", "省级核准", "AMB-H07", "body", "HB_PROVINCE_APPROVAL_WORKING_DAYS", warn=(3,)
)
# A clock is over at the end of its day: the assessment opens with the first second of the next.
CONTRACT_ASSESSMENT = Clock(
    "contract_assessment",
    "年度末期评估启动",
    "AMB-H16",
    "body",
    "HB_ASSESSMENT_OPEN_DAYS_BEFORE",
    day_of=lambda contract: rules.assessment_opens_on(contract) - dt.timedelta(days=1),
    unit="date",
    lapse="open_assessment",
)
ASSESSMENT_DUE = Clock(
    "assessment_due",
    "完成年度末期评估",
    "AMB-H16",
    "body",
    "HB_ASSESSMENT_DUE_DAYS_BEFORE",
    day_of=rules.assessment_due_on,
    unit="date",
    warn=(15, 5),
)
CONTRACT_END = Clock(
    "contract_end",
    "合同期",
    "HB-39",
    "party",
    day_of=lambda contract: contract.last_day,
    unit="date",
    warn=(30, 15),
    lapse="expire",
    waits_in=("active",),
)
FILING = Clock("filing", "承办企业备案", "HB-44", "body", "HB_FILING_WORKING_DAYS", warn=(5, 1))
FILING_FORWARD = Clock(
    "filing_forward", "市州汇总上报", "AMB-H13", "body", "HB_FILING_FORWARD_WORKING_DAYS", warn=(2,)
)
FILING_PUBLICATION = Clock(
    "filing_publication", "公布备案", "AMB-H14", "body", "HB_FILING_PUBLISH_WORKING_DAYS", warn=(2,)
)
RETENDER = Clock("retender", "重新采购", "AMB-H31", "body", "HB_RETENDER_START_DAYS", unit="day", warn=(10,))
# The operator named in between, until there is one from an award: no more than so many months (AMB-H17).
INTERIM_OPERATOR = Clock(
    "interim_operator", "临时承办", "AMB-H17", "party", unit="date", warn=(60, 30), lapse="end_interim"
)
WIND_DOWN = Clock("wind_down", "清算", "AMB-H36", "body", "HB_WINDDOWN_DAYS", unit="day", warn=(15,))

__all__ = [
    "ADVERSE_DECISION",
    "ASSESSMENT_DUE",
    "CONTRACT_ASSESSMENT",
    "CONTRACT_END",
    "CORRECTION",
    "FILING",
    "FILING_FORWARD",
    "FILING_PUBLICATION",
    "INTERIM_OPERATOR",
    "PREFECTURE_REVIEW",
    "PROVINCE_APPROVAL",
    "RETENDER",
    "STATEMENT",
    "WIND_DOWN",
]
