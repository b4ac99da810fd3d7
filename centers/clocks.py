"""The clocks of centers (workflows.md §20)."""

from workflow.clocks import ADVERSE_DECISION, CORRECTION, STATEMENT, Clock

PREFECTURE_REVIEW = Clock(
    "prefecture_review", "市州审核", "AMB-H07", "body", "HB_PREFECTURE_REVIEW_WORKING_DAYS", warn=(3,)
)
PROVINCE_APPROVAL = Clock(
    "province_approval", "省级核准", "AMB-H07", "body", "HB_PROVINCE_APPROVAL_WORKING_DAYS", warn=(3,)
)
WIND_DOWN = Clock("wind_down", "清算", "AMB-H36", "body", "HB_WINDDOWN_DAYS", unit="day", warn=(15,))

__all__ = [
    "ADVERSE_DECISION",
    "CORRECTION",
    "PREFECTURE_REVIEW",
    "PROVINCE_APPROVAL",
    "STATEMENT",
    "WIND_DOWN",
]
