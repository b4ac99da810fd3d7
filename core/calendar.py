"""Working days, as the State Council arranges them year by year (AMB-G02).

Rows hold only what departs from Monday to Friday: holidays, and the weekends worked to make up for them. The
notice for a year appears about November of the year before; until it is loaded its days follow the plain week
and are provisional. Arithmetic here counts and nothing else; when a period ends is in `core.periods`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.clock import BEIJING
from core.copies import InMemoryCopy

ONE_DAY = timedelta(days=1)
SATURDAY = 5
LOOK_AHEAD = timedelta(days=90)  # longer than any time limit counted in working days


class CalendarYear(models.Model):
    """A year whose arrangement is published and loaded; without this row its days are provisional."""

    year = models.PositiveSmallIntegerField(
        _("年份"), unique=True, validators=[MinValueValidator(1949), MaxValueValidator(2199)]
    )
    source = models.CharField(_("依据"), max_length=200)
    published_on = models.DateField(_("发布日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("已公布年历")
        verbose_name_plural = _("已公布年历")
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.year} 年"


class CalendarDay(models.Model):
    """A day that departs from the plain week, or a holiday worth its name."""

    date = models.DateField(_("日期"), unique=True)
    is_working = models.BooleanField(_("是否工作日"))
    name = models.CharField(_("名称"), max_length=60)
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        verbose_name = _("节假日与调休")
        verbose_name_plural = _("节假日与调休")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    def clean(self) -> None:
        if self.date and self.is_working and self.date.weekday() < SATURDAY:
            raise ValidationError(
                {"is_working": _("周一至周五本来就是工作日，此处只登记调休上班的周末或放假日。")}
            )


class WorkingDays:
    """The arithmetic, free of any database.

    `exceptions` says for a day whether it is worked. Every answer is found from one count: the working days
    up to and including a day.
    """

    def __init__(self, exceptions: Mapping[date, bool], published_years: Iterable[int]) -> None:
        self._exceptions = {day.toordinal(): is_working for day, is_working in exceptions.items()}
        self._days = sorted(self._exceptions)
        self._corrections = [0, *accumulate(self._correction(day) for day in self._days)]
        self._published = frozenset(published_years)

    def is_working(self, day: date) -> bool:
        ordinal = _ordinal(day)
        return self._exceptions.get(ordinal, _is_weekday(ordinal))

    def is_provisional(self, day: date) -> bool:
        return day.year not in self._published

    def add(self, day: date, n: int) -> date:
        if n < 0:
            raise ValueError("Working days are counted forward.")
        ordinal = _ordinal(day)
        target = self._count(ordinal) + n
        # A step of as many days as are missing cannot overshoot, so it ends on the very day that makes up the
        # count.
        while missing := target - self._count(ordinal):
            ordinal += missing
        return date.fromordinal(ordinal)

    def between(self, day: date, until: date) -> int:
        return self._count(_ordinal(until)) - self._count(_ordinal(day))

    def roll_forward(self, day: date) -> date:
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def _count(self, ordinal: int) -> int:
        weeks, days = divmod(ordinal, 7)  # day 1 of the calendar, 1 January of year 1, is a Monday
        plain = 5 * weeks + min(days, 5)
        return plain + self._corrections[bisect_right(self._days, ordinal)]

    def _correction(self, ordinal: int) -> int:
        return int(self._exceptions[ordinal]) - int(_is_weekday(ordinal))


def _ordinal(day: date) -> int:
    if isinstance(day, datetime):
        # Its date part may be the wrong day: UTC lags eight hours behind Beijing.
        raise TypeError("A day is asked for; a moment becomes one by core.clock.local(moment).date().")
    return day.toordinal()


def _is_weekday(ordinal: int) -> bool:
    return (ordinal - 1) % 7 < SATURDAY


def _read() -> WorkingDays:
    return WorkingDays(
        dict(CalendarDay.objects.values_list("date", "is_working")),
        CalendarYear.objects.values_list("year", flat=True),
    )


working_days = InMemoryCopy(_read, models=["core.CalendarDay", "core.CalendarYear"])


def is_working_day(day: date) -> bool:
    return working_days.get().is_working(day)


def is_provisional(day: date) -> bool:
    """Whether the day's year still awaits its arrangement: a date counted to it may yet change."""
    return working_days.get().is_provisional(day)


def unpublished_year_ahead(today: date) -> int | None:
    """The year that periods begun now may reach into, while its arrangement is missing (AMB-G02)."""
    ahead = today + LOOK_AHEAD
    return ahead.year if is_provisional(ahead) else None


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after `day`, which itself does not count (AMB-G01); `day` itself for none."""
    return working_days.get().add(day, n)


def working_days_after(day: date, until: date) -> int:
    """Working days after `day`, up to and including `until`; negative when `until` came first."""
    return working_days.get().between(day, until)


def roll_forward(day: date) -> date:
    """The day itself if it is worked, else the next one that is."""
    return working_days.get().roll_forward(day)


def end_of_day(day: date) -> datetime:
    """24:00 in Beijing, the first instant that is too late."""
    return datetime.combine(day + ONE_DAY, time(), tzinfo=BEIJING)
