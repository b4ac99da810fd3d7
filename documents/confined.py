"""Work on files nobody trusts, done by a child process that can do no harm.

The parent calls `run(task, request)`; the child, born in the `nursery`, gives up the network and most of its memory,
processor time and disk before it reads a byte, does one task and answers in JSON. Whatever happens in it, a crash of a
library or a file made to exhaust it, the parent gets an answer in bounded time. The child knows neither Django nor our
secrets.
"""

import contextlib
import ctypes
import importlib
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from documents.nursery import Nursery

TASKS = {
    "inspect": "documents.attachments.checks",
    "draw": "documents.attachments.drawing",
    "read": "documents.spreadsheets.grid",
    "prepare": "documents.dossiers.preparing",
    "stitch": "documents.dossiers.stitching",
    "examine": "documents.sealing.examining",
}
nursery = Nursery(TASKS)
# Most children may only write a cleaned image or a page; both stay far below this.
LARGEST_FILE, OPEN_FILES = 128 * 1024 * 1024, 64
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


class Refuse(Exception):
    """Raised in the child: the file is not taken. The parent puts the code into words."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def run(
    task: str,
    request: dict[str, Any],
    *,
    seconds: int = 8,
    megabytes: int = 768,
    largest_file: int = LARGEST_FILE,
    open_files: int = OPEN_FILES,
) -> dict[str, Any]:
    """The child's last answer, or why there is none: `{"refused": "too_hard"}` (limits) or `"unreadable"`
    (crash).

    An answer given before the child met its limits counts: what follows it is a courtesy, like a look at page
    one.
    """
    limits = [seconds, megabytes, largest_file, open_files]
    # Its own time is bounded by its limits; a busy machine refuses nobody's file.
    said, by_itself = nursery.ask(
        json.dumps({"task": task, "limits": limits, **request}).encode(), 3 * seconds
    )
    for line in reversed(said.splitlines()):
        with contextlib.suppress(ValueError):
            return json.loads(line)
    return {"refused": "unreadable" if by_itself else "too_hard"}


def main(tasks: Mapping[str, str]) -> NoReturn:
    """The child's whole life. It leaves without farewells: a hostile file may have hurt the interpreter."""
    request = json.load(sys.stdin)
    say = _only_voice()
    _confine(*request["limits"])
    try:
        task: Callable[..., dict[str, Any]] = importlib.import_module(tasks[request["task"]]).main
        say(task(request, say))
    except Refuse as refusal:
        say({"refused": refusal.code, "values": refusal.values})
    except MemoryError:
        say({"refused": "too_hard"})
    except Exception as broken:
        # Readers of broken files raise whatever they like; whatever it is, the file is not what it says it
        # is.
        say({"refused": "unreadable", "values": {"detail": f"{type(broken).__name__}: {broken}"[:300]}})
    os._exit(0)


def _only_voice() -> Callable[[dict[str, Any]], None]:
    """Keeps the pipe to the parent for answers alone: a chatty library talks to nobody."""
    voice = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def say(answer: dict[str, Any]) -> None:
        voice.write(json.dumps(answer) + "\n")
        voice.flush()

    return say


def _confine(seconds: int, megabytes: int, largest_file: int, open_files: int) -> None:
    limits = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: megabytes * 1024 * 1024,
        resource.RLIMIT_FSIZE: largest_file,
        resource.RLIMIT_NOFILE: open_files,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        # macOS knows RLIMIT_AS but will not set it; the time limits still hold there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
    if sys.platform == "linux":
        # A namespace without interfaces. A kernel that grants it to nobody leaves a child that has no use for
        # one.
        libc = ctypes.CDLL(None)
        if libc.unshare(CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
