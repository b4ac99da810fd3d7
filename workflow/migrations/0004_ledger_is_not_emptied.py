"""PostgreSQL empties a table without touching a row: a trigger refuses that as well.

SQLite knows no such act; its own way around a row's triggers, INSERT OR REPLACE, is closed by the settings
(`recursive_triggers`).
"""

from django.db import migrations

TABLES = ("workflow_ledgerentry", "workflow_ledgerindex", "workflow_checkpoint")
REFUSE = {
    "postgresql": [
        "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION workflow_append_only()",
    ],
}
ALLOW = {"postgresql": ["DROP TRIGGER {table}_no_truncate ON {table}"]}


def statements(spelled, vendor):
    """What to execute, for every table."""
    return [line.format(table=table) for table in TABLES for line in spelled.get(vendor, [])]


def refuse_emptying(apps, schema_editor):
    for statement in statements(REFUSE, schema_editor.connection.vendor):
        schema_editor.execute(statement)


def allow_emptying(apps, schema_editor):
    for statement in statements(ALLOW, schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("workflow", "0003_parties_on_the_case")]
    operations = [migrations.RunPython(refuse_emptying, allow_emptying)]
