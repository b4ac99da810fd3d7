"""Django's table of contents of this app."""

from centers.hearing import DecisionPoint, HeardParty
from centers.layout import LayoutPlan, PlannedSite, PrefecturePlan
from centers.papers import Correction, Defect, Inspection, Premises
from centers.procedures.adjustment import CenterAdjustment
from centers.procedures.setup import CenterSetup
from centers.register import Center
from centers.roster import PostedStaff, Shortfall
from centers.zones import LocalThreshold, Zone

__all__ = [
    "Center",
    "CenterAdjustment",
    "CenterSetup",
    "Correction",
    "DecisionPoint",
    "Defect",
    "HeardParty",
    "Inspection",
    "LayoutPlan",
    "LocalThreshold",
    "PlannedSite",
    "PostedStaff",
    "PrefecturePlan",
    "Premises",
    "Shortfall",
    "Zone",
]
