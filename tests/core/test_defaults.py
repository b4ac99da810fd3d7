"""What the texts leave open: shipped values, and what the province sets from a day on."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from core import clock, defaults
from core.defaults import Default

pytestmark = pytest.mark.django_db


def set_default(key, value, on):
    return Default.objects.create(
        key=key, value=value, effective_on=on, reason="省厅复函", set_by="省级管理员"
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("CORRECTION_WORKING_DAYS", 10),
        ("SX_MIN_TRADE_VOLUME", Decimal("50000000.00")),
        ("SX_POLICY_LAST_DAY", date(2030, 4, 17)),
        ("DEEMED_ACCEPTED_ON_SILENCE", True),
        ("SX_SUPPORT_AMOUNT", None),
        ("TOLERANT_ACCEPTANCE_PROVINCES", ("350000",)),
        ("HB_GRADE_CUTOFFS", {"excellent": Decimal(90), "good": Decimal(80), "fair": Decimal(60)}),
        ("SX_SELF_REPORT_DUE", "03-31"),
    ],
)
def test_a_shipped_value_comes_in_its_own_type(key, value):
    assert defaults.value(key) == value


def test_every_shipped_value_can_be_read_and_set_again():
    for definition in defaults.DEFINITIONS.values():
        assert definition.accepts(definition.initial), definition.key
        defaults.value(definition.key)


def test_an_unknown_default_is_our_mistake():
    with pytest.raises(defaults.UnknownDefault, match="CORECTION"):
        defaults.value("CORECTION_WORKING_DAYS")


@pytest.mark.clause("AMB-G21")
def test_a_new_value_holds_from_its_day_on_and_older_days_keep_theirs():
    set_default("CORRECTION_WORKING_DAYS", 15, date(2026, 3, 1))
    set_default("CORRECTION_WORKING_DAYS", 12, date(2026, 9, 1))

    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 8, 31), date(2026, 9, 1))

    assert [defaults.value("CORRECTION_WORKING_DAYS", on=day) for day in days] == [10, 15, 15, 12]


def test_without_a_day_today_counts():
    set_default("CORRECTION_WORKING_DAYS", 15, date(2026, 3, 1))

    with clock.travel(date(2026, 2, 28)):
        assert defaults.value("CORRECTION_WORKING_DAYS") == 10
    with clock.travel(date(2026, 3, 1)):
        assert defaults.value("CORRECTION_WORKING_DAYS") == 15


def test_a_value_that_was_rolled_back_was_never_there():
    with transaction.atomic():
        set_default("CORRECTION_WORKING_DAYS", 15, date(2020, 1, 1))
        assert defaults.value("CORRECTION_WORKING_DAYS") == 15
        transaction.set_rollback(True)

    assert defaults.value("CORRECTION_WORKING_DAYS") == 10


def test_a_value_can_be_read_without_asking_the_database_again(django_assert_num_queries):
    defaults.value("CORRECTION_WORKING_DAYS")

    with django_assert_num_queries(0):
        defaults.value("CORRECTION_WORKING_DAYS")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("key", {"key": "NO_SUCH_DEFAULT"}),
        ("value", {"value": "十五"}),
        ("value", {"value": True}),
        ("value", {"key": "SX_MIN_TRADE_VOLUME", "value": "五千万"}),
        ("value", {"key": "SX_POLICY_LAST_DAY", "value": "2030-02-30"}),
        ("effective_on", {"effective_on": date(2026, 2, 28)}),
        ("reason", {"reason": ""}),
    ],
)
def test_a_wrong_value_is_refused_in_the_field_that_is_wrong(field, change):
    row = {"key": "CORRECTION_WORKING_DAYS", "value": 15, "effective_on": date(2026, 3, 1), "reason": "复函"}

    with clock.travel(date(2026, 3, 1)), pytest.raises(ValidationError) as refused:
        Default(**{"set_by": "省级管理员", **row, **change}).full_clean()

    assert list(refused.value.message_dict) == [field]


def test_two_values_cannot_start_on_one_day():
    set_default("CORRECTION_WORKING_DAYS", 15, date(2026, 3, 1))

    with clock.travel(date(2026, 3, 1)), pytest.raises(ValidationError) as refused:
        Default(
            key="CORRECTION_WORKING_DAYS", value=12, effective_on=date(2026, 3, 1), reason="误", set_by="甲"
        ).full_clean()

    assert refused.value.messages == ["该参数在这一天已有取值，请另选生效日期。"]
