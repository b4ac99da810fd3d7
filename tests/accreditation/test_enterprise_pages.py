"""The pages of an enterprise, opened by the real roles: its own to it, to nobody else, and nothing typed is lost."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role
from accreditation import filing, samples
from accreditation.models import ProviderApplication
from accreditation.task_list import TaskList
from documents.attachments.models import AttachmentView
from documents.models import Notice
from tests.factories import attach, draft, fill, person
from workflow.errors import Conflict
from workflow.perform import perform

PASSWORD = "correct horse battery staple"
SCRIPT = {"HTTP_ACCEPT": "application/json"}


def signed_in(actor) -> Client:
    browser = Client()
    browser.force_login(actor.user)
    return browser


@pytest.fixture
def handler(world) -> Client:
    return signed_in(world.applicant)


@pytest.fixture
def representative(world) -> Client:
    world.legal_rep.user.set_password(PASSWORD)
    world.legal_rep.user.save()
    return signed_in(world.legal_rep)


@pytest.fixture
def application(world) -> ProviderApplication:
    return draft(world.company, world.applicant)


def address(name, application, *more):
    return reverse(f"my:{name}", args=[application.reference, *more])


def page_addresses(application):
    """Every page of a case that can simply be opened."""
    codes = [m["code"] for m in application.program.materials]
    return [
        *(address(name, application) for name in ("case", "history", "hand_over", "check", "receipt", "fix", "statement")),
        *(address("material", application, code) for code in codes),
        *(
            address(name, application, code)
            for name in ("import", "import_template", "import_repairs")
            for code in ("client_list_contracts", "trade_volume_proof")
        ),
    ]  # fmt: skip


OWN_PAGES = (
    "/my/", "/my/profile/", "/my/precheck/", "/my/people/", "/my/inbox/", "/my/certificates/", "/my/samples/",
    "/my/cases/", "/my/cases/new/",
)  # fmt: skip


# --- Who may open what ---------------------------------------------------------------------------------------
def test_every_page_of_its_own_case_opens_for_the_enterprise(handler, application):
    answers = {
        path: handler.get(path, follow=True).status_code
        for path in (*OWN_PAGES, *page_addresses(application))
    }

    assert {path: status for path, status in answers.items() if status != 200} == {}


def test_to_another_enterprise_the_case_does_not_exist(world, application):
    rival = signed_in(world.rival_applicant)

    assert {rival.get(path).status_code for path in page_addresses(application)} == {404}


def test_officials_find_nothing_here(world, application):
    officer = signed_in(world.officer)

    assert {officer.get(path).status_code for path in (*OWN_PAGES, *page_addresses(application))} == {404}


def test_who_is_not_signed_in_is_sent_to_sign_in(db, client, application):
    for path in (*OWN_PAGES, *page_addresses(application)):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_an_objectors_or_rivals_posts_change_nothing(world, application):
    rival = signed_in(world.rival_applicant)
    attachment = attach(application, "audit_report")

    for path in (
        address("material", application, "audit_report"),
        address("upload", application, "audit_report", "audit_report"),
        address("withdraw_file", application, attachment.key),
        address("sign", application),
        address("send", application),
        address("ask", application),
        address("hand_over", application),
    ):
        assert rival.post(path, {}).status_code == 404
    attachment.refresh_from_db()
    assert attachment.is_standing


# --- The home page -------------------------------------------------------------------------------------------
def test_a_new_enterprise_is_led_from_profile_to_pre_check_to_filing(world):
    answer = signed_in(world.rival_applicant).get("/my/")

    assert answer.templates[0].name == "accreditation/enterprise/dashboard_empty.html"
    assert "开始申报" in answer.content.decode()


def test_a_draft_cannot_be_mistaken_for_a_filed_application(world, handler, application):
    fill(application)

    for path in ("/my/", address("case", application)):
        assert "草稿，尚未提交" in handler.get(path).content.decode()

    world.sign(application)
    perform(application, "submit", actor=world.applicant)
    for path in ("/my/", address("case", application)):
        assert "草稿" not in handler.get(path).content.decode()


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("correction", "有 1 项材料需要补正，请在"),
        ("prior_notice", "省商务厅拟不予认定，请在"),
        ("initial_review", "现在没有需要您处理的事"),
    ],
)
def test_the_home_page_says_first_what_waits_for_the_reader(world, handler, state, title):
    if state == "prior_notice":
        application = world.walk_to("provincial_evaluation")
        application.clients.filter(row__gt=20).delete()
        world.walk(application, "serve_prior_notice")
    else:
        application = world.walk_to("initial_review")
        if state == "correction":
            world.walk(application, "request_correction")

    assert title in handler.get("/my/").content.decode()


def test_two_clicks_open_one_draft(handler, world):
    for _click in range(2):
        answer = handler.post("/my/cases/new/", {"program": "sx-provider"})

    application = ProviderApplication.objects.get(applicant=world.company)
    assert answer["Location"] == address("case", application)


# --- What is typed -------------------------------------------------------------------------------------------
def save(browser, application, code, *, version="", script=False, **typed):
    extra = SCRIPT if script else {}
    return browser.post(address("material", application, code), {"version": version, **typed}, **extra)


@pytest.mark.clause("SX-39")
def test_the_parts_of_the_report_are_kept_and_four_are_not_enough(handler, application):
    parts = next(m for m in application.program.materials if m["code"] == "application_report")["contents"]
    attach(application, "application_report")

    save(handler, application, "application_report", parts=parts[:4])

    task = TaskList(application).task("application_report")
    assert (task.state, task.word, task.missing) == ("partly", "填写中 5/6", [parts[4]])


@pytest.mark.clause("SX-40")
def test_a_core_service_cannot_be_left_out_and_another_can(handler, application):
    refused = save(handler, application, "service_process_proof", service_0="not_offered")
    assert refused.status_code == 422
    assert "报关是核心服务，不能选“未开展”。" in refused.content.decode()

    save(handler, application, "service_process_proof", service_0="offered", service_5="not_offered")

    material = application.material("service_process_proof")
    assert (material.parts, material.not_offered) == (["报关"], ["认证"])


def test_what_is_typed_is_saved_by_itself_and_the_next_saving_knows_of_it(handler, application):
    first = save(handler, application, "audit_report", fiscal_year=2025, firm="晋信达", script=True).json()
    second = save(
        handler, application, "audit_report", version=first["version"], fiscal_year=2025, script=True
    )

    assert first["saved"].endswith("已自动保存")
    assert second.status_code == 200
    assert application.material("audit_report").text == {"fiscal_year": 2025}


def test_a_stale_tab_overwrites_nothing_and_keeps_what_was_typed(handler, application):
    save(handler, application, "audit_report", fiscal_year=2025, firm="晋信达")

    answer = save(handler, application, "audit_report", fiscal_year=2024, firm="另一家")
    assert answer.status_code == 409
    assert application.material("audit_report").text == {"fiscal_year": 2025, "firm": "晋信达"}
    shown = answer.content.decode()
    assert 'value="另一家"' in shown
    assert "秦晓东 已于" in shown

    seen = answer.context["form"]["version"].value()
    save(handler, application, "audit_report", version=seen, fiscal_year=2024, firm="另一家")
    assert application.material("audit_report").text == {"fiscal_year": 2024, "firm": "另一家"}


@pytest.mark.clause("SX-46")
def test_a_year_that_cannot_be_is_told_and_kept_on_the_page(handler, application):
    answer = save(handler, application, "audit_report", fiscal_year=1999, firm="晋信达")

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "会计年度应在" in shown
    assert 'value="1999"' in shown


def team(*rows, version="", **more):
    typed = {"version": version, "team-TOTAL_FORMS": len(rows), "team-INITIAL_FORMS": 0, **more}
    for number, row in enumerate(rows):
        typed |= {f"team-{number}-{name}": value for name, value in row.items()}
    return typed


@pytest.mark.clause("SX-30", "SX-45")
def test_the_team_is_kept_as_shown_and_who_is_ticked_is_gone(handler, application):
    page = address("material", application, "staff_qualification")
    first = {"name": "李明", "post": "报关", "is_insured": "on"}

    handler.post(page, team(first, {"name": "王芳", "post": "单证"}, {}))
    assert list(application.team.values_list("name", "is_insured")) == [("李明", True), ("王芳", False)]

    version = filing.seen_version(application.material("staff_qualification"))
    handler.post(page, team(first, {"name": "王芳", "post": "单证", "DELETE": "on"}, version=version))
    assert list(application.team.values_list("name", flat=True)) == ["李明"]


def test_a_person_without_a_post_is_told_and_nobody_is_lost(handler, application):
    page = address("material", application, "staff_qualification")

    answer = handler.post(page, team({"name": "李明", "post": ""}, {"name": "王芳", "post": "单证"}))

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "请填写岗位。" in shown
    assert 'value="李明"' in shown and 'value="王芳"' in shown
    assert application.team.count() == 0


@pytest.mark.parametrize("field", ["name", "post", "qualification"])
def test_a_person_of_the_team_is_written_in_letters_that_can_be_printed(handler, application, field):
    page = address("material", application, "staff_qualification")

    answer = handler.post(page, team({"name": "李明", "post": "报关", field: "\U00013000"}))

    assert answer.status_code == 422
    errors = answer.context["team"].errors[0]
    assert list(errors) == [field]
    assert "（U+13000）没有字体能印" in errors[field][0]
    assert application.team.count() == 0


# --- Files ---------------------------------------------------------------------------------------------------
def pdf(name="报告.pdf"):
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    file = io.BytesIO()
    document.save(file)
    return SimpleUploadedFile(name, file.getvalue(), content_type="application/pdf")


def test_a_file_is_handed_in_replaced_and_taken_back_and_every_version_is_kept(handler, application):
    upload = address("upload", application, "audit_report", "audit_report")
    assert (
        handler.post(upload, {"files": pdf("初稿.pdf")}, **SCRIPT).json()["next"].endswith("/audit_report/")
    )
    first = application.attachments.get()

    changed = samples.sample_pdf("audit_report")
    handler.post(upload, {"files": SimpleUploadedFile("定稿.pdf", changed), "replaces": first.key})
    newest = application.attachments.standing().get()
    assert [old.name for old in newest.earlier_versions()] == ["初稿.pdf"]
    shown = handler.get(address("material", application, "audit_report")).content.decode()
    assert "旧版本 1 个" in shown

    handler.post(address("withdraw_file", application, newest.key))
    assert application.attachments.standing().count() == 0
    assert "已移除 1 个" in handler.get(address("material", application, "audit_report")).content.decode()
    assert handler.get(address("download", application, newest.key)).status_code == 200


def test_a_file_that_cannot_be_taken_says_why_with_and_without_a_script(handler, application):
    upload = address("upload", application, "audit_report", "audit_report")
    wrong = {"files": SimpleUploadedFile("报告.pdf", b"MZ\x90\x00" + b"\0" * 200)}

    told = handler.post(upload, wrong, **SCRIPT)
    assert (told.status_code, "没有上传" in told.json()["message"]) == (422, True)
    wrong["files"].seek(0)
    assert "没有上传" in handler.post(upload, wrong).content.decode()
    assert handler.post(upload, {}).status_code == 422
    assert application.attachments.count() == 0


@pytest.mark.clause("SX-44")
def test_looking_at_the_id_card_is_written_down_also_for_its_owner(world, handler, application):
    filed = filing.hand_in(application, world.applicant, "legal_rep_id", pdf("身份证.pdf"))

    answer = handler.get(address("file_page", application, filed.key, 1))

    assert answer["Content-Type"] == "image/png"
    seen = AttachmentView.objects.get()
    assert (seen.attachment, seen.user) == (filed, world.applicant.user)


def test_a_file_of_an_earlier_application_is_handed_in_again_without_an_upload(world, handler, application):
    filed = filing.hand_in(application, world.applicant, "audit_report", pdf("审计报告.pdf"))
    perform(application, "withdraw", actor=world.applicant)
    again = draft(world.company, world.applicant)
    page = address("material", again, "audit_report")
    assert "从以前的办件带入（1 个）" in handler.get(page).content.decode()

    for status in (302, 404):
        assert handler.post(address("reuse", again, filed.key)).status_code == status

    taken = again.attachments.get()
    assert (taken.name, taken.sha256, taken.replaces) == ("审计报告.pdf", filed.sha256, None)
    assert "从以前的办件带入" not in handler.get(page).content.decode()
    assert signed_in(world.rival_applicant).post(address("reuse", again, filed.key)).status_code == 404


@pytest.mark.clause("SX-29")
def test_the_authorisation_is_asked_of_who_uses_anothers_platform(world, handler, application):
    page = address("material", application, "platform_description")
    assert "平台使用授权证明" not in handler.get(page).content.decode()

    world.company.profile.platform_mode = "licensed"
    world.company.profile.save()

    assert "平台使用授权证明" in handler.get(page).content.decode()


# --- Checking, signing, sending ------------------------------------------------------------------------------
def sign(browser, application, **changes):
    typed = {
        "confirmed": "on", "consent": "on", "password": PASSWORD, "digest": application.content_digest(), **changes,
    }  # fmt: skip
    return browser.post(address("sign", application), typed)


def send(browser, application, step="submit"):
    typed = {"version": application.version, "key": "a" * 32, "step": step}
    return browser.post(address("send", application), typed)


@pytest.mark.clause("SX-47")
def test_the_handler_cannot_send_before_the_legal_representative_signed(
    world, handler, representative, application
):
    fill(application)

    refused = send(handler, application)
    assert refused.status_code == 422
    assert "法定代表人还没有对当前材料签署真实有效申明" in refused.content.decode()

    assert sign(representative, application).status_code == 302
    assert application.countersignatures.get().statement == filing.statement_of(application)
    assert send(handler, application)["Location"] == address("receipt", application)
    application.refresh_from_db()
    assert application.state == "submitted"


@pytest.mark.clause("SX-47")
def test_a_changed_material_kills_the_signature(world, handler, representative, application):
    fill(application)
    sign(representative, application)
    version = filing.seen_version(application.material("audit_report"))

    save(handler, application, "audit_report", version=version, fiscal_year=2024)

    assert send(handler, application).status_code == 422
    assert "签过，之后材料有改动，须重新签" in handler.get(address("check", application)).content.decode()


@pytest.mark.clause("SX-47")
def test_only_the_legal_representative_signs_and_only_with_the_password(handler, representative, application):
    fill(application)

    assert sign(handler, application).status_code == 404
    wrong = sign(representative, application, password="wrong")
    assert (wrong.status_code, "密码不对，没有签署" in wrong.content.decode()) == (422, True)
    unread = representative.post(address("sign", application), {"password": PASSWORD, "digest": "x"})
    assert unread.status_code == 422
    assert application.countersignatures.count() == 0


def test_what_was_changed_while_it_was_read_is_not_signed(representative, application):
    fill(application)
    seen = application.content_digest()
    attach(application, "other_proof")

    answer = sign(representative, application, digest=seen)

    assert answer.status_code == 409
    assert "这一页打开之后材料有改动" in answer.content.decode()
    assert application.countersignatures.count() == 0


def test_the_request_to_sign_is_seen_by_both(world, handler, representative, application):
    assert handler.post(address("ask", application)).status_code == 409

    fill(application)
    handler.post(address("ask", application))

    assert "秦晓东 于" in representative.get("/my/").content.decode()
    assert "需要您签署" in representative.get("/my/").content.decode()
    assert "待法定代表人签署" in handler.get("/my/").content.decode()


def test_sending_twice_files_once_and_the_receipt_says_what_follows(
    world, handler, representative, application
):
    fill(application)
    sign(representative, application)

    send(handler, application)
    assert send(handler, application)["Location"] == address("receipt", application)

    assert application.ledger.count() == 1
    shown = handler.get(address("receipt", application)).content.decode()
    assert f"已提交，{world.taiyuan.label}已收到" in shown
    assert "材料齐全性审查" in shown


# --- Correction ----------------------------------------------------------------------------------------------
@pytest.fixture
def corrected(world) -> ProviderApplication:
    """Returned for the audit report only."""
    return world.walk(world.walk_to("initial_review"), "request_correction")


@pytest.mark.clause("AMB-G07")
def test_in_a_correction_only_what_was_returned_can_be_written(world, handler, corrected):
    version = filing.seen_version(corrected.material("application_report"))

    refused = save(handler, corrected, "application_report", version=version, note="改一下", script=True)
    assert (refused.status_code, refused.json()["message"]) == (
        409,
        "这项材料已提交，未被要求修改，不能改动。",
    )
    with pytest.raises(Conflict):
        filing.hand_in(corrected, world.applicant, "other_proof", pdf())
    locked = handler.get(address("material", corrected, "application_report")).content.decode()
    assert "已提交，未被要求修改" in locked
    assert "<textarea" not in locked

    version = filing.seen_version(corrected.material("audit_report"))
    assert save(handler, corrected, "audit_report", version=version, fiscal_year=2025).status_code == 302


@pytest.mark.clause("SX-47", "AMB-G07")
def test_a_correction_is_answered_point_by_point_signed_anew_and_sent(
    world, handler, representative, corrected
):
    item = corrected.open_correction().items.get()
    page = address("answer", corrected, item.pk)
    assert handler.post(page, {"answer": ""}).status_code == 422
    assert send(handler, corrected, "resubmit").status_code == 422

    saved = handler.post(page, {"answer": "第 12 页起补了附注。", "version": ""}, **SCRIPT)
    assert saved.json()["saved"].endswith("已自动保存")
    assert "已补正 1 / 1" in handler.get(address("fix", corrected)).content.decode()
    sign(representative, corrected)
    send(handler, corrected, "resubmit")

    corrected.refresh_from_db()
    assert corrected.state == "initial_review"
    assert set(corrected.countersignatures.values_list("step", flat=True)) == {"submit", "resubmit"}


def test_a_stale_answer_overwrites_nothing_and_keeps_what_was_typed(handler, corrected):
    item = corrected.open_correction().items.get()
    page = address("answer", corrected, item.pk)
    handler.post(page, {"answer": "补了附注。"})

    stale = handler.post(page, {"answer": "另一种说法。"})

    item.refresh_from_db()
    assert (stale.status_code, item.answer) == (409, "补了附注。")
    assert "另一种说法。</textarea>" in stale.content.decode()
    handler.post(page, {"answer": "另一种说法。", "version": filing.seen_answer(item)})
    item.refresh_from_db()
    assert item.answer == "另一种说法。"


@pytest.mark.clause("AMB-G09")
def test_the_enterprise_states_its_case_and_nothing_typed_is_lost(world, handler):
    application = world.walk_to("provincial_evaluation")
    application.clients.filter(row__gt=20).delete()
    application = world.walk(application, "serve_prior_notice")
    page = address("statement", application)
    assert "经核实，该企业服务省内进出口企业不足三十家。" in handler.get(page).content.decode()

    typed = {"version": application.version, "key": "b" * 32}
    assert handler.post(page, {**typed, "statement": ""}).status_code == 422
    stale = handler.post(page, {**typed, "version": 1, "statement": "另有十家合同在途。"})
    assert (stale.status_code, "另有十家合同在途。" in stale.content.decode()) == (409, True)
    handler.post(page, {**typed, "statement": "另有十家合同在途。"})

    application.refresh_from_db()
    assert application.state == "provincial_evaluation"
    assert application.hearings.get().statement == "另有十家合同在途。"


# --- Notices, titles, people, samples ------------------------------------------------------------------------
@pytest.mark.clause("AMB-G20")
def test_opening_a_notice_serves_it_and_only_for_its_addressee(world, handler):
    application = world.walk_to("submitted")
    notice = Notice.objects.get(case_id=application.pk)
    page = reverse("my:notice", args=[notice.pk])
    assert signed_in(world.rival_applicant).get(page).status_code == 404
    assert "未读" in handler.get("/my/inbox/").content.decode()

    assert handler.get(page).status_code == 200

    notice.refresh_from_db()
    assert (notice.service_mode, notice.read_by) == ("portal", world.applicant.user)
    assert "未读" not in handler.get("/my/inbox/").content.decode()
    assert handler.get(reverse("my:notice_pdf", args=[notice.pk])).content.startswith(b"%PDF")
    assert handler.get(reverse("my:notice_page", args=[notice.pk, 99])).status_code == 404


def test_a_notice_that_cannot_be_drawn_is_told_in_words_and_not_served(world, handler):
    application = world.walk_to("submitted")
    notice = Notice.objects.get(case_id=application.pk)
    unprintable = notice.context | {"matter": "\U0003fff0"}  # no font has it
    Notice.objects.filter(pk=notice.pk).update(context=unprintable)

    answers = [handler.get(reverse(f"my:{page}", args=[notice.pk])) for page in ("notice", "notice_pdf")]

    notice.refresh_from_db()
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("版式文件还没有生成" in answer.content.decode() for answer in answers)
    assert notice.read_at is None


def test_the_title_is_shown_with_its_days_and_its_certificate(world, handler):
    world.walk_to("accredited")

    shown = handler.get("/my/certificates/").content.decode()

    assert "山西省省级外贸综合服务企业" in shown
    assert "下载证书" in shown
    assert signed_in(world.rival_applicant).get("/my/certificates/").content.decode().count("下载证书") == 0


def test_a_case_goes_to_a_colleague_and_both_can_work_on_it(world, handler, application):
    colleague = person("冯丽娟", world.company, Role.APPLICANT)

    assert handler.post(address("hand_over", application), {}).status_code == 422
    handler.post(address("hand_over", application), {"to": colleague.user.username, "reason": "我休假"})

    application.refresh_from_db()
    assert application.claimed_by == colleague.user
    assert save(handler, application, "other_proof", note="接着写").status_code == 302


def test_a_handler_is_invited_once_told_the_link_and_ended_on_the_spot(world, handler, settings):
    settings.PUBLIC_ORIGIN = "https://portal.example"
    given = {"name": "冯丽娟", "id_number": "11010519491231002X", "username": "fenglijuan"}
    answer = handler.post("/my/people/", given)
    assert "已为 冯丽娟 开通经办人账号" in answer.content.decode()
    assert "https://portal.example/accounts/password/reset/key/" in answer.content.decode()

    again = handler.post("/my/people/", given)
    assert (again.status_code, 'value="冯丽娟"' in again.content.decode()) == (422, True)

    membership = Membership.objects.get(user__username="fenglijuan")
    handler.post(reverse("my:end_membership", args=[membership.pk]))
    membership.refresh_from_db()
    assert membership.revoked_at is not None


def test_a_handler_cannot_end_the_legal_representative_nor_anybody_elsewhere(world, handler):
    own = Membership.objects.get(user=world.legal_rep.user)
    other = Membership.objects.get(user=world.rival_applicant.user)

    handler.post(reverse("my:end_membership", args=[own.pk]))
    assert handler.post(reverse("my:end_membership", args=[other.pk])).status_code == 404

    own.refresh_from_db()
    assert own.revoked_at is None


def test_every_material_has_a_sample_and_the_word_stands_on_every_page(db, application, handler):
    codes = [m["code"] for m in application.program.materials]
    assert list(samples.SAMPLES) == codes

    document = pypdfium2.PdfDocument(handler.get("/my/samples/trade_volume_proof/").content)

    assert all("样例" in page.get_textpage().get_text_range() for page in document)
    assert handler.get("/my/samples/unknown/").status_code == 404


def test_the_package_holds_all_samples_and_both_tables(handler):
    bundle = zipfile.ZipFile(io.BytesIO(handler.get("/my/samples/package/").content))

    assert len(bundle.namelist()) == 14
