"""Queries that every request or every step asks, compiled once and then only executed.

Building SQL costs the ORM several times what the database needs to answer it, and planning it costs PostgreSQL
several times what it needs to find the rows. The ORM still writes every statement and reads every row here; only
the building is done once, and the planning once for every connection.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any, cast
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

# Values nobody stores, by which a compiled statement shows where its arguments go.
MARKS: dict[type, Callable[[int], Any]] = {
    int: lambda place: 2_000_000_011 + place,
    str: lambda place: f"\x02{place}\x03",
    dt.date: lambda place: dt.date(9001 + place, 1, 1),
}

# What each open connection to PostgreSQL has prepared: the statement, and what executes it.
_on_server: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()
_numbers = count()  # a name is never given twice, even where the first use of it was interrupted


def planned(connection: BaseDatabaseWrapper, sql: str, marks: int) -> str:
    """What to execute in place of a statement with so many `%s`, so that it is planned once for a connection.

    Only PostgreSQL keeps plans; elsewhere it is the statement itself. A statement lives as long as its connection,
    whatever becomes of the transaction it was first used in.
    """
    if connection.vendor != "postgresql":
        return sql
    connection.ensure_connection()
    known = _on_server.setdefault(connection.connection, {})
    executes = known.get(sql)
    if executes is None:
        name = f"planned_{next(_numbers)}"
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {name} AS {sql % tuple(f'${place}' for place in range(1, marks + 1))}")
        executes = known[sql] = f"EXECUTE {name} ({', '.join(['%s'] * marks)})"
    return executes


class Prepared:
    """A query with arguments of the given types: `build` makes it of placeholders, once per thread and connection.

    Called with values it returns the rows as the query set would. Arguments may only be compared by equality
    or order, as they are: what `build` computes from a placeholder is not found again. With `replan` the database
    plans each call: one office holds half of all cases and the next a handful, and one plan does not serve both.
    """

    def __init__(self, build: Callable[..., QuerySet], *types: type, replan: bool = False) -> None:
        self.build, self.types, self.replan = build, types, replan
        self._own = threading.local()

    def __call__(self, *values: Any) -> list[Any]:
        compiled = getattr(self._own, "compiled", None)
        if compiled is None or compiled.connection is not connections[compiled.rows.db]:
            marks = [MARKS[kind](place) for place, kind in enumerate(self.types)]
            compiled = self._own.compiled = _Compiled(self.build(*marks), marks, self.replan)
        return compiled.fetch(values)


class _Compiled:
    def __init__(self, rows: QuerySet, marks: list[Any], replan: bool) -> None:
        self.rows, self.replan = rows, replan
        self.connection = connections[rows.db]
        compiler = rows.query.get_compiler(using=rows.db)
        self.sql, params = compiler.as_sql()
        places = {str(mark): place for place, mark in enumerate(marks)}
        self.params = [(places.get(str(value)), value) for value in params]
        if missing := set(places.values()) - {place for place, _value in self.params}:
            raise ValueError(f"arguments {missing} are not found in {self.sql}")
        if self.connection.vendor == "postgresql" and not replan:
            self._spell_out_what_is_fixed()
        self._values: tuple[Any, ...] = ()
        # The query set reads its rows through this compiler, which hands out what it once built.
        compiler.as_sql = self._as_sql
        read_by = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        compiler.get_converters = lambda expressions: read_by
        rows.query.get_compiler = lambda *args, **options: compiler  # type: ignore[method-assign]

    def _spell_out_what_is_fixed(self) -> None:
        """A plan made for every value finds an index over some of them only where the statement names them."""
        self.connection.ensure_connection()
        with self.connection.connection.cursor() as cursor:
            words = [
                "%s" if place is not None else cursor.mogrify("%s", [value]).decode().replace("%", "%%")
                for place, value in self.params
            ]
        self.sql = self.sql.replace("%%", "%%%%") % tuple(words)
        self.params = [(place, value) for place, value in self.params if place is not None]

    def fetch(self, values: tuple[Any, ...]) -> list[Any]:
        self._values = values
        return list(cast("Iterable[Any]", self.rows._iterable_class(self.rows)))

    def _as_sql(self, *args: Any, **options: Any) -> tuple[str, list[Any]]:
        values = [fixed if place is None else self._given(place, fixed) for place, fixed in self.params]
        return (self.sql if self.replan else planned(self.connection, self.sql, len(values))), values

    def _given(self, place: int, mark: Any) -> Any:
        """A value as the database took its mark: SQLite keeps days as text."""
        value = self._values[place]
        return str(value) if isinstance(mark, str) else value
