"""The task that places entries in the global chain, run at its own beat while clients work.

    DATABASE_URL=… python -m bench.sequencer

Says its beat in seconds, then reads `go` or `stop`. After `stop` it goes on until nothing waits and says how long
each entry waited for its place, in seconds.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db.models import Max  # noqa: E402

from workflow.ledger import LedgerEntry, LedgerIndex  # noqa: E402
from workflow.tasks import sequence_ledger  # noqa: E402

BEAT: float = settings.CELERY_BEAT_SCHEDULE["sequence-ledger"]["schedule"]
FIRST_AFTER = BEAT * 5 / 6  # so that the last beat of a series of whole beats still falls into it


def placed() -> int:
    return LedgerIndex.objects.aggregate(last=Max("index"))["last"] or 0


def waited_since(index: int, done_at: float) -> list[float]:
    """How long each entry placed by a beat had waited when the beat was done."""
    taken = LedgerEntry.objects.filter(place__index__gt=index).values_list("at", flat=True)
    return [done_at - at.timestamp() for at in taken]


def one_series(orders: queue.Queue[str]) -> list[float]:
    waits: list[float] = []
    next_beat, is_stopped = time.time() + FIRST_AFTER, False
    while True:
        try:
            is_stopped = orders.get(timeout=max(0, next_beat - time.time())) == "stop" or is_stopped
            continue
        except queue.Empty:
            next_beat += BEAT
        before = placed()
        sequence_ledger()
        done_at = time.time()
        new = waited_since(before, done_at)
        waits += new
        if is_stopped and not new:
            return waits


def main() -> None:
    orders: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: [orders.put(line.strip()) for line in sys.stdin], daemon=True).start()
    print(json.dumps(BEAT), flush=True)
    while orders.get() == "go":
        print(json.dumps(one_series(orders)), flush=True)


if __name__ == "__main__":
    main()
