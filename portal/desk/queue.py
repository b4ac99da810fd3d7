"""The work queue: what one's office has to act on, the most urgent first; and the figures above it.

A fixed number of reads however long the queue is: the rows, the figures, the departments still to answer. The
figures look at the most urgent hundred, so that they cost the same for an office that is behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Role
from core import calendar, clock
from core.prepared import Prepared
from portal.desk import columns, saved_views
from portal.desk.asked import SIZES, Asked
from portal.desk.columns import Column
from portal.desk.kinds import kind_word, kinds_held_by, state_word, states_held_by
from workflow.access import cases_visible_to
from workflow.cases import Case, Proposal
from workflow.perform import new_key
from workflow.queue import COUNT_LIMIT, Filter, Page, held, page_of, queue_for
from workflow.relations import PREPARED_BY
from workflow.views import for_officials

LOOKED_AT = COUNT_LIMIT
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
    "claimed_by__person__name",
    "providerapplication__condition_summary__marks",
)
OFFICERS = {Role.CITY_OFFICER, Role.PROV_OFFICER}
APPROVERS = frozenset(PREPARED_BY)
# Where a corrected application comes back to.
RETURNED_TO = ("submitted", "initial_review", "provincial_evaluation")
VIEWS = ("proposals", "to_prepare", "returned", "collected")


@dataclass(frozen=True)
class Tile:
    """A figure above the list that is also a filter; `counts` says which of the urgent rows are in it.

    A figure without counts has rows of its own, which another role holds.
    """

    key: str
    label: str
    note: str
    query: str
    counts: Callable[[Any, set[int]], bool] | None
    hot: bool = False


def tiles_for(actor: Actor) -> list[Tile]:
    """At most seven figures, those the reader's roles can act on."""
    now, midnight = clock.now(), _tomorrow()
    found = [
        Tile("all", "全部待办", "按剩余时间排列", "", lambda row, _: True),
        Tile("overdue", "已超期", "先办这些", "due=overdue", lambda row, _: row.queue_at <= now, hot=True),
        Tile("today", "今天到期", "24 时前", "due=today", lambda row, _: now < row.queue_at <= midnight),
    ]
    if actor.roles & APPROVERS:
        found.append(Tile("proposals", "待我审批", "经办人已送审", "view=proposals", None))
    if actor.roles & OFFICERS:
        found.append(Tile("to_prepare", "可拟办", "还没有送审稿", "view=to_prepare", None))
        found.append(
            Tile(
                "returned", "补正已返回", "企业已重新提交", "view=returned", lambda row, _: _is_returned(row)
            )
        )
    if Role.CITY_OFFICER in actor.roles:
        found.append(Tile("collected", "意见已收齐", "可汇总意见", "view=collected", _is_collected))
        found.append(
            Tile(
                "new",
                "新收未受理",
                "5 个工作日内受理",
                "state=submitted",
                lambda row, _: row.state == "submitted",
            )
        )
    if Role.PROV_OFFICER in actor.roles:
        found.append(
            Tile(
                "objections",
                "公示异议",
                "核查后答复",
                "kind=Objection",
                lambda row, _: row.kind == "Objection",
            )
        )
    if Role.PROV_APPROVER in actor.roles:
        found.append(
            Tile(
                "decision",
                "待决定",
                "公示期满无异议",
                "state=decision",
                lambda row, _: row.state == "decision",
            )
        )
    return found[:7]


def _is_returned(row: Any) -> bool:
    return row.came_from == "correction" and row.state in RETURNED_TO


def _is_collected(row: Any, awaiting: set[int]) -> bool:
    return row.state == "peer_consultation" and row.pk not in awaiting


def awaiting_departments(cases: Iterable[Any]) -> set[int]:
    """Which of these a department still has time to answer. Asked of the rows looked at, never of a whole office."""
    asking = {case.pk for case in cases if case.state == "peer_consultation"}
    return set(_letters().filter(parent__in=asking).values_list("parent_id", flat=True)) if asking else set()


def _letters() -> QuerySet[Case]:
    return Case.objects.filter(kind="Consultation", state="pending")


