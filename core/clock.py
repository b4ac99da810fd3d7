"""The only source of now.

UTC in storage, Beijing in words. Tests and commands travel; a demo may run a drill that moves web and worker
alike. Nobody else asks the system for the time: tests/core/test_source.py keeps it so.
"""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

BEIJING = ZoneInfo("Asia/Shanghai")
OFFICE_OPENS = time(9)

# Of the whole process, not of one thread: a test that travels takes its live server along.
_travels: list[datetime] = []
_drill_read: tuple[tuple[int, int], timedelta] | None = None


def now() -> datetime:
    """This instant, in UTC."""
    if _travels:
        return _travels[-1]
    return datetime.now(UTC) + drill_offset()


def true_now() -> datetime:
    """This instant whatever a drill says: how long a sign-in lasts is no part of a demo."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in Beijing: eight hours of the night it is not yet the day UTC says."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same instant on a clock in Beijing."""
    return moment.astimezone(BEIJING)


def instant(moment: datetime | date) -> datetime:
    """In UTC: a naive datetime is Beijing time, a bare day begins when its offices open."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, OFFICE_OPENS)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=BEIJING)
    return moment.astimezone(UTC)


@contextmanager
def travel(to: datetime | date) -> Iterator[datetime]:
    """Stand still at that instant, for tests and for commands that act as of another day."""
    _travels.append(instant(to))
    try:
        yield _travels[-1]
    finally:
        _travels.pop()


# The drill: a demo's clock runs on, some days ahead or behind.


def drill_offset() -> timedelta:
    """How far the demo's clock is from the true one; nothing outside a demo."""
    global _drill_read
    if not settings.DEMO:
        return timedelta()
    try:
        found = os.stat(_drill_file())
    except FileNotFoundError:
        return timedelta()
    # Another process may move the clock at any moment, so look each time, but read only what is new.
    version = (found.st_mtime_ns, found.st_ino)
    if _drill_read is None or _drill_read[0] != version:
        _drill_read = version, timedelta(seconds=int(_drill_file().read_text()))
    return _drill_read[1]


def start_drill(to: datetime | date) -> None:
    """From now on the demo's clock says so, and runs on from there."""
    if not settings.DEMO:
        raise RuntimeError("The drill clock exists only in a demo (DEMO=1).")
    offset = instant(to) - datetime.now(UTC)
    replacement = _drill_file().with_suffix(".new")
    replacement.parent.mkdir(parents=True, exist_ok=True)
    replacement.write_text(str(math.ceil(offset.total_seconds())))
    replacement.replace(_drill_file())


def end_drill() -> None:
    """Back to the true time."""
    _drill_file().unlink(missing_ok=True)


def _drill_file() -> Path:
    return Path(settings.VAR_DIR) / "drill-clock"
