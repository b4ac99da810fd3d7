"""A file the enterprise marked as confidential: who opens it, who is told of it, and when the mark may change."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accreditation import filing, promising, samples
from accreditation.models import Consultation, Program, ProviderApplication
from accreditation.record import record
from documents.attachments.models import Attachment, ConfidentialityChange
from tests.factories import attach, draft
from workflow.errors import Conflict
from workflow.perform import perform

REASON = "含未公开的财务数据，属于商业秘密"
MARKED = {"is_confidential": "on", "reason": REASON}


def report(material: str = "audit_report") -> SimpleUploadedFile:
    return SimpleUploadedFile("审计报告.pdf", samples.sample_pdf(material))


def browser_of(actor) -> Client:
    browser = Client()
    browser.force_login(actor.user)
    return browser


def my(name: str, application, *more) -> str:
    return reverse(f"my:{name}", args=[application.reference, *more])


def original(application, file) -> str:
    return f"/desk/cases/{application.reference}/files/{file.key}/"


def review(application) -> str:
    return f"/desk/cases/{application.reference}/review/audit_report/"


@pytest.fixture
def handler(world) -> Client:
    return browser_of(world.applicant)


@pytest.fixture
def application(world) -> ProviderApplication:
    """A draft that is complete; its audit report is handed in as confidential."""
    application = world.ready()
    filed = application.attachments.get(slot="audit_report")
    filing.hand_in(
        application, world.applicant, "audit_report", report(), replaces=filed, confidential_reason=REASON
    )
    world.sign(application)
    return application


def the_report(application) -> Attachment:
    return application.attachments.standing().get(slot="audit_report")


# What differs between two answers without telling anything: the number of the request, the token of a form.
CORRELATION = re.compile(r"[A-Za-z0-9]{32,64}|[0-9A-Z]{10}")


# --- Who opens it --------------------------------------------------------------------------------------------
def opens(actor, application) -> bool:
    """Whether the file and its pages come, or the answer is the one for a file that does not exist."""
    browser, file = browser_of(actor), the_report(application)
    answers = [browser.get(original(application, file)), browser.get(f"{original(application, file)}1.png")]
    missing = browser.get(f"/desk/cases/{application.reference}/files/no-such-key/")
    for answer in answers:
        if answer.status_code != 200:
            same = [CORRELATION.sub("·", a.content.decode()) for a in (answer, missing)]
            assert (answer.status_code, same[0]) == (missing.status_code, same[1])
    assert len({answer.status_code for answer in answers}) == 1
    return answers[0].status_code == 200


@pytest.mark.parametrize(
    ("state", "who", "may"),
    [
        ("submitted", "officer", True),
        ("submitted", "approver", True),
        ("submitted", "prov_officer", False),  # related to the case from the filing on, and not yet its turn
        ("submitted", "datong_officer", False),
        ("recommendation", "prov_approver", False),
        ("provincial_evaluation", "prov_officer", True),
        ("provincial_evaluation", "prov_approver", True),
        ("provincial_evaluation", "officer", True),  # reviewed it before
        ("publicity", "prov_officer", True),  # nobody's turn: the calendar's
        ("accredited", "approver", True),
        ("accredited", "datong_approver", False),
    ],
)
def test_who_reviews_or_decides_or_did_so_opens_it(world, application, state, who, may):
    application = world.walk_to(state, application)

    assert opens(getattr(world, who), application) == may


def test_its_owner_opens_it_and_another_enterprise_does_not(world, application):
    application = world.walk_to("submitted", application)
    download = my("download", application, the_report(application).key)

    answers = {
        name: browser_of(getattr(world, name)).get(download).status_code
        for name in ("applicant", "legal_rep", "rival_applicant", "officer")
    }

    assert answers == {"applicant": 200, "legal_rep": 200, "rival_applicant": 404, "officer": 404}


def test_who_is_not_signed_in_is_sent_to_sign_in(application):
    for address in (
        my("download", application, the_report(application).key),
        original(application, the_report(application)),
    ):
        answer = Client().get(address)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_a_department_is_told_of_it_and_gets_nothing(world, application):
    application = world.walk_to("peer_consultation", application)
    letter = Consultation.objects.filter(parent_id=application.pk).first()
    department = world.department(letter.department)

    page = browser_of(department).get(f"/opinions/{letter.reference}/").content.decode()

    assert f"<dt>审计报告</dt><dd>企业标为保密，不随函提供。理由：{REASON}</dd>" in page
    assert the_report(application).name not in page
    assert not opens(department, application)


def test_a_province_that_inquires_into_the_materials_opens_them(world, application):
    application = world.walk_to("submitted", application)
    assert not opens(world.prov_officer, application)

    perform(
        application, "open_inquiry", actor=world.prov_officer, fact="涉嫌审计报告不实。", source="群众来信"
    )

    assert opens(world.prov_officer, application)


@pytest.mark.clause("FJ-24")
def test_a_province_that_only_gives_more_time_for_a_promise_opens_nothing(world, application):
    Program.objects.update(tolerant_acceptance=True)
    application = perform(application, "submit", actor=world.applicant)
    promising.sign(application, world.legal_rep, ["other_proof"], seen=application.content_digest())
    application = perform(application, "accept_tolerant", actor=world.officer, materials=["other_proof"])

    application = perform(application, "extend_promise", actor=world.prov_officer, reason="协议尚在盖章。")

    assert not opens(world.prov_officer, application)
    assert opens(world.officer, application)


def test_what_it_replaced_is_withheld_as_well(world, application):
    application = world.walk_to("submitted", application)
    earlier = the_report(application).earlier_versions()[0]

    assert (earlier.is_confidential, earlier.confidential_reason) == (True, REASON)
    assert browser_of(world.prov_officer).get(original(application, earlier)).status_code == 404


@pytest.mark.parametrize(("who", "listed"), [("officer", True), ("prov_officer", False)])
def test_an_earlier_version_is_offered_to_who_may_open_it(world, application, who, listed):
    filing.state_confidentiality(application, world.applicant, the_report(application), "")
    application = world.walk_to("submitted", world_signed(world, application))
    earlier = the_report(application).earlier_versions()[0]

    page = browser_of(getattr(world, who)).get(review(application)).content.decode()

    assert original(application, the_report(application)) in page
    assert (original(application, earlier) in page) is listed


def test_of_earlier_versions_the_scanner_stopped_nothing_is_offered(world, application):
    application = world.walk_to("submitted", application)
    earlier = the_report(application).earlier_versions()
    Attachment.objects.filter(pk=earlier[0].pk).update(scan=Attachment.Scan.INFECTED)

    page = browser_of(world.officer).get(review(application)).content.decode()

    assert original(application, earlier[0]) not in page


# --- Who is told of it ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "withheld"), [("officer", False), ("prov_officer", True)])
def test_whoever_sees_the_case_sees_that_it_is_there_and_why_it_is_confidential(
    world, application, who, withheld
):
    application = world.walk_to("submitted", application)
    browser, file = browser_of(getattr(world, who)), the_report(application)

    shown = browser.get(review(application)).content.decode()
    listed = browser.get(f"/desk/cases/{application.reference}/?tab=materials").content.decode()

    for page in (shown, listed):
        assert "保密" in page and REASON in page and file.shown_name in page
    assert ("不向本单位提供" in shown, original(application, file) in shown) == (withheld, not withheld)
    assert (f"{original(application, file)}1.png" in shown) is not withheld


def test_its_owner_reads_the_mark_wherever_the_file_is_listed(handler, application):
    file = the_report(application)

    for address in (my("material", application, "audit_report"), my("file", application, file.key)):
        assert f"理由：{REASON}" in handler.get(address).content.decode()


def test_the_record_says_who_marked_what_and_why(world, handler, application):
    filing.state_confidentiality(application, world.applicant, the_report(application), "")
    application = world.walk_to("submitted", world_signed(world, application))

    told = [e for e in record(application, world.officer) if e.title.startswith("文件")]

    assert {(e.title, e.text) for e in told} == {
        ("文件标为保密", f"审计报告“审计报告.pdf”；理由：{REASON}"),
        ("文件标为保密", f"审计报告“audit_report.pdf”；理由：{REASON}"),
        ("文件取消保密", "审计报告“审计报告.pdf”"),
    }
    assert told[0].title == "文件取消保密"
    assert {e.who for e in told} == {f"{world.company.label} 秦晓东"}
    assert "文件取消保密" in handler.get(my("history", application)).content.decode()


def test_of_what_was_never_filed_the_record_tells_its_owner_alone(world, application):
    first = filing.hand_in(
        application, world.applicant, "other_proof", report("application_report"), confidential_reason="草稿"
    )
    second = filing.hand_in(application, world.applicant, "other_proof", report(), replaces=first)
    filing.take_back(application, world.applicant, second)
    application = world.walk_to("submitted", world_signed(world, application))

    def told(actor) -> int:
        return len([e for e in record(application, actor) if "理由：草稿" in e.text])

    assert (told(world.applicant), told(world.legal_rep), told(world.officer)) == (2, 2, 0)


def test_what_was_filed_and_taken_back_later_stays_in_the_record(world, application):
    application = world.walk(world.walk_to("initial_review", application), "request_correction")
    filing.take_back(application, world.applicant, the_report(application))

    assert any(REASON in entry.text for entry in record(application, world.officer))


def test_of_what_the_scanner_stopped_the_record_tells_its_owner_alone(world, application):
    application = world.walk_to("submitted", application)
    application.attachments.filter(is_confidential=True).update(scan=Attachment.Scan.WAITING)

    told = {
        name: any(REASON in e.text for e in record(application, getattr(world, name)))
        for name in ("applicant", "officer")
    }

    assert told == {"applicant": True, "officer": False}


def world_signed(world, application):
    world.sign(application)
    return application


# --- How it is marked, without a script ----------------------------------------------------------------------
def test_a_file_is_handed_in_as_confidential(world, handler):
    application = draft(world.company, world.applicant)

    handler.post(my("upload", application, "audit_report", "audit_report"), {"files": report(), **MARKED})

    file = application.attachments.get()
    assert (file.is_confidential, file.confidential_reason) == (True, REASON)
    change = ConfidentialityChange.objects.get()
    assert (change.attachment, change.confidential_reason, change.by) == (file, REASON, world.applicant.user)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"is_confidential": "on", "reason": "　 "}, "请写明保密理由"),
        ({"is_confidential": "on", "reason": "密" * 201}, "200"),
        ({"is_confidential": "on", "reason": "含\U00013000数据"}, "“𓀀”（U+13000）"),
        ({"reason": REASON}, "写了保密理由而没有勾选"),
    ],
)
def test_a_mark_without_a_reason_is_refused_and_nothing_typed_is_lost(world, handler, typed, complaint):
    application = draft(world.company, world.applicant)
    other = attach(application, "audit_report", world.applicant)
    upload = my("upload", application, "audit_report", "audit_report")

    answer = handler.post(upload, {"files": report(), "replaces": other.key, **typed})

    page = answer.content.decode()
    assert (answer.status_code, application.attachments.count()) == (422, 1)
    assert complaint in page and "请重新选择文件" in page
    form = answer.context["upload_forms"]["audit_report"]
    assert form["is_confidential"].value() == ("is_confidential" in typed)
    assert f">\n{typed['reason']}</textarea>" in page
    assert f'<option value="{other.key}" selected>' in page


def test_a_file_that_is_there_is_marked_and_unmarked_while_it_is_a_draft(handler, world):
    application = draft(world.company, world.applicant)
    file = attach(application, "audit_report", world.applicant)
    address = my("confidential", application, file.key)

    refused = handler.post(address, {"is_confidential": "on", "reason": ""})
    assert (refused.status_code, "请写明保密理由" in refused.content.decode()) == (422, True)
    assert refused.context["file_forms"][file.key]["is_confidential"].value() is True

    for typed, kept in ((MARKED, REASON), ({"reason": ""}, "")):
        assert handler.post(address, typed).status_code == 302
        file.refresh_from_db()
        assert (file.is_confidential, file.confidential_reason) == (bool(kept), kept)
    assert browser_of(world.rival_applicant).post(address, MARKED).status_code == 404


def test_a_new_version_stays_confidential_unless_its_owner_says_otherwise(world, handler, application):
    upload = my("upload", application, "audit_report", "audit_report")

    handler.post(upload, {"files": report("application_report"), "replaces": the_report(application).key})

    assert the_report(application).confidential_reason == REASON
    assert len(the_report(application).earlier_versions()) == 2


def test_the_same_content_sent_again_with_the_mark_is_marked(world, handler):
    application = draft(world.company, world.applicant)
    upload = my("upload", application, "audit_report", "audit_report")

    handler.post(upload, {"files": report()})
    handler.post(upload, {"files": report(), **MARKED})
    handler.post(upload, {"files": report()})

    assert application.attachments.get().confidential_reason == REASON


def test_a_file_used_again_is_confidential_again(world, application):
    earlier = the_report(application)
    perform(application, "withdraw", actor=world.applicant)
    again = draft(world.company, world.applicant)

    taken = filing.reuse(again, world.applicant, earlier)

    assert (taken.is_confidential, taken.confidential_reason) == (True, REASON)
    assert taken.confidentiality_changes.count() == 1


def test_a_file_used_again_marks_the_same_one_that_is_here_already(world, application):
    earlier = the_report(application)
    perform(application, "withdraw", actor=world.applicant)
    again = draft(world.company, world.applicant)
    here = filing.hand_in(again, world.applicant, "audit_report", report())
    shown = Attachment.objects.get(pk=earlier.pk)
    shown.is_confidential, shown.confidential_reason = False, ""  # as somebody saw it before it was marked

    assert filing.reuse(again, world.applicant, shown) == here

    here.refresh_from_db()
    assert here.confidential_reason == REASON
    assert here.confidentiality_changes.count() == 1


def test_the_signature_covers_the_mark(world, application):
    assert application.is_signed("submit")

    filing.state_confidentiality(application, world.applicant, the_report(application), "属于技术秘密")

    assert not application.is_signed("submit")


# --- Frozen --------------------------------------------------------------------------------------------------
def test_after_filing_the_mark_is_frozen(world, handler, application):
    application = world.walk_to("submitted", application)

    answer = handler.post(my("confidential", application, the_report(application).key), {"reason": ""})

    assert answer.status_code == 409
    assert the_report(application).confidential_reason == REASON
    assert "取消保密" not in handler.get(my("material", application, "audit_report")).content.decode()


def test_in_a_correction_only_the_mark_of_what_was_returned_changes(world, handler, application):
    application = world.walk(world.walk_to("initial_review", application), "request_correction")
    other = application.attachments.standing().get(slot="application_report")

    with pytest.raises(Conflict, match="未被要求修改"):
        filing.state_confidentiality(application, world.applicant, other, REASON)
    handler.post(my("confidential", application, the_report(application).key), {"reason": ""})

    other.refresh_from_db()
    assert (other.is_confidential, the_report(application).is_confidential) == (False, False)


def test_a_version_that_was_replaced_is_marked_no_more(world, application):
    earlier = the_report(application).earlier_versions()[0]

    with pytest.raises(Conflict, match="已被替换"):
        filing.state_confidentiality(application, world.applicant, earlier, "")


@pytest.mark.parametrize(("is_confidential", "reason"), [(True, ""), (True, "  "), (False, REASON)])
@pytest.mark.parametrize("name", ["attachment", "change"])
def test_the_database_keeps_no_mark_without_its_reason(world, name, is_confidential, reason):
    file = attach(draft(world.company, world.applicant), "audit_report")
    columns = {"is_confidential": is_confidential, "confidential_reason": reason}
    constraint = {
        "attachment": "confidential_attachment_states_its_reason",
        "change": "confidentiality_change_states_its_reason",
    }[name]

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        if name == "attachment":
            Attachment.objects.filter(pk=file.pk).update(**columns)
        else:
            ConfidentialityChange.objects.create(attachment=file, **columns)
