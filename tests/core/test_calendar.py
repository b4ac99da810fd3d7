"""Working days as the State Council arranged them, 2020 to 2026 (AMB-G02)."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from core import calendar, regulations
from core.calendar import CalendarDay, CalendarYear, WorkingDays

# The notices of the State Council's general office, typed from the notices and not from the library.
HOLIDAYS = {
    2020: "01-01 01-24/02-02 04-04/04-06 05-01/05-05 06-25/06-27 10-01/10-08",
    2021: "01-01/01-03 02-11/02-17 04-03/04-05 05-01/05-05 06-12/06-14 09-19/09-21 10-01/10-07",
    2022: "01-01/01-03 01-31/02-06 04-03/04-05 04-30/05-04 06-03/06-05 09-10/09-12 10-01/10-07 12-31",
    2023: "01-01/01-02 01-21/01-27 04-05 04-29/05-03 06-22/06-24 09-29/10-06 12-30/12-31",
    2024: "01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-08/06-10 09-15/09-17 10-01/10-07",
    2025: "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
    2026: "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
}
MAKE_UP_DAYS = {
    2020: "01-19 04-26 05-09 06-28 09-27 10-10",
    2021: "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    2022: "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    2023: "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}
PUBLISHED = WorkingDays(
    {day: row.is_working for day, row in regulations.published().items()},
    {day.year for day in regulations.published()},
)


def days_of(year: int, written: str) -> set[date]:
    found: set[date] = set()
    for span in written.split():
        first, _, last = span.partition("/")
        day, end = (date.fromisoformat(f"{year}-{edge}") for edge in (first, last or first))
        found |= {day + timedelta(days=n) for n in range((end - day).days + 1)}
    return found


def every_day_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.fixture
def loaded_calendar(db):
    regulations.load_regulations(StringIO())


@pytest.mark.clause("AMB-G02")
@pytest.mark.parametrize("year", HOLIDAYS)
def test_every_day_of_a_published_year_is_worked_as_the_notice_says(year):
    rest, make_up = days_of(year, HOLIDAYS[year]), days_of(year, MAKE_UP_DAYS[year])

    worked = [day for day in every_day_of(year) if PUBLISHED.is_working(day)]

    assert worked == [
        day for day in every_day_of(year) if day in make_up or (day.weekday() < 5 and day not in rest)
    ]


NEXT_WORKING_DAY = """
2019-12-31 2020-01-02   2020-01-17 2020-01-19   2020-01-23 2020-02-03   2020-04-03 2020-04-07
2020-04-24 2020-04-26   2020-04-30 2020-05-06   2020-05-08 2020-05-09   2020-06-24 2020-06-28
2020-09-25 2020-09-27   2020-09-30 2020-10-09   2020-10-09 2020-10-10   2020-12-31 2021-01-04
2021-02-05 2021-02-07   2021-02-10 2021-02-18   2021-02-19 2021-02-20   2021-04-02 2021-04-06
2021-04-23 2021-04-25   2021-04-30 2021-05-06   2021-05-07 2021-05-08   2021-06-11 2021-06-15
2021-09-17 2021-09-18   2021-09-18 2021-09-22   2021-09-24 2021-09-26   2021-09-30 2021-10-08
2021-10-08 2021-10-09   2021-12-31 2022-01-04   2022-01-28 2022-01-29   2022-01-30 2022-02-07
2022-04-01 2022-04-02   2022-04-02 2022-04-06   2022-04-22 2022-04-24   2022-04-29 2022-05-05
2022-05-06 2022-05-07   2022-06-02 2022-06-06   2022-09-09 2022-09-13   2022-09-30 2022-10-08
2022-12-30 2023-01-03   2023-01-20 2023-01-28   2023-01-28 2023-01-29   2023-04-04 2023-04-06
2023-04-21 2023-04-23   2023-04-28 2023-05-04   2023-05-05 2023-05-06   2023-06-21 2023-06-25
2023-09-28 2023-10-07   2023-10-07 2023-10-08   2023-12-29 2024-01-02   2024-02-02 2024-02-04
2024-02-09 2024-02-18   2024-04-03 2024-04-07   2024-04-26 2024-04-28   2024-04-30 2024-05-06
2024-05-10 2024-05-11   2024-06-07 2024-06-11   2024-09-13 2024-09-14   2024-09-14 2024-09-18
2024-09-27 2024-09-29   2024-09-30 2024-10-08   2024-10-11 2024-10-12   2024-12-31 2025-01-02
2025-01-24 2025-01-26   2025-01-27 2025-02-05   2025-02-07 2025-02-08   2025-04-03 2025-04-07
2025-04-25 2025-04-27   2025-04-30 2025-05-06   2025-05-30 2025-06-03   2025-09-26 2025-09-28
2025-09-30 2025-10-09   2025-10-10 2025-10-11   2025-12-31 2026-01-04   2026-02-13 2026-02-14
2026-02-14 2026-02-24   2026-02-27 2026-02-28   2026-04-03 2026-04-07   2026-04-30 2026-05-06
2026-05-08 2026-05-09   2026-06-18 2026-06-22   2026-09-18 2026-09-20   2026-09-24 2026-09-28
2026-09-30 2026-10-08   2026-10-09 2026-10-10   2026-12-31 2027-01-01   2024-02-28 2024-02-29
""".split()


@pytest.mark.clause("AMB-G02")
@pytest.mark.parametrize(
    ("eve", "next_day"), list(zip(NEXT_WORKING_DAY[::2], NEXT_WORKING_DAY[1::2], strict=True))
)
def test_around_a_holiday_the_next_working_day_is_the_one_offices_open(eve, next_day):
    assert PUBLISHED.add(date.fromisoformat(eve), 1) == date.fromisoformat(next_day)


@pytest.mark.clause("AMB-G01", "AMB-G02")
@pytest.mark.parametrize(
    ("day", "n", "end"),
    [
        (date(2025, 6, 9), 0, date(2025, 6, 9)),
        (date(2025, 6, 8), 0, date(2025, 6, 8)),  # a Sunday: no days counted, no day moved
        (date(2025, 6, 8), 1, date(2025, 6, 9)),
        (date(2025, 6, 9), 5, date(2025, 6, 16)),
        (date(2025, 9, 26), 5, date(2025, 10, 10)),  # a worked Sunday, then eight days of National Day
        (date(2025, 9, 24), 15, date(2025, 10, 21)),
        (date(2026, 2, 10), 10, date(2026, 3, 2)),  # Spring Festival between two worked Saturdays
        (date(2026, 12, 25), 5, date(2027, 1, 1)),  # into a year not yet published
    ],
)
def test_the_day_itself_does_not_count(day, n, end):
    assert PUBLISHED.add(day, n) == end


@pytest.mark.parametrize(
    ("day", "until", "count"),
    [
        (date(2025, 9, 26), date(2025, 10, 10), 5),
        (date(2025, 9, 26), date(2025, 9, 26), 0),
        (date(2025, 9, 26), date(2025, 9, 27), 0),  # a Saturday off
        (date(2025, 10, 10), date(2025, 9, 26), -5),  # overdue by five
        (date(2024, 12, 31), date(2025, 12, 31), 248),
    ],
)
def test_days_left_are_counted_after_the_day_up_to_the_deadline(day, until, count):
    assert PUBLISHED.between(day, until) == count


@pytest.mark.clause("AMB-G01")
@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2025, 9, 28), date(2025, 9, 28)),  # a worked Sunday stays
        (date(2025, 9, 27), date(2025, 9, 28)),
        (date(2025, 10, 1), date(2025, 10, 9)),
        (date(2025, 10, 12), date(2025, 10, 13)),
    ],
)
def test_a_last_day_on_a_rest_day_moves_to_the_next_working_day(day, moved):
    assert PUBLISHED.roll_forward(day) == moved


any_day = st.dates(min_value=date(2004, 1, 1), max_value=date(2030, 12, 31))
few = st.integers(min_value=0, max_value=400)
examples = settings(max_examples=1000, deadline=None)


@examples
@given(any_day, few, few)
def test_counting_twice_is_counting_at_once(day, n, m):
    assert PUBLISHED.add(PUBLISHED.add(day, n), m) == PUBLISHED.add(day, n + m)


@examples
@given(any_day, few)
def test_counting_lands_on_a_working_day_that_leaves_none_over(day, n):
    end = PUBLISHED.add(day, n)

    assert PUBLISHED.between(day, end) == n
    assert end == day if n == 0 else PUBLISHED.is_working(end)


@examples
@given(any_day, any_day, few)
def test_who_starts_later_never_ends_earlier(day, other, n):
    earlier, later = sorted((day, other))

    assert PUBLISHED.add(earlier, n) <= PUBLISHED.add(later, n)


@examples
@given(any_day, st.integers(min_value=0, max_value=60))
def test_counting_agrees_with_a_finger_on_the_wall_calendar(day, n):
    finger, left = day, n
    while left:
        finger += timedelta(days=1)
        left -= PUBLISHED.is_working(finger)

    assert PUBLISHED.add(day, n) == finger


def test_working_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forward"):
        PUBLISHED.add(date(2025, 6, 9), -1)


def test_a_moment_is_not_a_day():
    """16:30 UTC on the 8th is already the 9th in Beijing; its date part would be a day short."""
    with pytest.raises(TypeError, match=r"core\.clock\.local"):
        PUBLISHED.add(datetime(2025, 6, 8, 16, 30, tzinfo=UTC), 1)


@pytest.mark.clause("AMB-G01")
def test_a_day_ends_at_midnight_in_beijing():
    assert calendar.end_of_day(date(2025, 6, 16)) == datetime(2025, 6, 16, 16, tzinfo=UTC)


@pytest.mark.clause("AMB-G02")
def test_a_year_not_yet_published_follows_the_plain_week_and_says_so(loaded_calendar):
    assert calendar.is_provisional(date(2027, 1, 1))
    assert not calendar.is_provisional(date(2026, 12, 31))
    assert [calendar.is_working_day(date(2027, 1, day)) for day in (1, 2, 3, 4)] == [True, False, False, True]


@pytest.mark.clause("AMB-G02")
def test_once_its_notice_is_entered_a_year_is_certain_and_dates_move(loaded_calendar):
    assert calendar.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 1)

    CalendarDay.objects.create(date=date(2027, 1, 1), is_working=False, name="元旦", source="放假通知")
    CalendarYear.objects.create(year=2027, source="放假通知")

    assert calendar.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert not calendar.is_provisional(date(2027, 1, 1))


@pytest.mark.clause("AMB-G02")
@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 10, 2), None),
        (date(2026, 10, 3), 2027),
        (date(2027, 3, 1), 2027),
        (date(2025, 12, 1), None),
    ],
)
def test_a_year_without_calendar_is_reported_before_periods_reach_it(loaded_calendar, today, year):
    assert calendar.unpublished_year_ahead(today) == year


def test_the_database_and_the_notices_count_alike(loaded_calendar):
    day, until = date(2025, 9, 26), date(2025, 10, 10)

    assert calendar.add_working_days(day, 5) == until
    assert calendar.working_days_after(day, until) == 5
    assert calendar.roll_forward(date(2025, 10, 1)) == date(2025, 10, 9)


def test_loading_again_changes_nothing_and_keeps_what_was_entered_by_hand(loaded_calendar):
    CalendarDay.objects.filter(date=date(2026, 10, 7)).update(is_working=True, source="省政府通知")
    before = list(CalendarDay.objects.order_by("pk").values_list())

    regulations.load_regulations(StringIO())

    assert list(CalendarDay.objects.order_by("pk").values_list()) == before


def test_loading_mends_what_an_earlier_release_had_wrong(loaded_calendar):
    CalendarDay.objects.filter(date=date(2026, 10, 7)).update(is_working=True)

    regulations.load_regulations(StringIO())

    assert not CalendarDay.objects.get(date=date(2026, 10, 7)).is_working


def test_a_plain_monday_needs_no_row_to_be_worked():
    with pytest.raises(ValidationError) as refused:
        CalendarDay(date=date(2026, 6, 8), is_working=True, name="上班", source="手工").full_clean(
            validate_unique=False
        )

    assert refused.value.message_dict == {
        "is_working": ["周一至周五本来就是工作日，此处只登记调休上班的周末或放假日。"]
    }
