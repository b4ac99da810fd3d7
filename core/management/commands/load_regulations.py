"""Load what the regulations fix into the database: calendar, regions, departments, whatever an app seeds.

Each app may offer `load_regulations(stdout)` in a module `regulations`. Apps are asked in the order of
INSTALLED_APPS, the lower ones first; each is idempotent, so this runs at every start.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Load calendar, regions and all else the regulations fix. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        for app in apps.get_app_configs():
            module = f"{app.name}.regulations"
            if find_spec(module):
                import_module(module).load_regulations(self.stdout)
