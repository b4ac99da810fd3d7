"""The ledger takes new entries and nothing else, whoever writes: triggers refuse to change or delete one."""

from django.db import migrations

TABLES = ("workflow_ledgerentry", "workflow_ledgerindex", "workflow_checkpoint")
ACTS = ("update", "delete")
REFUSE = {
    "sqlite": [
        "CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION workflow_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
        "CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION workflow_append_only()",
    ],
}
ALLOW = {
    "sqlite": ["DROP TRIGGER {table}_no_{act}"],
    "postgresql": ["DROP TRIGGER {table}_no_{act} ON {table}"],
}


def statements(spelled, vendor):
    """What to execute, for every table and act."""
    return [line.format(table=table, act=act) for table in TABLES for act in ACTS for line in spelled[vendor]]


def refuse_changes(apps, schema_editor):
    for statement in statements(REFUSE, schema_editor.connection.vendor):
        schema_editor.execute(statement)


def allow_changes(apps, schema_editor):
    for statement in statements(ALLOW, schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_cases")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
