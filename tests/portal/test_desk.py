"""The desk as its users meet it: what stands in the queue, what bulk does, who is told there is nothing."""

import datetime as dt
import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from accreditation.models import ConditionSummary, ProviderApplication
from core import clock
from publicity.models import Objection
from tests.factories import draft, enterprise, fill, person, program
from workflow import holding
from workflow.cases import Case
from workflow.perform import perform
from workflow.preparing import countersign, propose
from workflow.relations import Relation

MOST_BYTES = 40 * 1024


@pytest.fixture
def desk(client):
    """The portal as somebody sees it: `desk(actor).get("/desk/")`."""

    def signed_in(actor):
        client.force_login(actor.user)
        return client

    return signed_in


def waiting(world, numbers):
    """Rows to be counted, not worked on: each stands in the queue of Taiyuan without having walked there."""
    for number in numbers:
        due = clock.now() + dt.timedelta(days=number + 1)
        case = ProviderApplication(
            kind="ProviderApplication",
            reference=f"WZ14-2099-{number:04d}",
            title=f"太原第{number}外贸综合服务有限公司",
            state="submitted",
            applicant=world.company,
            program=program(),
            holder_organization=world.taiyuan,
            holder_role=Role.CITY_OFFICER,
            due_at=due,
            queue_at=due,
        )
        case.save(force_insert=True)
        case.add_party(Relation.CITY, world.taiyuan)
        ConditionSummary.objects.create(
            application=case, marks="man ok man no", findings={}, measured_at=clock.now()
        )


def measured(browser, path):
    """How many reads a page takes and how long it is, once it has been seen before."""
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(path)
    assert page.status_code == 200
    return len(queries), len(page.content)


def filed(world, name):
    """Another enterprise's application, filed with Taiyuan."""
    firm = enterprise(name)
    handler, representative = person("", firm, Role.APPLICANT), person("", firm, Role.LEGAL_REP)
    application = draft(firm, handler)
    fill(application)
    countersign(application, "submit", actor=representative, statement="真实有效。")
    return perform(application, "submit", actor=handler)


def ticked(*cases):
    """The value of a row's checkbox: the case, in the version it is shown in."""
    return [f"{case.pk}.{case.version}" for case in cases]


# --- The queue ------------------------------------------------------------------------------------------------
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


# --- Several at once -----------------------------------------------------------------------------------------------
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


# --- The case ----------------------------------------------------------------------------------------------------------
TABS = ["", "?tab=materials", "?tab=opinions", "?tab=history", "?tab=notices", "?tab=notes"]


@pytest.mark.parametrize("tab", TABS)
def test_a_case_page_keeps_within_ten_reads(world, desk, tab):
    application = world.walk_to("recommendation")

    for reader in (world.officer, world.approver):
        reads, size = measured(desk(reader), f"/desk/cases/{application.reference}/{tab}")
        assert reads <= 10
        assert size <= MOST_BYTES


@pytest.mark.parametrize(
    "path", ["", "review/", "review/audit_report/", "correction/", "decide/", "hand-over/"]
)
def test_another_city_is_told_there_is_no_such_case(world, desk, path):
    application = world.walk_to("initial_review")
    browser = desk(world.datong_officer)

    theirs = browser.get(f"/desk/cases/{application.reference}/{path}")
    nobodys = browser.get(f"/desk/cases/WZ14-2026-9999/{path}")

    assert (theirs.status_code, nobodys.status_code) == (404, 404)


def test_notes_are_read_by_ones_own_body_alone(world, desk):
    application = world.walk_to("provincial_evaluation")
    holding.add_note(application, actor=world.officer, text="电话核实过。")

    own = desk(world.officer).get(f"/desk/cases/{application.reference}/?tab=notes").content.decode()
    above = desk(world.prov_officer).get(f"/desk/cases/{application.reference}/?tab=notes").content.decode()

    assert "电话核实过。" in own
    assert "电话核实过。" not in above


