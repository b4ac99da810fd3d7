"""Writes what a step changed: three rows, in one journey where the database can.

Every step of every case writes these, so they are put together by column and not by the ORM, which would
build each statement anew.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model

from workflow.cases import Case
from workflow.ledger import LedgerEntry

Statement = tuple[str, list[Any]]


def move(case: Case, changed: dict[str, Any], where: dict[str, Any], entry: LedgerEntry) -> bool:
    """Write what a step changed: the shared row, the procedure's own row, the entry of the ledger.

    `changed` and `where` go by attribute name. Where the shared row is no longer as `where` says, nothing is
    written and the answer is False. PostgreSQL does it in one statement, which saves two journeys of three.
    """
    shared = {name: value for name, value in changed.items() if name in _columns(Case)}
    own = {name: value for name, value in changed.items() if name not in shared}
    statements = [_update(Case, shared, where)]
    if own:
        statements.append(_update(type(case), own, {"case_ptr_id": case.pk}))
    statements.append(_insert(entry))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            key = _at_once(cursor, statements)
        else:
            key = _one_by_one(cursor, statements)
    entry.pk = key
    entry._state.adding, entry._state.db = False, connection.alias
    return key is not None


def _at_once(cursor, statements: list[Statement]) -> int | None:
    (moved, values), *others = statements
    parts, values = [f"moved AS ({moved} RETURNING 1)"], list(values)
    for sql, more in others[:-1]:
        parts.append(f"own AS ({sql} AND EXISTS (SELECT FROM moved))")
        values += more
    sql, more = others[-1]
    cursor.execute(
        f"WITH {', '.join(parts)} {sql} WHERE EXISTS (SELECT FROM moved) RETURNING id", [*values, *more]
    )
    row = cursor.fetchone()
    return row and row[0]


def _one_by_one(cursor, statements: list[Statement]) -> int | None:
    (moved, values), *others = statements
    cursor.execute(moved, values)
    if cursor.rowcount != 1:
        return None
    for sql, more in others[:-1]:
        cursor.execute(sql, more)
    sql, more = others[-1]
    cursor.execute(f"{sql} RETURNING id", more)
    return cursor.fetchone()[0]


def _update(model: type[Model], changed: dict[str, Any], where: dict[str, Any]) -> Statement:
    columns = _columns(model)
    assigned = ", ".join(f"{columns[name].quoted} = %s" for name in changed)
    condition = " AND ".join(f"{columns[name].quoted} = %s" for name in where)
    values = [columns[name].stored(value) for name, value in (*changed.items(), *where.items())]
    return f"UPDATE {_table(model)} SET {assigned} WHERE {condition}", values  # noqa: S608 (names are the models')


def _insert(row: Model) -> Statement:
    columns = {name: column for name, column in _columns(type(row)).items() if name != "id"}
    quoted, marks = ", ".join(column.quoted for column in columns.values()), ", ".join(["%s"] * len(columns))
    values = [column.stored(getattr(row, name)) for name, column in columns.items()]
    return f"INSERT INTO {_table(type(row))} ({quoted}) SELECT {marks}", values


class _Column:
    def __init__(self, field):
        self.field, self.quoted = field, connection.ops.quote_name(field.column)

    def stored(self, value: Any) -> Any:
        return self.field.get_db_prep_save(value, connection)


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(model: type[Model]) -> dict[str, _Column]:
    return _columns_on(connection.vendor, model)


@cache
def _columns_on(vendor: str, model: type[Model]) -> dict[str, _Column]:
    return {field.attname: _Column(field) for field in model._meta.local_concrete_fields}
