"""Reads that span relations: what an application adds up to, and who stands where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import EnterpriseProfile, Organization, Region
from accounts.roles import Kind, Role
from accreditation.materials import ImportRow, Material
from accreditation.programs import Program, Round
from core import defaults
from documents.models import Attachment
from workflow.reading import read_once

if TYPE_CHECKING:
    from accreditation.procedures.application import ProviderApplication
    from accreditation.register import Accreditation, Bar
    from accreditation.review import CreditCheck, CriterionVerdict


def open_round(program: Program, day: date) -> Round | None:
    return next((r for r in program.rounds.filter(opens_on__lte=day) if r.is_open(day)), None)


def next_round(program: Program, day: date) -> Round | None:
    return program.rounds.filter(opens_on__gt=day).order_by("opens_on").first()


def title_in_force(organization: Organization, program: Program) -> Accreditation | None:
    return program.titles.filter(applicant=organization, closed_at=None).first()


def rule_set(program: Program, day: date) -> Program | None:
    """The program under whose document a title of this kind is reviewed on a day: its own, or the one that followed
    (AMB-S14, AMB-G21)."""
    if program.in_force(day):
        return program
    same = Program.objects.filter(province_id=program.province_id, title_name=program.title_name)
    followed = same.filter(effective_on__lte=day).exclude(last_day__lt=day)
    return followed.order_by("-effective_on").first()


def reviewing_body_of(title: Accreditation) -> Organization | None:
    """The city or zone of the holder's office today; where none is on record, the one that recommended it (SX-50)."""
    profile = EnterpriseProfile.objects.filter(organization=title.applicant).first()
    bodies = title.program.competent_bodies(profile.office_region if profile else None)
    if Kind.CITY_BUREAU in bodies:
        return bodies[Kind.CITY_BUREAU]
    return title.parent.body(Role.CITY_OFFICER) if title.parent else None


def bar_in_force(organization: Organization, reason: str, day: date) -> Bar | None:
    """A bar that holds on a day; its last day is inside (AMB-G22)."""
    return (
        organization.bars.filter(reason=reason, imposed_on__lte=day, last_day__gte=day)
        .order_by("-last_day")
        .first()
    )


@read_once
def standing_files(application: ProviderApplication) -> list[Attachment]:
    """The files that count, in the order they are signed for."""
    return list(Attachment.objects.standing().filter(case_id=application.pk).order_by("slot", "id"))


def confidential_files(application: ProviderApplication) -> list[Attachment]:
    """Of the files that count, those that only who handles the case may open (feature 15)."""
    return [file for file in standing_files(application) if file.is_confidential]


def filled_slots(application: ProviderApplication) -> set[str]:
    """Slots of the application with a file that stands."""
    return {file.slot for file in standing_files(application)}


def open_promises(application: ProviderApplication) -> set[str]:
    """Materials promised for later, accepted without, and not handed in yet (FJ-24)."""
    promises = application.promises.all()
    return {promise.material for promise in promises if promise.accepted_at and promise.met_at is None}


@read_once
def rows_to_mend(application: ProviderApplication) -> Counter[str]:
    """How many imported rows wait to be mended, by table."""
    rows = ImportRow.objects.filter(application_id=application.pk)
    return Counter(rows.values_list("table", flat=True))


@dataclass(frozen=True)
class OnFile:
    """What an application has on file, read once for all ten materials."""

    slots: set[str]
    promised: set[str]
    materials: dict[str, Material]


@read_once
def on_file(application: ProviderApplication) -> OnFile:
    materials = {material.code: material for material in application.materials.all()}
    return OnFile(filled_slots(application), open_promises(application), materials)


class Client(NamedTuple):
    """A row of the client list as far as it is signed for."""

    uscc: str
    contract_number: str
    contract_from: date
    contract_until: date
    has_trade_record: bool


@read_once
def clients(application: ProviderApplication) -> list[Client]:
    """The client list in its order; a company with several contracts has several rows."""
    rows = application.clients.order_by("id").values_list(*Client._fields)
    return [Client(*row) for row in rows]


def counted_clients(application: ProviderApplication) -> set[str]:
    """Who counts: registered in the province, with trade of its own, a contract in force in the window.

    The province of registration stands in the third and fourth digit of the USCC (SX-37, AMB-S03).
    """
    start, end = application.volume_window()
    return {
        client.uscc
        for client in clients(application)
        if client.uscc[2:4] == application.program.province_id[:2]
        and client.has_trade_record
        and client.contract_from <= end
        and client.contract_until >= start
    }


def served_enterprises(application: ProviderApplication) -> int:
    """How many different enterprises are served; a company listed twice counts once."""
    return len(counted_clients(application))


@read_once
def cities_covered(application: ProviderApplication) -> list[str]:
    """Cities of the province that the counted clients come from, by the code in their USCC."""
    codes = {uscc[2:6] + "00" for uscc in counted_clients(application)}
    cities = Region.objects.filter(code__in=codes, parent_id=application.program.province_id)
    return list(cities.values_list("name", flat=True))


