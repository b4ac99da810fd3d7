"""The ledger takes new entries and nothing else, whoever writes: triggers refuse to change or delete one."""

from django.db import migrations

TABLES = ("workflow_ledgerentry", "workflow_ledgerindex", "workflow_checkpoint")


def refuse_changes(apps, schema_editor):
    for table in TABLES:
        for act in ("UPDATE", "DELETE"):
            schema_editor.execute(
                SPELLED[schema_editor.connection.vendor].format(table=table, act=act, low=act.lower())
            )


def allow_changes(apps, schema_editor):
    on_table = {"sqlite": "", "postgresql": " ON {table}"}[schema_editor.connection.vendor]
    for table in TABLES:
        for act in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}" + on_table.format(table=table))


SPELLED = {
    "sqlite": (
        "CREATE TRIGGER {table}_no_{low} BEFORE {act} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION workflow_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$; "
        "CREATE TRIGGER {table}_no_{low} BEFORE {act} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION workflow_append_only()"
    ),
}


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_cases")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
