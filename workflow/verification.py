"""Verification of the ledger: every chain, the global chain, the checkpoints, each case against its last entry.

First everything is looked over at about the speed of reading. What an entry is by itself, its hash, is computed
here; how it stands to its columns, to the entry before it and to its case, the database compares where they lie.
Only the cases in which something looks wrong are then read entry by entry, to say what it is and where.

Every look is one statement, so steps that are taken meanwhile are never mistaken for a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from workflow.cases import Case
from workflow.checkpoints import Line
from workflow.ledger import START, Checkpoint, LedgerEntry, LedgerIndex, header_of, sm3

LARGE = 50_000  # entries; from here on a second connection compares while this one hashes
CASES, PLACES = 2_000, 10_000  # looked at in one statement

# The instant of a header in microseconds, as text.
MICROSECONDS = {
    "postgresql": "CAST(CAST(EXTRACT(EPOCH FROM e.at) * 1000000 AS bigint) AS text)",
    "sqlite": "strftime('%%s', e.at) || substr(e.at || '.000000', 21, 6)",
}
STARTS_WITH = {"postgresql": "starts_with(e.body, {})", "sqlite": "instr(e.body, {}) = 1"}
HEADER = (
    "e.case_id || '|' || e.sequence || '|' || e.step || '|' || e.from_state || '|' || e.to_state || '|' || e.role "
    "|| '|' || COALESCE(CAST(e.user_id AS text), '') || '|' || COALESCE(CAST(e.person_id AS text), '') "
    "|| '|' || COALESCE(CAST(e.organization_id AS text), '') || '|' || COALESCE(CAST(e.prepared_by_id AS text), '') "
    "|| '|' || {microseconds} || {line_break}"
)
LINE_BREAK = {"postgresql": "chr(10)", "sqlite": "char(10)"}
OUT_OF_JOINT = """
    SELECT e.case_id FROM workflow_ledgerentry e
    LEFT JOIN workflow_ledgerentry before ON before.case_id = e.case_id AND before.sequence = e.sequence - 1
    LEFT JOIN workflow_case c ON c.id = e.case_id
    WHERE e.case_id BETWEEN %s AND %s AND (
        CASE WHEN e.sequence = 1 THEN e.prev_hash <> %s
             ELSE before.id IS NULL OR before.hash <> e.prev_hash OR before.to_state <> e.from_state END
        OR c.id IS NULL OR e.sequence > c.version
        OR e.sequence = c.version AND (e.hash <> c.ledger_head OR e.to_state <> c.state)
        OR NOT {starts_with_header})
    UNION SELECT c.id FROM workflow_case c
    WHERE c.id BETWEEN %s AND %s AND c.version > 0 AND NOT EXISTS (
        SELECT 1 FROM workflow_ledgerentry e WHERE e.case_id = c.id AND e.sequence = c.version)
