"""HTML to PDF, through one function and one confined child.

`render_pdf` fills a template here, where Django and the escaping are, and has it drawn by `child`: a process with
the fonts, little memory, no network and thirty seconds. One child serves a worker and stays warm; one that hangs,
dies or has drawn many pages is replaced.
"""

import itertools
import json
import logging
import os
import re
import select
import struct
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from django.conf import settings
from django.template.loader import render_to_string

from documents.notices import fonts

log = logging.getLogger(__name__)
SECONDS = 30
WARMING_SECONDS = 60
MEGABYTES = 768
# A child is replaced after so many pages: whatever its libraries leak stays small.
LIFETIME = 500


class RenderingFailed(Exception):
    """No PDF came of it. Nothing was kept; the same call may be made again."""


def render_pdf(template: str, context: Mapping[str, Any]) -> bytes:
    """The PDF of a notice. `context` is data: text in it is escaped and cannot fetch or run anything."""
    return _press.draw(filled(template, context, base="notices/base.html"))


def undrawable(text: str) -> str:
    """The first letter of a text that no font of this machine has, or nothing.

    Nearly every text is of letters that each cut holds; only of others the press is asked. While it gives no
    answer nothing is refused: the notice itself will tell.
    """
    rare = "".join(sorted(letter for letter in set(text) - _ordinary() if not letter.isspace()))
    try:
        return _missing(rare) if rare else ""
    except (RenderingFailed, fonts.FontMissing, OSError):
        return ""


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(map(chr, fonts.repertoire()))


@lru_cache(maxsize=4096)
def _missing(rare: str) -> str:
    half = next((letter for letter in rare if unicodedata.category(letter) == "Cs"), "")
    if half:  # of a pair: it cannot even be sent to the press
        return half
    try:
        _press.draw(f"<p>{rare}</p>")
    except RenderingFailed as failure:
        missing = re.search(r"[.]notdef.*[(]U[+]([0-9A-F]+)[)]", str(failure), re.DOTALL)
        if missing is None:
            raise
        return chr(int(missing[1], 16))
    return ""


def filled(template: str, context: Mapping[str, Any], **extra: Any) -> str:
    """The template with its context. `sections` numbers its headings: 一、二、三."""
    return render_to_string(template, {**context, **extra, "sections": itertools.count(1)})


def picture(pdf: bytes, *, page: int = 0, width: int = 900) -> bytes:
    """A page as PNG, for previews."""
    with pypdfium2.PdfDocument(pdf) as document:
        drawn = document[page]
        image = drawn.render(scale=width / drawn.get_width()).to_pil()
    out = BytesIO()
    image.save(out, "PNG", compress_level=3)  # six times as fast as the best, and no larger
    return out.getvalue()


class _Press:
    """The parent's end: starts the child when first needed, in this very process, and minds the clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._setup = b""
        self._started_by = 0
        self._drawn = 0

    def draw(self, page: str) -> bytes:
        with self._lock:
            child = self._running()
            try:
                answer = _ask(child, page.encode(), SECONDS)
            except (OSError, EOFError, TimeoutError) as error:
                self._stop()
                raise RenderingFailed(f"the drawing process gave no answer: {error!r}") from error
            self._drawn += 1
            if answer[:1] != b"P":
                raise RenderingFailed(answer[1:].decode())
            return answer[1:]

    def _running(self) -> subprocess.Popen[bytes]:
        setup = json.dumps(
            {
                "fonts": {role: list(map(str, paths)) for role, paths in fonts.all_cuts().items()},
                "megabytes": MEGABYTES,
            }
        ).encode()
        # A worker forked from this process must not share the child: two would read each other's answers.
        if self._started_by != os.getpid():
            self._child = None
        elif (
            setup != self._setup
            or self._drawn >= LIFETIME
            or (self._child and self._child.poll() is not None)
        ):
            self._stop()
        if self._child is None:
            self._child = _start(setup)
            self._setup, self._started_by, self._drawn = setup, os.getpid(), 0
        return self._child

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe:
                    pipe.close()
        self._child = None


_press = _Press()


def _start(setup: bytes) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-s", "-E", "-m", "documents.notices.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        cwd=Path(__file__).resolve().parent.parent.parent,
        # No secret of ours is in there; fontconfig keeps its cache beside the fonts.
        env={
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            "XDG_CACHE_HOME": str(settings.FONT_CUTS_DIR),
        },
    )
    try:
        answer = _ask(child, setup, WARMING_SECONDS)
        if answer[:1] != b"R":
            raise RenderingFailed("the drawing process did not get ready")
        if shortcomings := answer[1:].decode():
            log.warning(shortcomings)
    except (OSError, EOFError, TimeoutError) as error:
        child.kill()
        child.wait()
        raise RenderingFailed(f"the drawing process did not start: {error!r}") from error
    return child


def _ask(child: subprocess.Popen[bytes], body: bytes, seconds: float) -> bytes:
    assert child.stdin is not None and child.stdout is not None  # noqa: S101  both are pipes
    child.stdin.write(struct.pack(">Q", len(body)) + body)
    until = time.monotonic() + seconds
    (length,) = struct.unpack(">Q", _read(child.stdout.fileno(), 8, until))
    return _read(child.stdout.fileno(), length, until)


def _read(pipe: int, length: int, until: float) -> bytes:
    parts, missing = [], length
    while missing:
        ready, _, _ = select.select([pipe], [], [], max(until - time.monotonic(), 0))
        if not ready:
            raise TimeoutError("no answer in time")
        part = os.read(pipe, min(missing, 1 << 20))
        if not part:
            raise EOFError("it ended")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
