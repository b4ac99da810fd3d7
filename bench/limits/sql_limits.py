"""The least a step can cost in SQL: the three rows the portal writes, in three statements and a commit.

    BENCH_DATABASE_URL=… python -m bench.limits.sql_limits FILE NUMBER CLIENTS [NORMAL | FULL]

A client process (see `client`) that moves its share of the cases listed in a file of JSON. On PostgreSQL the
statements are prepared once, which psycopg2 leaves to the caller.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path

from bench.limits.client import in_rounds, serve
from bench.limits.plain import Plain

HASH = "0" * 63 + "1"
BODY = "x" * 420
MOVE_CASE = (
    "UPDATE workflow_case SET state = 'initial_review', came_from = 'recommendation', version = {0}, "
    "ledger_head = {1}, holder_role = 'CITY_OFFICER', moved_at = {2} WHERE id = {3} AND version = {4}"
)
MOVE_APPLICATION = (
    "UPDATE accreditation_providerapplication SET review_opened_at = {0} WHERE case_ptr_id = {1}"
)
ADD_ENTRY = (
    "INSERT INTO workflow_ledgerentry (case_id, sequence, step, from_state, to_state, role, user_id, person_id, "
    "organization_id, prepared_by_id, at, body, prev_hash, hash, idempotency_key) VALUES ({0}, {1}, 'return_to_review', 'recommendation', 'initial_review', "
    "'CITY_APPROVER', 2, 2, 1, 1, {2}, {3}, {4}, {5}, {6})"
)
STATEMENTS = {"move_case": MOVE_CASE, "move_application": MOVE_APPLICATION, "add_entry": ADD_ENTRY}


class Mover:
    """Moves a case by three statements, on one connection."""

    def __init__(self, url: str, synchronous: str):
        self.plain = Plain(url, synchronous=synchronous)
        if self.plain.is_postgres:
            for name, statement in STATEMENTS.items():
                self.plain.run(f"PREPARE {name} AS {statement.format(*(f'${n}' for n in range(1, 8)))}")
            self.sql = {
                name: f"EXECUTE {name} ({', '.join(['%s'] * statement.count('{'))})"
                for name, statement in STATEMENTS.items()
            }
            self.begin = "BEGIN"
        else:
            self.sql = {name: statement.format(*["%s"] * 7) for name, statement in STATEMENTS.items()}
            self.begin = "BEGIN IMMEDIATE"

    def move(self, case_at: tuple[tuple[int, str], int]) -> None:
        ((pk, _reference), version), now, run = case_at, str(dt.datetime.now(dt.UTC)), self.plain.run
        run(self.begin)
        moved = run(self.sql["move_case"], (version + 1, HASH, now, pk, version)).rowcount
        run(self.sql["move_application"], (now, pk))
        run(self.sql["add_entry"], (pk, version + 1, now, BODY, HASH, HASH, f"bare-{pk}-{version}"))
        run("COMMIT")
        if moved != 1:
            raise LookupError(f"case {pk} was not where it should be")


def main(file: str, number: str, clients: str, synchronous: str = "FULL") -> None:
    told = json.loads(Path(file).read_text())
    mover = Mover(os.environ["BENCH_DATABASE_URL"], synchronous)
    serve(mover.move, in_rounds(told["cases"], int(number), int(clients), told["version"]))


if __name__ == "__main__":
    main(*sys.argv[1:])
