"""The work queue: what one's office has to act on, the most urgent first; and the figures above it.

A fixed number of reads however long the queue is: one for the rows, one for all the figures. The figures look at
the most urgent five hundred, so that they cost the same for an office that is behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Choice
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Role
from core import calendar, clock
from portal.desk import saved_views
from portal.desk.asked import SIZES, Asked
from portal.desk.kinds import kind_word, kinds_held_by, state_word, states_held_by
from workflow.access import cases_visible_to
from workflow.cases import Case, Proposal
from workflow.perform import new_key
from workflow.queue import COUNT_LIMIT, Filter, Page, page_of, queue_for
from workflow.relations import PREPARED_BY
from workflow.views import for_officials

LOOKED_AT = 500
COLUMNS = (
    "pk",
    "reference",
    "title",
    "kind",
    "state",
    "came_from",
    "version",
    "queue_at",
    "due_at",
    "awaits_a_department",
    "claimed",
    "marks",
)


@dataclass(frozen=True)
class Tile:
    """A figure above the list that is also a filter."""

    key: str
    label: str
    note: str
    query: str
    of: Q | None
    hot: bool = False


OFFICERS = {Role.CITY_OFFICER, Role.PROV_OFFICER}
APPROVERS = frozenset(PREPARED_BY)


def tiles_for(actor: Actor) -> list[Tile]:
    """At most six figures, those the reader's roles can act on."""
    now, midnight = clock.now(), _tomorrow()
    found = [
        Tile("all", "全部待办", "按剩余时间排列", "", Q()),
        Tile("overdue", "已超期", "先办这些", "due=overdue", Q(queue_at__lte=now), hot=True),
        Tile("today", "今天到期", "24 时前", "due=today", Q(queue_at__gt=now, queue_at__lte=midnight)),
    ]
    if actor.roles & APPROVERS:
        found.append(Tile("proposals", "待我审批", "经办人已送审", "view=proposals", None))
    if actor.roles & OFFICERS:
        found.append(Tile("returned", "补正已返回", "企业已重新提交", "view=returned", VIEWS["returned"]))
    if Role.CITY_OFFICER in actor.roles:
        found.append(Tile("collected", "意见已收齐", "可汇总意见", "view=collected", VIEWS["collected"]))
        found.append(Tile("new", "新收未受理", "5 个工作日内受理", "state=submitted", Q(state="submitted")))
    if Role.PROV_OFFICER in actor.roles:
        found.append(Tile("objections", "公示异议", "核查后答复", "kind=Objection", Q(kind="Objection")))
    if Role.PROV_APPROVER in actor.roles:
        found.append(Tile("decision", "待决定", "公示期满无异议", "state=decision", Q(state="decision")))
    return found[:6]


VIEWS = {
    "returned": Q(came_from="correction", state__in=["submitted", "initial_review", "provincial_evaluation"]),
    "collected": Q(state="peer_consultation", awaits_a_department=False),
}


def rows_of(actor: Actor, asked: Asked) -> QuerySet[Case]:
    """The rows a reader asked for, in the order of the index; the other way round for `-left`."""
    if asked.view == "proposals":
        return _order(_awaiting_approval(actor).filter(queue_at__isnull=False), asked)
    narrow = Filter(
        due=asked.due, kind=asked.kind, state=asked.state, mine=asked.who == "me", text=asked.text
    )
    rows = _marked(queue_for(actor, narrow))
    if asked.who == "free":
        rows = rows.filter(claimed_by=None)
    if asked.view in VIEWS:
        rows = rows.filter(VIEWS[asked.view])
    return _order(rows, asked)


def _order(rows: QuerySet[Case], asked: Asked) -> QuerySet[Case]:
    return rows.order_by("-queue_at", "-id") if asked.sort == "-left" else rows.order_by("queue_at", "id")


def _marked(rows: QuerySet[Case]) -> QuerySet[Case]:
    pending = Exists(Case.objects.filter(parent=OuterRef("pk"), kind="Consultation", state="pending"))
    consulting = When(Q(state="peer_consultation") & pending, then=Value(True))
    return rows.annotate(awaits_a_department=Choice(consulting, default=Value(False)))


def _awaiting_approval(actor: Actor) -> QuerySet[Case]:
    waiting = Proposal.objects.filter(
        case=OuterRef("pk"), organization_id=actor.organization_id, settled_at=None
    )
    return _marked(cases_visible_to(actor).filter(Exists(waiting)))


