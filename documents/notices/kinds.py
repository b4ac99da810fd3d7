"""What each kind of notice is as a paper: its series of numbers, who signs it, to whom it goes.

The kinds themselves are named by the steps (`workflow.notices.NoticeKind`); the words stand in
`templates/notices/<code>.html`. A new kind needs a line here and a template that fills blocks. The first line of a
template names what the step hands over for it (`ctx.notice`); the standard parts come from `context`.
"""

from dataclasses import dataclass
from enum import Enum


class SignedBy(Enum):
    """Whose name and seal stand under it (workflows.md §21)."""

    RECEIVING_BODY = "the body that holds the case after the step"
    ACTING_BODY = "the body that acts; where the clock acts, the body that waited"
    PROVINCE = "the provincial department"


class Addressee(Enum):
    APPLICANT = "the applicant"
    DEPARTMENT = "the department that is asked"
    PROVINCE = "the provincial department"
    OBJECTOR = "whoever objected, a person without an account"
    PUBLIC = "everybody; nobody is served"


@dataclass(frozen=True)
class Form:
    """`series` is the word in the number, 函 for letters; None for what carries no document number.

    `act` is what the remedy paragraph calls the paper, `reads` are fields of the case that are printed, and
    `clauses` those it rests on when the step names none that can be printed.
    """

    series: str | None = ""
    signed_by: SignedBy = SignedBy.ACTING_BODY
    addressee: Addressee = Addressee.APPLICANT
    act: str = "通知书"
    reads: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    lists_materials: bool = False


FORMS: dict[str, Form] = {
    "receipt": Form(series="收", signed_by=SignedBy.RECEIVING_BODY, lists_materials=True),
    "acceptance": Form(
        series="受", signed_by=SignedBy.RECEIVING_BODY, reads=("received_on",), lists_materials=True
    ),
    "correction": Form(series="函"),
    "tolerant_acceptance": Form(series="受"),
    "non_acceptance": Form(series="函", act="不予受理通知书"),
    "consultation": Form(series="函", addressee=Addressee.DEPARTMENT),
    "recommendation": Form(series="函", addressee=Addressee.PROVINCE),
    "not_recommended": Form(series="函", act="不予推荐通知书"),
    "publicity": Form(series=None, addressee=Addressee.PUBLIC),
    "objection_reply": Form(
        series="函",
        signed_by=SignedBy.PROVINCE,
        addressee=Addressee.OBJECTOR,
        act="答复",
        reads=("facts",),
        clauses=("SX-55",),
    ),
    "accreditation": Form(signed_by=SignedBy.PROVINCE, act="决定"),
    "certificate": Form(series=None, signed_by=SignedBy.PROVINCE),
    "refusal": Form(act="决定书"),
    "prior_notice": Form(series="函", act="告知书"),
    "review_opening": Form(series="函", signed_by=SignedBy.PROVINCE),
    "review_result": Form(series="函", signed_by=SignedBy.PROVINCE),
    "revocation": Form(signed_by=SignedBy.PROVINCE, act="决定"),
    "center_approval": Form(signed_by=SignedBy.PROVINCE, act="核准文件"),
    "filing_receipt": Form(series="函", signed_by=SignedBy.PROVINCE),
    "assessment": Form(series="函"),
    "adjust_revoke": Form(signed_by=SignedBy.PROVINCE, act="决定书"),
}


def form_of(code: str) -> Form:
    try:
        return FORMS[code]
    except KeyError:
        raise LookupError(f"Nobody has said what a notice of kind {code!r} looks like.") from None


def template_of(code: str) -> str:
    form_of(code)
    return f"notices/{code}.html"
