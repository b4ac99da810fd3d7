"""Proof that a case's entries stand in the ledger as they were written, for its parties to keep.

A proof holds the entries of one case as they were hashed, the place of the newest in the global chain, the hashes
after it up to a checkpoint, and the checkpoint with its signature. `check` needs the public key and nothing of ours.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from workflow import checkpoints
from workflow.cases import Case
from workflow.checkpoints import Line
from workflow.ledger import START, Checkpoint, LedgerEntry, LedgerIndex, sm3

KIND = "portal-ledger-proof-1"
MOST_ENTRIES, MOST_BETWEEN = 10_000, 30_000


def proof(case: Case, own: int) -> dict[str, Any] | None:
    """The newest proof there is for a case; None until a checkpoint has been sealed over one of its entries.

    Of steps that its own people took (of the body `own`) it holds what was written; of all others the hash: what an
    office found and who found it is not theirs to carry away, and the hash proves it all the same.
    """
    newest = Checkpoint.objects.order_by("-size").first()
    entries: QuerySet[LedgerEntry] = case.ledger.order_by("sequence")
    if newest is None:
        return None
    placed = LedgerIndex.objects.filter(entry__case=case, index__lte=newest.size).order_by("-index")
    place = placed.select_related("entry").first()
    if place is None:
        return None
    # The next one sealed over it: the fewest hashes in between, however much was written since.
    checkpoint = Checkpoint.objects.filter(size__gte=place.index).order_by("size")[0]
    before = LedgerIndex.objects.filter(index=place.index - 1).values_list("chain_hash", flat=True).first()
    after = LedgerIndex.objects.filter(index__gt=place.index, index__lte=checkpoint.size).order_by("index")
    covered = entries.filter(sequence__lte=place.entry.sequence)
    return {
        "kind": KIND,
        "case": case.reference,
        "entries": [_told(entry, own) for entry in covered],
        "place": {"index": place.index, "chain_before": before or START},
        "after": list(after.values_list("entry__hash", flat=True)),
        "checkpoint": str(Line(checkpoint.size, checkpoint.chain_hash, checkpoint.sealed_at.isoformat(), checkpoint.signature or "")),
        "public_key": checkpoints.public_key(),
    }  # fmt: skip


def _told(entry: LedgerEntry, own: int) -> dict[str, str]:
    told = {"prev_hash": entry.prev_hash, "hash": entry.hash}
    return told | ({"body": entry.body} if entry.organization_id == own else {})


def check(given: Any, public_key: str) -> list[str]:
    """What is wrong with a proof, in words; nothing where it holds. Whatever is given, it answers."""
    try:
        return _faults(given, public_key)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ["不是存证凭据，或者文件不完整。"]


def _faults(given: Any, public_key: str) -> list[str]:
    entries, line = given["entries"], Line.read(given["checkpoint"])
    if (
        given["kind"] != KIND
        or not entries
        or len(entries) > MOST_ENTRIES
        or len(given["after"]) > MOST_BETWEEN
    ):
        raise ValueError(given["kind"])
    faults, head = [], START
    for number, entry in enumerate(entries, start=1):
        if entry["prev_hash"] != head:
            faults.append(f"第 {number} 条与前一条不相连。")
        if "body" in entry and sm3((entry["prev_hash"] + entry["body"]).encode()) != entry["hash"]:
            faults.append(f"第 {number} 条的内容与摘要不符。")
        head = entry["hash"]
    chain = given["place"]["chain_before"]
    for entry_hash in (head, *given["after"]):
        chain = sm3((chain + entry_hash).encode())
    if given["place"]["index"] + len(given["after"]) != line.size or chain != line.chain_hash:
        faults.append("与封存点的摘要不符。")
    if not line.is_signed_by(public_key):
        faults.append("封存点没有本平台的签名。")
    return faults


def stands(given: dict[str, Any]) -> bool:
    """Whether the ledger still says what a proof that holds says: its entries, their place, the checkpoint."""
    line, entries = Line.read(given["checkpoint"]), given["entries"]
    rows = LedgerEntry.objects.filter(case__reference=given["case"], sequence__lte=len(entries))
    written = [
        {"prev_hash": row.prev_hash, "hash": row.hash} | ({"body": row.body} if "body" in one else {})
        for row, one in zip(rows.order_by("sequence"), entries, strict=False)
    ]
    sealed = LedgerIndex.objects.filter(index=line.size, chain_hash=line.chain_hash)
    placed = LedgerIndex.objects.filter(index=given["place"]["index"], entry__hash=entries[-1]["hash"])
    return written == entries and sealed.exists() and placed.exists()
