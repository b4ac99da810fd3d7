"""The clocks of publicity (workflows.md §20)."""

from workflow.clocks import Clock

PUBLICITY = Clock(
    "publicity", "公示", "AMB-G05", "party", day_of=lambda posting: posting.last_day, unit="date", lapse="end"
)
OBJECTION = Clock("objection", "异议处理", "AMB-G06", "body", "OBJECTION_HANDLING_WORKING_DAYS", warn=(2,))
