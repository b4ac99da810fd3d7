"""Reads that span relations: what an application adds up to, and who stands where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum

from accounts.models import Organization, Region
from accounts.roles import Kind
from accreditation.materials import Material
from accreditation.programs import Program, Round
from core import defaults
from documents.models import Attachment

if TYPE_CHECKING:
    from accreditation.procedures.application import ProviderApplication
    from accreditation.register import Accreditation, Bar
    from accreditation.review import CreditCheck


def open_round(program: Program, day: date) -> Round | None:
    return next((r for r in program.rounds.filter(opens_on__lte=day) if r.is_open(day)), None)


def next_round(program: Program, day: date) -> Round | None:
    return program.rounds.filter(opens_on__gt=day).order_by("opens_on").first()


def title_in_force(organization: Organization, program: Program) -> Accreditation | None:
    return program.titles.filter(applicant=organization, closed_at=None).first()


def bar_in_force(organization: Organization, reason: str, day: date) -> Bar | None:
    """A bar that holds on a day; its last day is inside (AMB-G22)."""
    return (
        organization.bars.filter(reason=reason, imposed_on__lte=day, last_day__gte=day)
        .order_by("-last_day")
        .first()
    )


def filled_slots(application: ProviderApplication) -> set[str]:
    """Slots of the application with a file that stands."""
    return set(Attachment.objects.standing().filter(case_id=application.pk).values_list("slot", flat=True))


@dataclass(frozen=True)
class OnFile:
    """What an application has on file, read once for all ten materials."""

    slots: set[str]
    promised: set[str]
    materials: dict[str, Material]


def on_file(application: ProviderApplication) -> OnFile:
    promises = application.promises.filter(met_at=None).values_list("material", flat=True)
    return OnFile(filled_slots(application), set(promises), {m.code: m for m in application.materials.all()})


def counted_clients(application: ProviderApplication) -> QuerySet:
    """Rows that count: registered in the province, with trade of their own, a contract in force in the window.

    The province of registration stands in the third and fourth digit of the USCC (SX-37, AMB-S03).
    """
    start, end = application.volume_window()
    return application.clients.filter(
        uscc__regex=rf"^..{application.program.province_id[:2]}",
        has_trade_record=True,
        contract_from__lte=end,
        contract_until__gte=start,
    )


def served_enterprises(application: ProviderApplication) -> int:
    """How many different enterprises are served; a company listed twice counts once."""
    return counted_clients(application).values("uscc").distinct().count()


def cities_covered(application: ProviderApplication) -> list[str]:
    """Cities of the province that the counted clients come from, by the code in their USCC."""
    codes = {uscc[2:6] + "00" for uscc in counted_clients(application).values_list("uscc", flat=True)}
    return list(
        Region.objects.filter(code__in=codes, parent=application.program.province).values_list(
            "name", flat=True
        )
    )


def trade_volume(application: ProviderApplication, *, verified_only: bool = False) -> Decimal:
    """Yuan traded in the window, both its days inside; one declaration number is one record (SX-38)."""
    start, end = application.volume_window()
    records = application.trade_records.filter(traded_on__gte=start, traded_on__lte=end)
    if verified_only:
        records = records.filter(verified_at__isnull=False)
    return records.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def latest_checks(application: ProviderApplication, subject: str) -> dict[str, CreditCheck]:
    """The newest query of each register, by its name."""
    checks = application.credit_checks.filter(subject=subject).order_by("queried_on", "id")
    return {check.item: check for check in checks}


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
