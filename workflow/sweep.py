"""The sweep: whatever the calendar makes happen on its own, exactly once.

A clock that is over takes its lapse step; one without such a step marks its case overdue. A lapse step whose
guard refuses stays due and is tried again by every sweep; a day late gives the same as a day in time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction

from accounts.actors import SYSTEM
from core import clock
from workflow.cases import Case
from workflow.deadlines import Deadline
from workflow.errors import Refused
from workflow.perform import perform
from workflow.steps import steps_of

log = logging.getLogger(__name__)
# What else the calendar makes happen every day, by name; the apps above add theirs when Django starts.
DAILY: dict[str, Callable[[], int]] = {}


def sweep() -> dict[str, int]:
    """Take every lapse step that is due at `clock.now()` and mark what is overdue.

    Returns how many steps were taken, refused by their guard (they stay due), and cases marked.
    """
    now = clock.now()
    result = {"lapsed": 0, "waiting": 0, "overdue": 0}
    due = Deadline.objects.filter(status=Deadline.Status.RUNNING, due_at__lte=now)
    for deadline in due.exclude(lapse="").select_related("case").order_by("due_at", "rank", "id"):
        result["lapsed" if _lapse(deadline) else "waiting"] += 1
    for deadline in due.filter(lapse="", overdue_at=None).order_by("due_at", "rank", "id"):
        with transaction.atomic():
            if Deadline.objects.filter(pk=deadline.pk, overdue_at=None, status="running").update(
                overdue_at=now
            ):
                Case.objects.filter(pk=deadline.case_id).update(is_overdue=True)
                result["overdue"] += 1
    return result | {name: run() for name, run in DAILY.items()}


def _lapse(deadline: Deadline) -> bool:
    case = deadline.case
    if case.state not in steps_of(case)[deadline.lapse].source:
        return False
    try:
        perform(case, deadline.lapse, actor=SYSTEM)
    except Refused as refused:
        log.info("%s of %s waits: %s", deadline.lapse, case.reference, refused.message)
        return False
    return True
