"""Clocks of a case: started, paused, resumed, extended, lapsed, and the dates that follow."""

import datetime as dt

import pytest

from accounts.actors import SYSTEM
from core import calendar, clock
from workflow.errors import NotMet
from workflow.perform import perform
from workflow.sweep import sweep


def deadline(case, code):
    return case.deadlines.filter(code=code).latest("pk")


@pytest.mark.clause("SX-51")
def test_the_city_has_fifteen_working_days_from_acceptance(world, at):
    with at("2026-11-10 10:00"):
        application = world.walk_to("submitted")
    with at("2026-11-11 10:00"):
        application = world.walk(application, "accept")

    assert deadline(application, "city_review").due_on == dt.date(2026, 12, 2)


def test_a_pause_moves_the_bodys_last_day_by_the_working_days_it_took(world, at):
    with at("2026-11-10 10:00"):
        application = world.walk_to("initial_review")  # fifteen working days: to 2026-12-01
    with at("2026-11-16 10:00"):
        application = world.walk(application, "request_correction")
        assert deadline(application, "city_review").status == "standing"
    with at("2026-11-20 10:00"):
        application.open_correction().items.update(
            answered_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC), answer="已补"
        )
        world.sign(application, "resubmit")
        application = world.walk(application, "resubmit")

    # 17, 18, 19 and 20 November are the enterprise's: four working days more.
    review = deadline(application, "city_review")
    assert (review.status, review.due_on) == ("running", dt.date(2026, 12, 7))


@pytest.mark.clause("AMB-G20")
def test_a_correction_runs_from_service_by_reading_or_three_days_after_posting(world, at):
    from documents.notices.models import Notice
    from documents.notices.service import read

    with at("2026-11-16 10:00"):
        application = world.walk(world.walk_to("initial_review"), "request_correction")
    # Deemed served on 19 November, so ten working days end on 3 December …
    assert deadline(application, "correction").due_on == dt.date(2026, 12, 3)

    with at("2026-11-17 09:00"):
        read(
            Notice.objects.get(case_id=application.pk, kind="correction"),
            actor=world.applicant,
            now=clock.now(),
        )

    # … read on the 17th, on 1 December.
    assert deadline(application, "correction").due_on == dt.date(2026, 12, 1)


@pytest.mark.clause("AMB-G07")
def test_silence_of_the_office_is_acceptance_as_of_receipt(world, at):
    with at("2026-11-10 10:00"):
        application = world.walk_to("submitted")
    with at("2026-11-17 23:59"), pytest.raises(NotMet):
        perform(application, "deem_accepted", actor=SYSTEM)
    with at("2026-11-18 00:00"):
        assert sweep()["lapsed"] == 1
        assert sweep()["lapsed"] == 0

    application.refresh_from_db()
    assert (application.state, application.accepted_on) == ("initial_review", dt.date(2026, 11, 10))


def test_an_overdue_review_is_marked_once_and_goes_on(world, at):
    with at("2026-11-10 10:00"):
        application = world.walk_to("initial_review")
    with at("2026-12-02 00:00"):
        assert sweep()["overdue"] == 1
        assert sweep()["overdue"] == 0

    application.refresh_from_db()
    assert (application.state, application.is_overdue) == ("initial_review", True)


def test_an_end_stops_every_clock(world):
    application = world.walk(world.walk_to("initial_review"), "withdraw")

    assert list(application.deadlines.filter(status__in=["running", "standing"])) == []
    assert (application.due_at, application.queue_at, application.holder_organization) == (None, None, None)


def test_a_day_is_left_out_once_where_pauses_overlap(world, at):
    from workflow.deadlines import Pause, _last_day

    pauses = [
        Pause(reason="a", started_on=dt.date(2026, 11, 16), ended_on=dt.date(2026, 11, 18)),
        Pause(reason="b", started_on=dt.date(2026, 11, 17), ended_on=dt.date(2026, 11, 19)),
    ]

    assert _last_day(dt.date(2026, 11, 13), 5, pauses) == calendar.add_working_days(
        dt.date(2026, 11, 13), 5 + 3
    )
