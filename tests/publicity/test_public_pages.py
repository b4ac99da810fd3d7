"""Postings, objections and their receipts, as anybody sees them."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from core import calendar, clock
from documents.models import Attachment, Notice
from publicity.models import Objection
from tests.documents.hostile.pdfs import honest
from tests.factories import body, person
from workflow.perform import perform

POSTED = dt.datetime(2025, 6, 9, 10)
LAST_SECOND = dt.datetime(2025, 6, 16, 23, 59, 59)
TOO_LATE = dt.datetime(2025, 6, 17)
FACTS = "该企业所列服务企业中有三家已改由我公司代理报关，附合同首页。"


@pytest.fixture
def posting(world):
    with clock.travel(POSTED):
        return world.posting(world.walk_to("publicity"))


def typed(**changes) -> dict:
    return {
        "as_who": "person", "aspects": ["C4"], "facts": FACTS, "objector_name": "周平", "contact": "13800000000",
        "key": uuid.uuid4().hex, **changes,
    }  # fmt: skip


def object_to(client, posting, at: dt.datetime = LAST_SECOND, **changes):
    with clock.travel(at):
        return client.post(f"/notices/{posting.reference}/object/", typed(**changes))


def page_of(client, posting, at: dt.datetime) -> str:
    with clock.travel(at):
        return client.get(f"/notices/{posting.reference}/").content.decode()


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


# --- The posting --------------------------------------------------------------------------------------------


@pytest.mark.clause("SX-55")
def test_the_page_shows_what_was_posted_and_its_last_day(client, posting, world):
    page = words(page_of(client, posting, dt.datetime(2025, 6, 11)))

    for told in (
        world.company.name, world.company.uscc, "公示中", "2025-06-09 至 2025-06-16", "还剩 3 个工作日",
        "公示期自 2025 年 6 月 9 日至 2025 年 6 月 16 日，至最后一日 24 时止", posting.versions.get().digest,
    ):  # fmt: skip
        assert told in page


@pytest.mark.clause("SX-55")
@pytest.mark.parametrize(
    ("moment", "told", "form"),
    [
        (dt.datetime(2025, 6, 13), "还剩 1 个工作日", True),
        (LAST_SECOND, "今天 24:00 截止", True),
        (TOO_LATE, "公示期已满", False),
    ],
)
def test_objecting_is_offered_through_the_last_day(client, posting, moment, told, form):
    page = page_of(client, posting, moment)

    assert told in words(page)
    assert (f'action="/notices/{posting.reference}/object/"' in page) is form


def test_rest_days_are_no_days_of_the_strip(client, posting):
    page = page_of(client, posting, dt.datetime(2025, 6, 11))
    strip = re.findall(r'<li class="(\w+)">', page.partition('<ol class="days')[2].partition("</ol>")[0])

    assert strip == ["past", "past", "today", "future", "future", "off", "off", "future"]


@pytest.mark.clause("AMB-G05")
def test_a_correction_stands_beside_what_it_corrects(client, posting, world):
    with clock.travel(dt.datetime(2025, 6, 11, 10)):
        world.propose(posting, "correct", what_was_wrong="所在地写错", reason="录入时误选", text="")
        perform(
            posting, "correct", actor=world.prov_approver, what_was_wrong="所在地写错", reason="录入时误选", text="更正后的说明。"
        )  # fmt: skip
    page = words(page_of(client, posting, dt.datetime(2025, 6, 12)))

    assert "第 2 版，2025-06-11 发布" in page
    assert "2025-06-11 至 2025-06-18" in page
    assert "第 1 版 2025-06-09 至 2025-06-16" in page
    assert "所在地写错；录入时误选" in page


def test_the_official_paper_of_each_version_can_be_read(client, posting):
    paper = client.get(f"/notices/{posting.reference}/official-1.pdf")

    assert paper.content.startswith(b"%PDF-")
    assert client.get(f"/notices/{posting.reference}/official-2.pdf").status_code == 404
    assert Notice.objects.get(case=posting, kind="publicity").is_ready


def test_the_list_tells_running_ones_from_ended_ones(client, posting, world):
    with clock.travel(POSTED):
        assert posting.reference in client.get("/notices/?status=posted").content.decode()
        assert posting.reference not in client.get("/notices/?status=ended").content.decode()
    world.walk(posting.parent.as_procedure(), "end_publicity")

    assert posting.reference in client.get("/notices/?status=ended").content.decode()
    assert posting.reference not in client.get("/notices/?status=posted").content.decode()


def test_a_terminated_posting_says_so(client, posting, world):
    with clock.travel(dt.datetime(2025, 6, 11, 10)):
        world.walk(posting.parent.as_procedure(), "withdraw")

    assert "公示已终止" in page_of(client, posting, dt.datetime(2025, 6, 12))


def test_an_unknown_posting_is_not_found(client, db):
    assert client.get("/notices/GS14-2025-0099/").status_code == 404


def test_reading_asks_the_database_little(client, posting, django_assert_max_num_queries):
    with clock.travel(POSTED), django_assert_max_num_queries(6):
        client.get(f"/notices/{posting.reference}/")


# --- Objecting ------------------------------------------------------------------------------------------------


@pytest.mark.clause("SX-55", "AMB-G06")
def test_an_objection_in_the_last_second_gets_its_receipt(client, posting):
    answer = object_to(client, posting)

    objection = Objection.objects.get()
    assert answer.headers["Location"] == f"/objections/{objection.receipt_code}/"
    assert (objection.state, objection.objector_name, objection.contact) == (
        "received",
        "周平",
        "13800000000",
    )
    assert objection.facts == f"涉及：服务企业数量或业务量不实。\n{FACTS}"
    receipt = client.get(answer.headers["Location"]).content.decode()
    assert objection.receipt_code in receipt
    assert objection.reference in receipt


@pytest.mark.clause("SX-55", "AMB-G06")
def test_an_objection_a_second_later_is_refused_with_the_date(client, posting):
    answer = object_to(client, posting, TOO_LATE)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "公示期到 2025 年 6 月 16 日 24 时止，已不能提出异议" in page
    assert FACTS in page
    assert not Objection.objects.exists()


def test_without_a_name_it_is_kept_as_a_lead(client, posting):
    object_to(client, posting, as_who="anonymous", objector_name="不该保存", contact="13900000000")

    lead = Objection.objects.get()
    assert (lead.state, lead.objector_name, lead.contact) == ("lead", "", "")
    posting.parent.refresh_from_db()
    assert posting.parent.state == "publicity"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"as_who": ""}, "请选择以什么身份提出。"),
        ({"facts": ""}, "请写明异议的事实和理由。"),
        ({"objector_name": ""}, "实名异议请填写姓名或单位名称"),
        ({"contact": ""}, "请留下电话或邮箱，处理结果要答复给您。"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(client, posting, changes, sentence):
    answer = object_to(client, posting, **changes)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert page.count(sentence) == 2  # in the summary and at the field
    assert "<title>错误：" in page
    for kept in {"facts": FACTS, "objector_name": "周平", "contact": "13800000000"}.items():
        assert kept[0] in changes or kept[1] in page
    assert not Objection.objects.exists()


def test_the_same_form_sent_twice_is_one_objection(client, posting):
    key = uuid.uuid4().hex

    first, second = (object_to(client, posting, key=key).headers["Location"] for _ in range(2))

    assert first == second
    assert Objection.objects.count() == 1


def test_a_form_gone_back_to_and_changed_is_not_answered_for_the_first(client, posting):
    key = uuid.uuid4().hex
    object_to(client, posting, key=key)

    answer = object_to(client, posting, key=key, facts="另一件事：该企业没有线上服务平台。")
    page = answer.content.decode()
    again = object_to(client, posting, key=answer.context["key"], facts="另一件事：该企业没有线上服务平台。")

    assert answer.status_code == 409
    assert "没有提交" in page and "没有线上服务平台" in page
    assert again.status_code == 302
    assert Objection.objects.count() == 2


def test_who_is_signed_in_is_not_recorded(client, posting, world):
    client.force_login(world.rival_applicant.user)
    object_to(client, posting)

    entry = Objection.objects.get().ledger.get()
    assert (entry.role, entry.user_id, entry.organization_id) == (Role.VISITOR, None, None)


def test_a_telephone_number_objects_only_so_often(client, posting):
    statuses = [object_to(client, posting).status_code for _ in range(6)]

    assert statuses == [302] * 5 + [429]
    assert object_to(client, posting, contact="13900000001").status_code == 302


def test_an_address_objects_only_so_often(client, posting):
    statuses = [object_to(client, posting, facts="").status_code for _ in range(21)]

    assert statuses == [422] * 20 + [429]


def test_hostile_words_stay_words_on_every_page(client, posting):
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{ 7|add:7 }}'
    again = object_to(client, posting, facts=hostile, objector_name=hostile, contact="").content.decode()
    object_to(client, posting, facts=hostile, objector_name=hostile)
    receipt = client.get(f"/objections/{Objection.objects.get().receipt_code}/").content.decode()

    for page in (again, receipt):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


# --- Evidence ---------------------------------------------------------------------------------------------------


def pdf(name: str = "合同首页.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, honest(), "application/pdf")


def test_evidence_is_filed_with_the_objection(client, posting):
    object_to(client, posting, evidence=pdf())

    objection = Objection.objects.get()
    assert [(a.slot, a.shown_name) for a in objection.attachments.all()] == [
        ("objection_evidence", "合同首页.pdf")
    ]
    assert "合同首页.pdf" in client.get(f"/objections/{objection.receipt_code}/").content.decode()


def test_a_bad_file_is_refused_in_words_and_the_good_one_is_kept(client, posting):
    bad = SimpleUploadedFile("照片.pdf", b"MZ\x90\x00 not a picture", "application/pdf")
    again = object_to(client, posting, evidence=[pdf(), bad])
    page = again.content.decode()
    held = re.findall(r'name="held" value="([\w-]+)"', page)

    assert again.status_code == 422
    assert "“照片.pdf”：" in page
    assert len(held) == 1
    object_to(client, posting, held=held)
    assert [a.shown_name for a in Objection.objects.get().attachments.all()] == ["合同首页.pdf"]


def test_a_file_taken_off_the_form_is_not_filed(client, posting):
    page = object_to(client, posting, evidence=pdf(), facts="").content.decode()
    held = re.findall(r'name="held" value="([\w-]+)"', page)

    dropped = object_to(client, posting, held=held, drop=held[0])
    object_to(client, posting)

    assert dropped.status_code == 200
    assert FACTS in dropped.content.decode()
    assert not Objection.objects.get().attachments.exists()


def test_a_file_of_another_case_cannot_be_claimed(client, posting, world):
    foreign = Attachment.objects.filter(case=posting.parent).first()

    object_to(client, posting, held=[foreign.key])

    foreign.refresh_from_db()
    assert foreign.case_id == posting.parent_id


def test_evidence_can_follow_until_the_objection_is_closed(client, posting):
    object_to(client, posting)
    objection = Objection.objects.get()
    address = f"/objections/{objection.receipt_code}/evidence/"

    added = client.post(address, {"evidence": pdf()}, headers={"Accept": "application/json"})
    client.post(f"/objections/{objection.receipt_code}/steps/retract/", {"version": 1})
    late = client.post(address, {"evidence": pdf("晚了.pdf")})

    assert added.json() == {"next": f"/objections/{objection.receipt_code}/"}
    assert late.status_code == 422
    assert objection.attachments.count() == 1


# --- The receipt ------------------------------------------------------------------------------------------------


def test_the_objector_takes_it_back_with_the_code(client, posting):
    object_to(client, posting)
    objection = Objection.objects.get()
    page = client.get(f"/objections/{objection.receipt_code}/").content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]

    client.post(f"/objections/{objection.receipt_code}/steps/retract/", {"version": 1, "key": key})

    objection.refresh_from_db()
    assert objection.state == "retracted"
    page = client.get(f"/objections/{objection.receipt_code}/").content.decode()
    assert "您已撤回" in page
    assert "/steps/retract/" not in page


def test_a_stale_form_takes_nothing_back(client, posting, world):
    object_to(client, posting)
    objection = Objection.objects.get()
    perform(objection, "admit", actor=world.other_prov_officer)

    answer = client.post(f"/objections/{objection.receipt_code}/steps/retract/", {"version": 1})

    assert answer.status_code == 409
    objection.refresh_from_db()
    assert objection.state == "inquiry"


def test_the_office_takes_no_step_here(client, posting):
    object_to(client, posting)
    code = Objection.objects.get().receipt_code

    assert client.post(f"/objections/{code}/steps/admit/", {"version": 1}).status_code == 404
    assert client.post("/objections/0123456789abcdef0123/steps/retract/").status_code == 404


def test_a_written_reply_is_for_who_holds_the_code(client, posting, world):
    object_to(client, posting)
    objection = Objection.objects.get()
    code = objection.receipt_code
    assert client.get(f"/objections/{code}/reply.pdf").status_code == 404
    officer = person("", body("SX-COMMERCE"), Role.PROV_OFFICER)
    perform(objection, "admit", actor=officer)
    world_approver = person("", body("SX-COMMERCE"), Role.PROV_APPROVER)
    perform(
        objection, "dismiss", actor=world_approver, findings="经核查，所列三家企业合同仍然有效，异议不成立。"
    )

    page = client.get(f"/objections/{code}/").content.decode()
    paper = client.get(f"/objections/{code}/reply.pdf")

    assert "经核查，所列三家企业合同仍然有效" in page
    assert paper.content.startswith(b"%PDF-")


def test_a_wrong_code_is_told_the_same_and_only_thirty_times(client, db, at):
    with at("2026-03-02 09:00"):
        pages = [client.get(f"/objections/{n:020x}/") for n in range(30)]
        over = client.get("/objections/x/")

    assert {page.status_code for page in pages} == {404}
    assert len({page.content.decode().partition("<main")[2].partition("</main>")[0] for page in pages}) == 1
    assert over.status_code == 429


def test_a_receipt_is_kept_by_nobody_and_listed_nowhere(client, posting):
    object_to(client, posting)

    answer = client.get(f"/objections/{Objection.objects.get().receipt_code}/")

    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_days_follow_from_the_calendar(posting):
    assert (posting.posted_on, posting.last_day) == (dt.date(2025, 6, 9), dt.date(2025, 6, 16))
    assert calendar.end_of_day(posting.last_day) == TOO_LATE.astimezone(clock.BEIJING)
