"""What the database itself refuses about several rows at once, as triggers on SQLite and PostgreSQL alike.

A check constraint sees one row; a statement about all rows of a person, or all contracts of a center, is a trigger.
SQLite drops a table's triggers when a migration rebuilds the table: a migration that alters it ends with the
installation again, and a test misses them otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple


class Rule(NamedTuple):
    """A trigger; its name is also the message of the error it raises.

    `locks` is the row that two writers wait for on PostgreSQL, so that the later sees what the earlier wrote.
    """

    name: str
    table: str
    moments: tuple[str, ...]
    refuses: str
    locks: str


def installer(rules: Iterable[Rule]) -> Callable[[Any, Any], None]:
    """For `RunPython`: puts the triggers in place, whatever stood there before."""

    def install(apps: Any, schema_editor: Any) -> None:
        remover(rules)(apps, schema_editor)
        statements = _postgresql if schema_editor.connection.vendor == "postgresql" else _sqlite
        for rule in rules:
            for statement in statements(rule):
                schema_editor.execute(statement)

    return install


def remover(rules: Iterable[Rule]) -> Callable[[Any, Any], None]:
    def remove(apps: Any, schema_editor: Any) -> None:
        postgresql = schema_editor.connection.vendor == "postgresql"
        for rule in rules:
            if postgresql:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {rule.name} ON {rule.table}")
                schema_editor.execute(f"DROP FUNCTION IF EXISTS {rule.name}()")
            else:
                for moment in rule.moments:
                    schema_editor.execute(f"DROP TRIGGER IF EXISTS {_sqlite_name(rule, moment)}")

    return remove


def _sqlite_name(rule: Rule, moment: str) -> str:
    return f"{rule.name}_on_{moment.split()[0].lower()}"


def _sqlite(rule: Rule) -> list[str]:
    refuses = rule.refuses.replace("IS DISTINCT FROM", "IS NOT")  # SQLite before 3.39 has only the latter
    return [
        f"CREATE TRIGGER {_sqlite_name(rule, moment)} BEFORE {moment} ON {rule.table} WHEN {refuses} "
        f"BEGIN SELECT RAISE(ABORT, '{rule.name}'); END"
        for moment in rule.moments
    ]


def _postgresql(rule: Rule) -> list[str]:
    return [
        f"CREATE FUNCTION {rule.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM 1 FROM {rule.locks} FOR NO KEY UPDATE; "
        f"IF {rule.refuses} THEN "
        f"RAISE EXCEPTION '{rule.name}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NEW; END $$",
        f"CREATE TRIGGER {rule.name} BEFORE {' OR '.join(rule.moments)} ON {rule.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {rule.name}()",
    ]
