"""P1, P2, P4 and P16: what a page costs, over sizes, over databases, and over a bare list of the same length."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.databases import Database
from bench.limits.load import Unexpected, Visitor
from bench.pairs import Pairs, exponent, percentile
from bench.report import Row
from bench.serving import BARE, PORTAL, Served

ROWS = 50
QUEUE = f"/desk/?size={ROWS}"
WARM = 20
REQUESTS = 30  # of each side in one pair


@dataclass
class Page:
    """A page that one visitor asks for, checked to be the one that is meant."""

    visitor: Visitor
    path: str
    mark: bytes = b""  # what every row of the page carries, or the page itself
    rows: int | None = None

    def ask(self) -> float:
        spent = self.visitor.ask(self.path)
        found = self.visitor.last.count(self.mark)
        if found != self.rows and (self.rows is not None or not found):
            raise Unexpected(f"{self.path} shows {found} of {self.mark!r}, not {self.rows or 'any'}")
        return spent


def doors_of(database: Database) -> dict[str, Any]:
    return json.loads(database.run("-m", "bench.product", "doors"))


def bare_session(database: Database, cases: int) -> str:
    """Set the bare application up in a database; returns the session of its user."""
    return database.run("-m", "bench.limits.bare_app", str(cases)).strip()


def queue_page(served: Served, doors: dict[str, Any]) -> Page:
    return Page(Visitor(served.port, f"sessionid={doors['officer']}"), QUEUE, b'name="case"', ROWS)


def case_page(served: Served, doors: dict[str, Any]) -> Page:
    visitor = Visitor(served.port, f"sessionid={doors['officer']}")
    return Page(visitor, f"/desk/cases/{doors['case']}/", doors["case"].encode())


def bare_page(served: Served, session: str) -> Page:
    return Page(Visitor(served.port, f"sessionid={session}"), "/list", b'<tr><td><a href="/case/', ROWS)


@dataclass(frozen=True)
class Compared:
    """Two pages asked for in strict alternation; medians and 95th percentiles of each pair of series."""

    p50: Pairs
    p95: Pairs

    @classmethod
    def of(cls, ours: Page, theirs: Page, pairs: int) -> Compared:
        for _ in range(WARM):
            ours.ask(), theirs.ask()
        series = [[(ours.ask(), theirs.ask()) for _ in range(REQUESTS)] for _ in range(pairs)]
        return cls(_figures(series, statistics.median), _figures(series, partial(percentile, share=0.95)))

    @property
    def said(self) -> str:
        ours, theirs = statistics.median(self.p50.ours), statistics.median(self.p50.theirs)
        return f"{ours:.1f} ms / {theirs:.1f} ms"


def _figures(series, figure) -> Pairs:
    return Pairs(
        tuple(figure([ours for ours, _ in one]) for one in series),
        tuple(figure([theirs for _, theirs in one]) for one in series),
    )


def count(database: Database, path: str, session: str, *fields: str) -> dict[str, Any]:
    """Queries and bytes of a page: exact, so one request says it."""
    return json.loads(database.run("-m", "bench.product", "count", path, session, *fields))


def growth(filled: dict[int, Database], pairs: int) -> Iterator[Row]:
    """P1: the same page on the smallest and on the largest database."""
    small, large = min(filled), max(filled)
    with ExitStack() as stack:
        pages = [
            queue_page(stack.enter_context(Served(PORTAL, filled[size])), doors_of(filled[size]))
            for size in (large, small)
        ]
        compared = Compared.of(*pages, pairs)
    kind, said = filled[small].kind, f"{compared.said} ({large:,} / {small:,} cases)"
    yield Row.of("P1", "p50", kind, compared.p50.ratio, compared.p50, said)
    yield Row.of("P1", "p95", kind, compared.p95.ratio, compared.p95, said)
    yield Row.of("P1", "exponent", kind, exponent(compared.p50.ratio, large / small), None, said)


def beside_bare(goals: set[str], database: Database, cases: int, pairs: int) -> Iterator[Row]:
    """P2 and P4: the queue and a case, beside the bare list in the same database."""
    doors = doors_of(database)
    session, kind = bare_session(database, cases), database.kind
    with Served(PORTAL, database) as portal, Served(BARE, database) as bare:
        for goal, page in (("P2", queue_page(portal, doors)), ("P4", case_page(portal, doors))):
            if goal in goals:
                compared = Compared.of(page, bare_page(bare, session), pairs)
                yield Row.of(goal, "ratio", kind, compared.p50.ratio, compared.p50, compared.said)
                counted = count(database, page.path, doors["officer"])
                yield Row.of(goal, "queries", kind, counted["queries"])
                if goal == "P2":
                    few = count(database, "/desk/?size=12", doors["officer"])
                    yield Row.of(goal, "more", kind, counted["queries"] - few["queries"])
                    yield Row.of(goal, "bytes", kind, counted["bytes"] / 1024)


def embedded(small: Database, large: Database, postgres: Database, pairs: int) -> Iterator[Row]:
    """P16: the queue on SQLite beside PostgreSQL at the same size, and beside itself at the smallest."""
    with ExitStack() as stack:
        ours, theirs, ours_small = (
            queue_page(stack.enter_context(Served(PORTAL, database)), doors_of(database))
            for database in (large, postgres, small)
        )
        beside = Compared.of(ours, theirs, pairs)
        yield Row.of("P16", "ratio", "sqlite", beside.p50.ratio, beside.p50, beside.said)
        grown = Compared.of(ours, ours_small, pairs)
        yield Row.of("P16", "growth", "sqlite", grown.p50.ratio, grown.p50, grown.said)
