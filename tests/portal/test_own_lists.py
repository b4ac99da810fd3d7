"""What each official arranges for themselves: cases they follow, the columns of their queue, views under a name."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core import clock
from workflow.models import Watch


def headings(page) -> list[str]:
    return [column.label for column in page.context["columns"]]


# --- Following a case -------------------------------------------------------------------------------------------
def test_a_case_in_other_hands_is_followed_until_it_is_let_go(world, desk):
    """Given a case the city holds; when the province follows it; then it stands in that official's list alone."""
    case = world.walk_to("provincial_evaluation")
    browser, address = desk(world.approver), f"/cases/{case.reference}/watch/"

    browser.post(address, {"follow": "yes", "next": f"/desk/cases/{case.reference}/"})
    browser.post(address, {"follow": "yes"})
    followed = browser.get("/desk/watched/").context["rows"]
    assert [row["case"].reference for row in followed] == [case.reference]
    assert "取消关注" in browser.get(f"/desk/cases/{case.reference}/").content.decode()

    assert desk(world.officer).get("/desk/watched/").context["rows"] == []

    desk(world.approver).post(address, {"follow": "no"})
    assert desk(world.approver).get("/desk/watched/").context["rows"] == []
    assert Watch.objects.count() == 0


def test_who_may_not_know_of_a_case_cannot_follow_it(world, desk):
    case = world.walk_to("submitted")

    answer = desk(world.datong_officer).post(f"/cases/{case.reference}/watch/", {"follow": "yes"})

    assert (answer.status_code, Watch.objects.count()) == (404, 0)


def test_what_one_follows_and_may_see_no_longer_is_gone_from_the_list(world, desk):
    case = world.walk_to("submitted")
    Watch.objects.create(case_id=case.pk, user=world.datong_officer.user, since=clock.now())

    assert desk(world.datong_officer).get("/desk/watched/").context["rows"] == []


def test_the_database_keeps_one_watch_per_case_and_login(world):
    case = world.walk_to("submitted")
    Watch.objects.create(case_id=case.pk, user=world.officer.user, since=clock.now())

    with pytest.raises(IntegrityError, match=r"one_watch_per_case_and_login|workflow_watch\.user_id"):
        with transaction.atomic():
            Watch.objects.create(case_id=case.pk, user=world.officer.user, since=clock.now())


# --- Columns of one's own -----------------------------------------------------------------------------------------
def test_the_queue_shows_the_columns_that_were_chosen(world, desk):
    world.walk_to("submitted")
    browser = desk(world.officer)
    assert headings(browser.get("/desk/")) == ["事项", "状态", "条件预检"]

    browser.post("/desk/columns/", {"column": ["region", "state", "opened", "claimed", "moved", "nonsense"]})

    page = browser.get("/desk/")
    text = page.content.decode()
    assert headings(page) == ["状态", "承办人", "所属地区", "申请日期", "最近办理"]
    assert "<td>太原市" in text and f"<td>{clock.today():%m-%d}" in text and "条件预检" not in text
    assert headings(browser.get("/desk/?state=submitted", headers={"hx-request": "true"})) == headings(page)


def test_no_column_is_a_choice_as_well_and_the_usual_ones_come_back(world, desk):
    browser = desk(world.officer)
    browser.post("/desk/columns/", {})
    assert headings(browser.get("/desk/")) == []

    browser.post("/desk/columns/", {"usual": "1", "column": ["region"]})

    assert headings(browser.get("/desk/")) == ["事项", "状态", "条件预检"]


def test_columns_are_ones_own_and_leave_other_preferences_alone(world, desk):
    User.objects.filter(pk=world.officer.user.pk).update(preferences={"order": 3})

    desk(world.officer).post("/desk/columns/", {"column": ["region"]})

    assert User.objects.get(pk=world.officer.user.pk).preferences == {"order": 3, "desk_columns": ["region"]}
    assert headings(desk(world.approver).get("/desk/")) == ["事项", "状态", "条件预检"]


def test_the_menu_says_how_many_wait(world, desk):
    world.walk_to("submitted")

    page = desk(world.officer).get("/desk/").content.decode()

    assert '<span>我的待办</span><b class="cnt hot">1</b>' in page


# --- Views under a name ------------------------------------------------------------------------------------------
def test_a_view_is_kept_under_a_name_and_deleted(world, desk):
    browser = desk(world.officer)

    answer = browser.post("/desk/views/", {"name": "急件", "query": "due=today&after=1-2&evil=1"})
    views = browser.get("/desk/").context["views"]
    assert answer["Location"] == "/desk/?due=today"
    assert [(view.name, view.query) for view in views] == [("急件", "due=today")]

    browser.post("/desk/views/", {"delete": "急件", "query": ""})
    assert browser.get("/desk/").context["views"] == []


def test_a_view_leaves_other_preferences_alone(world, desk):
    User.objects.filter(pk=world.officer.user.pk).update(preferences={"order": 3})

    desk(world.officer).post("/desk/views/", {"name": "急件", "query": "due=today"})

    assert User.objects.get(pk=world.officer.user.pk).preferences["order"] == 3


def test_a_view_without_a_name_is_refused_in_words(world, desk):
    answer = desk(world.officer).post("/desk/views/", {"name": " ", "query": ""})

    assert answer.status_code == 422
    assert "给视图起个名字" in answer.content.decode()
