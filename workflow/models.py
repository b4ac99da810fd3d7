"""Django's table of contents of this app."""

from workflow.cases import (
    Assignment,
    Case,
    CaseNote,
    CaseParty,
    CaseSeries,
    Countersignature,
    Proposal,
    Watch,
)
from workflow.deadlines import Deadline, Pause
from workflow.ledger import Checkpoint, LedgerEntry, LedgerIndex
from workflow.outbox import OutboxMessage

__all__ = [
    "Assignment",
    "Case",
    "CaseNote",
    "CaseParty",
    "CaseSeries",
    "Checkpoint",
    "Countersignature",
    "Deadline",
    "LedgerEntry",
    "LedgerIndex",
    "OutboxMessage",
    "Pause",
    "Proposal",
    "Watch",
]
