"""Writes what a step changed: three rows, in one journey where the database can.

Every step of every case writes these, so they are put together by column and not by the ORM, which would
build each statement anew; steps that change the same columns are written by the same statement.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

from core.prepared import planned
from workflow.cases import Case
from workflow.ledger import LedgerEntry

Statement = tuple[str, list[Any]]


def move(case: Case, changed: dict[str, Any], where: dict[str, Any], entry: LedgerEntry) -> bool:
    """Write what a step changed: the shared row, the procedure's own row, the entry of the ledger.

    `changed` and `where` go by attribute name. Where the shared row is no longer as `where` says, nothing is
    written and the answer is False. PostgreSQL does it in one statement, which saves two journeys of three.
    """
    database = connections[DEFAULT_DB_ALIAS]
    shared = {name: value for name, value in changed.items() if name in _columns(Case)}
    own = {name: value for name, value in changed.items() if name not in shared}
    statements = [_update(database, Case, shared, where)]
    if own:
        statements.append(_update(database, type(case), own, {"case_ptr_id": case.pk}))
    statements.append(_insert(database, entry))
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            key = _at_once(database, cursor, statements)
        else:
            key = _one_by_one(cursor, statements)
    entry.pk = key
    entry._state.adding, entry._state.db = False, database.alias
    return key is not None


def _at_once(database: BaseDatabaseWrapper, cursor, statements: list[Statement]) -> int | None:
    whole = _joined(*(sql for sql, _ in statements))
    values = [value for _, of in statements for value in of]
    cursor.execute(planned(database, whole, len(values)), values)
    row = cursor.fetchone()
    return row and row[0]


@cache
def _joined(moved: str, *others: str) -> str:
    """One statement of several; the first must find its row, or none of the others writes."""
    *own, entry = others
    parts = [
        f"moved AS ({moved} RETURNING 1)",
        *(f"own AS ({sql} AND EXISTS (SELECT FROM moved))" for sql in own),
    ]
    return f"WITH {', '.join(parts)} {entry} WHERE EXISTS (SELECT FROM moved) RETURNING id"


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


def _update(
    database: BaseDatabaseWrapper, model: type[Model], changed: dict[str, Any], where: dict[str, Any]
) -> Statement:
    columns = _columns(model)
    given = (*changed.items(), *where.items())
    values = [columns[name].get_db_prep_save(value, database) for name, value in given]
    return _update_of(model, tuple(changed), tuple(where)), values


@cache
def _update_of(model: type[Model], changed: tuple[str, ...], where: tuple[str, ...]) -> str:
    assigned = ", ".join(f"{_quoted(model, name)} = %s" for name in changed)
    condition = " AND ".join(f"{_quoted(model, name)} = %s" for name in where)
    return f"UPDATE {_table(model)} SET {assigned} WHERE {condition}"  # noqa: S608 (names are the models')


def _insert(database: BaseDatabaseWrapper, row: Model) -> Statement:
    columns = _columns(type(row))
    values = [
        field.get_db_prep_save(getattr(row, name), database)
        for name, field in columns.items()
        if name != "id"
    ]
    return _insert_of(type(row)), values


@cache
def _insert_of(model: type[Model]) -> str:
    names = [_quoted(model, name) for name in _columns(model) if name != "id"]
    return f"INSERT INTO {_table(model)} ({', '.join(names)}) SELECT {', '.join(['%s'] * len(names))}"


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _quoted(model: type[Model], name: str) -> str:
    return connection.ops.quote_name(str(_columns(model)[name].column))


@cache
def _columns(model: type[Model]) -> dict[str, Field]:
    return {field.attname: field for field in model._meta.local_concrete_fields}
