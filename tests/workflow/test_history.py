"""The history of a case as each reader is told it."""

from __future__ import annotations

from accounts.roles import Role
from publicity.register import file_objection
from tests.factories import person
from workflow import holding
from workflow.history import history


def titles(case, actor):
    return [entry.title for entry in history(case, actor)]


def test_the_newest_comes_first_and_a_step_says_who_and_what(world):
    application = world.walk_to("initial_review")

    newest, first, signed = history(application, world.applicant)

    assert (newest.title, newest.who, newest.tone) == ("受理", f"{world.taiyuan.label} 李慧", "blue")
    assert (first.title, first.who) == ("提交申请", f"{world.company.label} 秦晓东")
    assert first.text.startswith(f"报送{world.taiyuan.name}；批次：")
    assert (signed.title, signed.text) == ("法定代表人签署（提交申请）", "所报材料真实有效。")
    assert signed.who == f"{world.company.label} 王建国"


def test_a_step_that_waits_for_the_enterprise_is_marked(world):
    application = world.walk(world.walk_to("initial_review"), "request_correction")

    newest = history(application, world.applicant)[0]

    assert (newest.title, newest.text, newest.tone) == ("一次性告知补正", "1 项；第 1 次告知", "amber")


def test_answers_of_departments_are_read_by_offices_not_by_the_enterprise(world):
    application = world.walk_to("recommendation")

    assert "复函" in titles(application, world.officer)
    assert "复函" not in titles(application, world.applicant)
    assert "发出征求意见函" not in titles(application, world.officer)


def test_what_colleagues_hand_each_other_is_told_to_their_own_body_only(world):
    application = world.walk_to("submitted")
    holding.claim(application, actor=world.officer)
    application.refresh_from_db()

    assert titles(application, world.officer)[0] == "承办"
    assert "承办" not in titles(application, world.applicant)


def test_internal_notes_are_nobodys_history(world):
    application = world.walk_to("submitted")
    holding.add_note(application, actor=world.officer, text="电话核实过。")

    for actor in (world.applicant, world.officer, world.prov_officer):
        assert "电话核实过。" not in "".join(entry.text for entry in history(application, actor))


def test_an_objector_is_not_named_even_when_signed_in(world):
    application = world.walk_to("publicity")
    objector = person("周平", world.rival, Role.APPLICANT)
    file_objection(
        world.posting(application),
        actor=objector,
        objector_name="周平",
        contact="13800000000",
        facts="该企业服务企业数量与实际不符。",
    )
    application.refresh_from_db()

    for reader in (world.applicant, world.officer, world.prov_officer):
        told = " ".join(f"{entry.who}{entry.text}" for entry in history(application, reader))
        assert "周平" not in told
        assert world.rival.name not in told
    assert history(application, world.applicant)[0].who == "社会公众"


def test_the_title_granted_is_told_with_its_number_and_days(world):
    application = world.walk_to("accredited")

    newest = history(application, world.applicant)[0]

    assert (newest.title, newest.tone) == ("认定", "green")
    assert newest.text.startswith("编号 ZS14-")
    assert "授予称号" not in titles(application, world.applicant)
