"""Django's table of contents of this app."""

from centers.cycles import ProcurementCycle
from centers.filings import OperatorFinding
from centers.hearing import DecisionPoint, HeardParty
from centers.layout import LayoutPlan, PlannedSite, PrefecturePlan
from centers.papers import Correction, Defect, Inspection, Premises
from centers.procedures.adjustment import CenterAdjustment
from centers.procedures.agreement import AgreementSignature, TripartiteAgreement
from centers.procedures.contract import Contract, ContractAssessment
from centers.procedures.filing import OperatorFiling
from centers.procedures.setup import CenterSetup
from centers.register import Center
from centers.roster import PostedStaff, Shortfall
from centers.zones import LocalThreshold, Zone

__all__ = [
    "AgreementSignature",
    "Center",
    "CenterAdjustment",
    "CenterSetup",
    "Contract",
    "ContractAssessment",
    "Correction",
    "DecisionPoint",
    "Defect",
    "HeardParty",
    "Inspection",
    "LayoutPlan",
    "LocalThreshold",
    "OperatorFiling",
    "OperatorFinding",
    "PlannedSite",
    "PostedStaff",
    "PrefecturePlan",
    "Premises",
    "ProcurementCycle",
    "Shortfall",
    "TripartiteAgreement",
    "Zone",
]
