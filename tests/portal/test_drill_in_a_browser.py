"""The drill page in Chromium: accessible, fit for every width, and of use without any script."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from core import clock
from tests.browser import faults
from tests.factories import World

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("committed")]


@pytest.fixture
def filed(committed, settings):
    """A demo on a Monday, with an application whose clock runs until the next."""
    settings.DEMO = True
    clock.start_drill(dt.date(2026, 3, 2))
    world = World()
    return world.walk(world.ready(), "submit")


def test_the_page_is_accessible_and_fits(filed, live_server, page):
    page.goto(f"{live_server.url}/demo/clock/")

    assert faults(page) == []


def test_the_clock_is_moved_without_a_script(filed, live_server, browser):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/demo/clock/")
    page.get_by_label("拨到哪一天").fill("2026-03-20")
    page.get_by_role("button", name="拨到这一天").click()
    expect(page.locator("#messages")).to_contain_text("期间到期自动办理 1 件")
    page.get_by_role("button", name="回到真实时间").click()
    expect(page.locator("#messages")).to_contain_text("演练已结束")
    context.close()
