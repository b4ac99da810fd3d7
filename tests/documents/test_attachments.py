"""What becomes of an honest file: kept once, for good, with its earlier versions, and handed out harmlessly."""

import io
import os
import socketserver
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.http import Http404
from django.test import RequestFactory
from PIL import Image

from accounts.actors import VISITOR
from documents.attachments import housekeeping, images, store
from documents.attachments.access import attachment_for
from documents.attachments.gate import accept_upload
from documents.attachments.models import Attachment, AttachmentView
from documents.attachments.sentences import Rejected
from documents.attachments.serving import serve, serve_page
from documents.attachments.slots import SLOTS
from tests.documents.hostile.images import JPEG, PASSENGER, png_of
from tests.documents.hostile.pdfs import changed, drawing_bomb, honest
from tests.documents.hostile.workbooks import honest as workbook
from tests.factories import World, draft
from workflow.errors import Conflict
from workflow.relations import Relation

REPORT, AUDIT, ID_COPY = SLOTS["application_report"], SLOTS["audit_report"], SLOTS["legal_rep_id"]


def read(response) -> bytes:
    return b"".join(response.streaming_content)


def kept(attachment: Attachment) -> bytes:
    with store.opened(attachment.sha256) as file:
        return file.read()


# Receiving


def test_a_report_is_kept_as_it_is_and_recorded(case, world, upload):
    content = honest(pages=3)

    attachment = accept_upload(upload(content, "申请报告（定稿）.PDF"), REPORT, case, world.applicant.user)

    attachment.refresh_from_db()
    assert kept(attachment) == content
    assert (attachment.name, attachment.pages, attachment.size, attachment.content_type) == (
        "申请报告（定稿）.PDF", 3, len(content), "application/pdf",
    )  # fmt: skip
    assert (attachment.case_id, attachment.uploaded_by, attachment.warnings) == (
        case.pk,
        world.applicant.user,
        [],
    )


def test_a_name_without_an_ending_gets_the_right_one(case, upload):
    assert accept_upload(upload(honest(), "报告"), REPORT, case, None).name == "报告.pdf"


@pytest.mark.parametrize(("content", "name"), [(JPEG, "a.jpg"), (png_of(40, 30), "b.png")])
def test_of_a_picture_only_the_pixels_are_kept(case, upload, content, name):
    place = Image.Exif()
    place[0x010F] = "37.87N 112.55E"
    picture = io.BytesIO()
    Image.open(io.BytesIO(content)).save(picture, Image.open(io.BytesIO(content)).format, exif=place)
    assert b"37.87N" in picture.getvalue()

    attachment = accept_upload(upload(picture.getvalue() + PASSENGER, name), ID_COPY, case, None)

    assert b"37.87N" not in kept(attachment)
    assert PASSENGER not in kept(attachment)
    assert Image.open(io.BytesIO(kept(attachment))).size == Image.open(io.BytesIO(content)).size


def test_a_blank_first_page_is_pointed_out(case, upload):
    blank = changed(lambda pdf: pdf.pages[0].__setattr__("Contents", pdf.make_stream(b"")))

    attachment = accept_upload(upload(blank), REPORT, case, None)

    assert attachment.warnings == ["第 1 页看起来是空白的，请确认没有扫错。"]


def test_too_large_a_file_is_refused_with_both_figures(case, upload):
    with pytest.raises(Rejected) as refusal:
        accept_upload(
            upload(bytes(10 * 1024 * 1024 + 1), "营业执照.pdf"), SLOTS["business_licence"], case, None
        )

    assert refusal.value.message == (
        "文件 10.1 MB，超过 10 MB 的上限，没有上传。请降低扫描分辨率，或分成几个文件。"
    )
    assert refusal.value.code == "too_large"


def test_the_word_document_is_named_for_what_it_is(case, upload):
    with pytest.raises(Rejected) as refusal:
        accept_upload(upload(workbook(), "报告.pdf"), REPORT, case, None)

    assert refusal.value.message == "这是 XLSX 文件，“申请报告”只收 PDF，没有上传。请转换格式后再上传。"


