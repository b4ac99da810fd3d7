"""A prepared query answers as the query it was made of, each time with its own arguments."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Region
from accounts.roles import Role
from core.prepared import Prepared
from tests.factories import body, person

DAY = dt.date(2026, 3, 2)


@pytest.fixture
def in_force():
    return Prepared(
        lambda user, day: Membership.objects.in_force(day).filter(user_id=user).select_related("organization__region"),
        int, dt.date,
    )  # fmt: skip


def test_days_numbers_and_what_hangs_on_the_rows(db, in_force, django_assert_num_queries):
    officer = person("", body("140100-COMMERCE"), Role.CITY_OFFICER)
    Membership.objects.filter(user=officer.user).update(starts_on=DAY, ends_on=DAY + dt.timedelta(days=1))

    held = {day: in_force(officer.user.pk, DAY + dt.timedelta(days=day)) for day in (-1, 0, 1, 2)}

    assert {day: len(rows) for day, rows in held.items()} == {-1: 0, 0: 1, 1: 1, 2: 0}
    with django_assert_num_queries(0):
        assert held[0][0].organization.region.code == "140100"


def test_a_second_use_sees_what_changed_in_between(db):
    named = Prepared(lambda name: Region.objects.filter(name=name).values_list("code", flat=True), str)

    assert (named("大同市"), named("太原市"), named("' OR ''='")) == (["140200"], ["140100"], [])
    Region.objects.filter(code="140200").update(name="另一个名称")
    assert (named("大同市"), named("另一个名称")) == ([], ["140200"])


def test_what_is_fixed_is_spelled_out_as_it_was_given(db):
    """Per cents, marks and quotes of a fixed value are data, and none of them a place for an argument."""
    Region.objects.filter(code="140200").update(name="%s'%% $1 \\")
    fixed = Prepared(
        lambda code: Region.objects.filter(code=code, name="%s'%% $1 \\").values_list("pk", flat=True), str
    )

    assert (len(fixed("140200")), fixed("140100")) == (1, [])


def test_a_statement_is_planned_anew_for_a_new_connection(transactional_db):
    """Connections end, and what was prepared on them ends with them; the query does not notice."""
    named = Prepared(lambda name: Region.objects.filter(name=name).values_list("code", flat=True), str)
    before = named("大同市")

    connection.close()

    assert (before, named("大同市")) == (["140200"], ["140200"])


@pytest.mark.parametrize("undo", [False, True], ids=["kept", "rolled back"])
def test_a_statement_first_used_in_a_transaction_outlives_it(transactional_db, undo):
    named = Prepared(lambda name: Region.objects.filter(name=name).values_list("code", flat=True), str)
    with transaction.atomic():
        named("大同市")
        transaction.set_rollback(undo)

    assert named("太原市") == ["140100"]


def test_postgresql_plans_it_once(db):
    named = Prepared(lambda name: Region.objects.filter(name=name).values_list("code", flat=True), str)

    with CaptureQueriesContext(connection) as asked:
        named("大同市"), named("太原市")

    verbs = [one["sql"].partition(" ")[0] for one in asked.captured_queries]
    assert verbs == (["EXECUTE"] * 2 if connection.vendor == "postgresql" else ["SELECT"] * 2)


def test_an_argument_that_would_be_lost_is_refused(db):
    lost = Prepared(lambda name: Region.objects.filter(name=name.upper().strip("\x02\x03")), str)

    with pytest.raises(ValueError, match="not found"):
        lost("大同市")
