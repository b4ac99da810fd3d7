"""Rows into a database as fast as it takes them: COPY on PostgreSQL, executemany on SQLite.

Indexes are dropped while the rows arrive and made again afterwards; foreign keys and the triggers that keep the
ledger append-only rest meanwhile, as they would in a restore. The database must hold nothing anyone needs.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction


class Table:
    """One table and the rows that wait for it; columns a row does not name get the model's default."""

    def __init__(self, model: type[models.Model]):
        self.model, self.name = model, model._meta.db_table
        fields = [one for one in model._meta.local_concrete_fields]
        self.is_numbered = isinstance(model._meta.pk, models.AutoField)
        self.defaults = {one.attname: _default(one) for one in fields}
        self.columns = {one.attname: one.column for one in fields}
        self.rows: list[tuple[Any, ...]] = []
        self.last_id = 0

    def add(self, **values: Any) -> None:
        if self.is_numbered and "id" not in values:
            self.last_id += 1
            values["id"] = self.last_id
        self.rows.append(tuple((self.defaults | values).values()))


def _default(field: models.Field) -> Any:
    value = field.get_default()
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    return field.get_db_prep_save(value, connection)


class Loader:
    """Gathers rows by table and writes them in turns.

    As a context it also clears the way for millions; afterwards the database is as if it had grown by itself.
    """

    def __init__(self, tables: Iterable[type[models.Model]]) -> None:
        self.tables = {model: Table(model) for model in tables}
        self.is_postgres = connection.vendor == "postgresql"
        self.cursor = connection.cursor()

    def text(self, moment: dt.datetime) -> str:
        """An instant as the database stores it: Django keeps UTC without a zone in SQLite."""
        return str(moment) if self.is_postgres else str(moment.replace(tzinfo=None))

    def flush(self, above: int = 0) -> None:
        """Write what has gathered, once the fullest table holds more rows than that."""
        if max(len(table.rows) for table in self.tables.values()) <= above:
            return
        with transaction.atomic():
            for table in self.tables.values():
                if table.rows:
                    (self._copy if self.is_postgres else self._insert)(table)
                    table.rows.clear()

    def _copy(self, table: Table) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(["\\N" if value is None else value for value in row] for row in table.rows)
        text.seek(0)
        columns = ", ".join(f'"{column}"' for column in table.columns.values())
        self.cursor.copy_expert(
            f"COPY {table.name} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '\\N')", text
        )

    def _insert(self, table: Table) -> None:
        columns = ", ".join(f'"{column}"' for column in table.columns.values())
        marks = ", ".join(["%s"] * len(table.columns))
        self.cursor.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", table.rows)

    def __enter__(self) -> Loader:
        if self.is_postgres:
            self.cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")
        else:
            self.cursor.execute("PRAGMA synchronous = OFF")
            self.cursor.execute("PRAGMA foreign_keys = OFF")
            self.cursor.execute("PRAGMA cache_size = -400000")
        self.indexes = self._drop_indexes()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        if kind is not None:
            return
        self.flush()
        for _name, definition in self.indexes:
            self.cursor.execute(definition)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(self.tables)):
            self.cursor.execute(statement)
        self.cursor.execute("VACUUM ANALYZE" if self.is_postgres else "ANALYZE")
        self.cursor.execute("CHECKPOINT" if self.is_postgres else "PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()  # what was set for loading ends with it

    def _drop_indexes(self) -> list[tuple[str, str]]:
        names = ", ".join(f"'{table.name}'" for table in self.tables.values())
        self.cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
            f"WHERE indrelid::regclass::text IN ({names}) "
            "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)"
            if self.is_postgres
            else f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ({names}) AND sql IS NOT NULL"
        )
        found = self.cursor.fetchall()
        for name, _definition in found:
            self.cursor.execute(f"DROP INDEX {name}" if self.is_postgres else f'DROP INDEX "{name}"')
        return found
