"""Posted staff: how they are counted, and what the day somebody leaves brings about (HB-20 to HB-22)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from centers import roster
from centers.register import Center
from centers.roster import PostedStaff, Shortfall
from centers.selectors import unmet_of
from centers.thresholds import Staffing
from core import clock
from tests.centers.cast import Hubei, day
from tests.once import once
from workflow.errors import InvalidInput, NotYours


@pytest.fixture
def center(hubei: Hubei) -> Center:
    return once("a center of Hubei", hubei.center)


def staffed(hubei: Hubei, center: Center, heads: int = 5) -> list[PostedStaff]:
    """Two with years of trade, one declarant, one linguist, and as many more as it takes."""
    long_ago = clock.today() - dt.timedelta(days=2000)
    return [
        roster.post(
            center, hubei.county_officer, name=f"人员{n}", posted_on=clock.today(),
            trade_since=long_ago if n < 2 else None, is_declarant=n == 2, speaks_foreign_language=n == 3,
        )
        for n in range(heads)
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.clause("HB-20", "AMB-H09")
@pytest.mark.parametrize(("since", "counts"), [("2022-06-10", 1), ("2022-06-11", 0), (None, 0)])
def test_three_years_of_trade_are_full_on_the_same_day(since, counts):
    staff = [PostedStaff(name="张三", trade_since=day(since) if since else None)]

    assert roster.counted(staff, day("2025-06-10")).experienced == counts


@pytest.mark.django_db
@pytest.mark.clause("HB-21", "AMB-H08")
def test_one_person_may_have_two_abilities():
    both = PostedStaff(
        name="张三", is_declarant=True, speaks_foreign_language=True, trade_since=day("2015-01-01")
    )
    staff = [both, PostedStaff(name="李四"), PostedStaff(name="王五")]

    assert roster.counted(staff, day("2025-06-10")) == Staffing(3, 1, 1, 1)


@pytest.mark.clause("HB-22")
def test_a_departure_that_breaks_a_minimum_is_found_the_same_day(hubei, center):
    staff = staffed(hubei, center, heads=6)
    assert roster.leave(staff[5], hubei.county_officer, left_on=clock.today()) == []

    short = roster.leave(staff[2], hubei.county_officer, left_on=clock.today())

    assert [(s.code, s.clause, s.found_on) for s in short] == [
        ("staff_total", "HB-20", clock.today()),
        ("staff_declarants", "HB-20", clock.today()),
    ]
    assert {finding.code for finding in unmet_of(center)} == {"staff_total", "staff_declarants"}


@pytest.mark.clause("HB-22")
def test_a_successor_clears_what_was_short(hubei, center):
    staff = staffed(hubei, center)
    roster.leave(staff[2], hubei.county_officer, left_on=clock.today())
    roster.post(center, hubei.county_officer, name="接替", posted_on=clock.today(), is_declarant=True)

    assert set(Shortfall.objects.values_list("cleared_on", flat=True)) == {clock.today()}
    assert unmet_of(center) == []


@pytest.mark.clause("HB-22")
def test_who_is_only_being_posted_makes_nothing_short(hubei, center):
    staffed(hubei, center, heads=2)

    assert not Shortfall.objects.exists()


def test_a_roster_is_written_by_its_own_county_and_days_make_sense(hubei, center):
    tomorrow = clock.today() + dt.timedelta(days=1)
    for stranger in (hubei.pref_officer, hubei.xiantao_officer):
        with pytest.raises(NotYours):
            roster.post(center, stranger, name="某人", posted_on=clock.today())
    with pytest.raises(InvalidInput, match="派驻日不能晚于今天"):
        roster.post(center, hubei.county_officer, name="某人", posted_on=tomorrow)
    one = roster.post(center, hubei.county_officer, name="某人", posted_on=clock.today())
    with pytest.raises(InvalidInput, match="离岗日应在派驻日与今天之间"):
        roster.leave(one, hubei.county_officer, left_on=tomorrow)
    roster.leave(one, hubei.county_officer, left_on=clock.today())
    with pytest.raises(InvalidInput, match="已经登记离岗"):
        roster.leave(one, hubei.county_officer, left_on=clock.today())
    with pytest.raises(IntegrityError, match="posted_staff_leave_after_they_came"), transaction.atomic():
        PostedStaff.objects.update(left_on=dt.date(2000, 1, 1))
