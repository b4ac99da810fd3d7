"""When each periodic job last ran, as the health page and the administrator are told.

Every job is safe to run twice, late or by three beats at once: what it does has its own key in the database. So this is
a notice board, nothing is decided by it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from celery.signals import task_failure, task_success
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock

# Jobs that run every few seconds are not written down each time.
SPARING = dt.timedelta(seconds=20)
# Late is who missed three turns, and not by a hair.
TURNS, GRACE = 3, dt.timedelta(seconds=60)


class Job(models.Model):
    """The last good and the last failed run of a task of the schedule."""

    task = models.CharField(_("任务"), max_length=80, primary_key=True)
    succeeded_at = models.DateTimeField(_("上次成功"), null=True)
    failed_at = models.DateTimeField(_("上次失败"), null=True)
    error = models.CharField(_("失败原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("定时任务")
        ordering = ["task"]

    def __str__(self) -> str:
        return self.task


@dataclass(frozen=True)
class Health:
    """How a job of the schedule fares: when it last ran, and what is wrong with it, if anything."""

    name: str
    every: dt.timedelta
    job: Job | None
    is_late: bool

    @property
    def is_failing(self) -> bool:
        job = self.job
        return bool(job and job.failed_at and (job.succeeded_at is None or job.failed_at > job.succeeded_at))

    @property
    def is_well(self) -> bool:
        return not self.is_late and not self.is_failing


def health() -> list[Health]:
    """Every job of the schedule, in its order."""
    now, known = clock.true_now(), {job.task: job for job in Job.objects.all()}
    return [
        _of(name, one, known.get(str(one["task"])), now)
        for name, one in settings.CELERY_BEAT_SCHEDULE.items()
    ]


def _of(name: str, one: dict[str, Any], job: Job | None, now: dt.datetime) -> Health:
    every = dt.timedelta(seconds=float(one["schedule"]))
    last = job.succeeded_at if job else None
    return Health(name, every, job, last is None or now - last > every * TURNS + SPARING + GRACE)


def succeeded(task: str) -> None:
    now = clock.true_now()
    due = Q(succeeded_at=None) | Q(succeeded_at__lt=now - SPARING) | Q(failed_at__gt=models.F("succeeded_at"))
    if (
        not Job.objects.filter(due, task=task).update(succeeded_at=now)
        and not Job.objects.filter(task=task).exists()
    ):
        Job.objects.bulk_create([Job(task=task, succeeded_at=now)], ignore_conflicts=True)


def failed(task: str, error: BaseException) -> None:
    Job.objects.update_or_create(
        task=task,
        defaults={"failed_at": clock.true_now(), "error": f"{type(error).__name__}: {error}"[:300]},
    )


def _scheduled(sender: Any) -> bool:
    return any(one["task"] == sender.name for one in settings.CELERY_BEAT_SCHEDULE.values())


@task_success.connect
def _note_success(sender: Any, **kwargs: Any) -> None:
    if _scheduled(sender):
        succeeded(sender.name)


@task_failure.connect
def _note_failure(sender: Any, exception: BaseException, **kwargs: Any) -> None:
    if _scheduled(sender):
        failed(sender.name, exception)
