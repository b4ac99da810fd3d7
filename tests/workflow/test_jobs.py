"""The notice board of the periodic jobs says which run, which are late and which fail."""

import datetime as dt

import pytest
from django.conf import settings as project

from core import clock
from workflow import jobs
from workflow.jobs import Job
from workflow.tasks import deliver_outbox, sweep_deadlines

TASKS = sorted({one["task"] for one in project.CELERY_BEAT_SCHEDULE.values()})


def state(task: str) -> tuple[bool, bool]:
    [found] = [one for one in jobs.health() if project.CELERY_BEAT_SCHEDULE[one.name]["task"] == task]
    return found.is_late, found.is_failing


@pytest.fixture
def all_well(db):
    for task in TASKS:
        jobs.succeeded(task)


def test_a_task_that_ran_is_written_down_by_whatever_ran_it(db):
    deliver_outbox.apply()

    assert state(deliver_outbox.name) == (False, False)
    assert state(sweep_deadlines.name) == (True, False)  # never ran


def test_a_job_is_late_after_three_turns_missed(all_well):
    task = sweep_deadlines.name
    turn = dt.timedelta(seconds=60) * jobs.TURNS + jobs.SPARING + jobs.GRACE
    for ago, late in ((turn - dt.timedelta(seconds=5), False), (turn + dt.timedelta(seconds=5), True)):
        Job.objects.filter(task=task).update(succeeded_at=clock.true_now() - ago)
        assert state(task) == (late, False)


def test_a_failure_shows_until_the_next_success(all_well):
    jobs.failed(sweep_deadlines.name, ValueError("no calendar"))
    failing = state(sweep_deadlines.name)
    jobs.succeeded(sweep_deadlines.name)

    assert (failing, state(sweep_deadlines.name)) == ((False, True), (False, False))
    assert Job.objects.get(task=sweep_deadlines.name).error == "ValueError: no calendar"


def test_a_job_of_every_few_seconds_is_not_written_each_time(all_well, django_assert_num_queries):
    before = Job.objects.get(task=deliver_outbox.name).succeeded_at
    jobs.succeeded(deliver_outbox.name)

    assert Job.objects.get(task=deliver_outbox.name).succeeded_at == before


def test_the_health_page_answers_who_watches(client, all_well):
    well = client.get("/health/")
    Job.objects.filter(task=sweep_deadlines.name).delete()
    ill = client.get("/health/")

    assert (well.status_code, well.content.splitlines()[0]) == (200, b"ok")
    assert (ill.status_code, ill.content.splitlines()[0]) == (503, b"not ok")
    assert b"sweep-deadlines: late (last never)" in ill.content
