"""The pages of an enterprise in Chromium: mended and saved while one types, signed. That they are accessible is
told in tests/e2e."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from accreditation import imports, sheets
from core import uscc
from tests.browser import sign_in
from tests.factories import World, draft, fill

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("committed")]
GOOD = uscc.generate("140100", 901)
WRONG = GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")
PASSWORD = "a-long-enough-word"
expect.set_options(timeout=30_000)


@pytest.fixture
def world(committed) -> World:
    return World()


@pytest.fixture
def sit_at(live_server, page):
    """A page as somebody sees it, without typing a password."""

    def as_(actor, path):
        sign_in(page, live_server.url, actor.user)
        page.set_default_timeout(60_000)  # a busy machine draws slowly; what is asked of it stays the same
        page.goto(f"{live_server.url}{path}")
        return page

    return as_


def faulty_table() -> SimpleUploadedFile:
    heads = "企业名称,统一社会信用代码,合同编号,合同起,合同止,有无进出口实绩"
    rows = [
        f"太原铸锻有限公司,{code},HT-{n},2026-01-01,2026-12-31,是" for n, code in enumerate((GOOD, WRONG))
    ]
    rows.append(f"武汉纺织有限公司,{uscc.generate('420100', 3)},WW-1,2026-01-01,2026-12-31,是")
    return SimpleUploadedFile("清单.csv", "\n".join([heads, *rows]).encode())


def test_a_row_is_mended_where_it_stands_and_every_figure_follows(world, sit_at):
    application = draft(world.company, world.applicant)
    imports.take(application, world.applicant, sheets.CLIENTS, faulty_table())
    page = sit_at(
        world.applicant, f"/my/cases/{application.reference}/materials/client_list_contracts/import/"
    )
    expect(page.locator("#bad-count")).to_have_text("1")

    page.locator("#r3").get_by_role("button", name="改成").click()

    expect(page.locator("#r3")).to_contain_text("已改正")
    expect(page.locator("#bad-count")).to_have_text("0")
    expect(page.locator("#figure .big-num")).to_have_text("1")
    expect(page.locator("#live")).to_have_text("第 3 行已改正。")
    expect(page.locator("#p3")).to_have_count(0)


def test_what_is_typed_is_saved_without_a_button(world, sit_at):
    application = draft(world.company, world.applicant)
    page = sit_at(world.applicant, f"/my/cases/{application.reference}/materials/audit_report/")

    page.get_by_label("会计师事务所").fill("晋信达会计师事务所")
    expect(page.locator("[data-saved]")).to_contain_text(":")

    page.reload()
    expect(page.get_by_label("会计师事务所")).to_have_value("晋信达会计师事务所")


def test_the_representative_signs_and_the_handler_sends_after_being_asked_once_more(world, sit_at):
    world.legal_rep.user.set_password(PASSWORD)
    world.legal_rep.user.save()
    application = draft(world.company, world.applicant)
    fill(application)
    path = f"/my/cases/{application.reference}/check/"

    page = sit_at(world.legal_rep, path)
    page.get_by_label("我已核对全部材料").check()
    page.get_by_label("同意商务主管部门").check()
    page.get_by_label("登录密码").fill(PASSWORD)
    page.get_by_role("button", name="签署申明").click()
    expect(page.locator("#messages")).to_contain_text("已签署")

    page = sit_at(world.applicant, path)
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("dialog")).to_contain_text("报送太原市商务局")
    page.get_by_role("dialog").get_by_role("button", name="提交申请").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("已提交")


def test_a_button_pressed_while_what_was_typed_is_being_saved_does_not_conflict_with_it(world, sit_at):
    application = draft(world.company, world.applicant)
    page = sit_at(world.applicant, f"/my/cases/{application.reference}/materials/audit_report/")

    def press_before_the_answer_comes(route):
        if "x-autosave" not in route.request.headers:
            return route.continue_()
        answer = route.fetch()
        page.get_by_role("button", name="保存", exact=True).click(no_wait_after=True)
        route.fulfill(response=answer)

    page.route("**/materials/audit_report/", press_before_the_answer_comes)

    page.get_by_label("会计师事务所").fill("晋信达会计师事务所")

    expect(page.locator("#messages")).to_contain_text("已保存")
    expect(page.get_by_label("会计师事务所")).to_have_value("晋信达会计师事务所")
