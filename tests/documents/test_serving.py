"""Handing a file out: harmless to whoever opens it, only to who may see it, every look at an ID copy on record."""

import io

import pytest
from django.core.files.storage import default_storage
from django.http import Http404
from PIL import Image

from accounts.actors import VISITOR
from documents.attachments import images, store
from documents.attachments.access import attachment_for
from documents.attachments.gate import accept_upload
from documents.attachments.models import Attachment, AttachmentView
from documents.attachments.sentences import Rejected
from documents.attachments.serving import serve, serve_page
from documents.attachments.slots import SLOTS
from tests.documents.hostile.images import JPEG
from tests.documents.hostile.pdfs import changed, drawing_bomb, honest
from tests.documents.hostile.workbooks import honest as workbook
from workflow.relations import Relation

REPORT, AUDIT, ID_COPY = SLOTS["application_report"], SLOTS["audit_report"], SLOTS["legal_rep_id"]


def read(response) -> bytes:
    return b"".join(response.streaming_content)


def kept(attachment: Attachment) -> bytes:
    with store.opened(attachment.sha256) as file:
        return file.read()


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
