"""Several cases at once: each with a result of its own."""

import pytest

from accounts.roles import Role
from tests.factories import person
from tests.portal.cases import filed, ticked
from workflow.cases import Case
from workflow.perform import perform


def test_bulk_gives_each_case_its_own_result(world, desk):
    first, second = world.walk_to("submitted"), filed(world, "太原第二申报有限公司")
    perform(second, "accept", actor=world.officer)
    browser = desk(world.officer)

    page = browser.post("/desk/bulk/", {"action": "accept", "case": ticked(first, second), "key": "k1"})

    results = {result.case.pk: (result.done, result.words) for result in page.context["results"]}
    assert results[first.pk] == (True, "现为“市级初审”")
    assert results[second.pk][0] is False
    assert "现为“市级初审”" in results[second.pk][1]
    assert Case._default_manager.get(pk=first.pk).state == "initial_review"


def test_a_bulk_sent_twice_acts_once(world, desk):
    application = world.walk_to("submitted")
    browser = desk(world.officer)
    sent = {"action": "accept", "case": ticked(application), "key": "same-key"}

    browser.post("/desk/bulk/", sent)
    again = browser.post("/desk/bulk/", sent)

    assert [result.done for result in again.context["results"]] == [True]
    assert application.ledger.filter(step="accept").count() == 1


def test_bulk_asks_first_what_it_needs_to_know(world, desk):
    application = world.walk_to("initial_review")
    world.judge(application)
    browser = desk(world.officer)

    asked = browser.post("/desk/bulk/", {"action": "consult", "case": ticked(application), "key": "k"})
    assert asked.status_code == 200
    assert "question" in asked.context["form"].fields

    empty = {"action": "consult", "case": ticked(application), "key": "k", "confirmed": "1", "question": ""}
    assert browser.post("/desk/bulk/", empty).status_code == 422
    done = browser.post("/desk/bulk/", empty | {"question": "贵部门对该企业有无意见？"})
    assert [result.done for result in done.context["results"]] == [True]


def test_bulk_hands_over_to_a_colleague_of_the_same_office(world, desk):
    application = world.walk_to("submitted")
    colleague = person("王小云", world.taiyuan, Role.CITY_OFFICER)
    browser = desk(world.officer)
    sent = {"action": "hand_over", "case": ticked(application), "confirmed": "1"}

    stranger = browser.post("/desk/bulk/", sent | {"to": world.datong_officer.user.username})
    browser.post("/desk/bulk/", sent | {"to": colleague.user.username})

    application.refresh_from_db()
    assert stranger.status_code == 422
    assert application.claimed_by == colleague.user


def test_bulk_knows_no_case_of_another_city(world, desk):
    application = world.walk_to("submitted")

    answer = desk(world.datong_officer).post("/desk/bulk/", {"action": "accept", "case": ticked(application)})

    assert answer.status_code == 302
    assert Case._default_manager.get(pk=application.pk).state == "submitted"


@pytest.mark.parametrize(
    "case", ["9223372036854775808.1", "99999999999999999999.1", "1.99999999999999999999"]
)
def test_bulk_knows_no_case_that_no_table_could_hold(world, desk, case):
    answer = desk(world.officer).post("/desk/bulk/", {"action": "accept", "case": case})

    assert answer["Location"] == "/desk/"


def test_more_than_a_hundred_at_once_is_refused(world, desk):
    many = [f"{number}.0" for number in range(1, 102)]

    answer = desk(world.officer).post("/desk/bulk/", {"action": "accept", "case": many})

    assert answer.status_code == 422
    assert "一次最多办理 100 件" in answer.content.decode()
