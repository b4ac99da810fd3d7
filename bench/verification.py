"""P14: verifying the ledger, beside reading its rows and hashing them; and whether it finds what was done to it.

DATABASE_URL=… python -m bench.verification time PAIRS     seconds of both, taken in turns
DATABASE_URL=… python -m bench.verification tamper         changes, removes and reorders an entry for good
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bench.databases import Database
from bench.limits.hash_chain import read_and_hash
from bench.limits.plain import Plain
from bench.pairs import Pairs, in_turns
from bench.report import Row

TABLES = ("workflow_ledgerentry", "workflow_ledgerindex")


def ledger(ours: Database, copy: Database, pairs: int) -> Iterator[Row]:
    told = json.loads(ours.run("-m", "bench.verification", "time", str(pairs)))
    # A rate is wanted: theirs over ours in seconds is ours over theirs in rows a second.
    compared = Pairs(tuple(told["theirs"]), tuple(told["ours"]))
    rates = [told["entries"] / min(told[side]) for side in ("ours", "theirs")]
    said = f"{rates[0]:,.0f}/s / {rates[1]:,.0f}/s of {told['entries']:,} entries"
    yield Row.of("P14", "ratio", ours.kind, compared.ratio, compared, said)
    done = json.loads(copy.run("-m", "bench.verification", "tamper"))
    yield Row.of("P14", "found", ours.kind, done["found"], None, "；".join(done["faults"][:3]))


def tamper(plain: Plain) -> list[int]:
    """What an insider could do, to three cases: change an entry, remove one, let two change places."""
    for table in TABLES:
        for act in ("update", "delete"):
            plain.run(f"DROP TRIGGER {table}_no_{act}" + (f" ON {table}" if plain.is_postgres else ""))
    found = plain.run(
        "SELECT DISTINCT case_id FROM workflow_ledgerentry WHERE sequence = 3 ORDER BY case_id LIMIT 3"
    )
    changed, shortened, reordered = (row[0] for row in found.fetchall())
    of_case = "case_id = %s AND sequence = %s"
    plain.run(
        f"UPDATE workflow_ledgerentry SET body = replace(body, 'true', 'null') WHERE {of_case}", (changed, 2)
    )
    entry = f"SELECT id FROM workflow_ledgerentry WHERE {of_case}"
    plain.run(f"DELETE FROM workflow_ledgerindex WHERE entry_id = ({entry})", (shortened, 2))
    plain.run(f"DELETE FROM workflow_ledgerentry WHERE {of_case}", (shortened, 2))
    for before, after in ((2, 1_002), (1, 2), (1_002, 1)):
        plain.run(
            f"UPDATE workflow_ledgerentry SET sequence = %s WHERE {of_case}", (after, reordered, before)
        )
    return [changed, shortened, reordered]


def main(task: str, *given: str) -> None:
    import django  # only the child process has the portal in it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from workflow.verification import verify

    url = os.environ["BENCH_DATABASE_URL"]
    if task == "time":

        def ours() -> float:
            begun = time.perf_counter()
            verified["entries"], faults = verify()
            assert not faults, faults[:3]
            return time.perf_counter() - begun

        def theirs() -> float:
            begun = time.perf_counter()
            assert read_and_hash(url) == 0
            return time.perf_counter() - begun

        verified: dict[str, Any] = {}
        print(json.dumps(asdict(in_turns(ours, theirs, int(given[0]))) | verified))
    else:
        cases = tamper(Plain(url))
        faults = [f"{fault.where}：{fault.what}" for fault in verify()[1]]
        found = sum(any(fault.startswith(f"办件 {case} ") for fault in faults) for case in cases)
        print(json.dumps({"found": found, "faults": faults}, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
