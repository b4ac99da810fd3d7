"""What agreement and contract bring about beside moving: the center told, the next year drawn up, the end of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accounts.actors import Actor
from centers.cycles import ProcurementCycle
from centers.register import Center
from centers.rules import contract as rules
from core import clock, periods
from core.facts import fact
from workflow.errors import InvalidInput, must
from workflow.holding import working_on
from workflow.relations import RELATION_OF, Relation

if TYPE_CHECKING:
    from centers.procedures.agreement import TripartiteAgreement
    from centers.procedures.contract import Contract

ONE_DAY = dt.timedelta(days=1)
PARTIES = (Relation.COUNTY, Relation.PREFECTURE, Relation.PROVINCE, Relation.ZONE, Relation.OPERATOR)


# --- The agreement --------------------------------------------------------------------------------------------
def sign_agreement(agreement: TripartiteAgreement, ctx: Any) -> None:
    """A signature; with the third the agreement holds from today and the first contract is drawn up (HB-43)."""
    from centers.procedures.agreement import PARTIES as SIGNERS
    from centers.procedures.agreement import AgreementSignature

    AgreementSignature.objects.create(
        agreement=agreement,
        relation=RELATION_OF[ctx.actor.role],
        organization=ctx.actor.organization,
        user=ctx.actor.user,
        signed_at=ctx.now,
    )
    if agreement.signed() != set(SIGNERS):
        return
    agreement.effective_on = ctx.today
    must(ctx.cascade(agreement.service_center, "sign_agreement"))
    start_filing(agreement, ctx)
    draw_up(agreement, ctx, number=1, first_day=agreement.cycle.first_day)
    ctx.record(effective_on=ctx.today)


def start_filing(agreement: TripartiteAgreement, ctx: Any) -> None:
    """The fifteen working days of the filing run from the last signature (HB-44)."""
    from centers.procedures.filing import OperatorFiling

    bodies = agreement.bodies()
    ctx.create(
        OperatorFiling,
        "start",
        parties={r: bodies[r] for r in (Relation.COUNTY, Relation.PREFECTURE, Relation.OPERATOR)},
        service_center=agreement.service_center,
        agreement=agreement,
        applicant=agreement.applicant,
        region=agreement.region,
        title=agreement.title,
        rules_on=ctx.today,
    )


def start_operating(contract: Contract, ctx: Any) -> None:
    """A contract in force and a published filing: both there, the center operates (HB-04, HB-45)."""
    filing = getattr(contract.agreement, "filing", None)
    if filing is not None and filing.published_on is not None:
        ctx.cascade(contract.service_center, "start_operating")


def undo_award(agreement: TripartiteAgreement, ctx: Any) -> None:
    """Nothing came of the award: the cycle never ran, the center is to be procured for anew (AMB-H11)."""
    cycle = agreement.cycle
    ProcurementCycle.objects.filter(pk=cycle.pk).update(ended_on=cycle.first_day - ONE_DAY)
    ctx.cascade(agreement.service_center, "end_tender")
    ctx.record(reason=ctx.inputs["reason"])


def draw_up(agreement: TripartiteAgreement, ctx: Any, *, number: int, first_day: dt.date) -> Any:
    """The draft of a year's contract: twelve months, or until the cycle ends (HB-40)."""
    from centers.procedures.contract import Contract

    years = int(fact("hubei_center", "procurement", "contract_term_years"))
    bodies = agreement.bodies()
    return ctx.create(
        Contract,
        "prepare",
        parties={relation: bodies[relation] for relation in PARTIES if relation in bodies},
        service_center=agreement.service_center,
        agreement=agreement,
        cycle=agreement.cycle,
        number=number,
        first_day=first_day,
        last_day=min(periods.last_day_of_term(first_day, years), agreement.cycle.last_day),
        applicant=agreement.applicant,
        region=agreement.region,
        title=agreement.title,
        rules_on=ctx.today,
    )


# --- The contract ---------------------------------------------------------------------------------------------
def set_terms(
    contract: Contract, actor: Actor, *, first_day: dt.date, last_day: dt.date, amount: Decimal
) -> None:
    """The county writes days and amount of a draft; a signature over other terms is dead from then on."""
    if last_day <= first_day:
        raise InvalidInput({"last_day": ["合同末日应晚于首日。"]})
    if amount <= 0:
        raise InvalidInput({"amount": ["合同金额应大于 0。"]})
    with working_on(contract, actor, states=["draft"]) as fresh:
        type(fresh).objects.filter(pk=fresh.pk).update(first_day=first_day, last_day=last_day, amount=amount)


