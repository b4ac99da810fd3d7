"""The work queue as its readers meet it: what stands in it, in which order, and at what cost."""

import datetime as dt

import pytest

from core import clock
from tests.portal.cases import MOST_BYTES, measured, waiting
from workflow import holding
from workflow.cases import Case
from workflow.preparing import propose


def test_sixty_cases_cost_as_many_reads_as_three(world, desk):
    browser = desk(world.officer)
    waiting(world, range(3))
    few, _size = measured(browser, "/desk/")
    waiting(world, range(3, 60))

    many, size = measured(browser, "/desk/")

    assert many == few <= 6
    assert size <= MOST_BYTES


def test_the_longest_page_stays_below_forty_kilobytes(world, desk):
    waiting(world, range(60))

    reads, size = measured(desk(world.officer), "/desk/?size=50")

    assert reads <= 6
    assert size <= MOST_BYTES


def test_opinions_are_collected_when_the_last_department_has_answered(world, desk):
    application = world.walk_to("peer_consultation")
    browser = desk(world.officer)
    assert application.title not in browser.get("/desk/?view=collected").content.decode()
    assert "意见已收齐</span>" not in browser.get("/desk/").content.decode()

    world.walk(application, "answer_all")

    assert application.title in browser.get("/desk/?view=collected").content.decode()
    assert "意见已收齐</span>" in browser.get("/desk/").content.decode()


@pytest.mark.clause("AMB-G17")
def test_an_officer_finds_what_can_be_prepared_until_it_is(world, desk):
    application = world.walk_to("recommendation")
    browser = desk(world.officer)
    assert application.title in browser.get("/desk/?view=to_prepare").content.decode()
    assert (
        '<a class="kpi" href="?view=to_prepare"><small>可拟办</small><b>1</b>'
        in browser.get("/desk/").content.decode()
    )

    world.propose(application, "return_to_review", reason="材料核对记录不全，请补齐后再报。")

    assert application.title not in browser.get("/desk/?view=to_prepare").content.decode()


def test_an_approvers_queue_keeps_within_six_reads(world, desk):
    waiting(world, range(3))

    reads, _size = measured(desk(world.approver), "/desk/")

    assert reads <= 6


def test_the_most_urgent_comes_first_and_pages_go_on_where_they_ended(world, desk):
    waiting(world, [5, 1, 3, *range(6, 20)])
    browser = desk(world.officer)

    first = browser.get("/desk/?size=12").context
    second = browser.get(f"/desk/{first['next']}").context
    backwards = browser.get("/desk/?size=12&sort=-left").context

    seen = [row.case.reference for row in [*first["rows"], *second["rows"]]]
    assert seen == [f"WZ14-2099-{number:04d}" for number in (1, 3, 5, *range(6, 20))]
    assert [row.case.reference for row in backwards["rows"]] == list(reversed(seen))[:12]


@pytest.mark.parametrize(
    "query", ["after=x", "after=99999999999999999-1", "size=1000", "sort=name", "due=x", "kind=x", "state=x"]
)
def test_an_address_that_makes_no_sense_shows_a_page(world, desk, query):
    waiting(world, range(2))

    assert desk(world.officer).get(f"/desk/?{query}").status_code == 200
    assert desk(world.officer).get(f"/desk/export/?{query}").status_code == 200


def test_figures_count_and_filter(world, desk):
    waiting(world, range(4))
    Case._default_manager.filter(reference="WZ14-2099-0000").update(
        queue_at=clock.now() - dt.timedelta(days=3)
    )
    browser = desk(world.officer)

    page = browser.get("/desk/?due=overdue")

    figures = {figure["tile"].key: (figure["value"], figure["current"]) for figure in page.context["figures"]}
    assert figures["overdue"] == ("1", True)
    assert figures["all"] == ("4", False)
    assert figures["new"] == ("4", False)
    assert [row.case.reference for row in page.context["rows"]] == ["WZ14-2099-0000"]


def test_more_than_a_hundred_are_not_counted(world, desk):
    waiting(world, range(101))

    page = desk(world.officer).get("/desk/")

    assert page.context["figures"][0]["value"] == "99+"


def test_filters_by_who_took_it_and_by_text(world, desk):
    application = world.walk_to("submitted")
    waiting(world, range(2))
    holding.claim(application, actor=world.officer)
    browser = desk(world.officer)

    mine = browser.get("/desk/?who=me").context["rows"]
    free = browser.get("/desk/?who=free").context["rows"]
    named = browser.get("/desk/?text=第1外贸").context["rows"]

    assert [row.case.reference for row in mine] == [application.reference]
    assert [row.case.reference for row in free] == ["WZ14-2099-0000", "WZ14-2099-0001"]
    assert [row.case.title for row in named] == ["太原第1外贸综合服务有限公司"]


def test_an_empty_queue_says_what_to_do(world, desk):
    browser = desk(world.officer)

    assert "没有待办。" in browser.get("/desk/").content.decode()
    assert "清除筛选" in browser.get("/desk/?due=overdue").content.decode()


def test_an_approvers_empty_queue_leads_to_what_was_prepared(world, desk):
    page = desk(world.approver).get("/desk/").content.decode()

    assert 'href="/desk/?view=proposals">看待我审批的' in page


def test_an_objection_stands_in_the_queue_under_the_name_of_the_enterprise(world, desk):
    world.walk(world.walk_to("publicity"), "object")

    rows = desk(world.other_prov_officer).get("/desk/?kind=Objection").context["rows"]

    assert [row.case.title for row in rows] == [world.company.name]


def test_htmx_gets_the_list_alone(world, desk):
    waiting(world, range(1))

    part = desk(world.officer).get("/desk/", headers={"HX-Request": "true"}).content.decode()

    assert part.lstrip().startswith("<section")
    assert "WZ14-2099-0000" in part


def test_a_decision_prepared_by_the_officer_waits_for_the_approver(world, desk):
    application = world.walk_to("submitted")
    propose(
        application, "reject_acceptance", actor=world.officer,
        ground="outside_round", right_body="", reason="现在不在申报批次期间，依规不予受理。",
    )  # fmt: skip

    page = desk(world.approver).get("/desk/?view=proposals")

    assert [row.case.reference for row in page.context["rows"]] == [application.reference]
    assert {f["tile"].key: f["value"] for f in page.context["figures"]}["proposals"] == "1"


def test_the_queue_of_another_city_shows_nothing_of_it(world, desk):
    world.walk_to("submitted")

    assert desk(world.datong_officer).get("/desk/").context["rows"] == []


def test_a_department_is_led_to_its_letters(world, desk):
    world.walk_to("peer_consultation")
    department = next(iter(world._departments.values()), None) or world.department(
        Case._default_manager.filter(kind="Consultation").first().as_procedure().department
    )

    assert desk(department).get("/desk/")["Location"] == "/opinions/"


@pytest.mark.parametrize("who", ["applicant", None])
def test_no_enterprise_and_nobody_unknown_sees_a_desk(world, client, who):
    if who:
        client.force_login(getattr(world, who).user)

    answers = {
        client.get(path).status_code for path in ("/desk/", "/desk/cases/", "/desk/done/", "/opinions/")
    }

    assert answers == ({404} if who else {302})