def rows_of(actor: Actor, asked: Asked) -> QuerySet[Case]:
    """The rows a reader asked for, in the order of the index; the other way round for `-left`."""
    if asked.view in HELD_BY_ANOTHER:
        return _order(HELD_BY_ANOTHER[asked.view](actor), asked)
    narrow = Filter(
        due=asked.due, kind=asked.kind, state=asked.state, mine=asked.who == "me", text=asked.text
    )
    rows = queue_for(actor, narrow)
    if asked.who == "free":
        rows = rows.filter(claimed_by=None)
    if asked.view == "returned":
        rows = rows.filter(came_from="correction", state__in=RETURNED_TO)
    elif asked.view == "collected":
        unanswered = _letters().filter(parent=OuterRef("pk"))
        rows = rows.filter(~Exists(unanswered), state="peer_consultation")
    return _order(rows, asked)


def _order(rows: QuerySet[Case], asked: Asked) -> QuerySet[Case]:
    return rows.order_by("-queue_at", "-id") if asked.sort == "-left" else rows.order_by("queue_at", "id")


def _proposals(body: int | None) -> QuerySet[Proposal]:
    return Proposal.objects.filter(case=OuterRef("pk"), organization_id=body, settled_at=None)


def _awaiting_approval(actor: Actor) -> QuerySet[Case]:
    rows = cases_visible_to(actor).filter(queue_at__isnull=False)
    return rows.filter(Exists(_proposals(actor.organization_id)))


def _unprepared(body: int, approvers: Iterable[str]) -> QuerySet[Case]:
    """What the body's approvers hold and nobody has sent them a draft of: an officer may prepare it (AMB-G17)."""
    return held(body, approvers).filter(~Exists(_proposals(body)))


def _approvers_beside(actor: Actor) -> tuple[str, ...]:
    return tuple(sorted(approver for approver, officer in PREPARED_BY.items() if officer in actor.roles))


def _to_prepare(actor: Actor) -> QuerySet[Case]:
    return _unprepared(actor.organization_id or 0, _approvers_beside(actor))


HELD_BY_ANOTHER = {"proposals": _awaiting_approval, "to_prepare": _to_prepare}


# What every look at the queue asks, built once for each set of roles.
@cache
def _urgent_of(roles: tuple[str, ...], fields: tuple[str, ...]) -> Prepared:
    return Prepared(
        lambda body: held(body, roles).values_list(*COLUMNS, *fields, named=True)[:LOOKED_AT],
        int, replan=True,
    )  # fmt: skip


@cache
def _unprepared_of(approvers: tuple[str, ...]) -> Prepared:
    return Prepared(
        lambda body: _unprepared(body, approvers).order_by().values_list("pk")[:COUNT_LIMIT], int, replan=True
    )


def urgent_rows(actor: Actor, chosen: Iterable[Column] = ()) -> list[Any]:
    """What the figures are counted from, and the first page of everything shown."""
    fields = tuple(column.field for column in chosen if column.field)
    return _urgent_of(tuple(sorted(actor.roles)), fields)(actor.organization_id or 0)


def _held_by_another(key: str, actor: Actor) -> list[Any]:
    if key == "to_prepare":
        return _unprepared_of(_approvers_beside(actor))(actor.organization_id or 0)
    return list(_awaiting_approval(actor).values_list("pk")[:COUNT_LIMIT])


def figures(actor: Actor, asked: Asked, urgent: list[Any], awaiting: set[int]) -> list[dict[str, Any]]:
    """The tiles with their counts, all out of one read; that of prepared decisions is another.

    An office with more rows than are looked at is told that there are at least so many.
    """
    at_least = "+" if len(urgent) == LOOKED_AT else ""
    found = []
    for tile in tiles_for(actor):
        if tile.counts is None:
            count, more = len(_held_by_another(tile.key, actor)), ""
        else:
            count, more = sum(tile.counts(row, awaiting) for row in urgent), at_least
        found.append(
            {
                "tile": tile,
                "value": f"{COUNT_LIMIT - 1}+" if count >= COUNT_LIMIT else f"{count}{more}",
                "hot": tile.hot and count > 0,
                "href": f"?{tile.query}",
                "current": asked.is_like(tile.query),
            }
        )
    return found


