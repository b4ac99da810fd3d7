"""What adjusting or abolishing a center brings about: who comes to know of it, who is heard, what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from accounts.actors import Actor
from accounts.roles import Role
from centers.hearing import DecisionPoint, HeardParty
from centers.register import Center
from centers.rules import adjustment as rules
from centers.rules.adjustment import AFTERMATH
from workflow.errors import NotYours, must
from workflow.perform import open_draft
from workflow.relations import Relation

if TYPE_CHECKING:
    from centers.procedures.adjustment import CenterAdjustment


def draft(center: Center, actor: Actor, *, measure: str) -> CenterAdjustment:
    """The prefecture of the center begins an application, the province one of its own motion (HB-31, HB-32).

    Raises `NotYours` for anybody else, a county's people included, `Conflict` where one is open already.
    """
    from centers.procedures.adjustment import CenterAdjustment  # built on these effects

    if actor.roles & {Role.PREF_OFFICER, Role.PREF_APPROVER}:
        relation, origin = Relation.PREFECTURE, CenterAdjustment.Origin.APPLICATION
    elif actor.roles & {Role.PROV_OFFICER, Role.PROV_APPROVER}:
        relation, origin = Relation.PROVINCE, CenterAdjustment.Origin.EX_OFFICIO
    else:
        raise NotYours("调整、撤销由市州商务主管部门申请，或由省商务厅依职权启动。")
    if actor.organization is None or center.bodies().get(relation) != actor.organization:
        raise NotYours()
    opened = open_draft(
        CenterAdjustment,
        actor=actor,
        parties={relation: actor.organization},
        service_center=center,
        measure=measure,
        origin=origin,
        applicant=actor.organization,
        region=center.region,
        title=center.title,
    )
    return cast("CenterAdjustment", opened)


def begin(adjustment: CenterAdjustment, ctx) -> None:
    """The rules of the day, the reason with its principle; the province takes it up (HB-33)."""
    adjustment.rules_on, adjustment.reason = ctx.today, ctx.inputs["reason"]
    adjustment.add_party(Relation.PROVINCE, adjustment.service_center.body(Role.PROV_OFFICER))
    ctx.record(reason=adjustment.reason, measure=str(adjustment.get_measure_display()))
    ctx.notice["filed"] = f"{adjustment.get_measure_display()}申请"


def open_hearing(adjustment: CenterAdjustment, ctx) -> None:
    """County, prefecture and operator are told what is intended and why; a body that is two of them is told once."""
    center, said = adjustment.service_center, ctx.inputs
    for relation in (Relation.COUNTY, Relation.PREFECTURE, Relation.OPERATOR):
        if (body := center.bodies().get(relation)) is not None:
            adjustment.add_party(relation, body)
            HeardParty.objects.get_or_create(case_id=adjustment.pk, organization=body)
    adjustment.facts = said["facts"]
    measure = adjustment.get_measure_display()
    heard = adjustment.heard.select_related("organization").order_by("id")
    # Each is served, and answers, for itself.
    ctx.notice.update(
        said,
        ground_words=said["ground"],
        proposed=f"{measure}{center.title}",
        addressees=[party.organization for party in heard],
    )
    ctx.record(ground=said["ground"], clauses=said["clauses"])


def note_answer(adjustment: CenterAdjustment, ctx) -> None:
    adjustment.heard.filter(organization=ctx.actor.organization_id).update(
        statement=ctx.inputs["statement"],
        is_waived=ctx.inputs["is_waived"],
        answered_at=ctx.now,
        answered_by=ctx.actor.user,
    )


def close_hearing(adjustment: CenterAdjustment, ctx) -> None:
    """Who was silent is marked so (AMB-G09)."""
    heard = adjustment.heard.select_related("organization")
    ctx.record(heard={party.organization.label: party.outcome for party in heard})


def decide(adjustment: CenterAdjustment, ctx) -> None:
    """What the decision asks becomes the county's list; the center is adjusted or winds down (HB-31, AMB-H36)."""
    center, said = adjustment.service_center, ctx.inputs
    points = _points(adjustment, said)
    due_on = None if adjustment.is_abolition else said["due_on"]
    if adjustment.is_abolition:
        rules.open_points(center).update(
            evidence=f"中心已决定撤销（{adjustment.reference}），本项不再办理。", reported_at=ctx.now
        )
    DecisionPoint.objects.bulk_create(
        DecisionPoint(center=center, decision_id=adjustment.pk, number=number, text=text, due_on=due_on)
        for number, text in enumerate(points, 1)
    )
    must(ctx.cascade(center, "begin_winding_down" if adjustment.is_abolition else "adjust"))
    if adjustment.is_abolition:
        from centers.contracting import unbind  # contracts are built on the register

        unbind(center, ctx, reason=f"中心撤销：{said['contracts']}")
    measure = str(adjustment.get_measure_display())
    ctx.record(reason=said["reasons"], measure=measure)
    # The county carries it out, the operator may contest it: each is served. The prefecture gets a copy.
    county, operator = center.body(Role.COUNTY_OFFICER), center.bodies().get(Relation.OPERATOR)
    copied = center.bodies().get(Relation.PREFECTURE)
    ctx.notice.update(
        said,
        kind_word=measure,
        center=center.title,
        center_number=center.number,
        facts=adjustment.facts,
        hearing=_heard(adjustment),
        points=points,
        due_on=due_on,
        addressees=[body for body in (county, operator) if body],
        copies=[copied.name] if copied else [],
    )


def _points(adjustment: CenterAdjustment, said: dict) -> list[str]:
    if adjustment.is_abolition:
        return [f"{label}：{said[name].strip()}" for name, label in AFTERMATH.items()]
    return [line.strip()[:300] for line in said["points"].splitlines() if line.strip()]


def _heard(adjustment: CenterAdjustment) -> str:
    told = [
        f"{party.organization.name}{f'称：{party.statement}' if party.statement else party.outcome}"
        for party in adjustment.heard.select_related("organization").order_by("id")
    ]
    return f"本机关已事先告知并听取意见：{'；'.join(told)}"
