"""The public site in Chromium: accessible, fit for every width, quiet, and of use without any script."""

from __future__ import annotations

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from accounts.actors import VISITOR
from accreditation.models import Accreditation
from core import clock
from documents.models import Notice
from publicity.models import Objection
from publicity.register import file_objection
from tests.documents.hostile.pdfs import honest
from tests.factories import Role, World, enterprise, person

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("committed")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDE = (
    "/",
    "/register/",
    "/programs/sx-provider/",
    "/help/",
)  # these are laid out otherwise when there is room
TODAY = dt.datetime(2026, 3, 4, 10)


@pytest.fixture
def site(committed):
    """A title in force, a running posting with an objection to it, and the addresses of every public page."""
    world = World()
    with clock.travel(dt.datetime(2025, 9, 1, 10)):
        world.walk_to("accredited")
    world.company = enterprise("大同恒岳外贸综合服务有限公司")
    world.applicant = person("", world.company, Role.APPLICANT)
    world.legal_rep = person("", world.company, Role.LEGAL_REP)
    with clock.travel(dt.datetime(2026, 3, 2, 10)):
        posting = world.posting(world.walk_to("publicity"))
        objection = file_objection(
            posting, actor=VISITOR, objector_name="周平", contact="13800000000", facts="该企业服务企业数量与实际不符。"
        )  # fmt: skip
    title, certificate = Accreditation.objects.get(), Notice.objects.get(kind="certificate")
    with clock.travel(TODAY):
        yield {
            "/": "外贸综合服务企业认定",
            "/register/": "认定名录",
            f"/register/{title.number}/": "证书真实有效",
            "/v/": "核验证书和文书",
            f"/v/{certificate.verification_code}/": "文书真实有效",
            "/notices/": "公示公告",
            f"/notices/{posting.reference}/": "关于拟认定山西省省级外贸综合服务企业名单的公示",
            f"/notices/{posting.reference}/object/": "关于拟认定山西省省级外贸综合服务企业名单的公示",
            f"/objections/{objection.receipt_code}/": "异议回执",
            "/objections/": "查询异议处理情况",
            "/programs/": "申报项目",
            "/programs/sx-provider/": "省级外贸综合服务企业认定",
            "/programs/sx-provider/check/": "条件自测",
            "/progress/": "办件进度查询",
            "/law/": "政策依据",
            "/law/SX/": "《山西省商务厅等6部门关于进一步促进外贸综合服务企业发展的实施意见》",
            "/law/SX-37/": "服务企业30家以上",
            "/law/AMB-G05/": "公示最短工作日、公示最短自然日",
            "/help/": "办事帮助",
            "/help/processes/ProviderApplication/": "省级外贸综合服务企业认定申请：办理流程",
            "/accessibility/": "无障碍说明",
        }


def faults(page) -> list[tuple[str, str]]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]]


def test_every_page_is_accessible_fits_every_width_and_asks_nobody_else(live_server, page, site):
    strangers: list[str] = []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((live_server.url, "data:")) else strangers.append(request.url)
        ),
    )
    found: dict[str, object] = {}
    for address, heading in site.items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(live_server.url + address)
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        wide = []
        for width in (1440, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(width)
            if width == 390 or (width == 1440 and address in WIDE):
                found |= {f"{address} at {width}": wrong for wrong in [faults(page)] if wrong}
        if wide:
            found[f"{address} too wide"] = wide
    assert found == {}
    assert strangers == []


def test_pages_of_what_went_wrong_are_accessible(live_server, page, complaints, site):
    for address in ("/nothing/", "/register/ZS14-2099-0001/", "/objections/0123/"):
        page.goto(live_server.url + address)
        assert faults(page) == []
        complaints.clear()  # the browser says that the page is missing; so does the page


def test_an_objection_is_lodged_and_taken_back_without_a_script(live_server, browser, site, tmp_path):
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


def test_a_visitor_searches_and_tests_themselves_without_a_script(live_server, browser, site):
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


def test_a_printed_verification_carries_its_receipt(live_server, page, site):
    page.goto(live_server.url + next(address for address in site if address.startswith("/register/ZS")))
    page.emulate_media(media="print")

    expect(page.get_by_text("核验回执 HY-260304-").first).to_be_visible()
    expect(page.get_by_role("heading", name="证书真实有效")).to_be_visible()
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    expect(page.get_by_role("button", name="打印核验结果")).to_be_hidden()
