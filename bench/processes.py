"""Processes of our own that act when they are told: eight clients, and the sequencer beside them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from types import TracebackType
from typing import IO, Any, cast

from bench.databases import ROOT, Database

CLIENTS = 8
SETTLED = 0.3  # seconds between order and start: until then every client has heard it
LEAVES_WITHIN = 20


class Told:
    """Processes that read a line and answer with one, as long as the block lasts."""

    def __init__(self, database: Database, module: str, *argument_lists: list[str]):
        self.database, self.module, self.argument_lists = database, module, argument_lists

    def __enter__(self) -> Any:
        self.log = (self.database.folder / "processes.log").open("ab")
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-m", self.module, *arguments], cwd=ROOT, env=self.database.environment(),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True,
            )
            for arguments in self.argument_lists
        ]  # fmt: skip
        self.said = self.hear()
        return self

    def tell(self, line: str) -> None:
        for process in self.processes:
            into = cast(IO[str], process.stdin)
            into.write(f"{line}\n")
            into.flush()

    def hear(self) -> list[Any]:
        lines = [cast(IO[str], process.stdout).readline() for process in self.processes]
        if not all(lines):
            told = (self.database.folder / "processes.log").read_text()
            raise RuntimeError(f"{self.module} ended early:\n{told[-3000:]}")
        return [json.loads(line) for line in lines]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes:
            process.terminate()
            process.wait(LEAVES_WITHIN)
        self.log.close()


class Clients(Told):
    def __init__(self, database: Database, module: str, file: str, *options: str):
        lists = [[file, str(number), str(CLIENTS), *options] for number in range(CLIENTS)]
        super().__init__(database, module, *lists)

    def rate(self, seconds: float) -> float:
        """Acts a second of all together."""
        self.tell(json.dumps({"start": time.time() + SETTLED, "seconds": seconds}))
        return sum(self.hear()) / seconds


class Sequencer(Told):
    def __init__(self, database: Database):
        super().__init__(database, "bench.sequencer", [])

    @property
    def beat(self) -> float:
        return self.said[0]

    def begin(self) -> None:
        self.tell("go")

    def end(self) -> list[float]:
        """Let it place what still waits; returns how long each entry had waited, in seconds."""
        self.tell("stop")
        return self.hear()[0]
