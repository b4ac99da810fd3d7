"""One clock: UTC in storage, Beijing in words, a drill for the demo."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from core import clock


@pytest.fixture
def drill(settings, tmp_path):
    settings.DEMO, settings.VAR_DIR = True, tmp_path


def test_now_is_in_utc_and_runs():
    before = datetime.now(UTC)

    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 6, 8, 15, 59, 59, tzinfo=UTC), date(2025, 6, 8)),
        (datetime(2025, 6, 8, 16, 0, tzinfo=UTC), date(2025, 6, 9)),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(1990, 7, 1, 15, 0, tzinfo=UTC), date(1990, 7, 2)),  # the summer time of those years
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Los_Angeles"])
def test_the_day_is_beijings_wherever_the_machine_stands(moment, day, zone, monkeypatch):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        with clock.travel(moment):
            assert clock.today() == day
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_traveller_stands_still_and_comes_home():
    with clock.travel(datetime(2025, 6, 9, 8, 30)) as arrived:
        assert clock.now() == arrived == datetime(2025, 6, 9, 0, 30, tzinfo=UTC)
        with clock.travel(date(2025, 6, 10)):
            assert clock.local(clock.now()).isoformat() == "2025-06-10T09:00:00+08:00"
        assert clock.now() == arrived

    assert clock.now().year != 2025


def test_a_drill_moves_the_clock_and_lets_it_run(drill):
    clock.start_drill(date(2026, 3, 1))

    assert clock.today() == date(2026, 3, 1)
    assert clock.now() <= clock.now()


def test_a_drill_can_be_moved_again_and_ended(drill):
    clock.start_drill(date(2026, 3, 1))
    clock.start_drill(date(2026, 3, 2))
    assert clock.today() == date(2026, 3, 2)

    clock.end_drill()
    assert clock.drill_offset() == timedelta()


def test_outside_a_demo_there_is_no_drill(settings, drill):
    clock.start_drill(date(2026, 3, 1))
    settings.DEMO = False

    assert clock.drill_offset() == timedelta()
    with pytest.raises(RuntimeError, match="demo"):
        clock.start_drill(date(2026, 3, 1))
