"""One application, from an empty draft to a certificate anyone can verify: the real roles, each in a browser.

Draft, pre-check, a list with bad rows mended, signature, filing, correction, consultation with one silent
department, recommendation, joint evaluation, publicity with an objection, decision by two people, certificate,
verification. What people do, they do on the pages; time passes by the clock and the sweep, as in service.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.actors import Actor
from accreditation.models import Accreditation, ProviderApplication
from core import clock
from portal.demo import words
from tests.e2e import papers
from tests.e2e.people import PASSWORD, Office, choose, decide, fill, prepare, take, told, upload
from tests.factories import USCCS, World
from workflow.sweep import sweep
from workflow.verification import verify

FILED_ON, RETURNED_ON, CONSULTED_ON = dt.date(2026, 11, 2), dt.date(2026, 11, 3), dt.date(2026, 11, 4)
# Five working days after the fourth end with the eleventh; the public period runs to the nineteenth.
EVALUATED_ON, OBJECTED_ON, DECIDED_ON = dt.date(2026, 11, 12), dt.date(2026, 11, 16), dt.date(2026, 11, 20)
PEERS_ASKED = "请贵部门就该企业有无违法违规情况提出意见。"
JOINTLY_ASKED = "请就该企业是否符合认定条件提出评定意见。"
REASONS = "经核实，材料齐备，情况属实，符合认定条件，建议予以认定。"


@pytest.fixture
def office(browser: Browser, live_server, committed, settings) -> Iterator[Office]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PUBLIC_ORIGIN = live_server.url
    office = Office(browser, live_server.url)
    yield office
    office.close()


@pytest.fixture
def world(committed) -> World:
    return World()


@pytest.mark.clause(
    "SX-41", "SX-47", "SX-52", "SX-53", "SX-54", "SX-55", "SX-56", "SX-59", "AMB-G06", "AMB-G07"
)
def test_from_an_empty_draft_to_a_verified_certificate(office: Office, world: World, tmp_path):
    with clock.travel(FILED_ON):
        begin_after_the_pre_check(office, world)
        hand_in_the_materials(office, world)
        import_the_list_with_bad_rows(office, world)
        import_the_trade_records(office, world)
        sign(office, world)
        submit(office, world)
    with clock.travel(RETURNED_ON):
        return_for_correction(office, world)
        correct_and_resubmit(office, world)
    with clock.travel(CONSULTED_ON):
        accept_and_review(office, world)
        consult_with_one_silent_department(office, world)
    with clock.travel(EVALUATED_ON):
        sweep()
        recommend(office, world)
        evaluate_jointly(office, world)
        publicise(office, world)
    with clock.travel(OBJECTED_ON):
        receipt = object_as_anybody(office, world)
        answer_the_objection(office, world, receipt)
    with clock.travel(DECIDED_ON):
        sweep()
        accredit(office, world)
        certificate = download_the_certificate(office, world)
        verify_as_anybody(office, world, certificate)

    assert verify()[1] == []
    assert (office.complaints, office.strangers) == (set(), set())


# --- The enterprise -----------------------------------------------------------------------------------------
def begin_after_the_pre_check(office: Office, world: World) -> None:
    page = office.at(world.applicant, "/my/")
    page.get_by_role("link", name="条件自测").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("条件自测")
    for condition in ("条件（一）", "条件（二）", "条件（三）", "条件（四）"):
        expect(page.get_by_role("main")).to_contain_text(condition)
    page.get_by_role("button", name="开始填报").click()
    expect(page.get_by_role("main")).to_contain_text("草稿，尚未提交")


def hand_in_the_materials(office: Office, world: World) -> None:
    """Each of the materials with its files, what is ticked and what is typed, one page leading to the next."""
    files = papers.scans(world.company)
    page = open_task(office, world, "申请报告")
    upload(page, "申请报告", files["申请报告"])
    for part in page.get_by_role("group", name="报告已包含的部分").get_by_role("checkbox").all():
        part.check()
    save_and_go_on(page)

    upload(page, "营业执照", files["营业执照"])
    upload(page, "法人代表身份证复印件", files["法人代表身份证复印件"])
    save_and_go_on(page)

    upload(page, "审计报告", files["审计报告"])
    fill(page, {"会计年度": "2025", "会计师事务所": "晋信达会计师事务所"})
    save_and_go_on(page)

    upload(page, "服务运营流程及证明", files["服务运营流程及证明"])
    for service in page.get_by_role("radio", name="已开展，有流程和证明").all():
        service.check()
    save_and_go_on(page)

    upload(page, "平台功能模块说明及运行情况", files["平台功能模块说明及运行情况"])
    fill(page, {"主要功能模块": "订单管理、报关协同、退税管理", "运行情况": "2019 年上线，注册企业 620 家。"})
    save_and_go_on(page)

    upload(page, "专业服务人员资质及社保参保证明", files["专业服务人员资质及社保参保证明"])
    fill(page, {"第 1 人 姓名": "李明", "第 1 人 岗位": "报关"})
    page.get_by_label("第 1 人 有参保证明").check()
    save_and_go_on(page)

    upload(page, "所服务企业合同（协议）", files["所服务企业合同（协议）"])
    save_and_go_on(page)

    upload(page, "近 12 个月进出口额证明", files["近 12 个月进出口额证明"])
    page.get_by_role("button", name="保存", exact=True).click()
    told(page, "已保存")


def import_the_list_with_bad_rows(office: Office, world: World) -> None:
    page = open_task(office, world, "所服务企业清单")
    page.get_by_role("link", name="上传表格").click()
    page.get_by_label("表格文件").set_input_files(papers.client_list())
    problems = page.get_by_role("alert")
    expect(problems).to_contain_text("有 3 行需要改正")
    expect(problems).to_contain_text("通过的 30 行已保存")

    wrong_digit, wrong_day, no_company = (
        page.get_by_role("row", name=re.compile(f"^{n} 客户")) for n in (32, 33, 34)
    )
    wrong_digit.get_by_role("button", name=f"改成 {USCCS[30]}").click()
    expect(wrong_digit).to_contain_text("已改正")
    wrong_day.get_by_label("合同止").fill("2027-12-31")
    wrong_day.get_by_role("button", name="检查并保存").click()
    expect(wrong_day).to_contain_text("已改正")
    no_company.get_by_role("button", name="删除本行").click()
    expect(no_company).to_have_count(0)
    expect(page.locator("#left")).to_have_text("全部改好了，可以回材料清单。")


def import_the_trade_records(office: Office, world: World) -> None:
    page = open_task(office, world, "进出口额证明")
    page.get_by_role("link", name="上传表格").click()
    page.get_by_label("表格文件").set_input_files(papers.trade_records())
    expect(page.get_by_role("main")).to_contain_text("12 行全部通过")


def sign(office: Office, world: World) -> None:
    page = office.at(world.legal_rep, "/my/cases/")
    page.get_by_role("main").get_by_role("link", name="认定").click()
    page.get_by_role("link", name="核对并签名").first.click()
    page.get_by_label("我已核对全部材料").check()
    page.get_by_label("同意商务主管部门").check()
    page.get_by_label("登录密码").fill(PASSWORD)
    page.get_by_role("button", name="签署申明").click()
    told(page, "已签署")


def submit(office: Office, world: World, step: str = "提交申请") -> None:
    page = office.at(world.applicant, f"/my/cases/{application_of(world).reference}/check/")
    page.get_by_role("button", name=step).click()
    page.get_by_role("dialog").get_by_role("button", name=step).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已提交")


def correct_and_resubmit(office: Office, world: World) -> None:
    page = office.at(world.applicant, "/my/")
    expect(page.get_by_role("main")).to_contain_text("审计报告缺财务报表附注。")
    page = open_task(office, world, "审计报告")
    whole = papers.scan("审计报告（含附注）", world.company, words.audit_report(world.company.name))
    page.get_by_label("放在哪里").select_option(label="替换“审计报告.pdf”，旧版保留")
    upload(page, "审计报告", whole)
    expect(page.get_by_role("main")).to_contain_text("旧版本 1 个")
    page.get_by_role("link", name="补正页").click()
    page.get_by_label("补正说明").fill("已换成含附注的审计报告，附注在第 3 页。")
    page.get_by_role("button", name="保存补正说明").click()
    expect(page.get_by_role("main")).to_contain_text("已补正 1 / 1")

    sign(office, world)
    submit(office, world, "提交补正")


def download_the_certificate(office: Office, world: World) -> str:
    """The certificate's own text, as a reader of the file finds it, without its spaces."""
    page = office.at(world.applicant, "/my/")
    page.get_by_role("link", name="查看证书").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载证书").click()
    with pypdfium2.PdfDocument(download.value.path()) as pdf:
        text = "".join(sheet.get_textpage().get_text_range() for sheet in pdf)
    return "".join(text.split())