def test_beyond_the_largest_slot_nothing_is_written_but_all_is_counted():
    whole = 31 * 1024 * 1024
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a.pdf", bytes(whole))})

    received = request.FILES["file"]

    assert received.size == whole
    received.seek(0)
    assert len(received.read()) < whole


# Versions


def test_the_version_replaced_is_kept(case, upload):
    first = accept_upload(upload(honest(1)), REPORT, case, None)
    second = accept_upload(upload(honest(2)), REPORT, case, None, replaces=first)
    third = accept_upload(upload(honest(3)), REPORT, case, None, replaces=second)

    assert list(case.attachments.standing()) == [third]
    assert third.earlier_versions() == [second, first]
    assert kept(first) == honest(1)


def test_two_people_cannot_replace_the_same_version(case, upload):
    first = accept_upload(upload(honest(1)), REPORT, case, None)
    accept_upload(upload(honest(2)), REPORT, case, None, replaces=first)

    with pytest.raises(Conflict):
        accept_upload(upload(honest(3)), REPORT, case, None, replaces=first)

    assert case.attachments.count() == 2


def test_a_file_taken_back_no_longer_counts_but_is_still_there(case, upload):
    attachment = accept_upload(upload(honest()), REPORT, case, None)

    attachment.withdraw()
    taken_back_at = attachment.withdrawn_at
    attachment.withdraw()

    assert not attachment.is_standing
    assert attachment.withdrawn_at == taken_back_at
    assert list(case.attachments.standing()) == []


def test_the_same_file_twice_in_one_place_is_one_attachment(case, upload):
    first = accept_upload(upload(honest()), REPORT, case, None)

    assert accept_upload(upload(honest(), "再传一次.pdf"), REPORT, case, None) == first
    assert case.attachments.count() == 1


def test_the_same_file_in_another_place_is_pointed_out(case, upload):
    accept_upload(upload(honest()), REPORT, case, None)

    elsewhere = accept_upload(upload(honest(), "审计.pdf"), AUDIT, case, None)

    assert elsewhere.warnings == ["与已上传的“报告.pdf”内容相同，请确认没有重复上传。"]


@pytest.mark.usefixtures("committed")
def test_four_clicks_at_once_file_one_attachment(upload):
    world = World()
    case = draft(world.company, world.applicant)

    def click(_number: int) -> int:
        try:
            return accept_upload(upload(honest()), REPORT, case, None).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        filed = set(pool.map(click, range(4)))

    assert len(filed) == Attachment.objects.count() == 1


def test_a_case_has_room_for_200_files(case, upload):
    Attachment.objects.bulk_create(
        Attachment(
            case=case,
            slot=REPORT.code,
            name="a.pdf",
            sha256=f"{n:064x}",
            size=1,
            content_type="application/pdf",
        )
        for n in range(200)
    )

    with pytest.raises(Rejected) as refusal:
        accept_upload(upload(honest()), REPORT, case, None)

    assert refusal.value.code == "too_many_files"


def test_a_case_has_room_for_500_megabytes(case, upload):
    whole = 500 * 1024 * 1024 - 100
    Attachment.objects.create(
        case=case, slot=AUDIT.code, name="a.pdf", sha256="0" * 64, size=whole, content_type="application/pdf"
    )

    with pytest.raises(Rejected) as refusal:
        accept_upload(upload(honest()), REPORT, case, None)

    assert refusal.value.message == (
        "本办件的文件将达 500.1 MB，超过 500 MB 的上限，没有上传。请压缩后再上传。"
    )


# Keeping


