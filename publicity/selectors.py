"""Postings as the public reads them: a notice once published is there for everybody."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from core import calendar
from publicity.models import Objection, Publicity


def postings() -> QuerySet[Publicity]:
    return Publicity.objects.select_related("applicant", "region").order_by("-pk")


def open_postings(today: dt.date) -> QuerySet[Publicity]:
    """Those whose period runs today, the one that ends first on top."""
    rows = Publicity.objects.filter(state="posted", last_day__gte=today)
    return rows.select_related("applicant").order_by("last_day", "pk")


def posting_of(reference: str) -> Publicity | None:
    return Publicity.objects.select_related("applicant", "region").filter(reference=reference).first()


def objection_by_receipt(code: str) -> Objection | None:
    """The objection whose receipt carries this code; whoever shows it is the objector."""
    return Objection.objects.select_related("parent").filter(receipt_code=code).first()


def period_strip(posting: Publicity, today: dt.date) -> list[dict]:
    """Each day of the period, the posting day first: past, today, to come, or a rest day."""
    days = []
    for n in range((posting.last_day - posting.posted_on).days + 1):
        day = posting.posted_on + dt.timedelta(days=n)
        state = (
            "off"
            if not calendar.is_working_day(day)
            else "past"
            if day < today
            else "today"
            if day == today
            else "future"
        )
        days.append({"date": day, "state": state})
    return days