def test_the_page_offers_what_one_may_take_and_what_one_may_prepare(world, desk):
    application = world.walk_to("submitted")

    page = desk(world.officer).get(f"/desk/cases/{application.reference}/")

    assert [one["step"].name for one in page.context["steps"]] == [
        "accept",
        "request_correction",
        "open_inquiry",
    ]
    assert [one["step"].name for one in page.context["prepares"]] == ["reject_acceptance"]


def test_a_case_is_taken_and_given_back(world, desk):
    application = world.walk_to("submitted")
    browser = desk(world.officer)

    browser.post(f"/cases/{application.reference}/claim/")
    application.refresh_from_db()
    assert application.claimed_by == world.officer.user

    browser.post(f"/cases/{application.reference}/release/")
    application.refresh_from_db()
    assert application.claimed_by is None


def test_a_notice_is_opened_by_parties_only(world, desk):
    application = world.walk_to("initial_review")
    notice = application.notices.filter(kind="acceptance").get()
    path = f"/desk/cases/{application.reference}/notices/{notice.pk}/"

    stranger = desk(world.datong_officer).get(path)
    party = desk(world.officer).get(path)

    assert stranger.status_code == 404
    assert (party["Content-Type"], party.content[:5]) == ("application/pdf", b"%PDF-")


# --- Steps: stale, twice, four eyes ------------------------------------------------------------------------------------
def test_a_stale_page_moves_nothing_and_keeps_what_was_typed(world, desk):
    application = world.walk_to("peer_consultation")
    world.walk(application, "answer_all")
    typed = {"summary": "各部门均无不同意见，拟予推荐。", "version": application.version - 1, "key": "k"}

    page = desk(world.officer).post(f"/cases/{application.reference}/steps/close_consultation/", typed)

    told = page.content.decode()
    assert page.status_code == 409
    assert typed["summary"] in told
    assert f'name="version" value="{application.version}"' in told
    assert Case._default_manager.get(pk=application.pk).state == "peer_consultation"


@pytest.mark.parametrize("defects", ['{"a":"\\ud800"}', "9" * 5_000, "[" * 50_000, "no list"])
def test_a_list_that_nobody_can_read_comes_back_as_it_was_typed(world, desk, defects):
    application = world.walk_to("submitted")

    answer = desk(world.officer).post(
        f"/cases/{application.reference}/steps/request_correction/", {"defects": defects}
    )  # fmt: skip

    assert answer.status_code == 422
    assert defects in html.unescape(answer.content.decode())


