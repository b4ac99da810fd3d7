"""Supervision of titles: leads that may end in a revocation, the plaque that comes back (SX-21, SX-60, SX-65)."""

from __future__ import annotations

import datetime as dt

from accounts.actors import Actor
from accounts.roles import Role
from accreditation.procedures.revocation import RevocationCase
from accreditation.register import Accreditation
from accreditation.title_papers import PlaqueReturn
from core import clock
from workflow.errors import Conflict, InvalidInput, NotYours
from workflow.perform import create
from workflow.relations import Relation

RELATION_OF_REPORTER = {Role.DEPARTMENT: Relation.DEPARTMENT, Role.CITY_OFFICER: Relation.CITY}


def report_lead(
    title: Accreditation, *, actor: Actor, ground: str, facts: str, source: str, key: str | None = None
) -> RevocationCase:
    """A lead against a title, held by the province; the holder is no party until it is told (SX-21, AMB-G09)."""
    parties = {Relation.PROVINCE: title.body(Role.PROV_OFFICER)}
    relation = RELATION_OF_REPORTER.get(actor.role)
    if relation is not None:
        parties[relation] = actor.organization
    return create(
        RevocationCase,
        "report",
        actor=actor,
        parties=parties,
        parent=title,
        idempotency_key=key,
        inputs={"ground": ground, "facts": facts, "source": source},
        register_entry=title,
        applicant=title.applicant,
        region=title.region,
        title=title.title,
        reporter=actor.organization,
        rules_on=clock.today(),
    )


def record_plaque_return(task: PlaqueReturn, *, actor: Actor, day: dt.date, note: str) -> None:
    """The plaque came back, or it is said why it does not; there is no sanction (AMB-S27)."""
    if Role.PROV_OFFICER not in actor.roles or actor.organization_id != task.title.body_id(Role.PROV_OFFICER):
        raise NotYours()
    if not task.asked_on <= day <= clock.today():
        raise InvalidInput({"returned_on": ["交回日期应在要求交回之日与今天之间。"]})
    changed = PlaqueReturn.objects.filter(pk=task.pk, returned_on=None).update(
        returned_on=day, note=note.strip()[:200], recorded_by=actor.user
    )
    if not changed:
        raise Conflict("这块牌匾已登记交回。请刷新页面。")
