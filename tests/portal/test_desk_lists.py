"""Beside the queue: lists, the export, the quick look and the search box."""

import pytest

from tests.portal.cases import measured, waiting
from workflow.cases import Case
from workflow.perform import perform


# --- Lists, export, quick look ---------------------------------------------------------------------------------------
def test_lists_show_own_cases_and_cost_the_same_however_long(world, desk):
    application = world.walk_to("initial_review")
    browser = desk(world.officer)
    few = measured(browser, "/desk/cases/")
    waiting(world, range(20))

    many = measured(browser, "/desk/cases/")

    assert many[0] == few[0] <= 6
    done = browser.get("/desk/done/").context["rows"]
    assert [row["case"].reference for row in done] == [application.reference]
    assert desk(world.datong_officer).get("/desk/cases/").context["rows"] == []


def test_a_case_is_found_by_name_number_and_credit_code(world, desk):
    application = world.walk_to("submitted")
    browser = desk(world.officer)

    found = [
        [row["case"].pk for row in browser.get("/desk/cases/", {"text": text}).context["rows"]]
        for text in (application.title[2:6], application.reference, world.company.uscc, "没有这家")
    ]

    assert found == [[application.pk]] * 3 + [[]]


def test_the_board_says_who_was_asked_and_who_answered(world, desk):
    application = world.walk_to("peer_consultation")
    first = application.children.filter(kind="Consultation").first().as_procedure()
    perform(first, "answer", actor=world.department(first.department), opinion="agree", reasons="")

    page = desk(world.officer).get("/desk/consult/?state=answered")

    assert [(row.department, row.opinion) for row in page.context["rows"]] == [(first.department, "agree")]


def test_the_export_repeats_its_filters_and_is_no_formula(world, desk):
    application = world.walk_to("submitted")
    Case._default_manager.filter(pk=application.pk).update(title="=cmd|calc")

    answer = desk(world.officer).get("/desk/export/?state=submitted&who=free")

    told = answer.content.decode()
    assert "状态 已提交待受理；承办人 无人承办" in told
    assert "'=cmd|calc" in told


@pytest.mark.parametrize(
    ("query", "words"), [("state=received", "状态 已收到"), ("kind=Objection&state=draft", "状态 draft")]
)
def test_the_export_names_the_state_of_any_procedure(world, desk, query, words):
    told = desk(world.prov_officer).get(f"/desk/export/?{query}").content.decode()

    assert words in told


def test_the_quick_look_is_a_fragment_for_htmx_and_the_case_for_others(world, desk):
    application = world.walk_to("submitted")
    browser = desk(world.officer)

    part = browser.get(f"/desk/quick/{application.reference}/", headers={"HX-Request": "true"})
    whole = browser.get(f"/desk/quick/{application.reference}/")

    assert "（四）规模与业务量" in part.content.decode()
    assert whole["Location"] == f"/desk/cases/{application.reference}/"


# --- The search box ----------------------------------------------------------------------------------------------------
def test_a_number_leads_to_its_case_and_words_to_the_list(world, desk):
    application = world.walk_to("submitted")

    def leads(actor, text):
        return desk(actor).get("/search/", {"q": text})["Location"]

    assert leads(world.officer, application.reference.lower()) == f"/desk/cases/{application.reference}/"
    assert leads(world.datong_officer, application.reference) == f"/desk/cases/?text={application.reference}"
    assert leads(world.officer, "ZS14-2026-0001") == "/register/?q=ZS14-2026-0001"
    assert leads(world.applicant, application.reference) == f"/my/cases/{application.reference}/"


def test_the_search_box_leads_who_is_not_signed_in_to_the_register(client, db):
    assert client.get("/search/", {"q": "云冈"})["Location"].startswith("/register/?q=")