def figures(actor: Actor) -> list[dict[str, Any]]:
    """The tiles with their counts, all measured in one read; that of prepared decisions is another."""
    tiles = tiles_for(actor)
    urgent = _marked(queue_for(actor))[:LOOKED_AT]
    counts = urgent.aggregate(**{t.key: Count("pk", filter=t.of) for t in tiles if t.of is not None})
    if any(tile.key == "proposals" for tile in tiles):
        counts["proposals"] = len(_awaiting_approval(actor).values_list("pk")[:COUNT_LIMIT])
    return [
        {
            "tile": tile,
            "value": _capped(counts[tile.key]),
            "hot": tile.hot and counts[tile.key] > 0,
            "href": f"?{tile.query}" if tile.query else "?",
        }
        for tile in tiles
    ]


def _capped(count: int) -> str:
    return f"{COUNT_LIMIT - 1}+" if count >= COUNT_LIMIT else str(count)


def page(actor: Actor, asked: Asked) -> Page:
    rows = rows_of(actor, asked).annotate(
        claimed=F("claimed_by__person__name"), marks=F("providerapplication__condition_summary__marks")
    )
    rows = rows.values_list(*COLUMNS, named=True)
    if asked.sort == "-left":
        return _page_backwards(rows, asked)
    return page_of(rows, asked.after, asked.size)


def _page_backwards(rows: QuerySet[Any], asked: Asked) -> Page:
    """The same pages from the other end."""
    at, _, pk = asked.after.partition("-")
    if at.isdecimal() and pk.isdecimal() and len(at) < 18 and len(pk) < 19:
        moment = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=int(at))
        rows = rows.filter(Q(queue_at__lt=moment) | Q(queue_at=moment, pk__lt=int(pk)))
    found = list(rows[: asked.size + 1])
    last = found[asked.size - 1] if len(found) > asked.size else None
    cursor = f"{int(last.queue_at.timestamp() * 1_000_000)}-{last.pk}" if last else ""
    return Page(found[: asked.size], cursor, bool(asked.after))


@dataclass(frozen=True)
class Row:
    """A row as the table prints it."""

    case: Any
    kind: str
    word: str
    look: str
    marks: list[str]
    due: dt.datetime | None
    is_paused: bool
    left: int | None


def shown(cases: Iterable[Any]) -> list[Row]:
    """The rows in words; working days are counted once for each day on the page."""
    today, left = clock.today(), {}
    rows = []
    for case in cases:
        due = case.queue_at if case.due_at else None
        day = (clock.local(due) - dt.timedelta(microseconds=1)).date() if due else None
        if day and day not in left:
            left[day] = calendar.working_days_after(today, day)
        word, look = _state_in_words(case)
        rows.append(
            Row(
                case,
                kind_word(case.kind),
                word,
                look,
                (case.marks or "").split(),
                due,
                due is None and case.kind == "ProviderApplication",
                left[day] if day else None,
            )
        )
    return rows


def _state_in_words(case: Any) -> tuple[str, str]:
    """What the office can do next says more than the state: (words, state whose look is shown)."""
    if case.state == "peer_consultation" and not case.awaits_a_department:
        return "意见已收齐", case.state
    if case.came_from == "correction" and case.state in ("submitted", "initial_review"):
        return "补正已返回", "correction"
    return state_word(case.kind, case.state), case.state


def _tomorrow() -> dt.datetime:
    return clock.instant(dt.datetime.combine(clock.today() + dt.timedelta(days=1), dt.time()))


@require_safe
@never_cache
@for_officials
def queue(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role == Role.DEPARTMENT:
        return redirect("/opinions/")
    asked = Asked.of(request.GET)
    one = page(actor, asked)
    context = {
        "asked": asked,
        "rows": shown(one.rows),
        "next_cursor": one.next_cursor,
        "kinds": kinds_held_by(actor.roles),
        "states": states_held_by(actor.roles, asked.kind),
        "sizes": SIZES,
        "bulk": BULK_OF & actor.roles,
        "views": saved_views.of(actor.user),
        "query": request.META["QUERY_STRING"],
        "kept": asked.kept(),
        "key": new_key(),
        "today": clock.today(),
        "said": f"已筛选，本页 {len(one.rows)} 件",
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "portal/desk/_list.html", context)
    tiles = figures(actor)
    for tile in tiles:
        tile["current"] = asked.is_like(tile["href"])
    return render(request, "portal/desk/queue.html", context | {"figures": tiles})


BULK_OF = frozenset({Role.CITY_OFFICER})
