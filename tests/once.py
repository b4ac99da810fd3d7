"""What one test walked to stands again for the next of the same process: its rows, written as they were.

Walking a case to a later state takes hundreds of statements, writing its rows again one for each table. They are
what walking would bring about only where nothing else was written since the test began; anywhere else, and in tests
that commit, the walk is walked.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection

from accounts.models import User
from core import clock

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]  # of each table: its columns, its rows
READING = ("SELECT", "BEGIN", "SAVEPOINT", "RELEASE")

_kept: dict[tuple[Any, ...], tuple[Rows, bytes]] = {}
# What stands in the database beyond the regulations, piece by piece; None once anything else was written.
_standing: tuple[Any, ...] | None = None


def a_test_begins(*, recalls: bool = True) -> None:
    """Where it does not recall, everything is walked, and nothing kept."""
    global _standing
    _standing = () if recalls else None
    if _notice not in connection.execute_wrappers:
        connection.execute_wrappers.append(_notice)


def forget() -> None:
    """The regulations were loaded anew, under other keys."""
    _kept.clear()


def once(name: Any, make: Callable[[], Any]) -> Any:
    """What `make` returns, and in the database what it writes; made the first time, and then written again."""
    global _standing
    if not _is_known_what_stands():
        return make()
    moment = clock.now() if clock._travels else clock.today()
    path = (*(_standing or ()), (name, moment))
    if path in _kept:
        rows, made = _kept[path]
        _write(rows)
        result = pickle.loads(made)  # noqa: S301 — written by this process
    else:
        before = _everything()
        result = make()
        after = _everything()
        new = {table: (columns, _beyond(rows, before[table][1])) for table, (columns, rows) in after.items()}
        # A row that was changed cannot be written again.
        if any(_beyond(rows, after[table][1]) for table, (_, rows) in before.items()):
            _standing = None
            return result
        _kept[path] = {table: found for table, found in new.items() if found[1]}, pickle.dumps(result)
    _standing = path
    return result


def _is_known_what_stands() -> bool:
    if _standing is None or not connection.in_atomic_block:
        return False
    # A fixture of the module may have written before the test began.
    return bool(_standing) or not User.objects.exists()


def _notice(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    global _standing
    if not sql.startswith(READING):
        _standing = None
    return execute(sql, params, many, context)


def _everything() -> Rows:
    """Of every table, lower apps first: rows come after those that they hang on, as triggers ask."""
    found: Rows = {}
    models = apps.get_models(include_auto_created=True)
    with connection.cursor() as cursor:
        for table in dict.fromkeys(model._meta.db_table for model in models if model._meta.managed):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found[table] = [column[0] for column in cursor.description], cursor.fetchall()
    return found


def _beyond(rows: list[tuple[Any, ...]], known: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    there = set(map(repr, known))
    return [row for row in rows if repr(row) not in there]


def _write(rows: Rows) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, (columns, values) in rows.items():
            one = f"({', '.join(['%s'] * len(columns))})"
            cursor.execute(
                f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns))}) "  # noqa: S608
                f"VALUES {', '.join([one] * len(values))}",
                [value for row in values for value in row],
            )