# --- The city, and the departments ----------------------------------------------------------------------------
def return_for_correction(office: Office, world: World) -> None:
    page = open_review(office, world.officer, world)
    page.get_by_role("navigation", name="申报材料").get_by_role("link", name="审计报告").click()
    page.get_by_role("radio", name="要补正").first.check()
    page.get_by_label("问题", exact=True).first.fill("审计报告缺财务报表附注。")
    page.get_by_label("怎么改", exact=True).first.fill("补交含附注的完整审计报告，加盖公章。")
    page.get_by_role("button", name="核完，下一项").click()
    page.get_by_role("link", name="一次性告知（1 项）").click()
    expect(page.get_by_role("region", name="通知书预览")).to_contain_text("审计报告缺财务报表附注。")
    page.get_by_role("button", name="发出告知（1 项）").click()
    page.get_by_role("dialog").get_by_role("button", name="发出告知").click()
    told(page, "待补正")


def accept_and_review(office: Office, world: World) -> None:
    take(office.desk(world.officer, world.company.name), "受理")

    page = open_review(office, world.officer, world)
    page.get_by_role("navigation", name="申报材料").get_by_role("link", name="审计报告").click()
    page.get_by_role("radio", name="符合").first.check()
    page.get_by_role("button", name="核完，下一项").click()
    expect(page.get_by_role("link", name="一次性告知", exact=True)).to_be_visible()

    page.get_by_role("link", name="条件和能力").click()
    for verdict in page.get_by_role("radio", name=re.compile("^(符合|具备)$")).all():
        verdict.check()
    for evidence in page.get_by_label("证据", exact=True).all():
        evidence.fill("第 8 项第 1 页")
    page.get_by_role("button", name="保存", exact=True).click()
    told(page, "核实结论已保存")

    search_the_credit_registers(page)
    page.get_by_role("link", name="纸质材料").click()
    page.get_by_role("spinbutton").fill("10")
    page.get_by_role("button", name="保存", exact=True).click()
    told(page, "已登记")

    page.get_by_role("navigation", name="申报材料").get_by_role("link", name="进出口额证明").click()
    page.get_by_role("link", name="逐笔记录").click()
    page.get_by_role("button", name="全部核实").click()
    told(page, "12")


