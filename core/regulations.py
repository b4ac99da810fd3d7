"""Seeding the working-day calendar from `chinesecalendar`, which carries the State Council's notices.

The library ends with the last year announced. A year it does not know yet is entered in the admin; rows that
were entered by hand are never touched.
"""

from typing import TextIO

from chinese_calendar import constants
from django.db import transaction

from core.calendar import CalendarDay, CalendarYear, working_days

SOURCE = "国务院办公厅节假日安排通知（chinesecalendar）"
NAMES = {holiday.value: holiday.chinese for holiday in constants.Holiday}


def load_regulations(stdout: TextIO) -> None:
    days = {
        day: CalendarDay(date=day, is_working=False, name=NAMES[name], source=SOURCE)
        for day, name in constants.holidays.items()
    }
    days |= {
        day: CalendarDay(date=day, is_working=True, name=f"{NAMES[name]}调休上班", source=SOURCE)
        for day, name in constants.workdays.items()
    }
    years = sorted({day.year for day in days})

    with transaction.atomic():
        _replace_seeded_days(days)
        CalendarYear.objects.bulk_create(
            [CalendarYear(year=year, source=SOURCE) for year in years], ignore_conflicts=True
        )
        working_days.changed()
    stdout.write(f"calendar: {years[0]}–{years[-1]}, {len(days)} holidays and make-up days")


def _replace_seeded_days(days: dict) -> None:
    seeded = CalendarDay.objects.filter(source=SOURCE)
    if dict(seeded.values_list("date", "is_working")) == {day: row.is_working for day, row in days.items()}:
        return
    seeded.delete()
    CalendarDay.objects.bulk_create(days.values(), ignore_conflicts=True)
