"""A case at the desk: who sees it, what one may do with it, and what a form that comes late or twice does."""

import html

import pytest

from accounts.roles import Role
from publicity.models import Objection
from tests.factories import person
from tests.portal.cases import MOST_BYTES, measured
from workflow import holding
from workflow.cases import Case
from workflow.perform import perform
from workflow.preparing import propose

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
