"""The drill clock: what falls due on the way happens in its own time, and going back is said to be that."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from core import clock
from documents.notices.models import Notice
from portal import drill
from workflow.ledger import LedgerIndex
from workflow.outbox import OutboxMessage
from workflow.verification import verify

MONDAY, FRIDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 6)


@pytest.fixture
def monday(db, settings, tmp_path):
    """A demo whose clock stands at nine on a Monday in March."""
    settings.DEMO = True
    clock.start_drill(MONDAY)


@pytest.fixture
def filed(monday, world):
    """An application filed that Monday; the office has until the end of the next Monday."""
    return world.walk(world.ready(), "submit")


def at(case) -> list[str]:
    return [clock.local(entry.at).strftime("%m-%d %H:%M") for entry in case.ledger.order_by("sequence")]


# --- Moving ---------------------------------------------------------------------------------------------------
def test_what_falls_due_on_the_way_happens_at_the_midnight_it_is_due(filed):
    moved = drill.move(dt.date(2026, 3, 20))

    filed.refresh_from_db()
    assert filed.state == "initial_review"
    assert at(filed) == ["03-02 09:00", "03-10 00:00"]
    assert (moved.lapsed, moved.overdue, clock.today()) == (1, 0, dt.date(2026, 3, 20))


def test_what_follows_from_a_lapse_falls_due_in_its_own_time(filed):
    """Accepted by silence on 10 March, reviewed within 15 working days, so overdue before the clock stops."""
    moved = drill.move(dt.date(2026, 5, 6))

    filed.refresh_from_db()
    assert (filed.is_overdue, moved.lapsed, moved.overdue) == (True, 1, 1)


def test_a_day_early_nothing_happens(filed):
    moved = drill.move(dt.date(2026, 3, 9))

    filed.refresh_from_db()
    assert (filed.state, moved.lapsed) == ("submitted", 0)


def test_the_ledger_of_a_drill_verifies_and_has_its_places(filed):
    drill.move(dt.date(2026, 3, 20))

    count, faults = verify()
    assert faults == []
    assert count == LedgerIndex.objects.count()


def test_going_back_undoes_nothing_and_says_so(filed):
    drill.move(dt.date(2026, 3, 20))

    moved = drill.move(dt.datetime(2026, 3, 2, 10))

    filed.refresh_from_db()
    assert filed.state == "initial_review"
    assert moved.ahead == 1
    assert moved.sentences() == [
        "时钟已拨回 2026-03-02 10:00。已经办理的不会撤销。",
        "注意：有 1 条办理记录的时间晚于现在的时钟，最晚为 2026-03-10 00:00。在时钟走到那时之前，时限和先后次序看起来会不对。"
        "要从较早的日期开始演练，请用 scripts/run --reset --today 日期 重新生成演示数据。",
    ]


def test_going_back_to_now_ends_the_drill(monday):
    moved = drill.back_to_now()

    assert clock.drill_offset() == dt.timedelta()
    assert moved.sentences()[0].startswith("演练已结束，时钟回到真实时间")


def test_a_portal_in_service_has_no_drill_clock(db, settings):
    settings.DEMO = False

    with pytest.raises(drill.NoDrill):
        drill.move(MONDAY)


# --- The command ----------------------------------------------------------------------------------------------
def test_the_command_moves_to_a_day_by_days_and_back(filed, capsys):
    call_command("drill", "--today", "2026-03-10")
    call_command("drill", "--days", "2")
    assert clock.today() == dt.date(2026, 3, 12)
    call_command("drill", "--end")

    assert clock.drill_offset() == dt.timedelta()
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "时钟已拨到 2026-03-10 09:00。期间到期自动办理 1 件，标记超期 0 件。"


def test_the_command_refuses_outside_a_demo(db, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("drill", "--end")


def test_the_command_delivers_where_no_worker_runs(filed):
    call_command("drill", "--today", "2026-03-10", "--deliver")

    assert not OutboxMessage.objects.filter(done_at=None).exists()
    assert not Notice.objects.filter(pdf_sha256="").exists()


# --- The page -------------------------------------------------------------------------------------------------
def test_the_page_moves_on_by_a_working_day_over_the_weekend(monday, client):
    clock.start_drill(FRIDAY)

    answer = client.post("/demo/clock/", {"move": "working_day"})

    assert (answer.status_code, answer["Location"]) == (302, "/demo/clock/")
    assert clock.today() == dt.date(2026, 3, 9)


def test_the_page_moves_to_a_day_and_tells_what_happened(filed, client):
    answer = client.post("/demo/clock/", {"move": "day", "day": "2026-03-20"}, follow=True)

    assert "时钟已拨到 2026-03-20 09:00。期间到期自动办理 1 件，标记超期 0 件。" in answer.content.decode()


def test_the_page_warns_when_records_lie_in_the_future(filed, client):
    drill.move(dt.date(2026, 3, 20))

    answer = client.post("/demo/clock/", {"move": "day", "day": "2026-03-03"}, follow=True)

    # Said of what was just done, and of how it stands.
    assert answer.content.decode().count("有 1 条办理记录的时间晚于现在的时钟") == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请选择日期。"),
        ("三月二日", "日期写成 2026-03-01 这样。"),
        ("1999-01-01", "日期应在 2019-01-01 至 2039-12-31 之间。"),
    ],
)
def test_a_day_that_is_none_moves_nothing_and_stays_in_the_field(monday, client, typed, sentence):
    answer = client.post("/demo/clock/", {"move": "day", "day": typed})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert clock.today() == MONDAY


def test_the_page_shows_how_much_falls_due_and_whose_is_not_said(filed, client):
    page = client.get("/demo/clock/").content.decode()

    assert "2026-03-09 星期一" in page
    assert filed.reference not in page
    assert filed.applicant.name not in page


def test_every_page_has_the_banner_while_the_clock_is_moved(monday, client):
    for address in ("/", "/accounts/login/", "/demo/clock/", "/register/"):
        assert "系统按 2026-03-02 星期一 运行，不是真实日期。" in client.get(address).content.decode()
    client.post("/demo/clock/", {"move": "back"})

    assert "系统按" not in client.get("/").content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_outside_a_demo_there_is_no_such_page(db, settings, client, method):
    settings.DEMO = False

    assert getattr(client, method)("/demo/clock/").status_code == 404


def test_a_stranger_cannot_move_the_clock_from_another_site(monday):
    answer = Client(enforce_csrf_checks=True).post("/demo/clock/", {"move": "working_day"})

    assert answer.status_code == 403
    assert clock.today() == MONDAY
