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
from workflow.jobs import Job
from workflow.ledger import Checkpoint, LedgerEntry, LedgerIndex
from workflow.messages.models import Copy, Follower, Message
from workflow.outbox import OutboxMessage

__all__ = [
    "Assignment",
    "Case",
    "CaseNote",
    "CaseParty",
    "CaseSeries",
    "Checkpoint",
    "Copy",
    "Countersignature",
    "Deadline",
    "Follower",
    "Job",
    "LedgerEntry",
    "LedgerIndex",
    "Message",
    "OutboxMessage",
    "Pause",
    "Proposal",
    "Watch",
]
