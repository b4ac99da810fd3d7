"""The database, the regulations and the demo world, in one process: loading Django four times takes seconds."""

import io
import os
import sys

import django
from django.core.management import call_command

from scripts.prepare import ACCOUNTS


def build(*, anew: bool, today: str = "") -> None:
    """`today`, if given, is the day the demo's clock is set to before its world is made."""
    print("tables", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("demo_authority")
    call_command("ledger_key", stdout=io.StringIO())
    print("regulations", flush=True)
    call_command("load_regulations")
    if anew:
        if today:
            call_command("drill", "--today", today)
        print("demo world", flush=True)
        call_command("demo")
        # Last, and at once: whoever finds this file finds a finished world.
        accounts = io.StringIO()
        call_command("demo", accounts=True, stdout=accounts)
        ACCOUNTS.write_text(accounts.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    build(anew=sys.argv[1:2] == ["--anew"], today="".join(sys.argv[2:]))
