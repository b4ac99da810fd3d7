"""The yearly report of holders: when it is due and reminded of, and filing it (SX-07 to SX-10, SX-22, AMB-S26)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from accounts.actors import Actor
from accreditation.register import Accreditation
from accreditation.yearly_papers import CoachingEntry, SelfReport, ServiceSite, TrainingRecord
from core import clock, defaults, uscc
from workflow.errors import InvalidInput, NotYours


def due_on(year: int) -> dt.date:
    """The day by which the report on a calendar year is wished for."""
    month, day = map(int, str(defaults.value("SX_SELF_REPORT_DUE")).split("-"))
    return dt.date(year + 1, month, day)


def reminder_on(year: int) -> dt.date:
    return due_on(year) - dt.timedelta(days=int(defaults.value("SX_SELF_REPORT_REMIND_DAYS")))


def to_remind(title: Accreditation, today: dt.date) -> dt.date | None:
    """Until when the report on last year is wished for, from the day of the reminder until it is filed or due."""
    year = today.year - 1
    if not reminder_on(year) <= today <= due_on(year) or title.valid_from.year > year:
        return None
    return None if SelfReport.objects.filter(title=title, year=year).exists() else due_on(year)


def file_report(
    title: Accreditation,
    *,
    actor: Actor,
    year: int,
    incubated: int,
    self_operating: int,
    note: str = "",
    sites: Iterable[dict[str, Any]] = (),
    trainings: Iterable[dict[str, Any]] = (),
    coached: Iterable[str] = (),
) -> SelfReport:
    """The report on a year, whole: filed again, it takes the place of the earlier one. Raises `InvalidInput`."""
    if actor.organization_id != title.applicant_id or not actor.is_enterprise:
        raise NotYours()
    if not title.valid_from.year <= year < clock.today().year:
        raise InvalidInput({"year": ["只能报送认定以来已经结束的年度。"]})
    trainings, sites, coached = list(trainings), list(sites), list(coached)
    if min(incubated, self_operating, *(s["staff"] for s in sites), 0) < 0:
        raise InvalidInput({"incubated": ["家数、人数不能是负数。"]})
    if any(training["trainees"] < 1 for training in trainings):
        raise InvalidInput({"trainings": ["培养人数至少 1 人。"]})
    if any(t["city"].province_code != title.program.province_id for t in trainings):
        raise InvalidInput({"trainings": ["订单式培养的学校应在本省。"]})
    try:
        coached = [uscc.check(code) for code in coached]
    except uscc.InvalidUSCC as invalid:
        raise InvalidInput({"coached": [str(invalid)]}) from None
    who: dict[str, Any] = {"filed_by": actor.user}
    with transaction.atomic():
        report, _made = SelfReport.objects.update_or_create(
            title=title,
            year=year,
            defaults={
                "incubated": incubated,
                "self_operating": self_operating,
                "note": note.strip(),
                "filed_at": clock.now(),
                **who,
            },
        )
        report.sites.all().delete()
        report.trainings.all().delete()
        ServiceSite.objects.bulk_create(ServiceSite(report=report, **site) for site in sites)
        TrainingRecord.objects.bulk_create(TrainingRecord(report=report, **one) for one in trainings)
        CoachingEntry.objects.bulk_create(
            [
                CoachingEntry(uscc=code, report=report, entered_at=clock.now())
                for code in dict.fromkeys(coached)
            ],
            ignore_conflicts=True,
        )
    return report


def totals(province: str, year: int) -> dict[str, int]:
    """What the holders of a province reported of a year, added up (SX-08, SX-09)."""
    reports = SelfReport.objects.filter(title__program__province_id=province, year=year)
    figures = reports.aggregate(
        reports=Count("id"), incubated=Sum("incubated"), self_operating=Sum("self_operating")
    )
    sites = ServiceSite.objects.filter(report__in=reports).aggregate(sites=Count("id"), staff=Sum("staff"))
    trained = TrainingRecord.objects.filter(report__in=reports).aggregate(trainees=Sum("trainees"))
    return {name: value or 0 for name, value in (figures | sites | trained).items()}
