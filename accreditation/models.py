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
from accreditation.programs import Program, Round
from accreditation.register import Accreditation, Bar
from accreditation.review import (
    CreditCheck,
    CriterionVerdict,
    EvaluationRecord,
    Hearing,
    Inquiry,
    MaterialVerdict,
)
from accreditation.summary import ConditionSummary

__all__ = [
    "Accreditation",
    "Bar",
    "ConditionSummary",
    "Consultation",
    "CorrectionItem",
    "CorrectionRequest",
    "CreditCheck",
    "CriterionVerdict",
    "EvaluationRecord",
    "Hearing",
    "ImportRow",
    "Inquiry",
    "Material",
    "MaterialVerdict",
    "Program",
    "ProviderApplication",
    "Round",
    "ServedClient",
    "TeamMember",
    "TradeRecord",
    "WrittenPromise",
]
