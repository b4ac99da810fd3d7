"""Small tables in memory: fresh enough for others, exact for ourselves."""

import time
from datetime import date

import pytest
from django.core.management import call_command

from core import copies
from core.calendar import CalendarYear
from core.copies import InMemoryCopy
from tests.factories import drop_ledger_triggers


@pytest.fixture
def years():
    return InMemoryCopy(
        lambda: list(CalendarYear.objects.filter(year__gte=2030).values_list("year", flat=True)),
        models=["core.CalendarYear"],
    )


def test_our_own_change_is_seen_at_once(db, years):
    assert years.get() == []
    row = CalendarYear.objects.create(year=2030, source="通知", published_on=date(2029, 11, 1))
    assert years.get() == [2030]
    row.delete()
    assert years.get() == []


def test_a_change_elsewhere_is_seen_when_the_copy_is_no_longer_fresh(db, years, monkeypatch):
    assert years.get() == []
    CalendarYear.objects.bulk_create([CalendarYear(year=2030, source="通知")])  # as unseen as another process
    assert years.get() == []

    later = time.monotonic() + copies.FRESH_SECONDS
    monkeypatch.setattr("core.copies.time.monotonic", lambda: later)

    assert years.get() == [2030]


@pytest.mark.usefixtures("committed")
def test_after_the_commit_the_copy_is_kept(years, django_assert_num_queries):
    CalendarYear.objects.create(year=2030, source="通知")
    assert years.get() == [2030]

    with django_assert_num_queries(0):
        assert years.get() == [2030]


@pytest.mark.usefixtures("committed")
def test_a_flushed_table_is_read_afresh(years):
    CalendarYear.objects.create(year=2030, source="通知")
    assert years.get() == [2030]

    drop_ledger_triggers()
    call_command("flush", interactive=False, verbosity=0)

    assert years.get() == []