def search_the_credit_registers(page: Page) -> None:
    page.get_by_role("link", name="信用核查").click()
    for item in page.get_by_role("group", name="查询项").get_by_role("checkbox").all():
        item.check()
    page.get_by_role("button", name="保存", exact=True).click()
    told(page, "查询结果已登记")


def consult_with_one_silent_department(office: Office, world: World) -> None:
    page = office.desk(world.officer, world.company.name)
    take(page, "征求同级部门意见", {"征求意见的问题": PEERS_ASKED})
    _silent, *others = departments_asked(world)
    for department in others:
        agree(office, department, PEERS_ASKED)


def recommend(office: Office, world: World) -> None:
    page = office.desk(world.officer, world.company.name)
    expect(page.get_by_role("table", name="部门意见").get_by_text("逾期未复")).to_have_count(1)
    take(page, "汇总意见", {"意见汇总": "四个部门同意，一个部门逾期未复。"})
    prepare(office.record(world.officer, world.company.name), "推荐上报", {"推荐意见": REASONS})
    decide(office.approval(world.approver, world.company.name), "推荐上报")


def agree(office: Office, department: Actor, question: str) -> None:
    page = office.at(department, "/opinions/")
    page.get_by_role("row").filter(has_text=question).get_by_role("link").click()
    choose(page, "意见", "同意")
    page.get_by_role("button", name="提交答复").click()
    told(page, "“复函”已办理")


# --- The province -------------------------------------------------------------------------------------------
def evaluate_jointly(office: Office, world: World) -> None:
    page = office.desk(world.prov_officer, world.company.name)
    take(page, "征求会同部门意见", {"征求意见的问题": JOINTLY_ASKED})
    for department in departments_asked(world):
        agree(office, department, JOINTLY_ASKED)
    page = office.desk(world.prov_officer, world.company.name)
    take(page, "汇总会同意见")

    page.get_by_role("link", name="送审：公示").click()
    page.get_by_label("第 1 人意见").select_option("同意")
    fill(page, {"评定纪要": "经会同评定，一致同意认定。"})
    page.get_by_role("button", name="保存评定记录").click()
    told(page, "评定记录已保存")