@dataclass(frozen=True)
class Trade:
    """What the trade records add up to: all of them, those of the window, and of these the verified."""

    rows: int
    total: Decimal
    declared: Decimal
    verified: Decimal


@read_once
def trade(application: ProviderApplication) -> Trade:
    """Yuan traded, the window with both its days inside; one declaration number is one record (SX-38)."""
    start, end = application.volume_window()
    inside = Q(traded_on__gte=start, traded_on__lte=end)
    sums = application.trade_records.aggregate(
        rows=Count("pk"),
        total=Sum("amount"),
        declared=Sum("amount", filter=inside),
        verified=Sum("amount", filter=inside & Q(verified_at__isnull=False)),
    )
    none = Decimal(0)
    return Trade(sums["rows"], sums["total"] or none, sums["declared"] or none, sums["verified"] or none)


def trade_volume(application: ProviderApplication, *, verified_only: bool = False) -> Decimal:
    """Yuan traded in the window, declared or verified (SX-38)."""
    sums = trade(application)
    return sums.verified if verified_only else sums.declared


class Member(NamedTuple):
    """A person of the team as far as it is signed for."""

    name: str
    post: str
    is_insured: bool


@read_once
def team(application: ProviderApplication) -> list[Member]:
    rows = application.team.order_by("id").values_list(*Member._fields)
    return [Member(*row) for row in rows]


def insured(application: ProviderApplication) -> int:
    """How many of the team have proof of insurance (SX-30)."""
    return sum(member.is_insured for member in team(application))


@read_once
def criterion_verdicts(application: ProviderApplication) -> dict[str, CriterionVerdict]:
    """The newest verdict of the reviewing bodies on each condition that only a person can judge."""
    return {verdict.criterion: verdict for verdict in application.criterion_verdicts.order_by("at", "id")}


@read_once
def credit_checks(application: ProviderApplication) -> dict[str, dict[str, CreditCheck]]:
    """The newest query of each register, by subject and name."""
    found: dict[str, dict[str, CreditCheck]] = {}
    for check in application.credit_checks.order_by("queried_on", "id"):
        found.setdefault(check.subject, {})[check.item] = check
    return found


def latest_checks(application: ProviderApplication, subject: str) -> dict[str, CreditCheck]:
    """The newest query of each register of a subject, by its name."""
    return credit_checks(application).get(subject, {})


def peer_departments(application: ProviderApplication) -> list[Organization]:
    """The departments to be asked, one a field: the city's own, else the provincial one (SX-52, AMB-S07)."""
    city = application.body("CITY_OFFICER")
    fields = defaults.value("SX_PEER_DEPARTMENTS", application.rules_on)
    found = []
    for name in fields:
        candidates = Organization.objects.filter(kind=Kind.DEPARTMENT, field=name)
        chosen = (
            candidates.filter(region=city.region).first()
            or candidates.filter(region=application.program.province).first()
        )
        if chosen:
            found.append(chosen)
    return found


def joint_evaluators(application: ProviderApplication) -> list[Organization]:
    """The bodies that evaluate with the province, by the names they are known under (SX-54, AMB-S20)."""
    names = defaults.value("SX_JOINT_EVALUATORS", application.rules_on)
    rows = Organization.objects.filter(kind=Kind.DEPARTMENT, region=application.program.province)
    return [org for name in names for org in rows if name in (org.name, org.short_name, *org.aliases)]


def consultations(application: ProviderApplication, stage: str) -> list:
    """The consultations of the present round of a stage, cancelled ones left out."""
    from accreditation.procedures.consultation import Consultation  # procedures read selectors

    rows = Consultation.objects.filter(parent_id=application.pk, stage=stage).exclude(state="cancelled")
    if stage == "joint" and application.evaluation_opened_at:
        rows = rows.filter(opened_at__gte=application.evaluation_opened_at)
    if stage == "peer" and application.review_opened_at:
        rows = rows.filter(opened_at__gte=application.review_opened_at)
    return list(rows.select_related("department").order_by("id"))


def publicities(application: ProviderApplication) -> QuerySet:
    from publicity.models import (
        Publicity,  # beside its one use: publicity's models import workflow's registry
    )

    return Publicity.objects.filter(parent_id=application.pk).order_by("id")


def objections(application: ProviderApplication) -> QuerySet:
    from publicity.models import Objection

    return Objection.objects.filter(parent__parent_id=application.pk)


def uncured_objections(application: ProviderApplication) -> QuerySet:
    """Objections sustained and not cured by a corrected posting since (AMB-G06)."""
    return objections(application).filter(state="sustained", cured_at=None)


def publicity_last_day(application: ProviderApplication) -> date | None:
    """The last day of the newest posting."""
    newest = publicities(application).last()
    return newest.last_day if newest else None


def new_facts_since(application: ProviderApplication, moment: datetime) -> bool:
    """Whether an inquiry was founded or an objection sustained after a moment."""
    return (
        application.inquiries.filter(is_founded=True, closed_at__gt=moment).exists()
        or objections(application).filter(state="sustained", closed_at__gt=moment).exists()
    )
