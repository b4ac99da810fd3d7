"""What one test walked to stands again for the next of the same process: its rows, written as they were.

Walking a case to a later state takes hundreds of statements, writing its rows again one for each table. They are
what walking would bring about only where it is known what stands: what was walked since the test began, one piece
upon the other, and nothing else. Anywhere else, and in tests that commit, the walk is walked.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection

from accounts.models import User
from core import clock

READING = ("SELECT", "BEGIN", "SAVEPOINT", "RELEASE")
WRITTEN = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


class Table(NamedTuple):
    """A table as it stood: its columns, and its rows by their keys."""

    columns: list[str]
    rows: dict[Any, tuple[Any, ...]]


class Change(NamedTuple):
    """What a piece did to a table."""

    key: str
    columns: list[str]
    changed: list[tuple[Any, ...]]
    added: list[tuple[Any, ...]]


Tables = dict[str, Table]

_kept: dict[tuple[Any, ...], tuple[dict[str, Change], bytes]] = {}
# What stands in the database beyond the regulations, piece by piece; None once anything else was written.
_standing: tuple[Any, ...] | None = None
# The tables as they were when that was last known, and those that each piece now being made has written to.
_seen: Tables = {}
_written: list[set[str]] = []
# The tables with nothing but the regulations in them.
_bare: Tables = {}


def a_test_begins(*, recalls: bool = True) -> None:
    """Where it does not recall, everything is walked, and nothing kept."""
    global _standing
    _standing = () if recalls else None
    if _notice not in connection.execute_wrappers:
        connection.execute_wrappers.append(_notice)


def forget() -> None:
    """The regulations were loaded anew, under other keys."""
    global _bare
    _kept.clear()
    _bare = {}


def once(name: Any, make: Callable[[], Any]) -> Any:
    """What `make` returns, and in the database what it writes; made the first time, and then written again."""
    global _standing, _seen
    if not _is_known_what_stands():
        return make()
    moment = clock.now() if clock._travels else clock.today()
    path = (*(_standing or ()), (name, moment))
    if path in _kept:
        changes, made = _kept[path]
        after = _seen | _write(changes)
        result = pickle.loads(made)  # noqa: S301 — written by this process
    else:
        before = _seen
        _written.append(set())
        try:
            result = make()
        finally:
            written = _written.pop()
        now = _read(_keys() if ANYTHING in written else written)
        changes = _changes(before, now)
        after = before | now
        if changes is None:
            _standing = None
            return result
        _kept[path] = changes, pickle.dumps(result)
    _standing, _seen = path, after
    return result


def _is_known_what_stands() -> bool:
    global _seen, _bare
    if _standing is None or not connection.in_atomic_block:
        return False
    if not _standing:
        # A fixture of the module may have written before the test began.
        if User.objects.exists():
            return False
        _seen = _bare = _bare or _read(_keys())
    return True


ANYTHING = "*"


def _notice(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    global _standing
    if not sql.startswith(READING):
        _standing = None
        if _written:
            found = WRITTEN.match(sql)
            for tables in _written:
                tables.add(found[1] if found else ANYTHING)
    return execute(sql, params, many, context)


def _keys() -> dict[str, str]:
    """The column of the key of every table, lower apps first: rows come after those that they hang on, as triggers
    ask."""
    models = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)
    return {model._meta.db_table: model._meta.pk.column for model in models if not model._meta.proxy}


def _read(tables: Iterable[str]) -> Tables:
    keys, found = _keys(), {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            columns = [column[0] for column in cursor.description]
            key = columns.index(keys[table])
            found[table] = Table(columns, {row[key]: row for row in cursor.fetchall()})
    return found


def _changes(before: Tables, now: Tables) -> dict[str, Change] | None:
    """What was brought about, or None where a row is gone: that cannot be written again."""
    changes = {}
    for table, key in _keys().items():
        if table not in now:
            continue
        old, (columns, rows) = before[table].rows, now[table]
        if old.keys() - rows.keys():
            return None
        changed = [row for key_of, row in rows.items() if key_of in old and old[key_of] != row]
        added = [row for key_of, row in rows.items() if key_of not in old]
        if changed or added:
            changes[table] = Change(key, columns, changed, added)
    return changes


def _write(changes: dict[str, Change]) -> Tables:
    """The rows as they were, and the tables as they stand then."""
    quote, stands = connection.ops.quote_name, {}
    with connection.cursor() as cursor:
        for table, (key, columns, changed, added) in changes.items():
            at = columns.index(key)
            for row in changed:
                cursor.execute(
                    f"UPDATE {quote(table)} SET {', '.join(f'{quote(column)} = %s' for column in columns)} "  # noqa: S608
                    f"WHERE {quote(key)} = %s",
                    [*row, row[at]],
                )
            if added:
                one = f"({', '.join(['%s'] * len(columns))})"
                cursor.execute(
                    f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns))}) "  # noqa: S608
                    f"VALUES {', '.join([one] * len(added))}",
                    [value for row in added for value in row],
                )
            stands[table] = Table(columns, _seen[table].rows | {row[at]: row for row in (*changed, *added)})
    return stands
