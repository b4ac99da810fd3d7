"""The ledger: one entry per step, chained by hash inside its case and, afterwards, over all cases.

Inside a case the chain is written with the step, so cases never wait for each other. The sequencer then
gives entries their place in one global chain, in batches, the way transparency logs do. What was hashed is
stored as it was hashed, so that anyone can verify it without building it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core import clock
from workflow import checkpoints

DOMAIN = b"portal-ledger-1\n"
START = "0" * 64
BATCH = 500
CHECKPOINT_SECONDS = 600


def _prepared_sm3() -> Callable[[bytes], str]:
    """SM3 of domain-separated bytes. OpenSSL carries it; where it does not, `cryptography` does."""
    try:
        prepared = hashlib.new("sm3", DOMAIN)
    except ValueError:
        from cryptography.hazmat.primitives.hashes import SM3, Hash  # only where OpenSSL lacks SM3

        def slow(data: bytes) -> str:
            digest = Hash(SM3())
            digest.update(DOMAIN + data)
            return digest.finalize().hex()

        return slow

    def fast(data: bytes) -> str:
        digest = prepared.copy()
        digest.update(data)
        return digest.hexdigest()

    return fast


sm3 = _prepared_sm3()


def canonical(value: Any) -> str:
    """JSON with one spelling only: sorted keys, no spaces, text as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


class LedgerEntry(models.Model):
    """What happened to a case: who took which step, on which ground, seeing what.

    `body` is a header that repeats the columns, a line break, and canonical JSON of the rest; `hash` is
    SM3(domain ‖ previous hash ‖ body), in hex. Personal data never enters: inputs are kept as a digest.
    """

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="ledger")
    sequence = models.PositiveIntegerField(_("序号"))
    step = models.CharField(_("步骤"), max_length=40)
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32)
    role = models.CharField(_("角色"), max_length=16, choices=Role.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, null=True, related_name="+")
    prepared_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("时间"))
    body = models.TextField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(_("摘要"), max_length=64)
    idempotency_key = models.CharField(max_length=64, null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("台账")
        ordering = ["case_id", "sequence"]
        constraints = [
            models.UniqueConstraint(name="one_ledger_entry_per_case_sequence", fields=["case", "sequence"]),
            models.UniqueConstraint(name="one_ledger_entry_per_request", fields=["idempotency_key"]),
            models.CheckConstraint(
                name="who_prepared_did_not_decide",
                condition=Q(prepared_by__isnull=True) | Q(person__isnull=True) | ~Q(person=F("prepared_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.sequence} {self.step}"

    def header(self) -> str:
        """The columns as one line of the hashed body; verification builds it again and compares."""
        return header_of(
            self.case_id,
            self.sequence,
            self.step,
            self.from_state,
            self.to_state,
            self.role,
            self.user_id,
            self.person_id,
            self.organization_id,
            self.prepared_by_id,
            self.at,
        )

    @property
    def detail(self) -> dict[str, Any]:
        return json.loads(self.body.partition("\n")[2])


def header_of(
    case_id, sequence, step, from_state, to_state, role, user_id, person_id, organization_id, prepared_by, at
):
    return (
        f"{case_id}|{sequence}|{step}|{from_state}|{to_state}|{role}|{user_id or ''}|{person_id or ''}"
        f"|{organization_id or ''}|{prepared_by or ''}|{int(at.timestamp() * 1_000_000)}"
    )


def append(
    case, *, step: str, from_state: str, actor, prepared_by: int | None, detail: dict, key: str | None, at
):
    """Write the entry of a step just taken and move the head of the case's chain; inside the step's transaction.

    The caller stores `case.ledger_head` with the same compare-and-swap that stores the new state.
    """
    entry = LedgerEntry(
        case_id=case.pk,
        sequence=case.version,
        step=step,
        from_state=from_state,
        to_state=case.state,
        role=actor.role,
        user_id=actor.user.pk if actor.user else None,
        person_id=actor.person_id,
        organization_id=actor.organization_id,
        prepared_by_id=prepared_by,
        at=at,
        prev_hash=case.ledger_head or START,
        idempotency_key=key,
    )
    entry.body = f"{entry.header()}\n{canonical(detail)}"
    entry.hash = sm3(entry.prev_hash.encode() + entry.body.encode())
    case.ledger_head = entry.hash
    return entry


class LedgerIndex(models.Model):
    """An entry's place in the global chain: index 1, 2, 3 … without gaps, assigned after commit."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="place")
    chain_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("总账序")


class Checkpoint(models.Model):
    """The head of the global chain at a moment; published, it makes a cut-off tail or a rewrite show."""

    size = models.BigIntegerField(primary_key=True)
    chain_hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    # Null, for SQLite copies a table to add any other column, and would leave its triggers behind.
    signature = models.CharField(_("签名"), max_length=100, null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("台账封存点")
        ordering = ["-size"]


def sequence_entries(limit: int = BATCH) -> int:
    """Give the next unplaced entries their global index and seal a checkpoint when one is due.

    Safe to run twice at once: the index is a primary key, the slower run rolls back and places nothing.
    """
    last = LedgerIndex.objects.order_by("-index").first()
    # An entry can commit later than one with a greater id; none stays open for ten thousand ids.
    floor = (LedgerIndex.objects.aggregate(m=Max("entry_id"))["m"] or 0) - 10_000
    waiting = LedgerEntry.objects.filter(pk__gt=floor).exclude(
        Exists(LedgerIndex.objects.filter(entry=OuterRef("pk")))
    )
    index, head = (last.index, last.chain_hash) if last else (0, START)
    places = []
    for pk, entry_hash in waiting.order_by("pk").values_list("pk", "hash")[:limit]:
        index, head = index + 1, sm3(head.encode() + entry_hash.encode())
        places.append(LedgerIndex(index=index, entry_id=pk, chain_hash=head))
    try:
        with transaction.atomic():
            LedgerIndex.objects.bulk_create(places)
            line = _seal_checkpoint(index, head)
    except IntegrityError:
        return 0
    if line is not None:
        checkpoints.give_away(line)
    return len(places)


def sequence_all(batch: int = BATCH) -> None:
    """Place whatever waits, batch by batch: after a burst the last entry must not wait for many beats."""
    while sequence_entries(batch) == batch:
        pass


def _seal_checkpoint(size: int, head: str) -> checkpoints.Line | None:
    newest = Checkpoint.objects.first()
    now = clock.now()
    is_due = newest is None or (
        newest.size < size and (now - newest.sealed_at).total_seconds() >= CHECKPOINT_SECONDS
    )
    if not size or not is_due:
        return None
    line = checkpoints.signed(size, head, now)
    Checkpoint.objects.create(size=size, chain_hash=head, sealed_at=now, signature=line.signature or None)
    return line
