"""A client of the service layer: takes one step after the other through `perform`, without HTTP.

    DATABASE_URL=… python -m bench.clients FILE NUMBER CLIENTS [unchained | NORMAL | FULL]

`unchained` leaves the hashing out, which exists nowhere but here. `NORMAL` lets SQLite answer before the disk has.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if "NORMAL" in sys.argv:
    options = settings.DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=NORMAL")
django.setup()

from accounts.actors import Actor  # noqa: E402
from accounts.models import Membership  # noqa: E402
from bench.limits.client import once, serve, share  # noqa: E402
from bench.steps import REASON, STEP, VERSION  # noqa: E402
from workflow import ledger  # noqa: E402
from workflow.cases import Case  # noqa: E402
from workflow.perform import new_key, perform  # noqa: E402


def main(file: str, number: str, clients: str, *options: str) -> None:
    if "unchained" in options:
        ledger.sm3 = lambda data: "1" * 64
    told = json.loads(Path(file).read_text())
    appointed = Membership.objects.select_related("organization__region", "user__person")
    actor = Actor.of(appointed.get(pk=told["memberships"][int(number)]))

    def act(case: Case) -> None:
        perform(case, STEP, actor=actor, expected_version=VERSION, idempotency_key=new_key(), reason=REASON)

    # A caller has the case at hand; building one is no part of taking the step.
    mine = share(told["cases"], int(number), int(clients))
    cases = [Case(pk=pk, kind="ProviderApplication") for pk, _reference in mine]
    serve(act, once(cases))


if __name__ == "__main__":
    main(*sys.argv[1:])
