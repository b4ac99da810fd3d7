"""Document numbers: one series per organ, year and kind of paper, without a gap and without a repeat.

A number is drawn by counting up one row inside the transaction of the step that decides. Whoever draws next waits
until that transaction is over: if it fails its number was never given, if it holds the next one follows. So a series
has no gap, and no job has to look for one.
"""

import datetime as dt

from django.db import connection, models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core import clock, defaults


class NumberSeries(models.Model):
    """The last serial an organ has given in a year to one kind of paper."""

    organ = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", verbose_name=_("发文机关")
    )
    year = models.PositiveSmallIntegerField(_("年份"))
    series = models.CharField(_("文种代字"), max_length=8, blank=True)
    last = models.PositiveIntegerField(_("最近序号"))

    class Meta:
        verbose_name = verbose_name_plural = _("发文编号")
        constraints = [
            models.UniqueConstraint(
                name="one_number_series_per_organ_and_year", fields=["organ", "year", "series"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.organ} {self.year} {self.series} {self.last}"


def year_of(now: dt.datetime) -> int:
    """The year of a number is the year in Beijing: at half past midnight there it is still last year in UTC."""
    return clock.local(now).year


def draw(organ_id: int, year: int, series: str) -> int:
    """The next serial. Only inside the deciding transaction: the row stays locked until it ends."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "a number is drawn with the step that decides, or not at all"
        )
    key = {"organ_id": organ_id, "year": year, "series": series}
    drawn = NumberSeries.objects.filter(**key)
    if not drawn.update(last=F("last") + 1):
        NumberSeries.objects.bulk_create([NumberSeries(**key, last=0)], ignore_conflicts=True)
        drawn.update(last=F("last") + 1)
    # Whoever counted up holds the row: nobody can have counted further before this is read.
    return drawn.values_list("last", flat=True).get()


def written(organ: Organization, year: int, series: str, serial: int | str) -> str:
    """The number in full, 晋商外综函〔2026〕12号; the word for the kind of paper stands before the bracket."""
    pattern = str(defaults.value("NOTICE_NUMBER_PATTERN")).replace("〔", f"{series}〔", 1)
    return pattern.format(organ=organ.document_code or organ.name, year=year, serial=serial)
