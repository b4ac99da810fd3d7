"""P5, P6 and P7: what a step costs eight clients at once: in a browser, in the service layer, and by its chains.

The step is `return_to_review` (the city's approver gives a recommendation back to the officer): it issues no
document, and has what a step can have: a form, the separation of duties, a change of holder, three rows written.
"""

from __future__ import annotations

import json
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.databases import Database
from bench.limits.client import in_rounds, once, share
from bench.limits.load import Unexpected, Visitor, at_once
from bench.pairs import Pairs, in_turns, percentile
from bench.processes import CLIENTS, Clients, Sequencer
from bench.report import Row
from bench.serving import BARE, PORTAL, Served

STEP, VERSION = "return_to_review", 4  # and the version of a case that waits for it
REASON = "材料核对记录不全，请补齐后再报。"
CSRF = "b" * 32
BEATS = 2  # of the sequencer in one series of P7

# Which part of the waiting cases each goal moves: the portal moves a case only once.
PARTS = {"P7": (0.0, 0.5), "full": (0.5, 0.65), "normal": (0.65, 0.8), "P5": (0.8, 1.0)}


@dataclass
class Waiting:
    """Cases that wait for the step, in a database for the portal and in a copy of it for the yardsticks."""

    ours: Database
    bare: Database
    doors: dict[str, Any]
    bare_session: str
    pairs: int
    seconds: float

    def part(self, name: str) -> list[tuple[int, str]]:
        cases = self.doors["to_move"]
        begin, end = PARTS[name]
        return cases[int(len(cases) * begin) : int(len(cases) * end)]

    def file(self, name: str) -> str:
        """The same for a process."""
        file = Path(self.ours.folder) / f"{self.ours.kind}-{name}.json"
        memberships = [pk for pk, _session in self.doors["approvers"]]
        told = {"cases": self.part(name), "version": VERSION, "memberships": memberships}
        file.write_text(json.dumps(told))
        return str(file)


def _said(pairs: Pairs) -> str:
    return f"{statistics.median(pairs.ours):,.0f}/s / {statistics.median(pairs.theirs):,.0f}/s"


# --- P6 -----------------------------------------------------------------------------------------------------
def service_layer(waiting: Waiting) -> Iterator[Row]:
    """Steps through `perform` beside three prepared statements and a commit, under the same durability."""
    kind = waiting.ours.kind
    for part in ("full",) if kind == "postgresql" else ("normal", "full"):
        file, sync = waiting.file(part), part.upper()
        with (
            Clients(waiting.ours, "bench.clients", file, sync) as ours,
            Clients(waiting.bare, "bench.limits.sql_limits", file, sync) as theirs,
        ):
            compared = _alternate(ours.rate, theirs.rate, waiting)
        yield Row.of(
            "P6", kind if kind == "postgresql" else part, kind, compared.ratio, compared, _said(compared)
        )


def _alternate(ours: Callable[[float], float], theirs: Callable[[float], float], waiting: Waiting) -> Pairs:
    ours(waiting.seconds / 2), theirs(waiting.seconds / 2)  # warm: connections, caches, templates
    return in_turns(lambda: ours(waiting.seconds), lambda: theirs(waiting.seconds), waiting.pairs)


# --- P5 -----------------------------------------------------------------------------------------------------
def in_a_browser(waiting: Waiting) -> Iterator[Row]:
    """The same step posted by eight people, beside a bare view that writes the same rows by the ORM."""
    kind = waiting.ours.kind
    *cases, (_, reference) = waiting.part("P5")
    with Served(PORTAL, waiting.ours) as portal, Served(BARE, waiting.bare) as bare:
        ours = [_our_act(waiting, portal.port, cases, number) for number in range(CLIENTS)]
        theirs = [_bare_act(waiting, bare.port, cases, number) for number in range(CLIENTS)]
        compared = _alternate(lambda s: _rate(ours, s), lambda s: _rate(theirs, s), waiting)
    yield Row.of("P5", "ratio", kind, compared.ratio, compared, _said(compared))
    fields = [f"{name}={value}" for name, value in _typed().items()]
    session = waiting.doors["approvers"][0][1]
    counted = json.loads(
        waiting.ours.run("-m", "bench.product", "count", _address(reference), session, *fields)
    )
    yield Row.of("P5", "queries", kind, counted["queries"])


def _address(reference: str) -> str:
    return f"/cases/{reference}/steps/{STEP}/"


def _typed() -> dict[str, str]:
    return {"version": str(VERSION), "key": uuid.uuid4().hex, "reason": REASON}


def _our_act(waiting: Waiting, port: int, cases: list[Any], number: int) -> Callable[[], float]:
    _pk, session = waiting.doors["approvers"][number]
    visitor = Visitor(port, f"sessionid={session}; csrftoken={CSRF}", expect=302)
    mine = once(share(cases, number, CLIENTS))

    def act() -> float:
        _, reference = next(mine)
        spent = visitor.ask(_address(reference), _typed() | {"csrfmiddlewaretoken": CSRF})
        if reference not in visitor.location:
            raise Unexpected(f"{reference} led to {visitor.location}")
        return spent

    return act


def _bare_act(waiting: Waiting, port: int, cases: list[Any], number: int) -> Callable[[], float]:
    visitor = Visitor(port, f"sessionid={waiting.bare_session}")
    mine = in_rounds(cases, number, CLIENTS, VERSION)

    def act() -> float:
        (pk, _), version = next(mine)
        spent = visitor.ask(f"/move/{pk}/{version}", {"reason": REASON})
        if visitor.last != b"1":
            raise Unexpected(f"case {pk} did not move")
        return spent

    return act


def _rate(acts: list[Callable[[], float]], seconds: float) -> float:
    begun = time.perf_counter()
    return len(at_once(acts, seconds)) / (time.perf_counter() - begun)


# --- P7 -----------------------------------------------------------------------------------------------------
def chains(waiting: Waiting) -> Iterator[Row]:
    """Steps with their hashes and the sequencer at its beat, beside steps without either."""
    kind, file = waiting.ours.kind, waiting.file("P7")
    waits: list[float] = []
    with (
        Clients(waiting.ours, "bench.clients", file) as chained,
        Clients(waiting.bare, "bench.clients", file, "unchained") as unchained,
        Sequencer(waiting.ours) as sequencer,
    ):
        seconds = BEATS * sequencer.beat

        def sealed() -> float:
            sequencer.begin()
            rate = chained.rate(seconds)
            waits.extend(sequencer.end())
            return rate

        chained.rate(1), unchained.rate(1)
        compared = in_turns(sealed, lambda: unchained.rate(seconds), waiting.pairs)
    yield Row.of("P7", "ratio", kind, compared.ratio, compared, _said(compared))
    yield Row.of(
        "P7",
        "lag",
        kind,
        percentile(waits, 0.95),
        None,
        f"{len(waits):,} entries, at most {max(waits):.1f} s",
    )
    audit = json.loads(waiting.ours.run("-m", "bench.product", "audit"))
    said = f"{audit['entries']:,} entries verified"
    yield Row.of("P7", "faults", kind, audit["faults"], None, said)
