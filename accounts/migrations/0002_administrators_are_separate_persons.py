"""The database compares the appointments of a person: see accounts/triggers.py for what it refuses and why."""

from django.db import migrations

from accounts import triggers


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people")]
    operations = [migrations.RunPython(triggers.install, triggers.remove)]
