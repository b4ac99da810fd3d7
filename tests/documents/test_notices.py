"""Official notices: what each must say, when it is served, and what anyone may verify (workflows.md §21)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import SYSTEM
from accreditation import promising
from accreditation.models import Program
from core import calendar, clock
from documents.notices import codes, drawing, issuing, preview, service, verification
from documents.notices.context import IncompleteNotice
from documents.notices.models import Notice
from documents.notices.render import RenderingFailed
from documents.notices.verification import Standing, verify
from publicity.models import Objection
from tests.documents.papers import sizes_of, text_of
from tests.factories import attach
from workflow import outbox
from workflow.errors import InvalidInput, NotYours
from workflow.notices import NoticeKind
from workflow.perform import Context, perform
from workflow.steps import steps_of

POLICY = "《山西省商务厅等6部门关于进一步促进外贸综合服务企业发展的实施意见》（晋商规〔2025〕3号）"
REMEDIES = (
    "如不服本{act}，可以自收到本{act}之日起60日内，依据《中华人民共和国行政复议法》第二十条的规定向{authority}申请行政复议；"
    "也可以自收到本{act}之日起6个月内，依据《中华人民共和国行政诉讼法》第四十六条的规定，直接向有管辖权的人民法院提起行政诉讼。"
)
SERVICE = "本文书通过平台送达：首次打开之日为送达日；发布后3个工作日内未打开的，期满之日视为送达"
MONDAY = dt.datetime(2026, 11, 23, 10, 0)  # three working days later it is Thursday


def issued(kind: str, case=None) -> Notice:
    rows = Notice.objects.filter(kind=kind)
    return (rows.filter(case_id=case.pk) if case else rows).latest("pk")


def sealed(kind: str) -> Notice:
    """The newest notice of a kind, drawn and sealed."""
    drawing.render_notice(issued(kind).pk)
    return issued(kind)


def printed(kind: str, case=None) -> str:
    return text_of(drawing.pdf_of(issued(kind, case)))


def says(text: str, *wanted: str) -> list[str]:
    """Those of the wanted sentences that are not there, word for word."""
    return [sentence for sentence in wanted if "".join(sentence.split()) not in text]


def day(value: dt.date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def standard_parts(notice: Notice) -> list[str]:
    """What every notice carries: number, addressee, organ, date, verification code."""
    return [
        notice.number,
        notice.addressee_name,
        notice.organ.name,
        day(clock.local(notice.posted_at).date()),
        codes.in_groups(notice.verification_code),
    ]


# --- What each kind says --------------------------------------------------------------------------------------


@pytest.mark.clause("SX-50", "AMB-G07")
def test_a_receipt_lists_what_was_received_and_until_when_it_is_checked(world):
    application = world.walk_to("submitted")

    missing = says(
        printed("receipt"),
        *standard_parts(issued("receipt")),
        f"今收到你单位（统一社会信用代码：{world.company.uscc}）就省级外贸综合服务企业认定事项提交的申请材料",
        f"受理编号：{application.reference}",
        "申请报告1",
        "审计报告1",
        "本机关自收到材料之日起5个工作日内审查材料是否齐全、是否符合规定形式，需要补正的，一次性告知全部内容；"
        "逾期不告知的，自收到材料之日起即为受理。",
        "不表示材料已经受理或者审查合格",
    )

    assert missing == []


@pytest.mark.clause("SX-51")
def test_an_acceptance_says_from_when_and_how_long_it_will_take(world):
    application = world.walk_to("initial_review")
    review = application.deadlines.get(code="city_review")

    missing = says(
        printed("acceptance"),
        *standard_parts(issued("acceptance")),
        f"申请材料齐全、符合规定形式，依据{POLICY}附件二（二）2的规定，自{day(application.accepted_on)}起予以受理",
        f"本阶段办理期限为15个工作日（至{day(review.due_on)}）",
        "补正、征求意见、公示、异议核查和陈述申辩所需时间不计入",
    )

    assert missing == []


@pytest.mark.clause("AMB-G07")
def test_silence_is_acceptance_as_of_the_day_of_receipt(world):
    application = world.walk_to("submitted")
    with clock.travel(calendar.end_of_day(application.deadlines.get(code="completeness").due_on)):
        perform(application, "deem_accepted", actor=SYSTEM)

    missing = says(
        printed("acceptance"),
        "本机关未在规定期限内告知补正，参照《中华人民共和国行政许可法》第三十二条的规定，"
        f"该申请自收到材料之日（{day(application.received_on)}）起即为受理",
        world.taiyuan.name,
    )

    assert missing == []


@pytest.mark.clause("AMB-G07")
def test_a_correction_tells_every_defect_once_with_what_to_do_and_until_when(world):
    application = world.walk(world.walk_to("submitted"), "request_correction")
    due = application.deadlines.get(code="correction")

    missing = says(
        printed("correction"),
        *standard_parts(issued("correction")),
        "参照《中华人民共和国行政许可法》第三十二条的规定，现将需要补正的全部内容一次性告知如下",
        "（一）审计报告。缺审计报告附注。补交附注并加盖公章。",
        f"请自收到本通知书之日起10个工作日内（最迟至{day(due.due_on)}）",
        "逾期未补正的，视为放弃申请：尚未受理的，不予受理；已经受理的，不予认定。",
        "补正所需时间不计入办理期限",
        SERVICE,
    )

    assert missing == []


@pytest.mark.clause("FJ-24", "AMB-G08")
def test_a_tolerant_acceptance_carries_the_promise_and_what_breaking_it_means(world):
    Program.objects.update(tolerant_acceptance=True)
    application = world.walk_to("submitted")
    promising.sign(application, world.legal_rep, ["other_proof"], seen=application.content_digest())
    application = perform(application, "accept_tolerant", actor=world.officer, materials=["other_proof"])
    due = application.deadlines.get(code="promise").due_on

    missing = says(
        printed("tolerant_acceptance"),
        *standard_parts(issued("tolerant_acceptance")),
        "依据《关于进一步加大力度支持海关高级认证企业高质量发展的若干措施》（闽商务〔2025〕104号）",
        f"请在10个工作日内（最迟至{day(due)}）补交",
        "逾期未补交的，不予认定，且12个月内不再适用容缺受理",
        "尚缺下列非法定必备材料：其他可资证明的材料。我单位承诺自容缺受理之日起10个工作日内补齐上述材料",
        "逾期没有补齐的，接受不予认定的处理，12个月内不再适用容缺受理。",
        f"承诺人（法定代表人）：{world.legal_rep.user.display_name}",
    )

    assert missing == []


@pytest.mark.clause("FJ-24", "SX-47")
def test_the_promise_that_is_printed_is_the_one_over_what_is_accepted(world):
    Program.objects.update(tolerant_acceptance=True)
    with clock.travel(MONDAY):
        application = world.walk_to("submitted")
    another = None
    for days in (0, 1, 2):  # one content, another, the first again
        with clock.travel(MONDAY + dt.timedelta(days=days)):
            if days == 1:
                another = attach(application, "audit_report")
            elif another:
                another.withdraw()
            promising.sign(application, world.legal_rep, ["other_proof"], seen=application.content_digest())
    assert application.countersignatures.filter(step="accept_tolerant").count() == 2

    with clock.travel(MONDAY + dt.timedelta(days=2)):
        perform(application, "accept_tolerant", actor=world.officer, materials=["other_proof"])

    assert issued("tolerant_acceptance").context["promise"]["signed_on"] == "2026-11-23"


@pytest.mark.clause("AMB-G10", "SX-50")
def test_a_non_acceptance_names_the_right_body_and_the_remedies(world):
    application = world.walk_to("submitted")
    said = {
        "ground": "wrong_body",
        "right_body": "大同市商务局",
        "reason": "企业的主要办事机构在大同市，不属本局受理范围。",
    }
    world.propose(application, "reject_acceptance", **said)
    perform(application, "reject_acceptance", actor=world.approver, **said)

    missing = says(
        printed("non_acceptance"),
        *standard_parts(issued("non_acceptance")),
        "经审查，决定不予受理。",
        "不属本单位受理。企业的主要办事机构在大同市，不属本局受理范围。",
        f"依据{POLICY}附件二（二）1、附件三（一），参照《中华人民共和国行政许可法》第三十二条的规定",
        "该事项由大同市商务局受理，请向其提出申请。",
        REMEDIES.format(act="不予受理通知书", authority="太原市人民政府"),
        SERVICE,
    )

    assert missing == []


@pytest.mark.clause("AMB-G07", "AMB-G10")
def test_a_lapsed_correction_is_told_by_the_body_that_asked_for_it(world):
    application = world.walk(world.walk_to("submitted"), "request_correction")
    with clock.travel(calendar.end_of_day(application.deadlines.get(code="correction").due_on)):
        perform(application, "lapse_correction", actor=SYSTEM)

    notice = issued("non_acceptance")

    assert notice.organ == world.taiyuan
    assert says(printed("non_acceptance"), "补正期限届满，没有提交补正材料。") == []


@pytest.mark.clause("SX-52", "AMB-S07")
def test_a_consultation_asks_each_department_and_says_what_silence_means(world):
    world.walk_to("peer_consultation")
    letters = Notice.objects.filter(kind="consultation")
    customs = letters.get(addressee__field="海关")

    missing = says(
        text_of(drawing.pdf_of(customs)),
        *standard_parts(customs),
        f"{world.company.name}（统一社会信用代码：{world.company.uscc}）申请省级外贸综合服务企业认定",
        "贵部门对该企业有无意见？",
        "服务省内进出口企业30家，进出口业务量5,000万元",
        "请于5个工作日内",
        "逾期未反馈的，记为“逾期未复”，办理程序继续进行",
    )

    assert missing == []
    assert letters.count() == 5


@pytest.mark.clause("SX-53")
def test_a_recommendation_goes_to_the_province_with_the_citys_opinion(world):
    world.walk_to("provincial_evaluation")

    missing = says(
        printed("recommendation"),
        *standard_parts(issued("recommendation")),
        "山西省商务厅：",
        "经初审，该企业符合认定条件，建议予以认定，现推荐上报。",
        "1中华人民共和国太原海关同意—",
        "所征求的部门均已反馈意见。",
    )

    assert missing == []


@pytest.fixture
def not_recommended(world):
    """Twenty-nine clients, one short of the thirty: the city says no (SX-37)."""
    application = world.walk(
        world.ready(clients=29), "submit", "accept", "consult", "answer_all", "close_consultation"
    )
    said = {"reason": "计入的省内进出口企业仅二十九家，未达到三十家的要求。", "clauses": ["SX-37"]}
    return perform(application, "refuse_recommendation", actor=world.approver, **said)


@pytest.mark.clause("AMB-S08", "AMB-G10")
def test_a_city_that_does_not_recommend_names_the_condition_and_the_way_to_the_province(
    world, not_recommended
):
    due = not_recommended.deadlines.get(code="city_refusal").due_on

    missing = says(
        printed("not_recommended"),
        *standard_parts(issued("not_recommended")),
        f"服务企业30家以上（{POLICY}附件一（四））",
        "计入的省内进出口企业仅二十九家，未达到三十家的要求。",
        f"你单位可以自收到本通知书之日起10个工作日内（最迟至{day(due)}）",
        "向省级商务主管部门申请复查一次，并陈述意见、提交证据",
        REMEDIES.format(act="不予推荐通知书", authority="太原市人民政府"),
    )

    assert missing == []


@pytest.fixture
def told(world, not_recommended):
    """The province has looked again and told the enterprise what it is going to decide."""
    application = perform(
        not_recommended, "ask_review", actor=world.applicant, reason="我方有三十一家，请复查。"
    )
    return world.walk(application, "serve_prior_notice")


@pytest.mark.clause("AMB-G09")
def test_a_prior_notice_gives_facts_ground_evidence_and_five_days_to_answer(world, told):
    due = told.deadlines.get(code="statement").due_on

    missing = says(
        printed("prior_notice"),
        *standard_parts(issued("prior_notice")),
        "本机关拟作出不予认定的决定",
        "经核实，该企业服务省内进出口企业不足三十家。",
        f"条件未满足。拟作出的决定依据{POLICY}附件一（四），"
        "参照《中华人民共和国行政处罚法》第四十四条、第四十五条的规定",
        "所服务企业清单核实表",
        f"你单位可以自收到本告知书之日起5个工作日内（最迟至{day(due)}）",
        "提出陈述、申辩，并提交证据；也可以书面放弃",
        SERVICE,
    )

    assert missing == []


@pytest.mark.clause("AMB-G09", "AMB-G10", "SX-69")
def test_a_refusal_answers_the_statement_and_names_both_remedies(world, told):
    application = perform(
        told, "state_case", actor=world.applicant, statement="我方有三十一家。", is_waived=""
    )
    perform(
        application,
        "refuse",
        actor=world.prov_approver,
        reasons="计入的省内进出口企业仅二十九家，未达到三十家的要求。",
        clauses=["SX-37"],
        answers="三十一家中两家注册地不在我省，不计入。",
    )

    missing = says(
        printed("refusal"),
        *standard_parts(issued("refusal")),
        "经核实，该企业服务省内进出口企业不足三十家。",
        "本机关已事先告知，你单位陈述申辩称：我方有三十一家。",
        "对你单位提出的陈述申辩，本机关答复如下：三十一家中两家注册地不在我省，不计入。",
        f"计入的省内进出口企业仅二十九家，未达到三十家的要求。依据{POLICY}附件一（四）",
        "决定不予认定。",
        REMEDIES.format(act="决定书", authority="山西省人民政府"),
    )

    assert missing == []
    assert issued("refusal").organ == world.province


@pytest.mark.clause("SX-55", "AMB-G05", "AMB-G06")
def test_a_publicity_says_what_is_proposed_until_when_and_how_to_object(world):
    application = world.walk_to("publicity")
    posting = world.posting(application)
    notice = issued("publicity")

    missing = says(
        printed("publicity"),
        "关于拟认定山西省省级外贸综合服务企业名单的公示",
        f"依据{POLICY}附件二（二）3的规定",
        f"{world.company.name}{world.company.uscc}",
        f"公示期自{day(posting.posted_on)}至{day(posting.last_day)}，至最后一日24时止。",
        "任何单位和个人对公示内容有异议的，均可在公示期内实名提出，写明事实和理由",
    )

    assert missing == []
    assert (notice.number, notice.addressee, notice.served_on) == ("", None, None)


@pytest.mark.clause("AMB-G06")
def test_an_objection_is_answered_with_what_was_found(world):
    world.walk(world.walk_to("publicity"), "object")
    objection = perform(Objection.objects.get(), "admit", actor=world.other_prov_officer)
    perform(
        objection,
        "dismiss",
        actor=world.other_prov_approver,
        findings="经核查，清单所列三十家企业均有进出口实绩。",
    )
    notice = issued("objection_reply")

    missing = says(
        printed("objection_reply"),
        *standard_parts(notice),
        "关于异议处理情况的答复",
        "该企业服务企业数量与实际不符。",
        "经核查，清单所列三十家企业均有进出口实绩。",
        "经核查，异议不成立。",
    )

    assert missing == []
    assert (notice.addressee_name, verify(notice.verification_code).facts["issued_to"]) == ("周平", "")


@pytest.mark.clause("SX-56", "SX-59")
def test_an_accreditation_is_decided_and_certified(world):
    application = world.walk_to("accredited")
    decision, certificate = issued("accreditation"), issued("certificate")
    title = certificate.subject.as_procedure()
    term = f"{day(title.valid_from)}至{day(title.valid_until)}"

    in_the_decision = says(
        printed("accreditation"),
        *standard_parts(decision),
        "山西省商务厅文件",
        "期内未收到异议",
        f"认定{world.company.name}为山西省省级外贸综合服务企业，证书编号：{title.number}。有效期自{term}（含当日）。",
        f"依据{POLICY}附件二（二）3、附件三（一）的规定",
        f"受理编号：{application.reference}",
    )
    on_the_certificate = says(
        printed("certificate"),
        "认定证书",
        f"证书编号：{title.number}",
        f"企业名称：{world.company.name}",
        f"统一社会信用代码：{world.company.uscc}",
        "认定类别：山西省省级外贸综合服务企业",
        f"认定文号：{decision.number}",
        f"有效期限：{term}",
        codes.in_groups(certificate.verification_code),
    )

    assert (in_the_decision, on_the_certificate) == ([], [])
    assert sizes_of(drawing.pdf_of(certificate)) == [(297, 210)]


def test_an_adverse_notice_without_its_reasons_is_not_issued(world):
    application = world.walk_to("submitted")
    ctx = Context(application, steps_of(application)["reject_acceptance"], world.approver, clock.now())

    with pytest.raises(IncompleteNotice):
        issuing.issue(NoticeKind("refusal", "不予认定决定书", adverse=True), case=application, ctx=ctx)


@pytest.mark.clause("AMB-G10")
def test_where_the_province_switches_the_paragraph_off_it_is_gone(world, not_recommended, monkeypatch):
    context = issued("not_recommended").context

    assert "行政复议" not in text_of(
        preview.preview_pdf("not_recommended", {**context, "remedies": None, "service": ""})
    )


# --- Issuing and drawing --------------------------------------------------------------------------------------


def test_issuing_writes_rows_and_asks_for_the_drawing_in_the_same_transaction(world):
    application = world.walk_to("submitted")

    with CaptureQueriesContext(connection) as queries:
        perform(application, "accept", actor=world.officer)
    notice = issued("acceptance")

    assert (
        outbox.OutboxMessage.objects.filter(topic="documents.render", key=f"notice:{notice.pk}").count() == 1
    )
    assert (notice.status, notice.pdf_sha256) == ("draft", "")
    tables = ('"documents_notice"', '"documents_numberseries"', '"workflow_outboxmessage"')
    written = [q["sql"] for q in queries.captured_queries if any(table in q["sql"] for table in tables)]
    assert len(written) <= 6  # its number (taken, made, taken, read), itself, its message


def test_the_outbox_draws_a_notice_once(world):
    world.walk_to("submitted")
    notice = issued("receipt")

    drawing.render_notice(notice.pk)
    notice.refresh_from_db()
    first = (notice.status, notice.pdf_sha256, notice.rendered_at)
    drawing.render_notice(notice.pk)
    notice.refresh_from_db()

    assert first[0] == "active"
    assert (notice.status, notice.pdf_sha256, notice.rendered_at) == first


def test_a_notice_opened_before_the_outbox_came_is_drawn_then(world):
    world.walk_to("submitted")
    notice = issued("receipt")

    pdf = drawing.pdf_of(notice)

    assert (notice.status, pdf) == ("active", notice.pdf())


def test_a_drawing_that_fails_is_seen_and_can_be_tried_again(world):
    world.walk_to("submitted")
    notice = issued("receipt")
    good = notice.context
    Notice.objects.filter(pk=notice.pk).update(context={**good, "matter": "\U0003fff0"})

    with pytest.raises(RenderingFailed):
        drawing.render_notice(notice.pk)
    notice.refresh_from_db()
    failed = (notice.status, bool(notice.render_error), notice.number)
    Notice.objects.filter(pk=notice.pk).update(context=good)
    drawing.render_notice(notice.pk)
    notice.refresh_from_db()

    assert failed == ("draft", True, notice.number)
    assert (notice.status, notice.render_error) == ("active", "")


def test_what_changes_afterwards_does_not_change_what_was_issued(world):
    world.walk_to("submitted")
    world.company.name = "改名后的有限公司"
    world.company.save()

    assert "改名后的有限公司" not in printed("receipt")


# --- Service (AMB-G20) ----------------------------------------------------------------------------------------


@pytest.fixture
def correction(world, at):
    """A correction notice posted on a Monday; unread it counts as served on the Thursday."""
    with clock.travel(MONDAY):
        world.walk(world.walk_to("submitted"), "request_correction")
    return issued("correction")


def due_on(notice: Notice) -> dt.date:
    return notice.case.deadlines.get(code="correction").due_on


@pytest.mark.clause("AMB-G20")
def test_an_unread_notice_counts_as_served_after_three_working_days(correction):
    assert (correction.served_on, correction.service_mode) == (dt.date(2026, 11, 26), "deemed")
    assert due_on(correction) == calendar.add_working_days(dt.date(2026, 11, 26), 10)


@pytest.mark.clause("AMB-G20")
def test_opening_it_earlier_serves_it_that_day_and_the_clock_runs_from_there(world, correction):
    with clock.travel(MONDAY + dt.timedelta(days=1)):
        moved = service.read(correction, actor=world.applicant, now=clock.now())

    assert (moved, correction.served_on, correction.service_mode) == (True, dt.date(2026, 11, 24), "portal")
    assert correction.read_by == world.applicant.user
    assert due_on(correction) == calendar.add_working_days(dt.date(2026, 11, 24), 10)


@pytest.mark.clause("AMB-G20")
def test_opening_it_after_it_counts_as_served_is_recorded_and_moves_nothing(world, correction):
    with clock.travel(MONDAY + dt.timedelta(days=7)):
        moved = service.read(correction, actor=world.applicant, now=clock.now())

    assert (moved, correction.served_on, correction.service_mode) == (False, dt.date(2026, 11, 26), "deemed")
    assert correction.read_at is not None


@pytest.mark.clause("AMB-G20")
def test_only_the_addressee_is_served_by_opening_it(world, correction):
    with clock.travel(MONDAY):
        looked = [
            service.read(correction, actor=who, now=clock.now())
            for who in (world.officer, world.rival_applicant)
        ]

    assert (looked, correction.read_at) == ([False, False], None)


@pytest.mark.clause("AMB-G20")
def test_an_entered_paper_service_prevails_over_both(world, correction):
    with clock.travel(MONDAY + dt.timedelta(days=1)):
        service.read(correction, actor=world.applicant, now=clock.now())
    with clock.travel(MONDAY + dt.timedelta(days=3)):
        moved = service.enter_paper_service(
            correction, day=dt.date(2026, 11, 25), actor=world.officer, now=clock.now()
        )

    assert (moved, correction.served_on, correction.service_mode) == (True, dt.date(2026, 11, 25), "paper")
    assert due_on(correction) == calendar.add_working_days(dt.date(2026, 11, 25), 10)


@pytest.mark.clause("AMB-G20")
def test_an_earlier_paper_service_is_recorded_and_brings_no_last_day_nearer(world, correction):
    told = due_on(correction)
    with clock.travel(MONDAY + dt.timedelta(days=4)):
        service.enter_paper_service(
            correction, day=dt.date(2026, 11, 23), actor=world.officer, now=clock.now()
        )

    assert (correction.served_on, correction.service_mode) == (dt.date(2026, 11, 23), "paper")
    assert due_on(correction) == told


@pytest.mark.clause("AMB-G20")
@pytest.mark.parametrize("day", [dt.date(2026, 11, 22), dt.date(2026, 11, 27)])
def test_a_paper_service_day_lies_between_posting_and_today(world, correction, day):
    with clock.travel(MONDAY + dt.timedelta(days=3)), pytest.raises(InvalidInput):
        service.enter_paper_service(correction, day=day, actor=world.officer, now=clock.now())


def test_another_body_enters_no_paper_service(world, correction):
    with clock.travel(MONDAY), pytest.raises(NotYours):
        service.enter_paper_service(
            correction, day=dt.date(2026, 11, 23), actor=world.datong_officer, now=clock.now()
        )


def test_opening_another_notice_of_the_case_moves_no_clock(world, correction):
    before = due_on(correction)
    receipt = issued("receipt")

    with clock.travel(MONDAY):
        moved = service.read(receipt, actor=world.applicant, now=clock.now())

    assert (moved, due_on(correction)) == (True, before)


# --- Verification ---------------------------------------------------------------------------------------------


def test_a_notice_verifies_by_its_code_however_it_is_typed(world):
    world.walk_to("submitted")
    notice = sealed("receipt")
    typed = f" {codes.in_groups(notice.verification_code).lower().replace(' ', '-')} "

    found = verify(typed)

    assert found.standing == Standing.IN_FORCE
    assert (found.facts["title"], found.facts["number"], found.facts["organ"], found.facts["issued_to"]) == (
        "材料接收凭证",
        notice.number,
        world.taiyuan.name,
        world.company.name,
    )


def test_a_certificate_follows_the_register(world, at):
    world.walk_to("accredited")
    certificate = sealed("certificate")
    title = certificate.subject.as_procedure()

    standings = [
        verify(certificate.verification_code, on=on).standing
        for on in (title.valid_until, title.valid_until + dt.timedelta(days=1))
    ]

    assert standings == [Standing.IN_FORCE, Standing.EXPIRED]


def test_an_ended_notice_says_so(world):
    world.walk_to("submitted")
    notice = issued("receipt")

    issuing.end(notice, Notice.Status.REVOKED, now=clock.now(), reason="误发。")
    found = verify(notice.verification_code)

    assert (found.standing, found.facts["reason"]) == (Standing.REVOKED, "误发。")


def test_a_new_certificate_of_the_same_title_supersedes_the_old_one(world):
    application = world.walk_to("accredited")
    old = sealed("certificate")
    title = old.subject.as_procedure()
    ctx = Context(title, steps_of(title)["hand_over_plaque"], world.prov_officer, clock.now())
    ctx.notice.update(
        certificate_number=title.number,
        title_name=title.title_name,
        valid_from=title.valid_from,
        valid_until=title.valid_until,
    )
    issuing.issue(NoticeKind("accreditation", "认定决定书"), case=title, ctx=ctx)
    new = issued("certificate")
    before = [verify(one.verification_code).standing for one in (old, new)]
    drawing.render_notice(new.pk)

    assert (new.supersedes, before) == (old, [Standing.IN_FORCE, Standing.UNKNOWN])
    assert [verify(one.verification_code).standing for one in (old, new)] == [
        Standing.SUPERSEDED,
        Standing.IN_FORCE,
    ]
    assert application.pk != title.pk


@pytest.mark.parametrize("typed", ["", "X", "2" * 18, "７Q4K", "' OR 1=1 --", "A" * 500, "\u0000"])
def test_what_was_never_issued_is_unknown(db, typed):
    assert verify(typed) == verification.Verification(Standing.UNKNOWN)


def test_every_slip_in_a_code_is_noticed():
    code = codes.new_code()
    slips = {code[:i] + c + code[i + 1 :] for i in range(len(code)) for c in codes.ALPHABET}
    slips |= {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(len(code) - 1)}
    slips.discard(code)

    for slip in slips:
        with pytest.raises(codes.MistypedCode):
            codes.normalise(slip)


def test_codes_carry_eighty_random_bits_and_lead_to_the_configured_origin(settings):
    settings.PUBLIC_ORIGIN = "https://portal.example/"
    drawn = {codes.new_code() for _ in range(1000)}

    assert len(drawn) == 1000
    assert len(codes.ALPHABET) ** codes.LENGTH >= 2**80
    assert codes.verification_url("ABC") == "https://portal.example/v/ABC/"


# --- Preview --------------------------------------------------------------------------------------------------


@pytest.fixture
def considered(world):
    """A refusal that is being written and not yet decided."""
    application = world.walk_to("submitted")
    ctx = Context(application, steps_of(application)["reject_acceptance"], world.approver, clock.now())
    ctx.notice.update(reason="企业不在申报批次期间提出申请。", clauses=["SX-58"])
    return preview.preview_context(
        issuing.paper_of(NoticeKind("non_acceptance", "不予受理通知书", adverse=True), application, ctx)
    )


def test_a_preview_is_marked_unnumbered_unsealed_and_leaves_no_trace(considered):
    before = Notice.objects.count()

    pdf = text_of(preview.preview_pdf("non_acceptance", considered))
    page = preview.preview_html("non_acceptance", considered)

    assert says(pdf, "预览", "发布时加盖电子章", "企业不在申报批次期间提出申请。", "〕号") == []
    assert "核验码" not in pdf
    assert 'class="seal"' not in page
    assert "样章" not in page
    assert Notice.objects.count() == before


def test_a_preview_fragment_needs_no_style_of_its_own(considered):
    page = preview.preview_html("non_acceptance", considered)

    assert "企业不在申报批次期间提出申请。" in page
    assert not [banned for banned in ("style=", "<style", "<script", "<html") if banned in page]


def test_a_preview_shows_as_a_picture(considered):
    assert preview.preview_png("non_acceptance", considered).startswith(b"\x89PNG")
