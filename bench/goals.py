"""What must hold: the goals, each with its bars. A figure without a bar beside it is not shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One limit of a goal. `parallel` figures mean nothing on a machine that does not run two processes at once."""

    what: str
    relation: str  # "<=" or ">="
    limit: float
    parallel: bool = False
    databases: tuple[str, ...] = ("postgresql", "sqlite")

    def holds(self, measured: float) -> bool:
        return measured <= self.limit if self.relation == "<=" else measured >= self.limit


@dataclass(frozen=True)
class Goal:
    title: str
    bars: dict[str, Bar]


BOTH = ("postgresql", "sqlite")
GOALS = {
    "P1": Goal(
        "the work queue does not grow with the number of cases",
        {
            "p50": Bar("page at the largest / at the smallest size, median", "<=", 1.10),
            "p95": Bar("the same, 95th percentile", "<=", 1.25),
            "exponent": Bar("exponent of growth", "<=", 0.02),
        },
    ),
    "P2": Goal(
        "the work queue beside a bare Django list",
        {
            "ratio": Bar("page of 50 rows / bare view of 50 rows", "<=", 1.5),
            "queries": Bar("queries of the page", "<=", 6),
            "more": Bar("queries more with 50 rows than with 10", "<=", 0),
            "bytes": Bar("kilobytes of the page", "<=", 40),
        },
    ),
    "P4": Goal(
        "a case beside a bare Django list",
        {
            "ratio": Bar("page of a case / bare view of 50 rows", "<=", 2.0),
            "queries": Bar("queries of the page", "<=", 10),
        },
    ),
    "P5": Goal(
        "a step in a browser beside a bare Django transition",
        {
            "ratio": Bar("steps a second, 8 clients / bare transitions", ">=", 0.80, parallel=True),
            "queries": Bar("queries of the step", "<=", 10),
        },
    ),
    "P6": Goal(
        "a step in the service layer beside the three bare statements",
        {
            "postgresql": Bar("steps a second, 8 clients / bare SQL", ">=", 0.45, True, ("postgresql",)),
            "normal": Bar("steps a second, 8 clients / bare SQL, both NORMAL", ">=", 0.12, True, ("sqlite",)),
            "full": Bar("steps a second, 8 clients / bare SQL, both FULL", ">=", 0.12, True, ("sqlite",)),
        },
    ),
    "P7": Goal(
        "what the chains of the ledger cost",
        {
            "ratio": Bar(
                "steps a second, 8 clients: chained and sealed / without", ">=", 0.70, parallel=True
            ),
            "lag": Bar("seconds from a step to its place in the global chain, p95", "<=", 5, parallel=True),
            "faults": Bar("faults that the verification then finds", "<=", 0),
        },
    ),
    "P9": Goal(
        "official paper beside plain WeasyPrint",
        {
            "ratio": Bar(
                "notices of every kind, any GB2312 name: times as fast as plain WeasyPrint", ">=", 2.7
            ),
            "template": Bar("the same with fonts of the pages' own characters", ">=", 3.5),
            "size": Bar("KiB of the heaviest kind before it is sealed", "<=", 40),
            "text": Bar("notices whose text does not read back to the letter", "<=", 0),
            "two": Bar("two processes at once / the control beside them", ">=", 0.95, parallel=True),
        },
    ),
    "P11": Goal(
        "official paper without libharfbuzz-subset",
        {"told": Bar("warnings: by the check, and by every process that draws", ">=", 2)},
    ),
    "P14": Goal(
        "verification of the ledger beside reading and hashing alone",
        {
            "ratio": Bar("rows a second / bare reading and SM3 of the same rows", ">=", 0.80, parallel=True),
            "found": Bar("of one changed, one removed, one reordered row, found", ">=", 3),
        },
    ),
    "P16": Goal(
        "the embedded database beside PostgreSQL",
        {
            "ratio": Bar(
                "page of the queue on SQLite / on PostgreSQL, at 100,000 cases",
                "<=",
                1.10,
                False,
                ("sqlite",),
            ),
            "growth": Bar("page on SQLite at 100,000 cases / at 1,000", "<=", 1.10, False, ("sqlite",)),
        },
    ),
    "DOSSIER": Goal(
        "a dossier of 300 pages beside a bare merge, and a preview",
        {
            "ratio": Bar(
                "binding / bare merge of the same pages, both with the sheets of its own", "<=", 1.3
            ),
            "memory": Bar("megabytes at the most", "<=", 400),
            "preview": Bar("seconds until a picture of a notice is there, slowest kind", "<=", 1.0),
        },
    ),
}
