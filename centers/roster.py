"""派驻人员: who works in a center, from when to when; the day somebody leaves the minimums are measured anew (HB-22)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Role
from centers.thresholds import Staffing
from core import clock, defaults, letters, periods
from core.findings import Finding
from workflow.errors import InvalidInput, NotYours
from workflow.rows import locked

if TYPE_CHECKING:
    from centers.register import Center

WRITERS = {Role.COUNTY_OFFICER, Role.COUNTY_APPROVER, Role.OPERATOR}


class PostedStaff(models.Model):
    """A person the operator posts to the center; both days count, and nobody is taken off the list (HB-20 to 22)."""

    center = models.ForeignKey("centers.Center", models.PROTECT, related_name="roster")
    name = models.CharField(_("姓名"), max_length=50, validators=[letters.check])
    trade_since = models.DateField(_("从事国际贸易起"), null=True, blank=True)
    is_declarant = models.BooleanField(_("报关员"), default=False)
    speaks_foreign_language = models.BooleanField(_("外语人员"), default=False)
    posted_on = models.DateField(_("派驻日"))
    left_on = models.DateField(_("离岗日（当日已不在岗）"), null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("派驻人员")
        ordering = ["posted_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="posted_staff_leave_after_they_came",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("posted_on")),
                violation_error_message="离岗日不能早于派驻日。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Shortfall(models.Model):
    """A minimum that the roster no longer reaches: found on the day, cleared on the day it is reached again (HB-22)."""

    center = models.ForeignKey("centers.Center", models.PROTECT, related_name="shortfalls")
    clause = models.CharField(_("条款"), max_length=16)
    code = models.CharField(max_length=40)
    measured = models.CharField(_("现有"), max_length=60)
    required = models.CharField(_("要求"), max_length=60)
    found_on = models.DateField(_("发现日"))
    cleared_on = models.DateField(_("补足日"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("人员不足")
        ordering = ["found_on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_shortfall_per_minimum",
                fields=["center", "code"],
                condition=Q(cleared_on__isnull=True),
            )
        ]


def on_duty(center: Center, day: dt.date) -> QuerySet[PostedStaff]:
    """Who is posted on a day; who left on it no longer is."""
    return PostedStaff.objects.filter(Q(left_on=None) | Q(left_on__gt=day), center=center, posted_on__lte=day)


def counted(people: Iterable[PostedStaff], day: dt.date) -> Staffing:
    """Heads and abilities on a day; three years of trade are full on the same day of the year (HB-20, AMB-H09)."""
    staff = list(people)
    years = int(defaults.value("HB_TRADE_EXPERIENCE_YEARS", day))
    long_ago = periods.months_later(day, -12 * years)
    return Staffing(
        total=len(staff),
        experienced=sum(1 for one in staff if one.trade_since is not None and one.trade_since <= long_ago),
        declarants=sum(one.is_declarant for one in staff),
        linguists=sum(one.speaks_foreign_language for one in staff),
    )


def measured(center: Center, day: dt.date) -> list[Finding]:
    """The minimums of the center's zone, held against who is there on a day (HB-20, HB-21)."""
    from centers.rules.setup import staff_are_enough  # the rules stand above the roster

    return staff_are_enough(center.zone, counted(on_duty(center, day), day), day)


def post(
    center: Center,
    actor: Actor,
    *,
    name: str,
    posted_on: dt.date,
    trade_since: dt.date | None = None,
    is_declarant: bool = False,
    speaks_foreign_language: bool = False,
) -> PostedStaff:
    """Somebody is posted; a minimum reached again clears its shortfall. Raises `InvalidInput`."""
    today = clock.today()
    if posted_on > today:
        raise InvalidInput({"posted_on": ["派驻日不能晚于今天，到岗后再登记。"]})
    if trade_since is not None and trade_since > today:
        raise InvalidInput({"trade_since": ["从业起始日不能晚于今天。"]})
    with transaction.atomic():
        fresh = _writable(center, actor)
        person = PostedStaff.objects.create(
            center=fresh, name=name.strip(), trade_since=trade_since, is_declarant=is_declarant,
            speaks_foreign_language=speaks_foreign_language, posted_on=posted_on, recorded_by=actor.user,
            recorded_at=clock.now(),
        )  # fmt: skip
        _recheck(fresh, today, finds=False)
        return person


def leave(person: PostedStaff, actor: Actor, *, left_on: dt.date) -> list[Shortfall]:
    """Somebody leaves; a minimum that breaks is found the same day. Returns what is now short (HB-22)."""
    today = clock.today()
    if not person.posted_on <= left_on <= today:
        raise InvalidInput({"left_on": ["离岗日应在派驻日与今天之间。"]})
    with transaction.atomic():
        center = _writable(person.center, actor)
        if not PostedStaff.objects.filter(pk=person.pk, left_on=None).update(left_on=left_on):
            raise InvalidInput({"left_on": ["这名人员已经登记离岗。"]})
        return _recheck(center, today, finds=True)


def _recheck(center: Center, day: dt.date, *, finds: bool) -> list[Shortfall]:
    """Somebody who comes can only clear what is short; only a departure makes something short."""
    findings = measured(center, day)
    met = [finding.code for finding in findings if finding.ok]
    Shortfall.objects.filter(center=center, code__in=met, cleared_on=None).update(cleared_on=day)
    if finds:
        Shortfall.objects.bulk_create(
            (
                Shortfall(
                    center=center,
                    clause=f.clause,
                    code=f.code,
                    measured=str(f.measured),
                    required=str(f.required),
                    found_on=day,
                )
                for f in findings
                if not f.ok
            ),
            ignore_conflicts=True,
        )
    return list(Shortfall.objects.filter(center=center, cleared_on=None))


def may_write(center: Center, actor: Actor) -> bool:
    """The county of the center, or its operator, while the center is there."""
    may = any(role in actor.roles and center.body_id(role) == actor.organization_id for role in WRITERS)
    return may and center.ended_on is None


def _writable(center: Center, actor: Actor) -> Center:
    """The county of the center, or its operator. Raises `NotYours`."""
    fresh: Center = locked(center)
    if not may_write(fresh, actor):
        raise NotYours()
    return fresh
