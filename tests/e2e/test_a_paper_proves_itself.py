"""A certificate in the eyes of who holds it: its text, its faces, its seal, where its QR leads, and that a revoked one
says so at once."""

import io

import pdfplumber
import pikepdf
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from documents.models import Notice
from documents.notices.render import picture
from documents.sealing import pades
from tests.accreditation import titles
from tests.factories import World

pytestmark = pytest.mark.usefixtures("committed")


def headline(page: Page) -> str:
    return page.locator("#answer-title").inner_text()


def test_a_certificate_is_read_sealed_scanned_compared_and_revoked(
    page: Page, live_server, settings, tmp_path
):
    settings.PUBLIC_ORIGIN = live_server.url
    world = World()
    title = titles.granted(world)
    origin = live_server.url

    # As a file: the text extracts, every font is embedded, the seal holds over all of it.
    answer = page.request.get(f"{origin}/register/{title.number}/certificate.pdf")
    pdf = answer.body()
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        [sheet] = document.pages
        text = "".join((sheet.extract_text() or "").split())
        faces = {character["fontname"] for character in document.chars}
    with pikepdf.open(io.BytesIO(pdf)) as document:
        embedded = sum("/FontFile2" in one or "/FontFile3" in one for one in _descriptors(document))
    [signature] = pades.examine(pdf)
    assert answer.headers["content-type"] == "application/pdf"
    assert "max-age=60" in answer.headers["cache-control"]  # the minute within which a revoked one is gone
    assert (len(faces), embedded) == (embedded, embedded)
    assert title.number in text
    assert world.company.name in text
    assert (signature.holds, signature.signer) == (True, world.province.name)

    # As paper: the QR is read off the picture of the page and followed.
    [code] = zxingcpp.read_barcodes(_as_seen(pdf))
    assert code.text.startswith(f"{origin}/v/")
    page.goto(code.text)
    assert headline(page) == "文书真实有效"
    assert title.number in page.locator("main").inner_text()

    # Held against what was issued: the very file, and one with a word changed by an editor.
    genuine, altered = tmp_path / "证书.pdf", tmp_path / "改过.pdf"
    genuine.write_bytes(pdf)
    altered.write_bytes(pdf.replace(b"/Producer", b"/Produces", 1) + b"\n% saved again\n")
    for file, said in ((genuine, "文书真实有效"), (altered, "文件与登记的文书不一致")):
        page.goto(f"{origin}/v/")
        page.set_input_files("#file", str(file))
        page.get_by_role("button", name="比对").click()
        page.wait_for_url(f"{origin}/v/file/")
        assert headline(page) == said

    # Revoked: every way of asking says so within the minute.
    titles.revoked(world, titles.to_decision(world, title))
    answered = page.goto(code.text)
    assert answered is not None
    assert "no-store" in answered.headers["cache-control"]  # nobody between us keeps the old answer
    assert headline(page) == "文书已失效"
    assert "取消" in page.locator("main").inner_text()
    page.goto(f"{origin}/v/")
    page.set_input_files("#file", str(genuine))
    page.get_by_role("button", name="比对").click()
    page.wait_for_url(f"{origin}/v/file/")
    assert headline(page) == "文书已失效"
    page.goto(f"{origin}/register/{title.number}/")
    assert "已取消" in page.locator("main").inner_text()
    assert page.request.get(f"{origin}/register/{title.number}/certificate.pdf").status == 404
    assert Notice.objects.get(subject_id=title.pk, kind="certificate").status == "revoked"


def _descriptors(document: pikepdf.Pdf) -> list[pikepdf.Object]:
    objects = (one for one in document.objects if isinstance(one, pikepdf.Dictionary))
    return [one for one in objects if one.get("/Type") == "/FontDescriptor"]


def _as_seen(pdf: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture(pdf, width=1600)))
