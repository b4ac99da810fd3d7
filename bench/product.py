"""What the bench asks of the portal inside its own process: sessions of people, cases to open, queries to count.

DATABASE_URL=… python -m bench.product doors              people at work and the cases they open, as JSON
DATABASE_URL=… python -m bench.product count PATH SESSION [FIELD=VALUE …]   queries and bytes of one request
DATABASE_URL=… python -m bench.product audit              verifies the ledger
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from accounts import sessions  # noqa: E402
from accounts.middleware import SECOND_FACTOR_KEY  # noqa: E402
from accounts.models import User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from accounts.session_store import SessionStore  # noqa: E402
from accreditation.models import ProviderApplication  # noqa: E402
from bench.cast import BUSIEST  # noqa: E402
from workflow.verification import verify  # noqa: E402


def session_of(user: User) -> str:
    """As if the person had just signed in with both factors."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "accounts.backends.AppointmentBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[SECOND_FACTOR_KEY] = True
    store[sessions.BEGUN] = store[sessions.SEEN] = sessions._stamp()
    store.save()
    return store.session_key


def doors() -> dict[str, Any]:
    """Who goes in by which session, and what they find: a case to read, cases to move."""
    ours = ProviderApplication.objects.filter(parties__organization__department_code=BUSIEST)
    staff = User.objects.filter(memberships__organization__department_code=BUSIEST).order_by("pk")
    officer = staff.get(memberships__role=Role.CITY_OFFICER)
    approvers = staff.filter(memberships__role=Role.CITY_APPROVER)
    asked = ours.filter(state="peer_consultation").order_by("pk").values_list("reference", flat=True).first()
    return {
        "officer": session_of(officer),
        "approvers": [(user.appointments[0].pk, session_of(user)) for user in approvers],
        "case": asked,
        "to_move": list(ours.filter(state="recommendation").order_by("pk").values_list("pk", "reference")),
    }


def count(path: str, session: str, fields: dict[str, str]) -> dict[str, Any]:
    """One request: how many queries it makes, how many bytes it answers. The first one warms templates up."""
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["sessionid"] = session
    said: list[str] = []

    def note(execute, sql, parameters, many, context):
        # psycopg2 opens a transaction by itself; SQLite's BEGIN is spelled out. Neither is a query.
        if not sql.startswith("BEGIN"):
            said.append(sql)
        return execute(sql, parameters, many, context)

    if not fields:
        client.get(path)
    with connection.execute_wrapper(note):
        answer = client.post(path, fields) if fields else client.get(path)
    return {"status": answer.status_code, "queries": len(said), "bytes": len(answer.content), "sql": said}


def audit() -> dict[str, Any]:
    entries, faults = verify()
    return {
        "entries": entries,
        "faults": len(faults),
        "first": [f"{one.where}：{one.what}" for one in faults[:3]],
    }


def main(task: str, *given: str) -> None:
    if task == "count":
        path, session, *fields = given
        told = count(path, session, dict(field.split("=", 1) for field in fields))
    else:
        told = {"doors": doors, "audit": audit}[task]()
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
