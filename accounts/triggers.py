"""What the database itself refuses about appointments, whoever writes to it and by whatever means.

A check constraint sees one row; that three administrators are three persons (三员分立) is a statement about
all rows of a person, so it is a trigger. SQLite drops a table's triggers when a migration rebuilds the table:
a migration that alters `Membership` or `User` ends with `install` again, and a test misses them otherwise.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Rule(NamedTuple):
    """A trigger; its name is also the message of the error it raises."""

    name: str
    table: str
    moments: tuple[str, ...]
    refuses: str


RULES = (
    Rule(
        "membership_is_of_the_person_of_its_login",
        "accounts_membership",
        ("INSERT", "UPDATE"),
        "NEW.person_id IS DISTINCT FROM (SELECT person_id FROM accounts_user WHERE id = NEW.user_id)",
    ),
    Rule(
        "administrator_holds_no_other_role",
        "accounts_membership",
        ("INSERT", "UPDATE"),
        """EXISTS (
            SELECT 1 FROM accounts_membership AS other
            WHERE other.person_id = NEW.person_id AND other.id IS DISTINCT FROM NEW.id
              AND (other.administers OR NEW.administers)
              AND other.revoked_at IS NULL AND NEW.revoked_at IS NULL
              AND other.starts_on <= COALESCE(NEW.ends_on, '9999-12-31')
              AND NEW.starts_on <= COALESCE(other.ends_on, '9999-12-31')
        )""",
    ),
    Rule(
        "appointed_login_keeps_its_person",
        "accounts_user",
        ("UPDATE OF person_id",),
        """EXISTS (
            SELECT 1 FROM accounts_membership
            WHERE user_id = NEW.id AND person_id IS DISTINCT FROM NEW.person_id
        )""",
    ),
)


def install(apps: Any, schema_editor: Any) -> None:
    remove(apps, schema_editor)
    statements = _postgresql if schema_editor.connection.vendor == "postgresql" else _sqlite
    for rule in RULES:
        for statement in statements(rule):
            schema_editor.execute(statement)


def remove(apps: Any, schema_editor: Any) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for rule in RULES:
        if postgresql:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {rule.name} ON {rule.table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {rule.name}()")
        else:
            for moment in rule.moments:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {_sqlite_name(rule, moment)}")


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
    """Each locks the person first: two appointments of one person wait for, then see, each other."""
    person = "NEW.person_id" if rule.table == "accounts_membership" else "OLD.person_id"
    return [
        f"CREATE FUNCTION {rule.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM 1 FROM accounts_person WHERE id = {person} FOR NO KEY UPDATE; "
        f"IF {rule.refuses} THEN "
        f"RAISE EXCEPTION '{rule.name}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NEW; END $$",
        f"CREATE TRIGGER {rule.name} BEFORE {' OR '.join(rule.moments)} ON {rule.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {rule.name}()",
    ]
