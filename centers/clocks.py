"""The clocks of centers (workflows.md §20)."""

from workflow.clocks import ADVERSE_DECISION, CORRECTION, STATEMENT, Clock

PREFECTURE_REVIEW = Clock(
    "prefecture_review", "市州审核", "AMB-H07", "body", "HB_PREFECTURE_REVIEW_WORKING_DAYS", warn=(3,)
)
PROVINCE_APPROVAL = Clock(
    "province_approval", "省级核准", "AMB-H07", "body", "HB_PROVINCE_APPROVAL_WORKING_DAYS", warn=(3,)
)
RETENDER = Clock("retender", "重新采购", "AMB-H31", "body", "HB_RETENDER_START_DAYS", unit="day", warn=(10,))
# The operator named in between, until there is one from an award: no more than so many months (AMB-H17).
INTERIM_OPERATOR = Clock(
    "interim_operator", "临时承办", "AMB-H17", "party", unit="date", warn=(60, 30), lapse="end_interim"
)
WIND_DOWN = Clock("wind_down", "清算", "AMB-H36", "body", "HB_WINDDOWN_DAYS", unit="day", warn=(15,))

__all__ = [
    "ADVERSE_DECISION",
    "CORRECTION",
    "INTERIM_OPERATOR",
    "PREFECTURE_REVIEW",
    "PROVINCE_APPROVAL",
    "RETENDER",
    "STATEMENT",
    "WIND_DOWN",
]
