"""What becomes of an honest file: kept once, for good, with its earlier versions, and handed out harmlessly."""

import io
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import RequestFactory
from PIL import Image

from documents.attachments import store
from documents.attachments.gate import accept_upload
from documents.attachments.models import Attachment
from documents.attachments.sentences import Rejected
from documents.attachments.slots import SLOTS
from tests.documents.hostile.images import JPEG, PASSENGER, png_of
from tests.documents.hostile.pdfs import changed, honest
from tests.documents.hostile.workbooks import honest as workbook
from tests.factories import World, draft
from workflow.errors import Conflict

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


@pytest.mark.parametrize(
    ("content", "name"), [(JPEG, "a.jpg"), (png_of(40, 30), "b.png")], ids=["jpeg", "png"]
)
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
