"""A case is read and written as the ORM would, on each database; prepared queries are told in tests/core."""

from __future__ import annotations

import datetime as dt

import pytest

from core import clock
from workflow import storage
from workflow.ledger import LedgerEntry
from workflow.models import Case
from workflow.rows import row_of
from workflow.steps import PROCEDURES


@pytest.mark.parametrize("kind", sorted(PROCEDURES))
def test_a_case_is_read_as_the_orm_reads_it(world, kind):
    world.walk_to("accredited")
    procedure = PROCEDURES[kind]

    for case in procedure._default_manager.all():
        (read,) = row_of(procedure)(case.pk)
        assert type(read) is procedure
        fields = [field.attname for field in case._meta.concrete_fields]
        assert {name: getattr(read, name) for name in fields} == {
            name: getattr(case, name) for name in fields
        }

    assert row_of(procedure)(999_999_999) == []


def test_what_is_written_is_what_was_given_and_only_where_it_was_asked(world):
    first, other = world.walk_to("submitted"), world.company
    moment = clock.now() + dt.timedelta(seconds=1)
    changed = {"title": "%s' --", "moved_at": moment, "party_ids": {"applicant": other.pk}, "due_at": None,
               "opinion_summary": "%(x)s 一号"}  # fmt: skip

    def entry(sequence: int) -> LedgerEntry:
        return LedgerEntry(
            case_id=first.pk, sequence=sequence, step="note", from_state="submitted", to_state="submitted", role="SYSTEM",
            at=moment, body="正文 %s", prev_hash="0" * 64, hash="1" * 64,
        )  # fmt: skip

    wrong = storage.move(first, changed, {"id": first.pk, "version": first.version + 1}, entry(2))
    right = storage.move(first, changed, {"id": first.pk, "version": first.version}, last := entry(3))

    stored = Case.objects.get(pk=first.pk).as_procedure()
    assert (wrong, right) == (False, True)
    assert {name: getattr(stored, name) for name in changed} == changed
    assert list(first.ledger.filter(step="note").values_list("pk", "sequence", "body", "at")) == [
        (last.pk, 3, "正文 %s", moment)
    ]
