"""Deadlines: rows computed from facts, never counted down.

A deadline keeps the day it runs from and its length; where its clock may stand still, the pauses of the
case are kept beside it, and the last day follows from the two. So every date can be explained, and a
calendar published later or a pause that ends moves it by computing again.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import calendar, clock, defaults
from core.facts import facts
from workflow.clocks import Clock

# Clocks of one case that lapse on the same day are taken in the order of the table (workflows.md §20).
RANKS = {timer["code"]: rank for rank, timer in enumerate(facts("workflows")["timers"])}
HOLD = "hold"  # the pause that stops every clock of a case


class Pause(models.Model):
    """A time in which the body's clocks of a case stand still, by reason; the day it ends is excluded too."""

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=24)
    started_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("计时暂停")
        constraints = [
            models.UniqueConstraint(
                name="one_open_pause_per_reason",
                fields=["case", "reason"],
                condition=Q(ended_on__isnull=True),
            )
        ]


class Deadline(models.Model):
    """One running, stopped or lapsed timer of a case. `due_at` is 24:00 of the last day in Beijing."""

    class Status(models.TextChoices):
        RUNNING = "running", _("计时中")
        STANDING = "standing", _("暂停")
        STOPPED = "stopped", _("已停止")
        LAPSED = "lapsed", _("已届满")

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="deadlines")
    code = models.CharField(_("时限"), max_length=32)
    label = models.CharField(max_length=40)
    clause = models.CharField(_("依据"), max_length=16)
    against = models.CharField(max_length=8)
    unit = models.CharField(max_length=12)
    length = models.PositiveIntegerField(_("长度"), default=0)
    extended_by = models.PositiveIntegerField(_("延长"), default=0)
    starts_on = models.DateField(_("起算日（不计入）"))
    runs_from_service = models.BooleanField(default=False)
    due_on = models.DateField(_("末日"))
    due_at = models.DateTimeField()
    provisional = models.BooleanField(_("预估"), default=False)
    lapse = models.CharField(max_length=40, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    warn = models.JSONField(default=list)
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.RUNNING)
    overdue_at = models.DateTimeField(_("超期标记"), null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("时限")
        indexes = [
            models.Index(name="deadline_due", fields=["due_at", "id"], condition=Q(status="running")),
            models.Index(name="deadline_of_case", fields=["case", "status"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_live_deadline_per_code",
                fields=["case", "code"],
                condition=Q(status__in=["running", "standing"]),
            ),
            models.CheckConstraint(
                name="ended_deadline_has_an_end",
                condition=Q(status__in=["running", "standing"], ended_at__isnull=True)
                | Q(status__in=["stopped", "lapsed"], ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.due_on}"

    @property
    def days_left(self) -> int:
        """Working days still had after today; 0 on the last day, negative once it is over."""
        return calendar.working_days_after(clock.today(), self.due_on)

    def compute(self, pauses: list[Pause]) -> None:
        """Set the last day from the facts: start, length, extensions and the pauses that concern it."""
        total = self.length + self.extended_by
        if self.unit == "working_day":
            self.due_on = _last_day(self.starts_on, total, self._concerning(pauses))
        elif self.unit == "day":
            stood_still = _days_in(self._concerning(pauses), self.starts_on)
            self.due_on = calendar.roll_forward(self.starts_on + dt.timedelta(days=total + stood_still))
        self.due_at = calendar.end_of_day(self.due_on)
        self.provisional = calendar.is_provisional(self.due_on)

    def _concerning(self, pauses: list[Pause]) -> list[Pause]:
        return [p for p in pauses if self.against == "body" or p.reason == HOLD]


def _last_day(start: dt.date, length: int, pauses: list[Pause]) -> dt.date:
    """The day on which `length` working days after `start` are used up, paused days left out.

    A pause excludes the days after the one it began on, up to and including the one it ended on: the day the
    correction was requested was still the body's, the day the answer came is not yet counted (AMB-G01).
    Pauses may overlap; a day is left out once.
    """
    day = start
    closed = [(p.started_on, p.ended_on) for p in pauses if p.ended_on is not None and p.ended_on > start]
    if not closed:
        return calendar.add_working_days(start, length)
    while length > 0:
        day = calendar.add_working_days(day, 1)
        if not any(began < day <= ended for began, ended in closed):
            length -= 1
    return day


def _days_in(pauses: list[Pause], start: dt.date) -> int:
    """How many days after `start` the closed pauses exclude, each day once, as `_last_day` does."""
    return len(
        {
            day
            for p in pauses
            if p.ended_on is not None
            for day in range(max(p.started_on, start).toordinal() + 1, p.ended_on.toordinal() + 1)
        }
    )


class Clocks:
    """The clocks of one case during one step: every change is made here and written by `save`."""

    def __init__(self, case, today: dt.date, now: dt.datetime):
        self.case, self.today, self.now = case, today, now
        self._live: dict[str, Deadline] | None = None
        self._pauses: list[Pause] | None = None
        self.touched = False

    @property
    def live(self) -> dict[str, Deadline]:
        if self._live is None:
            rows = self.case.deadlines.filter(status__in=["running", "standing"]) if self.case.version else []
            self._live = {row.code: row for row in rows}
        return self._live

    @property
    def pauses(self) -> list[Pause]:
        if self._pauses is None:
            self._pauses = list(self.case.pauses.all()) if self.case.version else []
        return self._pauses

    def start(self, timer: Clock, *, served_on: dt.date | None = None) -> None:
        """Run a clock from today; one that runs from service, from the day the notice counts as served."""
        self.stop(timer)
        starts_on = self.today
        if timer.at_service:
            starts_on = served_on or calendar.add_working_days(
                self.today, defaults.value("NOTICE_DEEMED_SERVED_WORKING_DAYS", self.case.rules_on)
            )
        deadline = Deadline(
            case_id=self.case.pk,
            code=timer.code,
            label=timer.label,
            clause=timer.clause,
            against=timer.against,
            unit=timer.unit,
            starts_on=starts_on,
            runs_from_service=timer.at_service,
            lapse=timer.lapse,
            warn=list(timer.warn),
            rank=RANKS.get(timer.code, 99),
        )
        if timer.day_of is not None:
            deadline.unit, deadline.due_on = "date", timer.day_of(self.case)
        else:
            deadline.length = int(defaults.value(timer.setting, self.case.rules_on))
        deadline.compute([])
        # A clock started while a pause is open stands still from its first day.
        if any(p.ended_on is None for p in deadline._concerning(self.pauses)):
            deadline.status = Deadline.Status.STANDING
        deadline.save()
        self.live[timer.code] = deadline
        self.touched = True

    def stop(self, timer: Clock | str) -> None:
        self._end(timer, Deadline.Status.STOPPED)

    def lapse(self, code: str) -> None:
        self._end(code, Deadline.Status.LAPSED)

    def _end(self, timer: Clock | str, status: str) -> None:
        deadline = self.live.pop(timer if isinstance(timer, str) else timer.code, None)
        if deadline:
            deadline.status, deadline.ended_at = status, self.now
            deadline.save()
            self.touched = True

    def extend(self, timer: Clock, by: int) -> None:
        deadline = self.live[timer.code]
        deadline.extended_by += by
        self._recompute(deadline)

    def pause(self, reason: str) -> None:
        """Stop the clocks that a reason concerns; the same reason twice is one pause."""
        if any(p.reason == reason and p.ended_on is None for p in self.pauses):
            return
        self.pauses.append(Pause.objects.create(case_id=self.case.pk, reason=reason, started_on=self.today))
        self._settle()

    def resume(self, reason: str) -> None:
        """End a reason to pause; clocks run again when no open pause concerns them, their last day moved."""
        for pause in self.pauses:
            if pause.reason == reason and pause.ended_on is None:
                pause.ended_on = self.today
                pause.save(update_fields=["ended_on"])
        self._settle()

    def _settle(self) -> None:
        for deadline in self.live.values():
            standing = any(p.ended_on is None for p in deadline._concerning(self.pauses))
            deadline.status = Deadline.Status.STANDING if standing else Deadline.Status.RUNNING
            self._recompute(deadline)

    def _recompute(self, deadline: Deadline) -> None:
        deadline.compute(self.pauses)
        deadline.save()
        self.touched = True

    def stop_all(self) -> None:
        for code in list(self.live):
            self.stop(code)

    def served(self, day: dt.date) -> None:
        """A notice of the case was served on a day: the clocks that run from service run from it (AMB-G20)."""
        for deadline in self.live.values():
            if deadline.runs_from_service:
                deadline.starts_on = day
                self._recompute(deadline)

    def due_at(self) -> dt.datetime | None:
        """The next instant at which a running clock of the case is over."""
        running = [d.due_at for d in self.live.values() if d.status == Deadline.Status.RUNNING]
        return min(running, default=None)

    def body_due_at(self) -> dt.datetime | None:
        """As `due_at`, but only of clocks that wait for a body: what a register entry asks of its holder.

        A clock that acts by itself when it is over, such as the one that opens a review, asks nothing of anybody.
        """
        running = [
            d.due_at
            for d in self.live.values()
            if d.against == "body" and not d.lapse and d.status == Deadline.Status.RUNNING
        ]
        return min(running, default=None)
