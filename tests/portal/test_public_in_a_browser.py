"""The public site in Chromium: of use without any script, and on paper. That it is accessible is told in tests/e2e."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from accreditation.models import Accreditation
from core import clock
from publicity.models import Objection
from tests.documents.hostile.pdfs import honest
from tests.factories import World

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("committed")]
TODAY = dt.datetime(2026, 3, 4, 10)


@pytest.fixture
def title(committed) -> Iterator[Accreditation]:
    """In force for half a year."""
    with clock.travel(dt.datetime(2025, 9, 1, 10)):
        World().walk_to("accredited")
    with clock.travel(TODAY):
        yield Accreditation.objects.get()


@pytest.fixture
def posting(committed) -> Iterator[None]:
    """In its first days."""
    with clock.travel(dt.datetime(2026, 3, 2, 10)):
        World().walk_to("publicity")
    with clock.travel(TODAY):
        yield


def test_an_objection_is_lodged_and_taken_back_without_a_script(live_server, browser, posting, tmp_path):
    evidence = tmp_path / "合同首页.pdf"
    evidence.write_bytes(honest())
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="zh-CN"
    )
    tab = context.new_page()
    tab.goto(f"{live_server.url}/notices/?status=posted")
    tab.get_by_role("link", name="关于拟认定").click()

    tab.get_by_role("radio", name="个人").check(force=True)
    tab.get_by_label("选择证据文件").set_input_files(evidence)
    tab.get_by_role("button", name="提交异议").click()
    expect(tab.get_by_role("alert")).to_contain_text("请写明异议的事实和理由。")
    expect(tab.get_by_text("合同首页.pdf").first).to_be_visible()

    tab.get_by_label("异议的事实和理由").fill("该企业所列三家企业已改由我公司代理。")
    tab.get_by_label("单位全称或姓名").fill("郭志远")
    tab.get_by_label("电话或邮箱").fill("13900004412")
    tab.get_by_role("button", name="提交异议").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("异议回执")
    expect(tab.get_by_text("合同首页.pdf").first).to_be_visible()
    tab.get_by_role("button", name="撤回异议").click()
    expect(tab.get_by_text("您已撤回")).to_be_visible()
    context.close()
    assert Objection.objects.get(objector_name="郭志远").state == "retracted"


def test_a_visitor_searches_and_tests_themselves_without_a_script(live_server, browser, title):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    tab = context.new_page()
    tab.goto(live_server.url)
    tab.get_by_label("企业名称或统一社会信用代码").fill("太原")
    tab.get_by_role("button", name="查询").click()
    expect(tab.get_by_role("row")).to_have_count(2)

    tab.goto(f"{live_server.url}/programs/sx-provider/check/")
    tab.get_by_label("省内主要办事机构或工作服务点在哪里").select_option("太原市")
    tab.get_by_label("有社保参保证明的专业服务人员（人）").fill("5")
    tab.get_by_role("radio", name="有", exact=True).check()
    tab.get_by_label("服务的省内进出口企业（家）").fill("29")
    tab.get_by_label("近 12 个月经核准进出口业务量（万元）").fill("6000")
    tab.get_by_role("button", name="看结果").click()
    expect(tab.get_by_role("heading", name="还有 2 项没有达到")).to_be_visible()
    context.close()


def test_a_printed_verification_carries_its_receipt(live_server, page, title):
    page.goto(f"{live_server.url}/register/{title.number}/")
    page.emulate_media(media="print")

    expect(page.get_by_text("核验回执 HY-260304-").first).to_be_visible()
    expect(page.get_by_role("heading", name="证书真实有效")).to_be_visible()
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    expect(page.get_by_role("button", name="打印核验结果")).to_be_hidden()
