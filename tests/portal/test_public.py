"""The front page, programs and the self-test, progress, help, the way home, and what goes wrong."""

from __future__ import annotations

import datetime as dt
import logging
import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.actors import Actor
from accounts.models import Organization
from accounts.roles import Role
from accreditation import rules
from accreditation.models import Accreditation, Program, Round
from accreditation.procedures.application import ProviderApplication
from core import clock
from core.findings import Finding
from portal.correlation import CorrelationFilter
from portal.home import home_of
from portal.public import progress, selftest
from portal.public.figures import figures
from tests.factories import USCCS, World, add_clients, add_trade, body, draft, person, program
from workflow.errors import Conflict, NotMet

MONDAY = dt.datetime(2026, 3, 2, 10)


def words(page: str) -> str:
    """What is read on a page, without the spaces that only the source has."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page))


# --- The front page -----------------------------------------------------------------------------------------


def test_the_front_page_tells_what_is_open_posted_and_achieved(client, world):
    with clock.travel(MONDAY):
        world.walk_to("publicity")
        page = words(client.get("/").content.decode())

    for told in (
        "正在受理", "常年受理", "服务省内企业30家以上、近一年业务量5000万元以上", world.company.name, "03-02至03-09",
        "还剩5个工作日", "有效认定企业0家", "从受理到办结—", "统计口径",
    ):  # fmt: skip
        assert told in page


def test_the_front_page_asks_the_database_little(client, world, django_assert_max_num_queries):
    world.walk_to("publicity")
    client.get("/")

    with django_assert_max_num_queries(4):
        client.get("/")


@pytest.mark.clause("SX-58")
@pytest.mark.parametrize(
    ("opens", "closes", "told"),
    [
        (dt.date(2026, 2, 1), dt.date(2026, 3, 6), "还有4个工作日"),
        (dt.date(2026, 3, 9), None, "2026年3月9日起受理"),
        (dt.date(2026, 1, 1), dt.date(2026, 2, 27), "日期尚未公布"),
    ],
)
def test_the_card_tells_the_round_and_the_days_left(client, db, opens, closes, told):
    Round.objects.update(name="2026 年第一批", opens_on=opens, closes_on=closes)

    with clock.travel(MONDAY):
        assert told in words(client.get("/").content.decode())


@pytest.mark.clause("SX-24")
def test_the_card_says_when_the_document_has_run_out(client, db):
    with clock.travel(dt.datetime(2030, 4, 17, 23, 59)):
        assert "正在受理" in client.get("/").content.decode()
    with clock.travel(dt.datetime(2030, 4, 18)):
        assert "依据文件已到期" in client.get("/").content.decode()


@pytest.mark.clause("SX-24")
def test_nobody_is_led_to_apply_under_a_document_that_has_run_out(client, db):
    """Given a measure that was replaced beside the present one, then only the one in force is offered, and the other explained."""
    offer, now = "开始申报", program()
    Program.objects.create(
        code="former", name="省级外贸综合服务企业认定（原办法）", title_name=now.title_name, province=now.province,
        document_number="晋商贸〔2018〕148号", facts_name=now.facts_name, effective_on=dt.date(2019, 1, 1),
        last_day=dt.date(2025, 4, 17),
    )  # fmt: skip

    with clock.travel(dt.datetime(2026, 3, 2)):
        front = words(client.get("/").content.decode())
        old = words(client.get("/programs/former/").content.decode())

    assert (front.count(offer), "依据文件已到期" in front) == (1, False)
    assert offer not in old and "不再受理新的申请" in old


def test_figures_are_counted_from_the_register(world):
    with clock.travel(MONDAY):
        accredited = world.walk_to("accredited", world.ready(clients=31, amount=Decimal(123_000_000)))
    with clock.travel(dt.datetime(2026, 3, 31)):
        add_trade(accredited, amount=Decimal(999_000_000))  # nobody has verified this one
        counted = {figure.label: (figure.value, figure.unit) for figure in figures()["figures"]}

    assert counted == {
        "有效认定企业": ("1", "家"),
        "服务省内外贸企业": ("31", "家"),
        "近 12 个月业务量": ("1.2", "亿元"),
        "从受理到办结": ("6", "个工作日"),
    }


def test_figures_are_counted_anew_at_most_once_a_minute(world, django_assert_num_queries):
    figures()

    with django_assert_num_queries(0):
        figures()
    cache.clear()
    assert figures()["figures"][0].value == "0"


def test_the_tabs_lead_to_their_own_search_without_a_script(client, db):
    actions = [
        re.search(r'<form class="bigs" role="search" action="([^"]+)"', client.get(f"/?find={tab}").content.decode())[1]
        for tab in ("register", "verify", "progress", "nonsense")
    ]  # fmt: skip

    assert actions == ["/register/", "/v/", "/progress/", "/register/"]


# --- Programs and the self-test ---------------------------------------------------------------------------------

GOOD = {
    "office": "140100", "platform": "own", "team": "1", "services": ["报关", "报检", "物流", "退税", "结汇"], "contracts": "yes",
    "clients": "30", "volume": "5000",
}  # fmt: skip


def answered(client, **changes) -> str:
    return client.post("/programs/sx-provider/check/", GOOD | changes).content.decode()


def test_the_program_page_goes_in_the_fixed_order(client, db):
    page = client.get("/programs/sx-provider/").content.decode()

    assert re.findall(r'<h2 id="h-\w+">(.*?)</h2>', page) == [
        "能不能办",
        "要交什么",
        "怎么办",
        "多久",
        "依据",
    ]
    assert len(re.findall(r'<div class="task">', page)) == 10


def test_templates_of_the_two_tables_can_be_had(client, db):
    for table in ("clients", "trade"):
        assert client.get(f"/programs/sx-provider/templates/{table}.xlsx").content.startswith(b"PK")
    assert client.get("/programs/sx-provider/templates/else.xlsx").status_code == 404
    assert client.get("/programs/no-such/").status_code == 404


def test_whoever_reports_enough_is_told_so_and_that_the_review_decides(client, db):
    page = words(answered(client))

    assert "自报的各项都达到" in page
    assert "达到10项，未达到0项，由审核人员判断6项" in page
    assert "以审核认定为准" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"clients": "29"}, "还差1家。"),
        ({"volume": "4999.999999"}, "还差0.000001万元。"),
        ({"office": "none"}, "先在省内设立主要办事机构或工作服务点"),
        ({"platform": "unauthorised"}, "先取得第三方平台的授权证明"),
        ({"services": ["报关", "报检", "物流", "退税"]}, "还缺：结汇。"),
        ({"team": "0"}, "至少要有1名专业服务人员"),
        ({"contracts": "no"}, "先与委托客户签订合同"),
        ({"violations": ["税务"]}, "税务有记录"),
        ({"listings": ["失信企业"]}, "失信企业有记录"),
        ({"downgraded": ["信用等级"]}, "信用等级有记录"),
    ],
)
def test_what_is_not_met_is_told_with_what_to_do(client, db, changes, sentence):
    page = words(answered(client, **changes))

    assert "还有1项没有达到" in page
    assert sentence in page


@pytest.mark.clause("SX-37", "SX-38")
@pytest.mark.parametrize(("clients", "amount"), [(29, "49999999.99"), (30, "50000000.00")])
def test_the_self_test_and_the_rules_say_the_same(world, clients, amount):
    application = draft(world.company, world.applicant)
    add_clients(application, USCCS[:clients])
    record = add_trade(application, amount=Decimal(amount))
    record.verified_by, record.verified_at = world.officer.user, clock.now()
    record.save()
    said = selftest.findings(
        {
            "office": "140100", "platform": "own", "team": 1, "services": [], "contracts": True, "violations": [],
            "listings": [], "downgraded": [], "clients": clients, "volume": Decimal(amount) / 10_000,
        },
        application.program, clock.today(),
    )["C4"][1:]  # fmt: skip
    judged = [rules.serves_enough_enterprises(application), rules.trade_volume_reached(application)]

    assert [(f.clause, f.code, f.ok, f.measured, f.required) for f in said] == [
        (f.clause, f.code, f.ok, f.measured, f.required) for f in judged
    ]


def test_the_self_test_judges_under_the_clauses_of_the_rules(world):
    application = draft(world.company, world.applicant)
    said = selftest.findings(
        {
            "office": "none", "platform": "none", "team": 0, "services": [], "contracts": False, "violations": [],
            "listings": [], "downgraded": [], "clients": 0, "volume": Decimal(0),
        },
        application.program, clock.today(),
    )  # fmt: skip

    assert {c: [(f.clause, f.code) for f in found] for c, found in said.items()} == {
        c: [(f.clause, f.code) for f in found] for c, found in rules.conditions(application).items()
    }


def test_figures_that_are_none_are_asked_again(client, db):
    answer = client.post("/programs/sx-provider/check/", GOOD | {"clients": "三十", "volume": "-1"})

    assert answer.status_code == 422
    assert "<title>错误：" in answer.content.decode()


# --- Progress ---------------------------------------------------------------------------------------------------


def looked_up(client, reference: str, code: str) -> str:
    return words(client.post("/progress/", {"reference": reference, "code": code}).content.decode())


def test_two_facts_show_how_far_a_case_is(client, world):
    application = world.walk_to("initial_review")

    page = looked_up(client, application.reference.lower(), world.company.uscc[-6:].lower())

    assert "现在的情况市级初审中" in page
    assert "现在由谁办太原市商务局" in page
    assert "李慧" not in page


def test_a_wrong_half_gets_the_same_answer_whichever_it_is(client, world):
    application = world.walk_to("submitted")
    wrong = [(application.reference, "AAAAAA"), ("WZ14-2099-0001", world.company.uscc[-6:])]

    pages = [looked_up(client, *pair) for pair in wrong]

    assert all("没有查到" in page for page in pages)
    assert application.title not in pages[0]


def test_every_state_has_public_words_and_none_that_are_only_the_partys():
    assert set(progress.PUBLIC) == {state.value for state in ProviderApplication.State}
    for _step, _look, told in progress.PUBLIC.values():
        assert not re.search("不予|拟不|核查材料|虚假", str(told))


def test_what_is_considered_against_an_enterprise_is_not_told(client, world):
    application = world.walk_to("publicity")
    ProviderApplication.objects.filter(pk=application.pk).update(state="prior_notice", came_from="decision")

    page = looked_up(client, application.reference, world.company.uscc[-6:])

    assert "办理中，已通知企业" in page
    assert "不予" not in page.partition("办件进度查询")[2]


def test_looking_up_is_limited(client, db, at):
    with at("2026-03-02 09:00"):
        answers = [
            client.post("/progress/", {"reference": "X", "code": "AAAAAA"}).status_code for _ in range(31)
        ]

    assert answers == [200] * 30 + [429]


# --- Law, help --------------------------------------------------------------------------------------------------


@pytest.mark.clause("SX-01", "SX-25")
def test_anybody_opens_the_document_and_reads_its_six_issuers(client, db):
    page = client.get("/law/SX/").content.decode()

    issuers = re.findall(r"<li>(.*?)</li>", re.search(r'id="issuers">(.*?)</ul>', page)[1])
    assert issuers == [
        "山西省商务厅", "山西省地方金融管理局", "中国人民银行山西省分行", "中华人民共和国太原海关",
        "国家税务总局山西省税务局", "国家外汇管理局山西省分局",
    ]  # fmt: skip
    for told in ("晋商规〔2025〕3号", "2025 年 4 月 18 日", "2030 年 4 月 17 日（含当日）", "主动公开"):
        assert told in page
    assert Organization.objects.filter(name__in=issuers).count() == 6


@pytest.mark.clause("SX-24")
def test_the_document_it_replaced_is_marked_as_abolished(client, db):
    page = words(client.get("/law/").content.decode())

    assert "《关于促进外贸综合服务企业发展的实施意见》废止文号晋商贸〔2018〕148号" in page


@pytest.mark.clause("SX-02", "SX-03")
def test_help_explains_what_such_an_enterprise_is(client, db):
    page = client.get("/help/").content.decode()

    assert "报关、报检、物流、退税、结汇、信保、国际市场开拓、品牌推广、国际体系认证" in page
    assert "协助办理融资" in page
    assert "进出口专业服务、互联网技术应用、大数据分析处理能力和内部风险防控体系" in page


def test_help_counts_a_limit_as_the_calendar_does(client, db):
    with clock.travel(dt.datetime(2026, 9, 30, 10)):
        page = words(client.get("/help/").content.decode())

    assert "今天（2026-09-30）受理，15个工作日的时限到2026-10-2724时止" in page


def test_pages_of_words_open(client, db):
    for address in (
        "/accessibility/", "/help/processes/Objection/", "/programs/", "/v/", "/objections/", "/robots.txt",
        "/.well-known/security.txt",
    ):  # fmt: skip
        assert client.get(address).status_code == 200, address
    assert client.get("/help/processes/Nothing/").status_code == 404
    assert client.get("/favicon.ico").headers["Location"].endswith("img/favicon.svg")


# --- The way home -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("department", "role", "home"),
    [
        ("140100-COMMERCE", Role.CITY_OFFICER, "/desk/"),
        ("SX-COMMERCE", Role.PROV_APPROVER, "/desk/"),
        ("SX-CUSTOMS", Role.DEPARTMENT, "/opinions/"),
    ],
)
def test_everybody_comes_home_to_their_own_work(client, db, department, role, home):
    client.force_login(person("", body(department), role).user)

    assert client.get("/home/").headers["Location"] == home


def test_enterprises_and_visitors_come_home_too(client, world: World):
    assert client.get("/home/").headers["Location"] == "/"
    client.force_login(world.applicant.user)
    assert client.get("/home/").headers["Location"] == "/my/"


def test_administrators_come_home_to_the_admin():
    assert home_of(Actor(Role.AUDIT_ADMIN)) == "/admin/"


# --- What goes wrong --------------------------------------------------------------------------------------------


def test_a_missing_page_has_words_and_a_number(client, db):
    answer = client.get("/nothing/here/")
    page = answer.content.decode()

    assert answer.status_code == 404
    assert "没有这个页面" in page
    assert answer.headers["X-Request-ID"] in page


def test_a_form_from_elsewhere_is_refused_in_words(db):
    answer = Client(enforce_csrf_checks=True).post("/progress/", {})

    assert answer.status_code == 403
    assert "页面已过期，没有提交" in answer.content.decode()


def test_a_foreign_host_gets_a_page_without_secrets(db):
    answer = Client(headers={"Host": "evil.example"}).get("/")

    assert answer.status_code == 400
    assert "这次请求没有被接受" in answer.content.decode()
    assert "evil" not in answer.content.decode()


def test_a_zero_byte_is_refused_wherever_it_stands(client, db):
    answers = [client.get("/home/", headers={"cookie": r'sessionid="\000abcdefgh"'})]
    answers += [client.get(path) for path in ("/register/?q=a%00b", "/register/?a%00b=1", "/notices/%00/")]
    answers += [client.post("/progress/", {"reference": "WZ\0", "code": "123456"})]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert all("这次请求没有被接受" in answer.content.decode() for answer in answers)


def test_our_own_mistake_is_told_without_asking_the_database(db, monkeypatch, caplog):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("geheim")

    monkeypatch.setattr("portal.public.front.figures", broken)
    answer = Client(raise_request_exception=False).get("/")
    page = answer.content.decode()

    assert answer.status_code == 500
    assert "系统出错，这一步没有办成" in page
    assert answer.headers["X-Request-ID"] in page
    assert "geheim" not in page


def test_a_line_of_the_log_carries_the_number_of_its_request():
    line = logging.LogRecord("x", logging.INFO, __file__, 1, "words", None, None)

    assert CorrelationFilter().filter(line) is True
    assert line.correlation == "-"


@pytest.mark.parametrize(
    ("refusal", "status", "told"),
    [
        (Conflict("李慧已于 10:02 受理，请刷新后再办。"), 409, "李慧已于 10:02 受理，请刷新后再办。"),
        (NotMet([Finding("SX-37", False, 29, 30, "还差 1 家。")]), 422, "还差 1 家。"),
    ],
    ids=["conflict", "not met"],
)
def test_a_refusal_a_view_lets_through_becomes_a_page(client, db, monkeypatch, refusal, status, told):
    def refuses(*_args, **_kwargs):
        raise refusal

    monkeypatch.setattr("portal.public.front.figures", refuses)
    answer = client.get("/")

    assert answer.status_code == status
    assert told in answer.content.decode()
    assert "接下来怎么办" in answer.content.decode()


def test_titles_are_what_the_figures_count(world):
    with clock.travel(MONDAY):
        world.walk_to("accredited")
    with clock.travel(dt.datetime(2029, 6, 1)):
        assert figures()["figures"][0].value == "0"
        assert Accreditation.objects.get().state == "active"  # the sweep has not come to it, the calendar has


def test_an_officer_reads_the_public_pages_as_everybody(client, world):
    client.force_login(world.officer.user)

    assert client.get("/").status_code == 200
