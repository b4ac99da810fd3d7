"""Makes the databases, measures what was asked for, prints the table. `scripts/bench` has started the servers."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bench import control, pages, papers, report, steps, verification
from bench.databases import Database, Server
from bench.goals import GOALS
from bench.report import Row

KINDS = ("postgresql", "sqlite")
SIZES = "1e3,1e5,1e6"
QUICK = {"sizes": "1e3,1e4", "pairs": 2, "seconds": 1.0, "waiting": 20_000}
FULL = {
    "sizes": SIZES,
    "pairs": 7,
    "seconds": 2.0,
    "waiting": 250_000,
}  # four entries each: a ledger of a million
PAPERS = {"P9": papers.notices, "P11": papers.missing_library, "DOSSIER": papers.dossier}
PAGES, STEPS = {"P1", "P2", "P4", "P16"}, {"P5", "P6", "P7", "P14"}
USUAL_SIZE = 100_000  # a province after some years; the size of P2, P4 and P16
COLLECT = ("manage.py", "collectstatic", "--no-input", "--verbosity=0")


def say(text: str) -> None:
    print(f"{time.monotonic() - BEGUN:4.0f}s  {text}", flush=True)


BEGUN = time.monotonic()


def read_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        usage="scripts/bench [GOAL…] [--sizes 1e3,1e5,1e6] [--pairs N] [--quick] [--database KIND] [--seed N]",
    )
    parser.add_argument("goals", nargs="*", metavar="GOAL", type=goal, help=" ".join(GOALS))
    parser.add_argument("--sizes", type=sizes, help=f"cases in the databases of the pages; {SIZES}")
    parser.add_argument("--pairs", type=int, help="pairs of every comparison; at least 5 count, 7 are usual")
    parser.add_argument("--quick", action="store_true", help="small and short: shows that everything works")
    parser.add_argument("--database", choices=KINDS, action="append", help="one kind only")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    usual = QUICK if options.quick else FULL
    options.goals = set(options.goals or GOALS)
    options.sizes = options.sizes or sizes(usual["sizes"])
    options.pairs = options.pairs or usual["pairs"]
    options.seconds, options.waiting = usual["seconds"], usual["waiting"]
    options.kinds = [kind for kind in KINDS if not options.database or kind in options.database]
    return options


def goal(text: str) -> str:
    if text.upper() not in GOALS:
        raise argparse.ArgumentTypeError(f"{text} is none of {', '.join(GOALS)}")
    return text.upper()


def sizes(text: str) -> list[int]:
    found = sorted({int(float(one)) for one in text.split(",")})
    if not found or found[0] < 1000:
        raise argparse.ArgumentTypeError("the smallest size is 1000 cases: a full page has 50")
    return found


@dataclass
class Bench:
    options: argparse.Namespace
    folder: Path
    listed: dict[str, dict[int, Database]] = field(default_factory=dict)
    waiting: dict[str, Database] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)

    def prepare(self) -> None:
        """Fill every database the goals need, two at a time."""
        goals, options = self.options.goals, self.options
        with ThreadPoolExecutor(2) as pool:
            for kind in options.kinds:
                self.servers[kind] = Server(kind, self.folder)
            list(pool.map(Server.prepare, self.servers.values()))
            statics = pool.submit(self.servers[options.kinds[0]].base.run, *COLLECT)
            for size in options.sizes if goals & PAGES else ():
                for kind, server in self.servers.items():
                    filled = pool.submit(server.fill, f"cases_{size}", size, options.seed)
                    self.listed.setdefault(kind, {})[size] = filled
            for kind, server in self.servers.items() if goals & STEPS else ():
                shape = ("--shape", "recommended", "--sealed")
                self.waiting[kind] = pool.submit(
                    server.fill, "waiting", options.waiting, options.seed, *shape
                )
            self.listed = {
                kind: {size: one.result() for size, one in of.items()} for kind, of in self.listed.items()
            }
            self.waiting = {kind: one.result() for kind, one in self.waiting.items()}
            statics.result()

    def rows(self) -> Iterator[Row]:
        goals, pairs = self.options.goals, self.options.pairs
        usual = max(
            (size for size in self.options.sizes if size <= USUAL_SIZE), default=self.options.sizes[0]
        )
        for kind, filled in self.listed.items():
            if "P1" in goals:
                yield from _told("P1", kind, pages.growth(filled, pairs))
            if goals & {"P2", "P4"}:
                yield from _told("P2 P4", kind, pages.beside_bare(goals, filled[usual], usual, pairs))
        if "P16" in goals and len(self.listed) == 2:
            small, large = (self.listed["sqlite"][size] for size in (self.options.sizes[0], usual))
            measured = pages.embedded(small, large, self.listed["postgresql"][usual], pairs)
            yield from _told("P16", "sqlite", measured)
        for kind in self.waiting:
            yield from self._rows_of_steps(kind)
        base = self.servers[self.options.kinds[0]].base
        for goal in filter(goals.__contains__, PAPERS):
            yield from _told(goal, "paper", PAPERS[goal](base, pairs, self.options.seed))

    def _rows_of_steps(self, kind: str) -> Iterator[Row]:
        goals, pairs, ours, server = (
            self.options.goals,
            self.options.pairs,
            self.waiting[kind],
            self.servers[kind],
        )
        copy = server.create("waiting_copy", ours)
        if "P14" in goals:
            tampered = server.create("tampered", ours)
            yield from _told("P14", kind, verification.ledger(ours, tampered, pairs))
        if goals & {"P5", "P6", "P7"}:
            doors, session = pages.doors_of(ours), pages.bare_session(copy, 0)
            waiting = steps.Waiting(ours, copy, doors, session, pairs, self.options.seconds)
            for goal, measure in (
                ("P7", steps.chains),
                ("P6", steps.service_layer),
                ("P5", steps.in_a_browser),
            ):
                if goal in goals:
                    yield from _told(goal, kind, measure(waiting))


def _told(goal: str, kind: str, rows: Iterator[Row]) -> Iterator[Row]:
    say(f"{goal} on {kind}")
    for row in rows:
        print(f"       {row.what}: {row.measured:.3g} ({row.relation} {row.bar:g})  {row.said}", flush=True)
        yield row


def main(arguments: list[str]) -> int:
    options = read_options(arguments)
    folder = Path(tempfile.mkdtemp(prefix="portal-bench.", dir=os.environ.get("BENCH_FOLDER")))
    try:
        bench = Bench(options, folder)
        say("databases: " + ", ".join(options.kinds))
        bench.prepare()
        say("control")
        machine = control.measure({kind: server.base for kind, server in bench.servers.items()})
        print(report.control_line(machine.as_dict()), flush=True)
        rows = [row.under(machine) for row in bench.rows()]
    finally:
        shutil.rmtree(folder)
    rows.sort(key=lambda row: (list(GOALS).index(row.goal), row.database))
    run = {
        "day": time.strftime("%Y-%m-%d"), "command": " ".join(["scripts/bench", *arguments]), "seed": options.seed,
        "minutes": (time.monotonic() - BEGUN) / 60, "processors": os.cpu_count(),
    }  # fmt: skip
    report.write(rows, run, machine)
    print("\n" + report.control_line(machine.as_dict()) + "\n\n" + report.table(rows))
    missed = sum(row.ok is False for row in rows)
    print(f"\n{len(rows)} figures, {missed} missed; bench/out/latest.json has them")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