def publicise(office: Office, world: World) -> None:
    prepare(office.desk(world.prov_officer, world.company.name), "公示")
    decide(office.approval(world.prov_approver, world.company.name), "公示")


def object_as_anybody(office: Office, world: World) -> str:
    page = office.at(None, "/notices/")
    page.get_by_role("link", name=world.company.name).click()
    expect(page.get_by_role("main")).to_contain_text("至 2026 年 11 月 19 日，至最后一日 24 时止")
    choose(page, "您以什么身份提出", "个人")
    fill(
        page,
        {
            "异议的事实和理由": "该企业服务企业的数量与实际不符，请核查第三项材料。",
            "单位全称或姓名": "周平",
            "电话或邮箱": "13800000000",
        },
    )
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("异议回执")
    return page.url.rstrip("/").rpartition("/")[2]


def answer_the_objection(office: Office, world: World, receipt: str) -> None:
    """By people who took no part in the review; then the case goes back to what is left of its public period."""
    page = office.at(world.other_prov_officer, "/desk/objections/")
    page.locator("#desk-list").get_by_role("link", name=world.company.name).click()
    take(page, "受理核查")
    prepare(page, "异议不成立", {"核查情况与结论": "经逐户电话核实，清单所列企业均有委托，异议不成立。"})
    decide(office.approval(world.other_prov_approver, world.company.name), "异议不成立")

    page = office.at(None, f"/objections/{receipt}/")
    expect(page.get_by_role("main")).to_contain_text("经逐户电话核实")
    take(office.desk(world.prov_officer, world.company.name), "异议处理完毕")


def accredit(office: Office, world: World) -> None:
    page = office.record(world.prov_officer, world.company.name)
    page.get_by_role("link", name="审核材料").click()
    search_the_credit_registers(page)
    page.get_by_role("link", name="返回办件").click()
    prepare(page, "认定", {"决定理由": REASONS})
    decide(office.approval(world.prov_approver, world.company.name), "认定")


# --- Anybody ------------------------------------------------------------------------------------------------
def verify_as_anybody(office: Office, world: World, certificate: str) -> None:
    """The paper in hand says what the register says: number, name, first and last day, and so does the portal."""
    title = Accreditation.objects.get(applicant=world.company)
    assert re.findall(r"证书编号：(ZS14-2026-\d{4})", certificate) == [title.number]
    for words_on_it in (
        world.company.name,
        world.company.uscc,
        "山西省省级外贸综合服务企业",
        "2026年11月20日至2029年11月19日",
    ):
        assert words_on_it in certificate
    (code,) = re.findall(r"核验码：([0-9A-Z]{18})", certificate)

    page = office.at(None, "/v/")
    page.get_by_label("证书编号或核验码").fill(code)
    page.get_by_role("main").get_by_role("button", name="核验").click()
    answer = page.get_by_role("main")
    for registered in (title.number, world.company.name, "2026-11-20 至 2029-11-19", "有效"):
        expect(answer).to_contain_text(registered)


# --- Where things are ---------------------------------------------------------------------------------------
def application_of(world: World) -> ProviderApplication:
    return ProviderApplication.objects.get(applicant=world.company)


def departments_asked(world: World) -> list[Actor]:
    """An official of each department that has been asked and has not answered."""
    asked = application_of(world).children.filter(kind="Consultation", state="pending").order_by("pk")
    return [world.department(child.as_procedure().department) for child in asked]


def open_task(office: Office, world: World, name: str) -> Page:
    """A material of the enterprise's task list."""
    page = office.at(world.applicant, "/my/cases/")
    page.get_by_role("main").get_by_role("link", name="认定").click()
    page.get_by_role("main").get_by_role("link", name=name).first.click()
    return page


def open_review(office: Office, actor: Actor, world: World) -> Page:
    page = office.desk(actor, world.company.name)
    page.get_by_role("link", name="审核材料").click()
    return page


def save_and_go_on(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()
    told(page, "已保存")
    page.get_by_role("link", name="下一项：").click()
    expect(page.locator("#messages")).to_be_empty()
