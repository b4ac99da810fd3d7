"""Seeding the working-day calendar from `chinesecalendar`, which carries the State Council's notices.

The library ends with the last year announced. A year it does not know yet is entered in the admin; rows that
were entered by hand are never touched.
"""

from datetime import date
from typing import TextIO

from chinese_calendar import constants
from django.db import transaction

from core.calendar import CalendarDay, CalendarYear, working_days

SOURCE = "国务院办公厅节假日安排通知（chinesecalendar）"
NAMES = {holiday.value: holiday.chinese for holiday in constants.Holiday}


def published() -> dict[date, CalendarDay]:
    """Every day the library knows to depart from the plain week."""
    holidays = (
        CalendarDay(date=day, is_working=False, name=NAMES[name], source=SOURCE)
        for day, name in constants.holidays.items()
    )
    worked = (
        CalendarDay(date=day, is_working=True, name=f"{NAMES[name]}调休上班", source=SOURCE)
        for day, name in constants.workdays.items()
    )
    return {row.date: row for row in (*holidays, *worked)}


def load_regulations(stdout: TextIO) -> None:
    days = published()
    years = sorted({day.year for day in days})
    with transaction.atomic():
        _replace_seeded(days)
        CalendarYear.objects.bulk_create(
            [CalendarYear(year=year, source=SOURCE) for year in years], ignore_conflicts=True
        )
        working_days.changed()
    stdout.write(f"calendar: {years[0]}–{years[-1]}, {len(days)} holidays and make-up days\n")


def _replace_seeded(days: dict[date, CalendarDay]) -> None:
    """A later release of the library may correct an earlier one; what a person entered for a day stays."""
    seeded = CalendarDay.objects.filter(source=SOURCE)
    by_hand = set(CalendarDay.objects.exclude(source=SOURCE).values_list("date", flat=True))
    due = {day: row for day, row in days.items() if day not in by_hand}
    if dict(seeded.values_list("date", "is_working")) == {day: row.is_working for day, row in due.items()}:
        return
    seeded.delete()
    CalendarDay.objects.bulk_create(due.values())
