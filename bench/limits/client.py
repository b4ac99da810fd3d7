"""A client process: does its act again and again for a time whenever it is told to, and says how often it did.

A line of JSON in, `{"start": …, "seconds": …}` by the clock of the machine; how many acts ended in time, out.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any


def serve(act: Callable[[Any], None], cases: Iterator[Any]) -> None:
    """Take a case of one's own for every act; the parent never gives two clients the same one."""
    print("true", flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        while time.time() < told["start"]:
            time.sleep(0.001)
        end, count = told["start"] + told["seconds"], 0
        while True:
            act(next(cases))
            if time.time() > end:
                break
            count += 1
        print(count, flush=True)


def share(cases: list[Any], number: int, clients: int) -> list[Any]:
    """The cases of one client out of so many."""
    return cases[number::clients]


def once(cases: list[Any]) -> Iterator[Any]:
    """Each case once. Raises `LookupError` when they are used up."""
    yield from cases
    raise LookupError("no cases are left: fill the database with more")


def in_rounds(cases: list[Any], number: int, clients: int, version: int) -> Iterator[tuple[Any, int]]:
    """The cases of one client, round after round, each with the version it then has: bare writes never run out."""
    while True:
        yield from ((case, version) for case in share(cases, number, clients))
        version += 1
