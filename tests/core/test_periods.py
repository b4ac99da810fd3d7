"""When periods end and where windows begin: the regulation's own dates (AMB-G01, G04, G05, G22)."""

from calendar import isleap
from datetime import date, timedelta
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import periods, regulations
from core.defaults import Default

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded_calendar(db):
    regulations.load_regulations(StringIO())


def set_default(key, value, on=date(2020, 1, 1)):
    Default.objects.create(key=key, value=value, effective_on=on, reason="省厅复函", set_by="省级管理员")


@pytest.mark.clause("AMB-G05")
@pytest.mark.parametrize(
    ("posted_on", "last_day"),
    [
        (date(2025, 6, 9), date(2025, 6, 16)),  # both ends fall together
        (date(2025, 9, 26), date(2025, 10, 10)),  # National Day: five working days are later
        (date(2025, 6, 4), date(2025, 6, 11)),
        (date(2025, 6, 7), date(2025, 6, 16)),  # posted on a Saturday; the seventh day is one too
        (date(2025, 4, 26), date(2025, 5, 6)),  # the seventh day rolls over Labour Day
        (date(2026, 2, 12), date(2026, 2, 26)),  # Spring Festival, one worked Saturday before it
        (date(2026, 12, 31), date(2027, 1, 7)),  # into a year not yet published
    ],
)
def test_publicity_ends_at_the_later_of_five_working_and_seven_calendar_days(posted_on, last_day):
    assert periods.publicity_last_day(posted_on) == last_day


@pytest.mark.clause("AMB-G05")
def test_publicity_lasts_as_long_as_the_province_has_set():
    set_default("PUBLICITY_MIN_WORKING_DAYS", 10, on=date(2025, 7, 1))

    assert periods.publicity_last_day(date(2025, 7, 1)) == date(2025, 7, 15)
    assert periods.publicity_last_day(date(2025, 6, 9)) == date(2025, 6, 16)
    assert periods.publicity_last_day(date(2025, 7, 1), on=date(2025, 6, 30)) == date(2025, 7, 8)


@pytest.mark.clause("AMB-G04")
@pytest.mark.parametrize(
    ("first", "years", "last_day"),
    [
        (date(2025, 5, 10), 3, date(2028, 5, 9)),
        (date(2028, 2, 29), 3, date(2031, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 28)),  # the anniversary exists
        (date(2028, 3, 1), 3, date(2031, 2, 28)),
        (date(2025, 3, 1), 3, date(2028, 2, 29)),
        (date(2025, 1, 1), 3, date(2027, 12, 31)),
        (date(2030, 4, 1), 3, date(2033, 3, 31)),
        (date(2025, 4, 18), 5, date(2030, 4, 17)),  # the Shanxi document itself
        (date(2022, 10, 2), 3, date(2025, 10, 1)),  # a rest day: a term does not roll
    ],
)
def test_a_term_ends_the_day_before_its_anniversary(first, years, last_day):
    assert periods.last_day_of_term(first, years) == last_day


def test_a_term_may_be_set_to_end_on_its_anniversary():
    set_default("VALIDITY_END_CONVENTION", "anniversary", on=date(2026, 1, 1))

    assert periods.last_day_of_term(date(2026, 5, 10), 3) == date(2029, 5, 10)
    assert periods.last_day_of_term(date(2025, 5, 10), 3) == date(2028, 5, 9)


@pytest.mark.clause("AMB-G22")
@pytest.mark.parametrize(
    ("reference", "months", "first_inside"),
    [
        (date(2025, 6, 10), 36, date(2022, 6, 10)),
        (date(2025, 6, 10), 12, date(2024, 6, 10)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),  # no 29th: the last day of that month
        (date(2028, 2, 29), 36, date(2025, 2, 28)),
        (date(2025, 3, 31), 1, date(2025, 2, 28)),
        (date(2025, 1, 15), 1, date(2024, 12, 15)),
    ],
)
def test_a_window_opens_on_the_same_day_number(reference, months, first_inside):
    assert periods.window_start(reference, months) == first_inside


