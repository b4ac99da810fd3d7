"""One page, one reading: what many rules ask of a case is read once while a page is made.

A page puts the same conditions, materials and signatures before several rules, and each asks for itself. Whoever writes meanwhile would read what was, so a step never measures inside `reading_once`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def read_once(read: Callable[Concatenate[Any, Asked], Answer]) -> Callable[Concatenate[Any, Asked], Answer]:
    """A question about a case that is answered from memory inside `reading_once`."""

    @wraps(read)
    def answered(case: Any, /, *asked: Asked.args, **more: Asked.kwargs) -> Answer:
        known = vars(case).get("_read")
        if known is None:
            return read(case, *asked, **more)
        key = (read, asked, tuple(sorted(more.items())))
        if key not in known:
            known[key] = read(case, *asked, **more)
        return known[key]

    return answered


@contextmanager
def reading_once(case: Any) -> Iterator[None]:
    """Nothing may be written to this case inside; a reading within a reading is one reading."""
    if "_read" in vars(case):
        yield
        return
    case._read = {}
    try:
        yield
    finally:
        del case._read