def test_a_disk_that_is_full_leaves_neither_row_nor_remains(case, upload, settings, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        accept_upload(upload(honest()), REPORT, case, None)

    assert not Attachment.objects.exists()
    assert [path for path in settings.VAR_DIR.rglob("*") if path.is_file()] == []


def test_a_kept_file_can_only_be_read(case, upload):
    attachment = accept_upload(upload(honest()), REPORT, case, None)

    path = default_storage.path(store.name_of(attachment.sha256))

    assert os.stat(path).st_mode & 0o777 == 0o440


def test_what_belongs_to_nobody_goes_after_a_day_and_what_is_owned_stays(case, upload, settings):
    owned = accept_upload(upload(honest()), REPORT, case, None)
    fresh, old = b"fresh", b"old"
    for content in (fresh, old):
        default_storage.save(store.name_of(content.hex()), io.BytesIO(content))
    left_in_quarantine = store.quarantine() / "left"
    left_in_quarantine.write_bytes(b"x")
    for path in (default_storage.path(store.name_of(name)) for name in (old.hex(), owned.sha256)):
        _age(path)
    _age(left_in_quarantine)

    assert housekeeping.remove_orphans() == 2

    assert kept(owned) == honest()
    assert default_storage.exists(store.name_of(fresh.hex()))
    assert not default_storage.exists(store.name_of(old.hex()))
    assert not left_in_quarantine.exists()


def test_what_a_visitor_never_filed_is_forgotten_after_a_day(case, upload, at):
    with at("2026-03-02 09:00"):
        unfiled = accept_upload(upload(honest(), "证据.pdf"), SLOTS["objection_evidence"], None, None)
        filed = accept_upload(upload(honest()), REPORT, case, None)

    with at("2026-03-03 09:00"):
        assert housekeeping.forget_unfiled() == 0
    with at("2026-03-03 09:01"):
        assert housekeeping.forget_unfiled() == 1

    assert list(Attachment.objects.all()) == [filed]
    assert kept(filed) == kept(unfiled)


def _age(path) -> None:
    then = os.stat(path).st_mtime - timedelta(hours=25).total_seconds()
    os.utime(path, (then, then))


# Handing out


def test_a_download_cannot_act_and_carries_its_name(case, upload):
    attachment = accept_upload(upload(honest(), "审计报告 2025.pdf"), AUDIT, case, None)

    response = serve(attachment, viewer=None)

    assert read(response) == honest()
    assert {name: response[name] for name in HARMLESS} == HARMLESS
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%AE%A1%E8%AE%A1%E6%8A%A5%E5%91%8A%202025.pdf"
    )


