"""When a period ends, and where a window begins.

Only a time limit for doing something moves over a rest day (AMB-G01). The last day of a title or contract,
the edges of a look-back window and of a bar do not. How each edge falls is a default; `on` names the day
whose defaults apply, the day the period starts from unless a running case keeps older ones.
"""

from calendar import monthrange
from datetime import date, timedelta

from core.calendar import ONE_DAY, add_working_days, roll_forward
from core.defaults import value

UNITS = ("working_day", "day", "month", "year")


def last_day(start: date, length: int, unit: str, *, on: date | None = None) -> date:
    """The last day of a time limit that starts to run on `start` (AMB-G01).

    A limit in days, months or years ends on its day number and moves to the next working day; a month too
    short for the number ends it on its own last day (AMB-H17).
    """
    if unit not in UNITS:
        raise ValueError(f"Not a unit of time limits: {unit}")
    on = on or start
    if not value("DEADLINE_EXCLUDE_START_DAY", on):
        start -= ONE_DAY
    if unit == "working_day":
        return add_working_days(start, length)
    if unit == "day":
        end = start + timedelta(days=length)
    else:
        end = months_later(start, length if unit == "month" else 12 * length)
    return roll_forward(end) if value("DEADLINE_ROLL_TO_WORKING_DAY", on) else end


def last_day_of_term(first: date, years: int, *, on: date | None = None) -> date:
    """The last valid day of a title: the day before the anniversary, for the first day counts (AMB-G04).

    A missing anniversary counts as 1 March. Clamped to 28 February, the day before it would cost the holder a
    day.
    """
    try:
        anniversary = first.replace(year=first.year + years)
    except ValueError:
        anniversary = date(first.year + years, 3, 1)
    convention = value("VALIDITY_END_CONVENTION", on or first)
    return anniversary - ONE_DAY if convention == "day_before_anniversary" else anniversary


def window_start(reference: date, months: int, *, on: date | None = None) -> date:
    """The first day inside a look-back window; its last is the day before `reference` (AMB-G22)."""
    same_number = months_later(reference, -months)
    inside = value("LOOKBACK_ANNIVERSARY_DAY_INSIDE", on or reference)
    return same_number if inside else same_number + ONE_DAY


def last_day_of_bar(day: date, months: int, *, on: date | None = None) -> date:
    """The last day a bar holds; the day after is free (AMB-G22)."""
    same_number = months_later(day, months)
    inside = value("LOOKBACK_ANNIVERSARY_DAY_INSIDE", on or day)
    return same_number if inside else same_number - ONE_DAY


def publicity_last_day(posted_on: date, *, on: date | None = None) -> date:
    """The later of so many working days and so many calendar days after posting (AMB-G05).

    Over a long holiday the working days protect objectors, in plain weeks the calendar days do.
    """
    on = on or posted_on
    return max(
        last_day(posted_on, value("PUBLICITY_MIN_WORKING_DAYS", on), "working_day", on=on),
        last_day(posted_on, value("PUBLICITY_MIN_CALENDAR_DAYS", on), "day", on=on),
    )


def months_later(day: date, months: int) -> date:
    """The same day number so many months on, or the last day of a month too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
