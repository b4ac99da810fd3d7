"""Anyone holds a paper against what was issued: by its code, or by the file itself."""

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from core import clock
from documents.models import Notice
from documents.notices import codes, drawing, issuing
from documents.notices.comparing import compare
from documents.notices.kinds import template_of
from documents.notices.render import render_pdf
from documents.notices.verification import Standing, verify
from documents.sealing import pades
from documents.sealing.pkcs12 import Pkcs12
from tests.portal.test_register import granted

GENUINE, ALTERED, UNKNOWN = "逐字节一致", "文件与登记的文书不一致", "没有查到这份文书"


@pytest.fixture
def receipt(world) -> Notice:
    world.walk_to("submitted")
    notice = Notice.objects.get(kind="receipt")
    drawing.render_notice(notice.pk)
    notice.refresh_from_db()
    return notice


def held_against(client, pdf: bytes, name: str = "文书.pdf"):
    return client.post("/v/file/", {"file": SimpleUploadedFile(name, pdf, "application/pdf")})


def appended(pdf: bytes) -> bytes:
    out, writer = io.BytesIO(), IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Lang"] = writer.root["/Type"]
    writer.update_root()
    writer.write(out)
    return out.getvalue()


def saved_again(pdf: bytes) -> bytes:
    """As a viewer saves it: the signature's dictionary stays, its bytes no longer fit."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out)
    return out.getvalue()


def without_signature(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        del document.Root["/AcroForm"]
        for page in document.pages:
            if "/Annots" in page:
                del page["/Annots"]
        document.save(out)
    return out.getvalue()


def test_the_very_file_is_genuine_and_says_what_it_is(client, receipt):
    page = held_against(client, receipt.pdf()).content.decode()

    assert GENUINE in page
    assert receipt.number in page
    assert receipt.addressee_name in page


@pytest.mark.parametrize("alter", [appended, saved_again, without_signature], ids=lambda one: one.__name__)
def test_an_altered_file_is_told_from_the_paper_it_pretends_to_be(client, receipt, alter):
    page = held_against(client, alter(receipt.pdf())).content.decode()

    assert ALTERED in page
    assert "不能作为凭证" in page
    assert GENUINE not in page


def test_a_file_with_a_byte_changed_is_not_genuine(receipt):
    """Fifty places are tried in tests/documents/test_sealing.py, where no child has to start for each."""
    pdf = receipt.pdf()
    changed = [pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :] for at in range(30, len(pdf), len(pdf) // 3)]
    standings = {compare(SimpleUploadedFile("文书.pdf", one)).found.standing for one in changed}

    assert standings <= {Standing.ALTERED, Standing.UNKNOWN}


def test_an_old_file_of_ours_tells_how_it_stands_now(client, world, receipt):
    pdf = receipt.pdf()
    issuing.end(receipt, "revoked", now=clock.now(), reason="误发。")

    page = held_against(client, pdf).content.decode()

    assert "文书已失效" in page
    assert "误发。" in page


def test_a_paper_sealed_and_never_entered_is_not_vouched_for(client, world, receipt):
    stray = Pkcs12().seal(render_pdf(template_of("receipt"), receipt.context), world.taiyuan, reason="")
    page = held_against(client, stray).content.decode()

    assert UNKNOWN in page
    assert "不在发文登记簿上" in page


def test_a_strangers_pdf_is_none_of_ours(client, db):
    out = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(out)
    page = held_against(client, out.getvalue()).content.decode()

    assert UNKNOWN in page
    assert "不是本平台制发的文书" in page


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "是空的"), (b"PK\x03\x04", "不是 PDF"), (b"%PDF-1.7\n" + b"0" * (20 * 1024 * 1024), "超过 20 MB")],
    ids=["empty", "a zip", "too large"],
)
def test_what_cannot_be_compared_is_told_in_words(client, db, content, told):
    answer = held_against(client, content)

    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_nothing_chosen_is_told_in_words(client, db):
    answer = client.post("/v/file/")

    assert (answer.status_code, "请选择要比对" in answer.content.decode()) == (422, True)


def test_nothing_of_the_file_is_kept(client, receipt, settings):
    before = sorted(settings.MEDIA_ROOT.rglob("*"))
    held_against(client, appended(receipt.pdf()))

    assert sorted(settings.MEDIA_ROOT.rglob("*")) == before


def test_the_eleventh_comparison_in_a_minute_waits(client, receipt):
    with clock.travel(clock.now()):
        answers = [held_against(client, receipt.pdf()).status_code for _ in range(11)]

    assert answers == [200] * 10 + [429]


def test_the_certificate_of_a_seal_is_there_for_everybody(client, receipt):
    pem = client.get(f"/v/seals/{receipt.certificate_id}.pem")
    [signature] = pades.examine(receipt.pdf())

    assert pem.content.startswith(b"-----BEGIN CERTIFICATE-----")
    assert b"PRIVATE" not in pem.content
    assert signature.fingerprint in client.get(f"/v/{receipt.verification_code}/").content.decode()


def test_the_address_in_the_code_is_ours_whatever_the_request_says(client, receipt, settings):
    printed = codes.verification_url(receipt.verification_code)
    for host in ("evil.example", "127.0.0.1:8000.evil.example", "[::1]@evil"):
        for header in ("HTTP_HOST", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED"):
            answer = client.get(f"/v/{receipt.verification_code}/", **{header: host})
            assert "evil" not in answer.content.decode()

    assert printed == receipt.context["verification_url"]
    assert printed.startswith(settings.PUBLIC_ORIGIN)


@pytest.mark.parametrize("typed", ["/", "//", " / ", "?", "%2F", "..", "\u0000x"])
def test_whatever_is_typed_into_the_box_is_answered(client, db, typed):
    assert client.get("/v/", {"code": typed}, follow=True).status_code in (200, 400)


def test_a_thousand_guesses_find_nothing(db, client, receipt):
    guesses = {codes.new_code() for _ in range(1000)}
    assert {verify(guess).standing for guess in guesses} == {Standing.UNKNOWN}


def test_a_verification_page_names_no_person(client, world):
    title = granted(world)
    certificate = Notice.objects.get(subject_id=title.pk, kind="certificate")
    drawing.render_notice(certificate.pk)
    page = client.get(f"/v/{certificate.verification_code}/").content.decode()
    people = [getattr(world, name).user.display_name for name in ("applicant", "officer", "prov_approver")]

    assert title.number in page
    assert [name for name in people if name in page] == []
