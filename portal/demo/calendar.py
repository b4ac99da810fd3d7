"""Which day "seven working days ago" is: days of a story counted back from the day its world was made."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core import calendar, periods

CURRENT, FORMER = "sx-provider", "sx-provider-2018"
# A table is made for everybody who files within the same weeks: working days back at which a new one begins.
TABLES_MADE_EVERY = (20, 45, 75, 110, 150, 200)
ONE_DAY = dt.timedelta(days=1)


def working_days_before(day: dt.date, number: int) -> dt.date:
    """The so many-th working day before a day; for zero the last one on or before it."""
    while number > 0 or not calendar.is_working_day(day):
        day -= ONE_DAY
        number -= calendar.is_working_day(day)
    return day


@dataclass(frozen=True)
class Days:
    """The days of a story. `program` is under which it was filed: before 2025, the former measures."""

    anchor: dt.date
    program: str = CURRENT

    @classmethod
    def of(cls, base: str, today: dt.date, years: int) -> Days:
        """Day 0 is the last working day before today; of a title that ends soon or has ended, the day of its grant."""
        yesterday = today - ONE_DAY
        if not base:
            return cls(working_days_before(yesterday, 0))
        ends = today + dt.timedelta(days={"in_review": 150, "expires_soon": 45, "expired": -40}[base])
        granted = periods.months_later(ends, -12 * years)
        return cls(working_days_before(granted, 0), FORMER)

    def on(self, back: int) -> dt.date:
        if back < 0:
            return calendar.add_working_days(self.anchor, -back)
        return working_days_before(self.anchor, back)

    def table_day(self, filled: dt.date) -> dt.date:
        """The day on which the tables of an application filled that day were made, at or before it."""
        back = calendar.working_days_after(filled, self.anchor)
        made = next(most for most in TABLES_MADE_EVERY if back < most)
        return self.on(made)