"""


@dataclass(frozen=True)
class Fault:
    """Something found wrong: at which entry, and what about it."""

    where: str
    what: str


def verify() -> tuple[int, list[Fault]]:
    """Check every chain, the global chain, the checkpoints, and each case against its last entry.

    Returns how many entries were read and what is wrong, in reading order. Nothing is written.
    """
    last = max(_greatest(Case, "pk"), _greatest(LedgerEntry, "case_id"))
    with _meanwhile(lambda: _cases_out_of_joint(last)) as out_of_joint:
        count, suspects = _cases_with_another_hash(last)
        faults = _faults_of_global_chain()
        suspects |= out_of_joint()
    return count, [*_faults_of_cases(sorted(suspects)), *faults]


@contextmanager
def _meanwhile(look: Callable[[], set[int]]) -> Iterator[Callable[[], set[int]]]:
    """Let the database look while we compute, where there is enough to look at; the result when it is asked for."""
    if _greatest(LedgerEntry, "pk") < LARGE:
        yield look
        return

    def alone() -> set[int]:
        try:
            return look()
        finally:
            connection.close()  # that of the thread

    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(alone).result


def _greatest(model, field: str) -> int:
    return model.objects.aggregate(greatest=Max(field))["greatest"] or 0


def _ranges(last: int, size: int) -> Iterator[tuple[int, int]]:
    return ((first, first + size - 1) for first in range(1, last + 1, size))


# --- A look over everything ---------------------------------------------------------------------------------
def _cases_with_another_hash(last: int) -> tuple[int, set[int]]:
    """How many entries there are, and the cases with one whose content is not what was hashed."""
    count = 0
    found: set[int] = set()
    for first, final in _ranges(last, CASES):
        entries = LedgerEntry.objects.filter(case_id__gte=first, case_id__lte=final).order_by()
        rows = list(entries.values_list("case_id", "prev_hash", "body", "hash"))
        count += len(rows)
        for case_id, before, body, entry_hash in rows:
            if sm3((before + body).encode()) != entry_hash:
                found.add(case_id)
    return count, found


def _cases_out_of_joint(last: int) -> set[int]:
    """The cases with an entry that does not follow from the one before, repeat its columns or lead to the case."""
    vendor = connection.vendor
    header = HEADER.format(microseconds=MICROSECONDS[vendor], line_break=LINE_BREAK[vendor])
    statement = OUT_OF_JOINT.format(starts_with_header=STARTS_WITH[vendor].format(header))
    found: set[int] = set()
    with connection.cursor() as cursor:
        for cases in _ranges(last, CASES):
            cursor.execute(statement, (*cases, START, *cases))
            found.update(pk for (pk,) in cursor.fetchall())
    return found


def _faults_of_global_chain() -> list[Fault]:
    faults = []
    checkpoints = dict(Checkpoint.objects.values_list("size", "chain_hash"))
    expected, head = 0, START
    for places in _ranges(_greatest(LedgerIndex, "index"), PLACES):
        rows = LedgerIndex.objects.filter(index__range=places).order_by("index")
        for index, entry_hash, chain_hash in list(rows.values_list("index", "entry__hash", "chain_hash")):
            expected += 1
            if index != expected:
                faults.append(Fault(f"总账第 {expected} 条", "缺失"))
                expected = index
            if sm3((head + entry_hash).encode()) != chain_hash:
                faults.append(Fault(f"总账第 {index} 条", "链条在此断开"))
            head = chain_hash
            if index in checkpoints and checkpoints.pop(index) != chain_hash:
                faults.append(Fault(f"总账第 {index} 条", "与已封存的摘要不符"))
    faults.extend(Fault(f"总账第 {size} 条", "已封存，但台账现已短于此") for size in checkpoints)
    return faults


def against(given: Iterable[str], public_key: str) -> list[Fault]:
    """What speaks against the ledger in lines of checkpoints that somebody kept; a copy of it set back shows here."""
    lines = [Line.read(line) for line in given if line.strip()]
    faults = [
        Fault(f"封存点 {line.size}", "不是本平台签名的")
        for line in lines
        if not line.is_signed_by(public_key)
    ]
    stored = dict(
        LedgerIndex.objects.filter(index__in=[line.size for line in lines]).values_list("index", "chain_hash")
    )
    for line in lines:
        if line.size not in stored:
            faults.append(Fault(f"总账第 {line.size} 条", "已封存，但台账现已短于此"))
        elif stored[line.size] != line.chain_hash:
            faults.append(Fault(f"总账第 {line.size} 条", "与已封存的摘要不符"))
    return faults


# --- A close look at what seems wrong -------------------------------------------------------------------------
COLUMNS = (
    "case_id", "sequence", "step", "from_state", "to_state", "role", "user_id", "person_id", "organization_id",
    "prepared_by_id", "at", "body", "prev_hash", "hash",
)  # fmt: skip


def _faults_of_cases(cases: list[int]) -> Iterator[Fault]:
    for pk in cases:
        yield from _faults_of_case(pk)


def _faults_of_case(pk: int) -> Iterator[Fault]:
    expected, head, state = 0, START, None
    rows = LedgerEntry.objects.filter(case_id=pk).order_by("sequence").values_list(*COLUMNS)
    for row in rows.iterator():
        sequence, body, prev, entry_hash = row[1], row[11], row[12], row[13]
        where = f"办件 {pk} 第 {sequence} 条"
        expected += 1
        if sequence != expected:
            yield Fault(where, f"缺少第 {expected} 条")
            expected = sequence
        if prev != head:
            yield Fault(where, "与前一条不相连")
        if not body.startswith(header_of(*row[:11]) + "\n"):
            yield Fault(where, "登记栏与入账内容不一致")
        if sm3((prev + body).encode()) != entry_hash:
            yield Fault(where, "内容与摘要不符")
        if state is not None and row[3] != state:
            yield Fault(where, f"起始状态 {row[3]} 与前一条的结果 {state} 不符")
        head, state = entry_hash, row[4]
    case = Case.objects.filter(pk=pk).values_list("version", "ledger_head", "state").first()
    if case is None:
        yield Fault(f"办件 {pk}", "有台账而无此办件的记录")
    elif case != (expected, head, state):
        yield Fault(f"办件 {pk}", "现状与最后一条台账不符")
