"""The ledger shows whatever was changed, removed, inserted or reordered, and names the place."""

import datetime as dt
import random

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from core import clock
from tests.factories import drop_ledger_triggers
from workflow.ledger import Checkpoint, LedgerEntry, LedgerIndex, sequence_all, sequence_entries, sm3
from workflow.models import Case
from workflow.verification import verify


@pytest.fixture
def sealed(world):
    """Two applications with their children, every entry placed in the global chain and sealed."""
    application = world.walk_to("accredited")
    sequence_all(batch=7)
    return application


def test_one_beat_places_a_burst_of_many_batches(world):
    application = world.walk_to("accredited")

    sequence_all(batch=3)

    assert LedgerIndex.objects.count() == LedgerEntry.objects.count() > 3 * 3
    assert application.ledger.filter(place=None).count() == 0


@pytest.fixture
def unguarded(sealed):
    """An insider with the database in hand: the triggers are gone."""
    drop_ledger_triggers()
    return sealed


def test_an_untouched_ledger_verifies(sealed):
    count, faults = verify()

    assert faults == []
    assert count == LedgerEntry.objects.count() > 20


def test_the_global_chain_has_no_gaps(sealed):
    assert list(LedgerIndex.objects.values_list("index", flat=True).order_by("index")) == list(
        range(1, LedgerEntry.objects.count() + 1)
    )
    assert Checkpoint.objects.exists()


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_an_entry(sealed, act):
    rows = LedgerEntry.objects.filter(case=sealed)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(to_state="refused") if act == "update" else rows._raw_delete(rows.db)


WRITTEN_OVER = {
    "sqlite": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "postgresql": "TRUNCATE {table} CASCADE",
}


@pytest.mark.parametrize("table", ["workflow_ledgerentry", "workflow_ledgerindex", "workflow_checkpoint"])
def test_the_database_refuses_to_write_over_or_empty_the_ledger(sealed, table):
    connection.check_constraints()  # nothing stands open that would keep a table from being emptied
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(WRITTEN_OVER[connection.vendor].format(table=table))


def edit_body(entry):
    LedgerEntry.objects.filter(pk=entry.pk).update(body=entry.body.replace("clauses", "clausez"))


def edit_column(entry):
    LedgerEntry.objects.filter(pk=entry.pk).update(
        role="PROV_APPROVER" if entry.role != "PROV_APPROVER" else "SYSTEM"
    )


def backdate(entry):
    LedgerEntry.objects.filter(pk=entry.pk).update(at=entry.at - dt.timedelta(days=3))


def recompute_own_hash(entry):
    body = entry.body.replace("clauses", "clausez")
    LedgerEntry.objects.filter(pk=entry.pk).update(
        body=body, hash=sm3(entry.prev_hash.encode() + body.encode())
    )


def change_sequence(entry):
    LedgerEntry.objects.filter(pk=entry.pk).update(sequence=entry.sequence + 1000)


def remove(entry):
    LedgerIndex.objects.filter(entry=entry)._raw_delete("default")
    LedgerEntry.objects.filter(pk=entry.pk)._raw_delete("default")


MUTATIONS = [edit_body, edit_column, backdate, recompute_own_hash, change_sequence, remove]


@pytest.mark.parametrize("mutate", MUTATIONS)
def test_a_single_change_anywhere_is_found(unguarded, mutate):
    chosen = random.Random(mutate.__name__).sample(list(LedgerEntry.objects.all()), 12)
    for entry in chosen:
        savepoint = transaction.savepoint()

        mutate(entry)

        assert verify()[1] != [], f"{mutate.__name__} of {entry} went unnoticed"
        transaction.savepoint_rollback(savepoint)


def test_an_insider_who_recomputes_a_whole_case_is_found_by_the_global_chain(unguarded):
    case = unguarded
    head = "0" * 64
    for entry in case.ledger.order_by("sequence"):
        body = entry.body.replace("clauses", "clausez")
        head_now = sm3(head.encode() + body.encode())
        LedgerEntry.objects.filter(pk=entry.pk).update(body=body, prev_hash=head, hash=head_now)
        head = head_now
    Case.objects.filter(pk=case.pk).update(ledger_head=head)

    assert verify()[1][0].what == "链条在此断开"


def test_a_cut_off_tail_is_found_by_the_checkpoint(unguarded):
    with clock.travel(clock.now() + dt.timedelta(hours=1)):
        sequence_entries()  # nothing left to place, but a checkpoint is due
    last = LedgerIndex.objects.order_by("-index").first()
    savepoint = transaction.savepoint()

    remove(last.entry)

    assert any("已封存" in fault.what for fault in verify()[1])
    transaction.savepoint_rollback(savepoint)


def test_a_state_changed_past_the_door_is_found(sealed):
    Case.objects.filter(pk=sealed.pk).update(state="refused")

    assert [fault.what for fault in verify()[1]] == ["现状与最后一条台账不符"]


def test_personal_data_never_enters(world):
    application = world.walk(world.walk_to("publicity"), "object")

    told = "".join(LedgerEntry.objects.values_list("body", flat=True))
    assert application.state == "objection_inquiry"
    assert "13800000000" not in told
    assert "周平" not in told