@pytest.mark.clause("AMB-G22")
@pytest.mark.parametrize(
    ("day", "months", "last_barred"),
    [
        (date(2025, 6, 10), 36, date(2028, 6, 10)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 10, 31), 12, date(2026, 10, 31)),  # a Saturday: a bar does not roll
    ],
)
def test_a_bar_runs_through_the_same_day_number(day, months, last_barred):
    assert periods.last_day_of_bar(day, months) == last_barred


@pytest.mark.clause("AMB-G22")
def test_edges_of_windows_and_bars_move_together_when_the_province_says_so():
    set_default("LOOKBACK_ANNIVERSARY_DAY_INSIDE", False)

    assert periods.window_start(date(2025, 6, 10), 36) == date(2022, 6, 11)
    assert periods.last_day_of_bar(date(2025, 6, 10), 36) == date(2028, 6, 9)


@pytest.mark.clause("AMB-G01")
@pytest.mark.parametrize(
    ("start", "length", "unit", "last_day"),
    [
        (date(2025, 9, 26), 5, "working_day", date(2025, 10, 10)),  # refund due, accepted 26 September
        (date(2025, 9, 1), 30, "day", date(2025, 10, 9)),  # 1 October moves over National Day
        (date(2025, 6, 9), 7, "day", date(2025, 6, 16)),
        (date(2025, 9, 1), 1, "month", date(2025, 10, 9)),
        (date(2025, 1, 31), 1, "month", date(2025, 2, 28)),
        (date(2025, 6, 10), 36, "month", date(2028, 6, 12)),  # a Saturday
        (date(2024, 2, 29), 1, "year", date(2025, 2, 28)),
    ],
)
def test_a_time_limit_ends_on_its_day_number_or_the_next_working_day(start, length, unit, last_day):
    assert periods.last_day(start, length, unit) == last_day


def test_a_time_limit_may_be_set_to_count_its_first_day_and_not_to_move():
    set_default("DEADLINE_EXCLUDE_START_DAY", False)
    set_default("DEADLINE_ROLL_TO_WORKING_DAY", False)

    assert periods.last_day(date(2025, 6, 9), 5, "working_day") == date(2025, 6, 13)
    assert periods.last_day(date(2025, 6, 9), 6, "day") == date(2025, 6, 14)


def test_a_limit_in_no_known_unit_is_our_mistake():
    with pytest.raises(ValueError, match="fortnight"):
        periods.last_day(date(2025, 6, 9), 1, "fortnight")


any_day = st.dates(min_value=date(2004, 1, 1), max_value=date(2035, 12, 31))
ordinary_day = any_day.filter(lambda day: day.day <= 28 and (day.month, day.day) != (2, 28))
examples = settings(max_examples=300, deadline=None)


@pytest.mark.clause("AMB-G22")
@examples
@given(ordinary_day, st.integers(min_value=1, max_value=60))
def test_a_violation_leaves_the_window_the_day_a_bar_as_long_ends(day, months):
    free = periods.last_day_of_bar(day, months) + timedelta(days=1)

    assert periods.window_start(free - timedelta(days=1), months) <= day < periods.window_start(free, months)


@examples
@given(any_day)
def test_publicity_gives_at_least_both_its_figures(posted_on):
    last_day = periods.publicity_last_day(posted_on)

    assert last_day >= posted_on + timedelta(days=7)
    assert last_day >= periods.last_day(posted_on, 5, "working_day")
    assert periods.roll_forward(last_day) == last_day


@pytest.mark.clause("AMB-G04")
@examples
@given(any_day, st.integers(min_value=1, max_value=10))
def test_terms_that_follow_each_other_leave_no_day_between(first, years):
    next_first = periods.last_day_of_term(first, years) + timedelta(days=1)

    missing = (first.month, first.day) == (2, 29) and not isleap(first.year + years)
    assert next_first == (
        date(first.year + years, 3, 1) if missing else first.replace(year=first.year + years)
    )