def page(actor: Actor, asked: Asked, chosen: Iterable[Column] = ()) -> Page:
    """The rows asked for, with what the reader's own columns need beside."""
    fields = (*COLUMNS, *(column.field for column in chosen if column.field))
    rows = rows_of(actor, asked).values_list(*fields, named=True)
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
    marks: str
    claimed: str
    due: dt.datetime | None
    is_paused: bool
    left: int | None
    today: dt.date


def shown(cases: Iterable[Any], awaiting: set[int]) -> list[Row]:
    """The rows in words; working days are counted once for each day on the page."""
    left: dict[dt.datetime, int]
    today, left = clock.today(), {}
    rows = []
    for case in cases:
        due = case.queue_at if case.due_at else None
        if due is not None and due not in left:
            left[due] = _days_left(due, today)
        word, look = _state_in_words(case, awaiting)
        rows.append(
            Row(
                case,
                kind_word(case.kind),
                word,
                look,
                case.providerapplication__condition_summary__marks or "",
                case.claimed_by__person__name or "",
                due,
                due is None and case.kind == "ProviderApplication",
                left[due] if due else None,
                today,
            )
        )
    return rows


def _days_left(due: dt.datetime, today: dt.date) -> int:
    """Working days after today up to the day a deadline closes; midnight closes the day before."""
    day = (clock.local(due) - dt.timedelta(microseconds=1)).date()
    return calendar.working_days_after(today, day)


def _state_in_words(case: Any, awaiting: set[int]) -> tuple[str, str]:
    """What the office can do next says more than the state: (words, state whose look is shown)."""
    if _is_collected(case, awaiting):
        return "意见已收齐", case.state
    if _is_returned(case):
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
    chosen = columns.of(actor.user)
    urgent = [] if request.htmx else urgent_rows(actor, chosen)  # type: ignore[attr-defined]
    one = page_of(urgent, size=asked.size) if urgent and asked.is_first_of_all else page(actor, asked, chosen)
    awaiting = awaiting_departments([*one.rows, *urgent])
    context = {
        "asked": asked,
        "columns": chosen,
        "rows": shown(one.rows, awaiting),
        "next": asked.link(after=one.next_cursor) if one.next_cursor else "",
        "first": asked.link(),
        "turned": asked.link(sort="" if asked.sort == "-left" else "-left"),
        "filters": filters(actor, asked),
        "sizes": [(size, asked.link(size=size)) for size in SIZES],
        "bulk": BULK_OF & actor.roles,
        "approves": bool(APPROVERS & actor.roles),
        "views": saved_views.of(actor.user),
        "query": request.META["QUERY_STRING"],
        "key": new_key(),
        "today": clock.today(),
        "said": f"已筛选，本页 {len(one.rows)} 件",
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "portal/desk/_list.html", context)
    context["figures"] = figures(actor, asked, urgent, awaiting)
    request.counts = {"/desk/": context["figures"][0]["value"]} if urgent else {}  # type: ignore[attr-defined]
    return render(request, "portal/desk/queue.html", context)


def filters(actor: Actor, asked: Asked) -> list[dict[str, Any]]:
    """The drop-downs above the list: what is chosen, and where each other choice leads."""
    return [
        _filter("kind", "事项", asked.kind, kinds_held_by(actor.roles), asked, state=""),
        _filter("state", "状态", asked.state, states_held_by(actor.roles, asked.kind), asked, view=""),
        _filter("who", "承办人", asked.who, [("me", "我"), ("free", "无人承办")], asked),
        _filter(
            "due",
            "期限",
            asked.due,
            [("overdue", "已超期"), ("today", "今天到期"), ("week", "七天内到期")],
            asked,
        ),
    ]


def _filter(
    name: str, label: str, value: str, choices: list[tuple[str, str]], asked: Asked, **without: str
) -> dict[str, Any]:
    """One drop-down; a choice takes away the filters that would no longer fit it."""
    options = [("", "全部"), *choices]
    return {
        "label": label,
        "chosen": dict(options).get(value, "全部"),
        "is_set": bool(value),
        "options": [(word, asked.link(**{name: code}, **without)) for code, word in options],
    }


BULK_OF = frozenset({Role.CITY_OFFICER})