def test_the_same_form_posted_twice_acts_once(world, desk):
    application = world.walk_to("submitted")
    browser, sent = desk(world.officer), {"version": application.version, "key": "one-key"}

    answers = [browser.post(f"/cases/{application.reference}/steps/accept/", sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert application.ledger.filter(step="accept").count() == 1


def test_a_step_of_somebody_else_is_not_found(world, desk):
    application = world.walk_to("submitted")

    for actor in (world.datong_officer, world.prov_officer):
        answer = desk(actor).post(f"/cases/{application.reference}/steps/accept/", {})
        assert answer.status_code == 404


def test_the_officer_prepares_and_the_approver_confirms_with_the_password(world, desk):
    application = world.walk_to("submitted")
    reject = f"/cases/{application.reference}/steps/reject_acceptance/"
    said = {"ground": "outside_round", "right_body": "", "reason": "现在不在申报批次期间，依规不予受理。"}
    world.approver.user.set_password("a-long-enough-word")
    world.approver.user.save()

    desk(world.officer).post(reject, said)
    browser = desk(world.approver)
    shown = browser.get(reject)
    assert shown.context["form"].initial == said
    assert shown.context["proposal"].prepared_by == world.officer.user
    without = browser.post(reject, said)
    wrong = browser.post(reject, said | {"password": "not-the-word"})
    assert (without.status_code, wrong.status_code) == (422, 422)
    assert Case._default_manager.get(pk=application.pk).state == "submitted"

    browser.post(reject, said | {"password": "a-long-enough-word"})

    entry = application.ledger.last()
    assert (entry.step, entry.prepared_by, entry.person) == (
        "reject_acceptance", world.officer.user.person, world.approver.user.person,
    )  # fmt: skip


def test_what_one_prepared_one_cannot_approve(world, desk):
    both = person("赵一人", world.taiyuan, Role.CITY_OFFICER, Role.CITY_APPROVER)
    both.user.set_password("a-long-enough-word")
    both.user.save()
    application = world.walk_to("submitted")
    perform(application, "accept", actor=both)
    propose_path = f"/cases/{application.reference}/steps/close_inquiry/"
    perform(application, "open_inquiry", actor=both, fact="合同签名前后不一致。", source="来信")

    answer = desk(both).post(
        propose_path, {"is_founded": "no", "finding": "经核对，签名为同一人所签，线索不属实。"}
    )

    assert answer.status_code == 422
    assert application.inquiries.get().closed_at is None


def test_what_one_body_prepared_another_does_not_read(world, desk):
    application = world.walk_to("provincial_evaluation")
    perform(application, "open_inquiry", actor=world.officer, fact="合同签名前后不一致。", source="来信")
    propose(
        application, "close_inquiry", actor=world.officer, is_founded="no", finding="经核对，签名为同一人所签。"
    )  # fmt: skip
    path = f"/cases/{application.reference}/steps/close_inquiry/"

    own, others = (desk(actor).get(path) for actor in (world.approver, world.prov_approver))

    assert "签名为同一人所签" in own.content.decode()
    assert others.status_code == 200
    assert "签名为同一人所签" not in others.content.decode()


def test_the_approver_returns_what_was_prepared_with_a_note(world, desk):
    application = world.walk_to("submitted")
    proposal = propose(
        application, "reject_acceptance", actor=world.officer,
        ground="outside_round", right_body="", reason="现在不在申报批次期间，依规不予受理。",
    )  # fmt: skip
    back = f"/cases/{application.reference}/steps/reject_acceptance/return/"

    assert desk(world.officer).post(back, {"note": "请补充依据条款。"}).status_code == 404
    assert desk(world.approver).post(back, {"note": ""}).status_code == 422
    desk(world.approver).post(back, {"note": "请补充依据条款。"})

    proposal.refresh_from_db()
    assert (proposal.settled_at is not None, proposal.returned_note) == (True, "请补充依据条款。")
    page = desk(world.officer).get(f"/desk/cases/{application.reference}/").content.decode()
    assert "请补充依据条款。" in page


# --- Objections --------------------------------------------------------------------------------------------------------
@pytest.mark.clause("AMB-G06")
def test_an_objection_names_its_author_to_the_handlers_and_takes_the_other_side_down(world, desk):
    application = world.walk(world.walk_to("publicity"), "object")
    objection = Objection.objects.get(root=application)
    page = f"/desk/cases/{objection.reference}/"
    browser = desk(world.other_prov_officer)

    assert "周平" in browser.get(page).content.decode()
    assert "周平" not in browser.get("/desk/objections/").content.decode()
    assert "周平" not in browser.get(f"/desk/cases/{application.reference}/?tab=opinions").content.decode()
    assert desk(world.officer).get(page).status_code == 404

    desk(world.other_prov_officer).post(f"/cases/{objection.reference}/steps/admit/", {})
    assert browser.post(f"{page}heard/", {"text": " "}).status_code == 422
    browser.post(f"{page}heard/", {"text": "企业称数量属实，可提供合同。"})

    objection.refresh_from_db()
    assert objection.hearing_record == "企业称数量属实，可提供合同。"


@pytest.mark.parametrize("text", ["", "企业称数量属实，可提供合同。"])
def test_only_an_objection_has_another_side_to_take_down(world, desk, text):
    application = world.walk_to("publicity")

    answer = desk(world.prov_officer).post(f"/desk/cases/{application.reference}/heard/", {"text": text})

    assert answer.status_code == 404


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
