"""The drill clock: a demo is moved to another day, and what fell due on the way happens.

Forward, the clock stops at each midnight at which something is due and the sweep acts there, so that whatever
follows from it falls due in its own time; web and worker see the same days go by. Backward, what was done stays
done: its moments then lie in the future, and whoever moved the clock is told so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from core import calendar, clock
from workflow import ledger
from workflow.deadlines import Deadline
from workflow.sweep import sweep

# The drill file keeps whole seconds; a moment rounded down would stop just short of what is due.
JUST_AFTER = dt.timedelta(seconds=1)


class NoDrill(Exception):
    """The clock of a portal in service is nobody's to move."""


@dataclass(frozen=True)
class Moved:
    """From when to when the clock went and what happened; `ahead` are records whose moment is yet to come."""

    since: dt.datetime
    until: dt.datetime
    lapsed: int = 0
    waiting: int = 0
    overdue: int = 0
    ahead: int = 0
    last_record: dt.datetime | None = None
    has_ended: bool = False  # the clock shows the true time again

    def sentences(self) -> list[str]:
        day = _moment(self.until)
        if self.has_ended:
            said = [_("演练已结束，时钟回到真实时间 %(day)s。") % {"day": day}]
        elif self.until < self.since:
            said = [_("时钟已拨回 %(day)s。已经办理的不会撤销。") % {"day": day}]
        else:
            said = [
                _("时钟已拨到 %(day)s。期间到期自动办理 %(lapsed)s 件，标记超期 %(overdue)s 件。")
                % {"day": day, "lapsed": self.lapsed, "overdue": self.overdue}
            ]
        if self.waiting:
            said.append(
                _("另有 %(waiting)s 件已到期，但条件还没满足，仍在等待。") % {"waiting": self.waiting}
            )
        if self.last_record:
            said.append(warning_of(self.ahead, self.last_record))
        return said


def warning_of(ahead: int, last_record: dt.datetime) -> str:
    return _(
        "注意：有 %(ahead)s 条办理记录的时间晚于现在的时钟，最晚为 %(last)s。在时钟走到那时之前，时限和先后次序看起来会不对。"
        "要从较早的日期开始演练，请用 scripts/run --reset --today 日期 重新生成演示数据。"
    ) % {"ahead": ahead, "last": _moment(last_record)}


def _moment(moment: dt.datetime) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


# --- Moving ---------------------------------------------------------------------------------------------------
def move(to: dt.datetime | dt.date) -> Moved:
    """Set the clock; a bare day begins when its offices open. Raises `NoDrill` outside a demo."""
    if not settings.DEMO:
        raise NoDrill(_("只有演示环境（DEMO=1）才有演练时钟。"))
    since, until = clock.now(), clock.instant(to)
    lapsed = overdue = waiting = 0
    for due in moments_due(since, until):
        clock.start_drill(due + JUST_AFTER)
        result = sweep()
        lapsed, overdue = lapsed + result["lapsed"], overdue + result["overdue"]
    clock.start_drill(until)
    if until > since:
        result = sweep()
        lapsed, overdue, waiting = lapsed + result["lapsed"], overdue + result["overdue"], result["waiting"]
    ledger.sequence_all()
    ahead, last_record = records_ahead(until)
    return Moved(since, until, lapsed, waiting, overdue, ahead, last_record)


def move_by_working_day() -> Moved:
    """To the next working day, when its offices open."""
    return move(calendar.add_working_days(clock.today(), 1))


def back_to_now() -> Moved:
    """End the drill; a clock that was behind lives through the days until now."""
    moved = move(clock.now() - clock.drill_offset())
    clock.end_drill()
    return replace(moved, has_ended=True)


def moments_due(since: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
    """The instants after `since`, up to `until`, at which a running clock is over; each is asked for in its turn."""
    while True:
        rows = Deadline.objects.filter(status=Deadline.Status.RUNNING, due_at__gt=since, due_at__lte=until)
        due = rows.order_by("due_at").values_list("due_at", flat=True).first()
        if due is None:
            return
        yield due
        since = due


def records_ahead(moment: dt.datetime) -> tuple[int, dt.datetime | None]:
    """How many records of the ledger are of a later moment, and the latest of them."""
    found = ledger.LedgerEntry.objects.filter(at__gt=moment + JUST_AFTER)
    row = found.aggregate(number=Count("pk"), last=Max("at"))
    return row["number"], row["last"]


def days_to_come(limit: int = 6) -> list[tuple[dt.date, int]]:
    """The next days at whose end something is due, and how many clocks end there; no case is named."""
    rows = Deadline.objects.filter(status=Deadline.Status.RUNNING, due_at__gt=clock.now())
    return list(rows.values_list("due_on").annotate(number=Count("pk")).order_by("due_on")[:limit])
