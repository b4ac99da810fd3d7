"""Django's table of contents of this app."""

from accreditation.materials import (
    CorrectionItem,
    CorrectionRequest,
    ImportRow,
    Material,
    ServedClient,
    TeamMember,
    TradeRecord,
    WrittenPromise,
)
from accreditation.procedures.application import ProviderApplication
from accreditation.procedures.consultation import Consultation
from accreditation.procedures.revocation import RevocationCase
from accreditation.procedures.title_review import ProviderReview
from accreditation.programs import Program, Round
from accreditation.register import Accreditation, Bar
from accreditation.review import (
    CreditCheck,
    CriterionVerdict,
    EvaluationRecord,
    Hearing,
    Inquiry,
    MaterialVerdict,
    TitleHearing,
)
from accreditation.summary import ConditionSummary
from accreditation.supervision_papers import DepartmentFinding, ProblemTicket, TicketRouting
from accreditation.support_papers import ListDelivery, ListSubscriber, SupportEvidence, SupportRequest
from accreditation.title_papers import (
    PlaqueReturn,
    Restoration,
    ReviewDefect,
    ReviewMaterial,
    ReviewReport,
    ReviewVerdict,
)
from accreditation.yearly_papers import CoachingEntry, PublicEvent, SelfReport, ServiceSite, TrainingRecord

__all__ = [
    "Accreditation",
    "Bar",
    "CoachingEntry",
    "ConditionSummary",
    "Consultation",
    "CorrectionItem",
    "CorrectionRequest",
    "CreditCheck",
    "CriterionVerdict",
    "DepartmentFinding",
    "EvaluationRecord",
    "Hearing",
    "ImportRow",
    "Inquiry",
    "ListDelivery",
    "ListSubscriber",
    "Material",
    "MaterialVerdict",
    "PlaqueReturn",
    "ProblemTicket",
    "Program",
    "ProviderApplication",
    "ProviderReview",
    "PublicEvent",
    "Restoration",
    "ReviewDefect",
    "ReviewMaterial",
    "ReviewReport",
    "ReviewVerdict",
    "RevocationCase",
    "Round",
    "SelfReport",
    "ServedClient",
    "ServiceSite",
    "SupportEvidence",
    "SupportRequest",
    "TeamMember",
    "TicketRouting",
    "TitleHearing",
    "TradeRecord",
    "TrainingRecord",
    "WrittenPromise",
]
