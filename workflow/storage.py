"""The few statements every step runs, compiled once and then only executed.

Building SQL costs the ORM several times what the database needs to answer it, and a step of a procedure runs
the same handful of statements each time. The ORM still writes every SELECT here, once per database; the values
are put in on each use. What a step changes is written by column, as the ORM would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

# Values nobody stores, by which a compiled statement shows where its arguments go.
MARKS = (2_000_000_011, 2_000_000_033, 2_000_000_063)


class Prepared:
    """A query with arguments for whole numbers and texts: `build` makes it of placeholders, once per database."""

    def __init__(self, build: Callable[..., QuerySet]):
        self.build = build
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, *values: int | str) -> list[Any]:
        """The rows: objects of the model, or tuples where `build` ends in `values_list`."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = _Compiled(self.build(*MARKS[: len(values)]))
        return compiled.rows(values)


class _Compiled:
    def __init__(self, rows: QuerySet):
        self.compiler = rows.query.get_compiler(connection=connection)
        self.sql, params = self.compiler.as_sql()
        places = {str(mark): place for place, mark in enumerate(MARKS)}
        self.params = [(places.get(str(value)), value) for value in params]
        columns = [column for column, _sql, _alias in self.compiler.select]
        self.converters = self.compiler.get_converters(columns)
        self.model = rows.model if rows._fields is None else None  # type: ignore[attr-defined]
        self.names = [column.target.attname for column in columns] if self.model else []

    def rows(self, values: tuple[int | str, ...]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(
                self.sql, [fixed if place is None else values[place] for place, fixed in self.params]
            )
            found: Iterable[Any] = cursor.fetchall()
        if self.converters:
            found = self.compiler.apply_converters(found, self.converters)
        if self.model is None:
            return [tuple(row) for row in found]
        return [self.model.from_db(connection.alias, self.names, row) for row in found]


def update(model: type[Model], changed: dict[str, Any], where: dict[str, Any]) -> int:
    """Write columns of a model's own table, by attribute name, where others have these values; how many rows."""
    table, column = _columns(model)
    assigned = ", ".join(f"{column[name].quoted} = %s" for name in changed)
    condition = " AND ".join(f"{column[name].quoted} = %s" for name in where)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {assigned} WHERE {condition}",  # noqa: S608 (names of the model, values bound)
            [column[name].stored(value) for name, value in (*changed.items(), *where.items())],
        )
        return cursor.rowcount


def insert(row: Model) -> None:
    """Write a new row of a model without signals and learn its key."""
    table, column = _columns(type(row))
    names = [name for name in column if name != "id"]
    quoted, marks = ", ".join(column[name].quoted for name in names), ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({quoted}) VALUES ({marks}) RETURNING id",  # noqa: S608 (as above)
            [column[name].stored(getattr(row, name)) for name in names],
        )
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


class _Column:
    def __init__(self, field):
        self.field, self.quoted = field, connection.ops.quote_name(field.column)

    def stored(self, value: Any) -> Any:
        return self.field.get_db_prep_save(value, connection)


def _columns(model: type[Model]) -> tuple[str, dict[str, _Column]]:
    return _columns_on(connection.vendor, model)


@cache
def _columns_on(vendor: str, model: type[Model]) -> tuple[str, dict[str, _Column]]:
    table = connection.ops.quote_name(model._meta.db_table)
    return table, {field.attname: _Column(field) for field in model._meta.local_concrete_fields}
