"""The desk in Chromium: led by the keyboard, and asking once more. That it is accessible is told in tests/e2e."""

import pytest
from playwright.sync_api import expect

from accreditation.models import ProviderApplication
from tests.browser import sign_in
from tests.factories import World
from workflow.preparing import propose

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("committed")]
PASSWORD = "a-long-enough-word"


@pytest.fixture
def world(committed) -> World:
    return World()


@pytest.fixture
def sit_at(live_server, page):
    """The desk as somebody sees it, without typing a password."""

    def as_(actor, path):
        sign_in(page, live_server.url, actor.user)
        page.goto(f"{live_server.url}{path}")
        page.wait_for_load_state("networkidle")
        return page

    return as_


def test_the_queue_is_walked_looked_at_and_chosen_by_keys(world, sit_at):
    application = world.walk_to("submitted")
    page = sit_at(world.officer, "/desk/")
    expect(page.locator("#quick h3")).to_have_text(application.title)

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-chosen]")).to_have_text("已选 1 件")
    page.keyboard.press("Escape")
    expect(page.locator(".bulk")).to_be_hidden()

    page.keyboard.press("f")
    page.get_by_role("link", name="认定申报", exact=True).click()
    expect(page.locator("#live")).to_have_text("已筛选，本页 1 件")
    assert page.url.endswith("/desk/?kind=ProviderApplication")
    expect(page.locator("#list-title")).to_be_focused()
    # Looking at a row must not take the keyboard away from it.
    with page.expect_response("**/desk/quick/**"):
        page.keyboard.press("j")
    expect(page.locator("#quick h3")).to_have_text(application.title)
    expect(page.locator("#desk-list").get_by_role("link", name=application.title)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(application.title)


def test_a_material_is_judged_by_keys_and_saved_as_one_goes(world, sit_at):
    application = world.walk_to("initial_review")
    application.attachments.all().delete()
    page = sit_at(world.officer, f"/desk/cases/{application.reference}/review/audit_report/?file=typed")

    page.keyboard.press("y")
    expect(page.locator("#saved")).to_contain_text("已自动保存")
    page.keyboard.press("n")
    expect(page.locator("#problem-1")).to_be_focused()
    page.keyboard.type("没有事务所签章。n")
    page.keyboard.press("Tab")
    page.keyboard.type("上传有签章的正式审计报告。")
    page.keyboard.press("Tab")
    expect(page.locator("#rv-actions")).to_contain_text("一次性告知（1 项）")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/review/truthfulness_statement/")

    kept = set(application.material_verdicts.values_list("point", "ok", "problem"))
    assert kept == {("year_complete", True, ""), ("auditor_signed", False, "没有事务所签章。n")}


def test_the_approver_is_asked_for_the_password_in_the_dialog(world, sit_at):
    application = world.walk(
        world.walk_to("provincial_evaluation"), "consult_joint", "answer_all", "close_joint", "evaluate"
    )
    propose(application, "publicise", actor=world.prov_officer, content="第一批。")
    world.prov_approver.user.set_password(PASSWORD)
    world.prov_approver.user.save()
    page = sit_at(world.prov_approver, f"/desk/cases/{application.reference}/decide/")

    page.get_by_label("公示说明").fill("第一批，共 1 家。")
    expect(page.locator("#preview")).to_contain_text("第一批，共 1 家。")
    page.get_by_role("button", name="公示", exact=True).click()
    dialog = page.get_by_role("dialog", name="公示？")
    expect(dialog).to_contain_text(application.title)
    dialog.get_by_label("登录密码").fill(PASSWORD)
    dialog.get_by_role("button", name="公示", exact=True).click()

    expect(page.locator("#messages")).to_contain_text("“公示”已办理，本件现为“公示中”。")
    assert ProviderApplication.objects.get(pk=application.pk).state == "publicity"
