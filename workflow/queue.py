"""The work queue: what a person's body and roles have to act on, the most urgent first.

One indexed query, flat as the table grows: the rows of a holder stand in the index in the order they are
shown, pages go on from the last row seen, and counts stop counting at a hundred.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from core import clock
from workflow.cases import Case

COUNT_LIMIT = 100


@dataclass(frozen=True)
class Filter:
    """A filter of the queue as it stands in the query string."""

    due: str = ""  # overdue, today, week
    kind: str = ""
    state: str = ""
    mine: bool = False
    text: str = ""


@dataclass(frozen=True)
class Page:
    rows: list[Case]
    next_cursor: str
    has_previous: bool


def held(body: int, roles: Iterable[str]) -> QuerySet[Case]:
    """Open cases that a body holds in one of these roles, ordered by time left."""
    rows = Case.objects.filter(
        holder_organization_id=body, holder_role__in=sorted(roles), queue_at__isnull=False
    )
    return rows.order_by("queue_at", "id")


def queue_for(actor: Actor, chosen: Filter | None = None) -> QuerySet[Case]:
    """What the actor's body holds in one of the actor's roles."""
    if actor.organization_id is None:
        return Case.objects.none()
    rows = held(actor.organization_id, actor.roles)
    return narrowed(rows, actor, chosen) if chosen else rows


def narrowed(rows: QuerySet[Case], actor: Actor, chosen: Filter) -> QuerySet[Case]:
    now = clock.now()
    tomorrow = clock.instant(dt.datetime.combine(clock.today() + dt.timedelta(days=1), dt.time()))
    if chosen.due == "overdue":
        rows = rows.filter(queue_at__lte=now)
    elif chosen.due == "today":
        rows = rows.filter(queue_at__gt=now, queue_at__lte=tomorrow)
    elif chosen.due == "week":
        rows = rows.filter(queue_at__gt=now, queue_at__lte=now + dt.timedelta(days=7))
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.mine and actor.user:
        rows = rows.filter(claimed_by=actor.user)
    if chosen.text:
        rows = rows.filter(Q(title__icontains=chosen.text) | Q(reference__istartswith=chosen.text))
    return rows


def page_of(rows: QuerySet[Case] | list[Any], cursor: str = "", size: int = 50) -> Page:
    """One page after the row a cursor names ("<microseconds>-<id>"); a cursor that makes no sense is page one."""
    after = _read(cursor)
    if after:
        at, pk = after
        rows = rows.filter(Q(queue_at__gt=at) | Q(queue_at=at, pk__gt=pk))
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], _write(last) if last else "", bool(after))


def count_up_to_limit(rows: QuerySet[Case]) -> int:
    """How many rows there are, but never more than the limit: the screen then says 99+."""
    return len(rows.order_by().values_list("pk")[:COUNT_LIMIT])


def _write(case: Case) -> str:
    return f"{int(case.queue_at.timestamp() * 1_000_000)}-{case.pk}"


def _read(cursor: str) -> tuple[dt.datetime, int] | None:
    at, _, pk = cursor.partition("-")
    if not (
        at.isascii() and at.isdigit() and pk.isascii() and pk.isdigit() and len(at) < 18 and len(pk) < 19
    ):
        return None
    return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=int(at)), int(pk)
