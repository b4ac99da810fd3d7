"""Small tables that every step reads, kept in memory."""

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection, transaction
from django.db.models.signals import post_delete, post_migrate, post_save

FRESH_SECONDS = 30

T = TypeVar("T")


class InMemoryCopy(Generic[T]):
    """A table as this process last read it.

    A change made here is seen at once, one made by another process within FRESH_SECONDS. What is not yet
    committed is never kept, so that a rollback leaves no trace. Code that writes in bulk, which sends no
    signals, calls `changed` itself.
    """

    def __init__(self, read: Callable[[], T], *, models: list[str]) -> None:
        self._read = read
        self._kept: tuple[T, float] | None = None
        self._changes = 0
        for model in models:
            post_save.connect(self.changed, sender=model, weak=False)
            post_delete.connect(self.changed, sender=model, weak=False)
        # After a migration or a flush the table may hold anything.
        post_migrate.connect(self.changed, weak=False)

    def get(self) -> T:
        kept = self._kept
        if kept is not None and time.monotonic() < kept[1]:
            return kept[0]
        changes = self._changes
        copy = self._read()
        # A change by another thread while we read would otherwise be buried under the older copy.
        if changes == self._changes and not self._has_uncommitted_change():
            self._kept = copy, time.monotonic() + FRESH_SECONDS
        return copy

    def changed(self, **_: Any) -> None:
        self._forget()
        transaction.on_commit(self._forget)

    def _forget(self) -> None:
        self._changes += 1
        self._kept = None

    def _has_uncommitted_change(self) -> bool:
        """A commit runs the hook that `changed` left, a rollback drops it; until then it waits here."""
        return any(hook == self._forget for _, hook, *_ in connection.run_on_commit)
