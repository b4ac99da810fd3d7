"""The drill clock: a demo is moved to another day, and what fell due on the way happens.

Forward, the clock stops in each night in which something is due and the sweep acts there, so that whatever follows
from it falls due in its own time. Backward, what was done stays done: its moments then lie in the future, and the
page says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from workflow.deadlines import Deadline


def moments_due(since: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
    """The instants after `since`, up to `until`, at which a running clock is over, each asked for when its turn comes."""
    while True:
        rows = Deadline.objects.filter(status=Deadline.Status.RUNNING, due_at__gt=since, due_at__lte=until)
        due = rows.order_by("due_at").values_list("due_at", flat=True).first()
        if due is None:
            return
        yield due
        since = due
