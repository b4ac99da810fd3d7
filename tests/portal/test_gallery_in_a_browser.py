"""The gallery in Chromium: accessible in every shell, no sideways scrolling, scripts that keep their word."""

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from tests.browser import faults, sign_in
from tests.factories import body, enterprise, person

pytestmark = [pytest.mark.e2e, pytest.mark.urls("tests.portal.gallery_site")]


@pytest.fixture
def officer(committed):
    return person("李慧", body("140200-COMMERCE"), Role.CITY_OFFICER, Role.CITY_APPROVER)


@pytest.mark.parametrize("shell", ["public", "enterprise", "staff", "phone"])
def test_the_gallery_is_accessible_and_fits_every_width(live_server, settings, page, officer, shell):
    settings.DEMO = True
    if shell == "staff":
        sign_in(page, live_server.url, officer.user)
    if shell == "enterprise":
        applicant = person("秦晓东", enterprise(region="140200"), Role.APPLICANT)
        sign_in(page, live_server.url, applicant.user)

    page.goto(f"{live_server.url}/?shell={shell}")

    assert faults(page, but="" if shell == "public" else "#components") == []


def test_large_type_does_not_push_the_page_sideways(live_server, settings, page):
    settings.DEMO = True
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{live_server.url}/")

    page.get_by_role("button", name="大字版").click()

    expect(page.locator("html.big")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.reload()
    expect(page.locator("html.big")).to_have_count(1)


@pytest.fixture
def desk(live_server, page, officer):
    sign_in(page, live_server.url, officer.user)
    page.goto(f"{live_server.url}/desk/")
    return page


def test_a_key_does_what_its_button_does_but_not_while_typing(desk):
    desk.evaluate("document.getElementById('yes').addEventListener('click', () => (window.pressed = true))")

    desk.get_by_label("说明", exact=True).press("y")
    assert desk.evaluate("window.pressed") is None

    desk.evaluate("document.activeElement.blur()")
    desk.keyboard.press("y")
    assert desk.evaluate("window.pressed") is True


def test_a_key_is_left_to_the_input_method_while_it_composes(desk):
    desk.evaluate("document.getElementById('yes').addEventListener('click', () => (window.pressed = true))")
    for choice in ('{key: "y", isComposing: true, bubbles: true}', '{key: "y", keyCode: 229, bubbles: true}'):
        desk.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {choice}))")

    assert desk.evaluate("window.pressed") is None


def test_shortcuts_are_listed_and_can_be_switched_off(desk):
    desk.keyboard.press("?")
    listed = desk.get_by_role("dialog", name="键盘快捷键")
    expect(listed.get_by_text("符合", exact=True)).to_be_visible()

    listed.get_by_label("关闭单键快捷键（本机有效）").check()
    desk.keyboard.press("Escape")
    desk.reload()
    desk.keyboard.press("/")

    assert desk.evaluate("document.activeElement.id") != "global-search"


def test_rows_are_walked_and_chosen_from_the_keyboard(desk):
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("x")

    expect(desk.locator("tr.cur a")).to_have_text("乙")
    expect(desk.locator("[data-chosen]")).to_have_text("已选 1 件")


def test_text_is_saved_after_a_rest_and_says_so(desk):
    desk.get_by_label("说明", exact=True).fill("补齐两个月")

    expect(desk.locator("[data-saved]")).to_have_text("已自动保存：补齐两个月")


def test_leaving_with_unsaved_text_asks_first(desk, complaints):
    desk.route("**/save/", lambda route: route.abort())
    desk.get_by_label("说明", exact=True).press_sequentially("没存上")
    expect(desk.locator("[data-saved]")).to_have_text("网络没有连上，还没有保存。")
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    desk.close(run_before_unload=True)
    desk.wait_for_event("dialog")

    assert asked == ["beforeunload"]
    complaints.clear()  # of the address that could not be reached


def test_an_upload_goes_on_to_the_next_page_or_says_what_was_wrong(desk, complaints):
    desk.get_by_label("材料").set_input_files(
        {"name": "坏.pdf", "mimeType": "application/pdf", "buffer": b"x"}
    )
    expect(desk.locator(".up.bad")).to_contain_text("文件打不开，没有保存。请重新扫描后再传。")
    complaints.clear()  # of the answer 422

    desk.get_by_label("材料").set_input_files(
        {"name": "好.pdf", "mimeType": "application/pdf", "buffer": b"x"}
    )
    expect(desk.get_by_role("heading")).to_have_text("GET")


def test_a_file_over_the_limit_is_not_sent(desk):
    big = {"name": "大.pdf", "mimeType": "application/pdf", "buffer": b"x" * 1_100_000}

    desk.get_by_label("材料").set_input_files(big)

    expect(desk.locator(".up.bad")).to_contain_text("超过 1 MB 的上限，没有上传")


def test_an_act_is_confirmed_before_it_is_sent(desk):
    desk.get_by_role("button", name="送复核", exact=True).click()
    desk.get_by_role("button", name="返回修改").click()
    expect(desk.get_by_role("heading", name="脚本")).to_be_visible()

    desk.get_by_role("button", name="送复核", exact=True).click()
    desk.get_by_role("button", name="确认送复核").click()
    expect(desk.get_by_role("heading")).to_have_text("POST")


def test_the_menu_of_a_phone_opens_without_a_script(browser, live_server, officer):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    tab = context.new_page()
    sign_in(tab, live_server.url, officer.user)
    tab.goto(f"{live_server.url}/desk/")
    expect(tab.get_by_role("link", name="我的待办")).to_be_hidden()

    tab.get_by_label("功能菜单").click()

    expect(tab.get_by_role("link", name="我的待办")).to_be_visible()
    context.close()