HARMLESS = {
    "Content-Type": "application/pdf",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


def test_a_page_is_drawn_once_and_then_kept(case, upload, settings):
    attachment = accept_upload(upload(honest(2)), AUDIT, case, None)

    first = serve_page(attachment, 2, viewer=None).content
    default_storage.delete(store.name_of(attachment.sha256))
    again = serve_page(attachment, 2, viewer=None).content

    assert Image.open(io.BytesIO(first)).width == 1100
    assert again == first


def test_a_page_that_is_not_there_is_refused(case, upload):
    attachment = accept_upload(upload(honest(2)), AUDIT, case, None)

    with pytest.raises(Rejected):
        serve_page(attachment, 3, viewer=None)


def test_a_page_too_hard_to_draw_is_tried_once(case, upload):
    attachment = accept_upload(upload(changed(drawing_bomb)), AUDIT, case, None)
    assert attachment.warnings == ["第 1 页内容很复杂，在线预览可能较慢或无法显示，审核人员可下载查看。"]

    for _visit in range(2):
        with pytest.raises(images.PageUnavailable) as refusal:
            images.page_image(attachment, 1)
        assert refusal.value.message == "这一页无法生成图像，可能内容过于复杂。请下载原文件查看。"


def test_a_table_has_no_pages_to_show(case, upload):
    attachment = accept_upload(upload(workbook(), "清单.xlsx"), SLOTS["client_list"], case, None)

    with pytest.raises(images.PageUnavailable):
        serve_page(attachment, 1, viewer=None)


@pytest.mark.clause("SX-44")
def test_each_look_at_an_id_copy_is_written_down(case, world, upload):
    attachment = accept_upload(upload(JPEG, "身份证.jpg"), ID_COPY, case, world.applicant.user)

    serve_page(attachment, 1, viewer=world.officer.user, reason="核对法人身份")
    serve(attachment, viewer=world.officer.user)

    looks = AttachmentView.objects.order_by("id").values_list("attachment_id", "user_id", "reason")
    assert list(looks) == [
        (attachment.pk, world.officer.user.pk, "核对法人身份"),
        (attachment.pk, world.officer.user.pk, "下载原文件"),
    ]


def test_an_id_copy_shows_who_looks_and_leaves_no_picture_behind(case, world, upload, settings):
    attachment = accept_upload(upload(JPEG, "身份证.jpg"), ID_COPY, case, None)

    by_officer = serve_page(attachment, 1, viewer=world.officer.user).content
    by_approver = serve_page(attachment, 1, viewer=world.approver.user).content

    assert by_officer != by_approver
    assert not list(store.page_cache().rglob("*.png"))


def test_a_look_at_what_is_not_personal_is_not_recorded(case, world, upload):
    attachment = accept_upload(upload(honest()), AUDIT, case, None)

    serve_page(attachment, 1, viewer=world.officer.user)

    assert not AttachmentView.objects.exists()


# Who may open it


def test_the_parties_of_a_case_open_its_files_and_nobody_else(case, world, upload):
    attachment = accept_upload(upload(honest()), REPORT, case, world.applicant.user)

    assert attachment_for(world.applicant, attachment.key) == attachment
    for stranger in (world.rival_applicant, world.datong_officer, VISITOR):
        with pytest.raises(Http404, match="没有这个文件，或您无权查看。"):
            attachment_for(stranger, attachment.key)


def test_what_the_scanner_has_not_cleared_is_for_its_applicant_alone(case, world, upload, settings):
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    case.add_party(Relation.CITY, world.taiyuan)
    waiting = accept_upload(upload(honest()), REPORT, case, world.applicant.user)

    assert attachment_for(world.applicant, waiting.key) == waiting
    with pytest.raises(Http404):
        attachment_for(world.officer, waiting.key)


# A scanner


class Clamd(socketserver.StreamRequestHandler):
    """Speaks clamd's side of INSTREAM; finds a virus wherever the file says so."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        self.wfile.write(b"stream: Win.Test FOUND\0" if b"infected" in content else b"stream: OK\0")


@pytest.fixture
def scanner(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


def infected() -> bytes:
    return changed(lambda pdf: pdf.docinfo.__setitem__("/Title", "infected"))


def test_a_clean_file_is_marked_as_such(case, upload, scanner):
    assert accept_upload(upload(honest()), REPORT, case, None).scan == Attachment.Scan.CLEAN


def test_what_the_scanner_finds_is_refused_by_name(case, upload, scanner):
    with pytest.raises(Rejected) as refusal:
        accept_upload(upload(infected()), REPORT, case, None)

    assert refusal.value.message == (
        "文件含有病毒“Win.Test”，没有上传，也没有保存。请检查您的电脑后，重新制作文件。"
    )


def test_while_the_scanner_is_down_a_file_waits_unseen_by_others(case, upload, settings, scanner):
    answering, settings.CLAMD_ADDRESS = settings.CLAMD_ADDRESS, "127.0.0.1:1"
    clean = accept_upload(upload(honest()), REPORT, case, None)
    bad = accept_upload(upload(infected()), AUDIT, case, None)
    assert list(case.attachments.shown_to_others()) == []
    assert housekeeping.scan_waiting() == 0

    settings.CLAMD_ADDRESS = answering
    assert housekeeping.scan_waiting() == 2

    bad.refresh_from_db()
    assert list(case.attachments.shown_to_others()) == [clean]
    assert (bad.scan, bad.is_standing) == (Attachment.Scan.INFECTED, False)


# Slots


@pytest.mark.parametrize(
    ("code", "accepts", "megabytes", "pages"),
    [
        ("audit_report", ".pdf", 30, 500),
        ("legal_rep_id", ".pdf,.jpg,.jpeg,.png", 10, 50),
        ("client_list", ".xlsx,.csv,.txt", 5, 1),
    ],
)
def test_every_slot_says_what_it_takes(code, accepts, megabytes, pages):
    slot = SLOTS[code]

    assert (slot.accepts, slot.max_bytes, slot.max_pages) == (accepts, megabytes * 1024 * 1024, pages)
