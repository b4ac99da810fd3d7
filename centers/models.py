"""Django's table of contents of this app."""

from centers.layout import LayoutPlan, PlannedSite, PrefecturePlan
from centers.papers import Correction, Defect, Inspection, Premises
from centers.procedures.setup import CenterSetup
from centers.register import Center
from centers.zones import LocalThreshold, Zone

__all__ = [
    "Center",
    "CenterSetup",
    "Correction",
    "Defect",
    "Inspection",
    "LayoutPlan",
    "LocalThreshold",
    "PlannedSite",
    "PrefecturePlan",
    "Premises",
    "Zone",
]
