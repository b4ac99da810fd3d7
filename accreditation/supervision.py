"""Supervision of titles: what departments find, leads that may end in a revocation, problems of holders, plaques.

A finding revokes nothing; each leads once to a lead on the ground it offers, at the latest by the daily run
(SX-21, SX-60, SX-65, SX-66, SX-70).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from accounts.actors import SYSTEM, Actor
from accounts.models import Organization
from accounts.roles import Kind, Role
from accreditation.procedures.revocation import RevocationCase
from accreditation.register import Accreditation
from accreditation.supervision_papers import DepartmentFinding, ProblemTicket, TicketRouting
from accreditation.title_papers import PlaqueReturn, Restoration
from core import clock
from workflow.authority import wrote
from workflow.errors import Conflict, InvalidInput, NotYours
from workflow.perform import create
from workflow.relations import Relation

RELATION_OF_REPORTER = {Role.DEPARTMENT: Relation.DEPARTMENT, Role.CITY_OFFICER: Relation.CITY}
REPORTERS = {Role.DEPARTMENT, Role.CITY_OFFICER, Role.PROV_OFFICER}


def titles_to_report_on(actor: Actor) -> QuerySet[Accreditation]:
    """The titles somebody may report on: those of their province, for a city those of its own region (SX-21)."""
    titles = Accreditation.objects.filter(restored_by=None)
    body = actor.organization
    if body is None or not actor.roles & REPORTERS:
        return titles.none()
    if body.kind == Kind.CITY_BUREAU:
        titles = titles.filter(region_id=body.region_id)
    return titles.filter(program__province_id=body.region.province_code)


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


# --- An end that was wrong (AMB-G10) -------------------------------------------------------------------------
def prepare_restoration(title: Accreditation, *, actor: Actor, **said: Any) -> Restoration:
    """An officer prepares that a title is given again; another person decides. Raises `NotYours`, `Conflict`."""
    if Role.PROV_OFFICER not in actor.roles or actor.organization_id != title.body_id(Role.PROV_OFFICER):
        raise NotYours()
    if title.is_open or hasattr(title, "restored_by"):
        raise Conflict("这个称号仍然有效或者已经恢复，不用再恢复。")
    try:
        with transaction.atomic():
            return Restoration.objects.create(
                title=title, prepared_at=clock.now(), **said, **_by("prepared_by", actor)
            )
    except IntegrityError:
        raise Conflict("这个称号已有恢复的拟办，请先办完或退回。") from None


def restore(restoration: Restoration, *, actor: Actor, key: str | None = None) -> Accreditation:
    """The approver gives the title again: a new entry, never an edit of the old one. Raises `NotMet`, `NotYours`."""
    old = restoration.title
    if Role.PROV_APPROVER not in actor.roles or actor.organization_id != old.body_id(Role.PROV_OFFICER):
        raise NotYours()
    with transaction.atomic():
        fresh = Restoration.objects.select_for_update().get(pk=restoration.pk)
        if fresh.restored_id or fresh.returned_note:
            raise Conflict("这件恢复已经办理或退回。请刷新页面。")
        title = create(
            Accreditation,
            "reinstate",
            actor=actor.acting_as(Role.PROV_APPROVER),
            parties={Relation.APPLICANT: old.applicant, Relation.PROVINCE: old.body(Role.PROV_OFFICER)},
            parent=old.parent,
            idempotency_key=key,
            prepared_by=fresh.prepared_by.person_id,
            inputs={
                name: getattr(fresh, name) for name in ("document", "decided_by", "decided_on", "reason")
            },
            restores=old,
            program=old.program,
            number=old.number,
            title_name=old.title_name,
            valid_from=old.valid_from,
            valid_until=old.valid_until,
            plaque_number=old.plaque_number,
            plaque_handed_on=old.plaque_handed_on,
            plaque_receiver=old.plaque_receiver,
            applicant=old.applicant,
            region=old.region,
            title=old.title,
            rules_on=clock.today(),
        )
        fresh.restored = title
        fresh.save(update_fields=["restored"])
        return title


def return_restoration(restoration: Restoration, *, actor: Actor, note: str) -> None:
    """The approver gives it back to the officer, with what is missing."""
    if Role.PROV_APPROVER not in actor.roles or actor.organization_id != restoration.title.body_id(
        Role.PROV_OFFICER
    ):
        raise NotYours()
    if not 5 <= len(note.strip()) <= 500:
        raise InvalidInput({"note": ["写明要改什么，5 至 500 字。"]})
    waiting = Restoration.objects.filter(pk=restoration.pk, restored=None, returned_note="")
    if not waiting.update(returned_note=note.strip()):
        raise Conflict("这件恢复已经办理或退回。请刷新页面。")


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


# --- Findings of departments ---------------------------------------------------------------------------------
# The ground a finding offers; the office may name another. Fraud alone is no ground 4, which needs both its facts
# (AMB-S17).
OFFERS = {
    "penalty": "administrative_penalty",
    "listing": "condition_three_breach",
    "downgrade": "condition_three_breach",
    "fraud": "serious_discredit_or_illegal",
    "other": "serious_discredit_or_illegal",
}


def report_finding(
    title: Accreditation,
    *,
    actor: Actor,
    kind: str,
    organ: str,
    document_number: str,
    occurred_on: dt.date,
    facts: str,
) -> DepartmentFinding:
    """What a department, a city or the province knows about a holder in its reach (SX-21).

    Raises `NotYours` for another's holder, `InvalidInput`, `Conflict` for a repetition.
    """
    if actor.organization is None or not titles_to_report_on(actor).filter(pk=title.pk).exists():
        raise NotYours()
    if occurred_on > clock.today():
        raise InvalidInput({"occurred_on": ["作出日期不能晚于今天。"]})
    try:
        with transaction.atomic():
            return DepartmentFinding.objects.create(
                title=title,
                kind=kind,
                organ=organ.strip(),
                document_number=document_number.strip(),
                occurred_on=occurred_on,
                facts=facts.strip(),
                reported_by=actor.organization,
                reported_at=clock.now(),
                **_by("officer", actor),
            )
    except IntegrityError:
        raise Conflict("这条监管信息已经报送过，没有重复登记。") from None


def written_about(case: Any) -> Iterator[QuerySet]:
    """Who reported the finding behind a lead had a part in it, although the system opened it (AMB-G17)."""
    rows = DepartmentFinding.objects.filter(lead_id=case)
    yield wrote(rows, "lead_id", "officer__person_id", "reported_by_id", "reported_at")


def open_leads() -> int:
    """The daily run: each finding on a title that stands gets its one lead (SX-65). Returns how many were opened.

    Run twice, or by two at once, it opens nothing twice: the finding is locked, and names its lead.
    """
    waiting = DepartmentFinding.objects.filter(lead=None, title__closed_at=None).order_by("id")
    return sum(_open_lead(pk) for pk in waiting.values_list("pk", flat=True))


def _open_lead(pk: int) -> bool:
    with transaction.atomic():
        finding = DepartmentFinding.objects.select_for_update().filter(pk=pk, lead=None).first()
        if finding is None:
            return False
        source = " ".join(filter(None, [finding.organ, finding.document_number]))
        finding.lead = report_lead(
            finding.title,
            actor=SYSTEM,
            ground=OFFERS[finding.kind],
            facts=f"{finding.get_kind_display()}（{finding.occurred_on}）：{finding.facts}"[:2000],
            source=source[:200],
        )
        finding.save(update_fields=["lead"])
        return True


# --- Problems of holders (SX-70) -----------------------------------------------------------------------------
def file_problem(
    title: Accreditation, *, actor: Actor, subject: str, text: str, departments: Iterable[Organization]
) -> ProblemTicket:
    """A difficulty of a holder, for the departments it names. Raises `NotYours`, `InvalidInput`."""
    if actor.organization_id != title.applicant_id or not actor.is_enterprise:
        raise NotYours()
    chosen = list(departments)
    if not chosen:
        raise InvalidInput({"departments": ["至少选一个部门。"]})
    with transaction.atomic():
        ticket = ProblemTicket.objects.create(
            title=title,
            subject=subject.strip(),
            text=text.strip(),
            filed_at=clock.now(),
            **_by("filed_by", actor),
        )
        TicketRouting.objects.bulk_create(TicketRouting(ticket=ticket, department=one) for one in chosen)
    return ticket


def answer_problem(routing: TicketRouting, *, actor: Actor, text: str) -> None:
    """The department's answer, which its holder reads; with the last one the problem is closed."""
    if Role.DEPARTMENT not in actor.roles and Role.PROV_OFFICER not in actor.roles:
        raise NotYours()
    if actor.organization_id != routing.department_id:
        raise NotYours()
    if not 5 <= len(text.strip()) <= 2000:
        raise InvalidInput({"answer": ["写明怎么解决的，5 至 2000 字。"]})
    with transaction.atomic():
        answered = TicketRouting.objects.filter(pk=routing.pk, answered_at=None).update(
            answer=text.strip(), answered_by=actor.user, answered_at=clock.now()
        )
        if not answered:
            raise Conflict("本单位已经答复过这个问题。请刷新页面。")
        if not TicketRouting.objects.filter(ticket=routing.ticket_id, answered_at=None).exists():
            ProblemTicket.objects.filter(pk=routing.ticket_id).update(closed_at=clock.now())


def problems_visible_to(actor: Actor) -> QuerySet[ProblemTicket]:
    """Its holder's, those sent to one's department, and for the province all of its titles; the oldest open first."""
    rows = ProblemTicket.objects.select_related("title__applicant").prefetch_related("routings__department")
    body = actor.organization
    if body is None:
        return rows.none()
    if actor.is_enterprise:
        rows = rows.filter(title__applicant=body)
    elif body.kind == Kind.PROVINCE_DEPARTMENT:
        rows = rows.filter(title__program__province_id=body.region_id)
    else:
        rows = rows.filter(routings__department=body).distinct()
    return rows.order_by(F("closed_at").asc(nulls_first=True), "filed_at", "id")


def departments_of(title: Accreditation) -> QuerySet[Organization]:
    """To whom a holder can turn: the province and its departments."""
    kinds = [Kind.DEPARTMENT, Kind.PROVINCE_DEPARTMENT]
    return Organization.objects.filter(kind__in=kinds, region_id=title.program.province_id).order_by(
        "kind", "id"
    )


def _by(field: str, actor: Actor) -> dict[str, Any]:
    return {field: actor.user}
