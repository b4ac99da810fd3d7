"""Sends the copies that wait: each claimed before it is sent, and none that nobody needs any more."""

from __future__ import annotations

import datetime as dt
import logging

from django.db.models import F

from core import clock
from workflow.messages.channels import channel
from workflow.messages.models import Copy, Message

MOST_ATTEMPTS = 5
STUCK = dt.timedelta(minutes=15)
log = logging.getLogger(__name__)


def send_waiting(limit: int = 100) -> int:
    """Send what is due; returns how many went out. Two at once send each copy once."""
    now, sent = clock.now(), 0
    waiting = Copy.objects.filter(status=Copy.Status.WAITING, due_at__lte=now).order_by("due_at", "id")
    for copy in waiting.select_related("message__user", "message__case", "message__deadline")[:limit]:
        mine = Copy.objects.filter(pk=copy.pk, status=Copy.Status.WAITING).update(
            status=Copy.Status.SENDING, attempts=F("attempts") + 1
        )
        if mine:
            sent += _send(copy)
    _give_up_on_the_stuck(now)
    return sent


def _send(copy: Copy) -> int:
    if is_stale(copy.message):
        _settle(copy, Copy.Status.STALE)
        return 0
    try:
        channel(copy.channel).send(copy.message)
    except Exception as error:  # whatever a gateway raises must not stop the other messages
        log.exception("copy %s was not sent", copy.pk)
        _again(copy, error)
        return 0
    _settle(copy, Copy.Status.SENT)
    return 1


def is_stale(message: Message) -> bool:
    """Whether what it says has been overtaken: read already, the case moved on, the deadline ended or moved."""
    if message.read_at is not None:
        return True
    if message.as_of is not None and message.case is not None and message.case.moved_at != message.as_of:
        return True
    return message.deadline is not None and message.deadline.ended_at is not None


def _settle(copy: Copy, status: str, error: str = "") -> None:
    Copy.objects.filter(pk=copy.pk).update(status=status, settled_at=clock.now(), error=error[:200])


def _again(copy: Copy, error: Exception) -> None:
    reason = f"{type(error).__name__}: {error}"[:200]
    if copy.attempts + 1 >= MOST_ATTEMPTS:
        _settle(copy, Copy.Status.FAILED, reason)
        return
    later = clock.now() + dt.timedelta(seconds=30 * 4**copy.attempts)
    Copy.objects.filter(pk=copy.pk).update(status=Copy.Status.WAITING, due_at=later, error=reason)


def _give_up_on_the_stuck(now: dt.datetime) -> None:
    """Whoever was sending them died: perhaps they went out. Never twice, so they count as failed; the inbox has them."""
    stuck = Copy.objects.filter(status=Copy.Status.SENDING, due_at__lt=now - STUCK)
    stuck.update(status=Copy.Status.FAILED, settled_at=now, error="发送中断，不再重发")
