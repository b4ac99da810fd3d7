"""Effects that leave the database, written with the step and delivered afterwards.

The row is the truth and the broker a hint: a message is delivered at least once, by whoever claims it
under a lease, and its handler applies it once by `key`. A lost broker or a killed worker loses nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock

LEASE = dt.timedelta(minutes=3)
MAX_ATTEMPTS = 8
log = logging.getLogger(__name__)
HANDLERS: dict[str, Callable[..., Any]] = {}
TIRELESS: set[str] = set()  # topics that are tried once an hour for ever: what is owed to somebody


class OutboxMessage(models.Model):
    key = models.CharField(max_length=120, unique=True)
    topic = models.CharField(_("事项"), max_length=60)
    payload = models.JSONField(default=dict)
    case = models.ForeignKey("workflow.Case", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    dead_at = models.DateTimeField(_("停止重试"), null=True, blank=True)
    last_error = models.TextField(_("最近错误"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("待发事项")
        indexes = [
            models.Index(
                name="outbox_due",
                fields=["due_at", "id"],
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="outbox_message_is_done_or_dead_not_both",
                condition=Q(done_at__isnull=True) | Q(dead_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


def handler(topic: str, *, tireless: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers the function that applies messages of a topic; it must be idempotent by its payload."""
    if tireless:
        TIRELESS.add(topic)

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        HANDLERS[topic] = function
        return function

    return register


def send(topic: str, *, key: str, case_id: int | None = None, at=None, **payload) -> None:
    """Write a message in the current transaction. The same key twice is one message."""
    now = at or clock.now()
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(key=key, topic=topic, payload=payload, case_id=case_id, created_at=now, due_at=now)],
        ignore_conflicts=True,
    )


def claim(limit: int = 50) -> list[OutboxMessage]:
    """Take due messages under a lease; two claimers never get the same one."""
    now = clock.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    due = OutboxMessage.objects.filter(free, done_at=None, dead_at=None, due_at__lte=now).order_by(
        "due_at", "id"
    )
    claimed = []
    for message in due[:limit]:
        taken = OutboxMessage.objects.filter(
            free, pk=message.pk, done_at=None, attempts=message.attempts
        ).update(leased_until=now + LEASE, attempts=F("attempts") + 1)
        if taken:
            message.attempts += 1
            claimed.append(message)
    return claimed


def deliver(message: OutboxMessage) -> bool:
    """Apply one claimed message; a failure is kept with its reason and tried again, later each time."""
    try:
        # No transaction around the handler: a slow one would hold SQLite's only write lock all the while.
        HANDLERS[message.topic](**message.payload)
        OutboxMessage.objects.filter(pk=message.pk).update(
            done_at=clock.now(), leased_until=None, last_error=""
        )
    except Exception as error:  # whatever a handler raises must not stop the other messages
        log.exception("outbox message %s failed", message.key)
        now = clock.now()
        OutboxMessage.objects.filter(pk=message.pk, done_at=None).update(
            leased_until=None,
            last_error=f"{type(error).__name__}: {error}"[:2000],
            due_at=now + dt.timedelta(seconds=min(2 ** min(message.attempts, 10) * 5, 3600)),
            dead_at=now if message.attempts >= MAX_ATTEMPTS and message.topic not in TIRELESS else None,
        )
        return False
    return True


def deliver_due(limit: int = 50) -> int:
    """Deliver what is due now; returns how many messages were applied."""
    return sum(deliver(message) for message in claim(limit))


def revive(messages: models.QuerySet[OutboxMessage]) -> list[OutboxMessage]:
    """Try dead messages again from the first attempt; the others are left as they are."""
    dead = list(messages.exclude(dead_at=None))
    OutboxMessage.objects.filter(pk__in=[message.pk for message in dead]).exclude(dead_at=None).update(
        dead_at=None, attempts=0, due_at=clock.now()
    )
    return dead
