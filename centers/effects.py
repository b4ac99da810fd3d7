"""What the steps of a center's procedures bring about beside moving them; each called by the steps that need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.roles import Kind, Role
from centers import selectors
from centers.papers import Correction, Defect
from workflow.cases import CaseSeries
from workflow.relations import Relation

if TYPE_CHECKING:
    from centers.procedures.setup import CenterSetup
    from workflow.cases import Case


def fix_rules_and_route(setup: CenterSetup, ctx) -> None:
    """First submission: the rules of the day; the bodies above come to know of it (AMB-G21, HB-30, HB-68).

    The province is not told before the prefecture forwards, unless there is none in between.
    """
    setup.rules_on = setup.first_submitted_on = ctx.today
    prefecture = setup.body_above(Kind.PREFECTURE_BUREAU)  # a rule of the step has found it
    setup.add_party(Relation.PREFECTURE, prefecture)
    if setup.skips_prefecture():
        setup.add_party(Relation.PROVINCE, setup.body_above(Kind.PROVINCE_DEPARTMENT))
        ctx.record(skipped="市州审核：同一机关", body=prefecture.name)
    ctx.notice["filed"] = "设立申请"


def open_correction(case: Case, ctx) -> None:
    """One notice of all defects; the county answers them one by one (AMB-G07)."""
    told = ctx.inputs["defects"]
    correction = Correction.objects.create(
        case_id=case.pk, number=_corrections(case) + 1, opened_by=ctx.actor.user, opened_at=ctx.now
    )
    Defect.objects.bulk_create(
        Defect(correction=correction, point=d["point"], problem=d["problem"], remedy=d["remedy"])
        for d in told
    )
    ctx.notice["defects"] = told
    ctx.notice["consequence"] = "不予受理"
    ctx.record(defects=len(told), number=correction.number)


def resolve_correction(case: Case, ctx) -> None:
    Correction.objects.filter(case_id=case.pk, resolved_at=None).update(resolved_at=ctx.now)
    ctx.notice["filed"] = "补正材料"


def register_center(setup: CenterSetup, ctx) -> None:
    """The approval is the accreditation: the center with its number, in the register (HB-30, AMB-H03)."""
    from centers.register import Center  # the register is built on the rules

    setup.approved_on = ctx.today
    premises = setup.own_premises()
    number = CaseSeries.take(f"HBZX{setup.zone.prefecture_id[:4]}")
    ctx.create(
        Center,
        "register",
        parties={
            Relation.COUNTY: setup.body(Role.COUNTY_OFFICER),
            Relation.PREFECTURE: setup.body(Role.PREF_OFFICER),
            Relation.PROVINCE: setup.body(Role.PROV_OFFICER),
        },
        zone=setup.zone,
        number=number,
        is_additional=setup.is_additional,
        approved_on=ctx.today,
        premises=premises,
        applicant=setup.applicant,
        region=setup.region,
        title=setup.title,
        rules_on=ctx.today,
    )
    ctx.record(number=number)
    ctx.notice.update(
        ctx.inputs,
        center=setup.title,
        center_number=number,
        zone={"name": setup.zone.name, "label": setup.zone.label, "prefecture": setup.zone.prefecture.name},
        is_additional=setup.is_additional,
        premises={"address": premises.address, "area": premises.area} if premises else {},
        staff=setup.planned_staff,
    )


def tell_refusal(setup: CenterSetup, ctx) -> None:
    from centers.rules import setup as rules  # effects serve the procedures, which declare the rules

    named = set(ctx.inputs["clauses"])
    ctx.notice.update(
        ctx.inputs,
        refused="不予核准",
        findings=[f for f in rules.conditions(setup) if not f.ok and f.clause in named],
        facts="；".join(row.note for row in selectors.newest_inspections(setup).values()),
    )
    ctx.record(reason=ctx.inputs["reasons"], clauses=ctx.inputs["clauses"])


def _corrections(case: Case) -> int:
    return Correction.objects.filter(case_id=case.pk).count()
