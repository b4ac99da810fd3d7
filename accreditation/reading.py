"""One page, one reading: what many rules ask of an application is read once while a page is made.

A page puts the same four conditions, ten materials and one signature before several rules, and each asks for
itself. Whoever writes meanwhile would read what was, so a step never measures inside `reading_once`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def read_once(read: Callable[Concatenate[Any, Asked], Answer]) -> Callable[Concatenate[Any, Asked], Answer]:
    """A question about an application that is answered from memory inside `reading_once`."""

    @wraps(read)
    def answered(application: Any, /, *asked: Asked.args, **more: Asked.kwargs) -> Answer:
        known = vars(application).get("_read")
        if known is None:
            return read(application, *asked, **more)
        key = (read, asked, tuple(sorted(more.items())))
        if key not in known:
            known[key] = read(application, *asked, **more)
        return known[key]

    return answered


@contextmanager
def reading_once(application: Any) -> Iterator[None]:
    """Nothing may be written to this application inside; a reading within a reading is one reading."""
    if "_read" in vars(application):
        yield
        return
    application._read = {}
    try:
        yield
    finally:
        del application._read
