"""The least a verification can cost: read the rows of the ledger and hash each, with nothing else looked at.

SM3 as `hashlib` has it, by `copy()` of one prepared object, the fastest of the forms that were measured. The rows
are those a verification needs: every entry with the hash before it, and every place in the global chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from bench.limits.plain import Plain

DOMAIN = b"portal-ledger-1\n"
START = "0" * 64
ENTRIES = "SELECT prev_hash, body, hash FROM workflow_ledgerentry ORDER BY case_id, sequence"
PLACES = 'SELECT p.chain_hash, e.hash FROM workflow_ledgerindex p JOIN workflow_ledgerentry e ON e.id = p.entry_id ORDER BY p."index"'
BATCH = 5_000


def read_and_hash(url: str) -> int:
    """Read and hash everything once; returns how many hashes were not what the row says, which is none."""
    plain = Plain(url)
    prepared = hashlib.new("sm3", DOMAIN)
    wrong = 0
    for before, body, said in _rows(plain, ENTRIES):
        digest = prepared.copy()
        digest.update((before + body).encode())
        wrong += digest.hexdigest() != said
    head = START
    for said, entry_hash in _rows(plain, PLACES):
        digest = prepared.copy()
        digest.update((head + entry_hash).encode())
        head = digest.hexdigest()
        wrong += head != said
    plain.close()
    return wrong


def _rows(plain: Plain, statement: str) -> Iterator[tuple[str, ...]]:
    """By a cursor of the server on PostgreSQL: a million rows are not held in memory."""
    if plain.is_postgres:
        plain.connection.autocommit = False
        with plain.connection.cursor("read") as cursor:
            cursor.itersize = BATCH
            cursor.execute(statement)
            yield from cursor
        plain.connection.rollback()
    else:
        yield from plain.run(statement)