def order_retender(center: Center, ctx: Any) -> None:
    """One task to the county to procure anew, unless it has one already (HB-42, AMB-H31)."""
    ctx.cascade(center, "order_retender")


def order_where_last(contract: Contract, ctx: Any) -> None:
    if not rules.has_another_year(contract):
        order_retender(contract.service_center, ctx)


def record_assessment(contract: Contract, ctx: Any) -> None:
    from centers.procedures.contract import ContractAssessment

    said, passed = ctx.inputs, ctx.inputs["result"] == "passed"
    ContractAssessment.objects.create(
        contract=contract, is_passed=passed, grounds=said["grounds"], heard=said["heard"], recorded_by=ctx.actor.user,
        recorded_at=ctx.now,
    )  # fmt: skip
    word = "合格" if passed else "不合格"
    ctx.record(result=word)
    ctx.notice.update(
        center=contract.title,
        center_number=contract.service_center.number,
        contract={
            "reference": contract.reference,
            "first_day": contract.first_day,
            "last_day": contract.last_day,
        },
        result_word=word,
        grounds=said["grounds"],
        heard=said["heard"],
    )


def renew(contract: Contract, ctx: Any) -> None:
    contract.renewal, contract.renewal_reasons = "renew", ctx.inputs["reasons"]
    draw_up(contract.agreement, ctx, number=contract.number + 1, first_day=contract.last_day + ONE_DAY)


def not_renew(contract: Contract, ctx: Any) -> None:
    contract.renewal, contract.renewal_reasons = "end", ctx.inputs["reasons"]
    order_retender(contract.service_center, ctx)
    ctx.record(reason=ctx.inputs["reasons"])


def how_it_ended(contract: Contract, ctx: Any) -> str:
    if contract.renewal:
        return "renewed" if contract.renewal == "renew" else "not_renewed"
    return "lapsed" if rules.has_another_year(contract) else "completed"


def settle_the_day_after(contract: Contract, ctx: Any, last_day: dt.date) -> None:
    """Without a signed contract for the next day the center is vacant; without any left the agreement ends (HB-42)."""
    center = contract.service_center
    next_day = max(last_day, ctx.today - ONE_DAY) + ONE_DAY
    signed = center.contracts.filter(signed_on__isnull=False, first_day__lte=next_day).exclude(pk=contract.pk)
    if not any(next_day <= other.through for other in signed):
        ctx.cascade(center, "vacate")
    left = contract.agreement.contracts.filter(closed_at=None).exclude(pk=contract.pk)
    if not left.exists():
        ctx.cascade(contract.agreement, "end")
        filing = getattr(contract.agreement, "filing", None)
        if filing is not None and filing.is_open:
            ctx.cascade(filing, "close")
        ProcurementCycle.objects.filter(pk=contract.cycle_id, ended_on=None, last_day__gt=last_day).update(
            ended_on=max(last_day, contract.cycle.first_day - ONE_DAY)
        )


def terminate(contract: Contract, ctx: Any) -> None:
    """It counts through the day of the document; what was drawn up or signed for later falls too (HB-46)."""
    contract.ended_on = ctx.inputs["effective_on"]
    for later in contract.agreement.contracts.filter(closed_at=None, number__gt=contract.number):
        end_contract(later.as_procedure(), ctx, reason=ctx.inputs["reason"])
    ctx.record(reason=ctx.inputs["reason"], document=ctx.inputs["document"], ended_on=contract.ended_on)
    settle_the_day_after(contract, ctx, contract.ended_on)


def unbind(center: Center, ctx: Any, *, reason: str) -> None:
    """A center that is wound up has neither contract nor agreement: what is unsigned is discarded (AMB-H36)."""
    for contract in center.contracts.filter(closed_at=None).order_by("number"):
        end_contract(contract, ctx, reason=reason)
    for agreement in center.agreements.filter(closed_at=None, effective_on=None):
        must(ctx.cascade(agreement, "discard", reason=reason))


def end_contract(contract: Contract, ctx: Any, *, reason: str) -> None:
    """From within another step: a draft is discarded, a signed one ends today, or before it would have begun."""
    if not ctx.cascade(contract, "discard", reason=reason):
        day = min(max(clock.today(), contract.first_day - ONE_DAY), contract.last_day)
        ctx.cascade(contract, "terminate", reason=reason, document="见所属决定", effective_on=day)
