"""The account pages in Chromium: a second factor set up and used, accessible and narrow enough for a telephone."""

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from tests.accounts.logins import PASSWORD, code_for
from tests.browser import faults
from tests.factories import body

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("committed")]


def fill_in(page, user, password=PASSWORD):
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()


def test_an_official_sets_up_the_factor_at_the_first_sign_in_and_uses_it_at_the_next(
    live_server, page, settings, login
):
    settings.MFA_REQUIRED_FOR_OFFICIALS = True
    officer = login(body("140100-COMMERCE"), Role.CITY_OFFICER)
    page.goto(f"{live_server.url}/accounts/login/?next=/accounts/profile/")
    fill_in(page, officer, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    assert page.title().startswith("错误：")
    assert faults(page) == []

    fill_in(page, officer)
    page.goto(f"{live_server.url}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("设置动态验证码")
    assert faults(page) == []
    secret = page.locator(".mono.break").inner_text()
    page.get_by_role("textbox", name="手机上的 6 位数字").fill(code_for(secret))
    page.get_by_role("button", name="启用动态验证码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("备用码")
    assert faults(page) == []
    recovery = page.locator("ul.mono li").first.inner_text()

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/?next=/accounts/profile/")
    fill_in(page, officer)
    expect(page.get_by_role("heading", level=1)).to_have_text("输入动态验证码")
    assert faults(page) == []
    page.get_by_role("textbox", name="动态验证码").fill(recovery)
    page.get_by_role("button", name="继续登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的账号")


def test_the_demo_signs_in_with_one_press(live_server, page, settings, login):
    settings.DEMO = True
    officer = login(body("140100-COMMERCE"), Role.CITY_OFFICER, preferences={"demo": 1})
    officer.set_password("waimao-demo-2026")
    officer.save()
    page.goto(f"{live_server.url}/accounts/login/?next=/accounts/profile/")
    assert faults(page) == []

    page.get_by_role("button", name=f"以 {officer.display_name}（市级经办）登录").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("我的账号")
