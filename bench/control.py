"""What the machine is worth while we measure: can it run two processes at once, how often can it commit."""

from __future__ import annotations

import hashlib
import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from bench.databases import Database
from bench.limits.plain import Plain

PARALLEL = 1.5  # below this two processes share one processor, and parallel figures are not judged
ROUNDS = 3


def spin(_: int = 0) -> float:
    """A fixed piece of work that needs a processor and nothing else."""
    begun = time.perf_counter()
    digest = b""
    for _ in range(400_000):
        digest = hashlib.sha256(digest).digest()
    return time.perf_counter() - begun


def parallel_capacity() -> float:
    """How much more two processes do than one, at the same time: 2.0 on two free processors, 1.0 on one."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(spin, range(2))  # both are up and warm
        measured = []
        for _ in range(ROUNDS):
            alone = pool.apply(spin)
            measured.append(2 * alone / max(pool.map(spin, range(2), chunksize=1)))
    return statistics.median(measured)


def commits_a_second(database: Database, seconds: float = 0.5, **settings: str) -> float:
    """Commits of one row each, one after the other: what the disk allows a single writer."""
    plain = Plain(database.url, **settings)
    plain.run("CREATE TABLE IF NOT EXISTS bench_commit (n INTEGER)")
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        plain.run("INSERT INTO bench_commit VALUES (1)")
        count += 1
    plain.run("DROP TABLE bench_commit")
    plain.close()
    return count / seconds


@dataclass(frozen=True)
class Control:
    parallel: float
    commits: dict[str, float]

    @property
    def is_parallel(self) -> bool:
        return self.parallel >= PARALLEL

    def as_dict(self) -> dict:
        return asdict(self)


def measure(databases: dict[str, Database]) -> Control:
    probes: dict[str, Callable[[], float]] = {}
    for name, database in databases.items():
        if name == "sqlite":
            probes["sqlite NORMAL"] = lambda database=database: commits_a_second(
                database, synchronous="NORMAL"
            )
            probes["sqlite FULL"] = lambda database=database: commits_a_second(database, synchronous="FULL")
        else:
            probes[name] = lambda database=database: commits_a_second(database)
    return Control(parallel_capacity(), {name: probe() for name, probe in probes.items()})
