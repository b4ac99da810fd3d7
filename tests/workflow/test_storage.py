"""The prepared statements say what the ORM says, on each database, and keep no row of an earlier use."""

from __future__ import annotations

import datetime as dt

import pytest

from core import clock
from workflow import storage
from workflow.ledger import LedgerEntry
from workflow.models import Case
from workflow.perform import _row_of
from workflow.steps import PROCEDURES
from workflow.storage import Prepared


@pytest.mark.parametrize("kind", sorted(PROCEDURES))
def test_a_case_is_read_as_the_orm_reads_it(world, kind):
    world.walk_to("accredited")
    procedure = PROCEDURES[kind]

    for case in procedure._default_manager.all():
        (read,) = _row_of(procedure)(case.pk)
        assert type(read) is procedure
        fields = [field.attname for field in case._meta.concrete_fields]
        assert {name: getattr(read, name) for name in fields} == {
            name: getattr(case, name) for name in fields
        }

    assert _row_of(procedure)(999_999_999) == []


def test_each_use_has_its_own_arguments(world):
    steps = Prepared(
        lambda case, role: LedgerEntry.objects.filter(case_id=case, role=role).values_list("step")
    )
    application = world.walk_to("initial_review")

    assert steps(application.pk, "APPLICANT") == [("submit",)]
    assert steps(application.pk, "CITY_OFFICER") == [("accept",)]
    assert steps(application.pk, "%' OR 1=1 --") == []


def test_what_is_written_is_what_was_given_and_only_where_it_was_asked(world):
    first = world.walk_to("submitted")
    moment = clock.now() + dt.timedelta(seconds=1)

    wrong = storage.update(Case, {"title": "甲"}, {"id": first.pk, "version": first.version + 1})
    right = storage.update(
        Case,
        {"title": "%s' --", "moved_at": moment, "party_ids": {"applicant": 1}, "due_at": None},
        {"id": first.pk, "version": first.version},
    )

    stored = Case.objects.get(pk=first.pk)
    assert (wrong, right) == (0, 1)
    assert (stored.title, stored.moved_at, stored.party_ids, stored.due_at) == (
        "%s' --", moment, {"applicant": 1}, None,
    )  # fmt: skip
