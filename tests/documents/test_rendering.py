"""One renderer: it draws what it is given, fetches nothing, and answers in bounded time."""

from __future__ import annotations

import base64
import os
import signal
import socketserver
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pdfplumber
import pikepdf
import pypdfium2
import pytest
from django.core.checks import run_checks
from fontTools.ttLib import TTFont
from PIL import ImageFont
from weasyprint.text import ffi

from documents.notices import checks, codes, fonts, lines, render, samples
from documents.notices.child import Press, Refused, shortcomings
from documents.notices.ink import PREFIX, ink
from documents.notices.kinds import template_of
from documents.notices.lines import Run, compose
from documents.notices.ornament import frame
from documents.notices.render import RenderingFailed, filled, picture, render_pdf
from documents.notices.samples import CODE
from documents.notices.seal import sample_seal
from tests.documents.papers import NAME, facts, named, sizes_of, text_of

RECEIPT, CERTIFICATE = "notices/receipt.html", "notices/certificate.html"
MM = 72 / 25.4


@pytest.fixture(scope="module")
def press() -> Press:
    """The renderer without its process, to hand it HTML that no template of ours would ever produce."""
    return Press({role: list(map(str, paths)) for role, paths in fonts.all_cuts().items()})


# --- Nothing is fetched ---------------------------------------------------------------------------------------


class Sink(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.hits = 0

    def verify_request(self, request, client_address) -> bool:
        self.hits += 1
        return False


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


SECRET = "the-content-of-a-local-file"
PAYLOADS = [
    '<img src="{web}/a.png">',
    '<img srcset="{web}/a.png 1x">',
    '<img src="{file}">',
    '<img src="//127.0.0.1:{port}/a.png">',
    '<img src="\t{web}/a.png">',
    '<img src="http://localhost:{port}/a.png">',
    '<img src="http://0x7f000001:{port}/a.png">',
    '<img src="http://[::1]:{port}/a.png">',
    '<img src="ftp://127.0.0.1:{port}/a.png">',
    '<img src="http://169.254.169.254/latest/meta-data/">',
    '<img src="bundled:../../../../etc/passwd">',
    '<img src="bundled:fangsong/../../secret">',
    '<link rel="stylesheet" href="{web}/a.css">',
    '<link rel="stylesheet" href="{file}">',
    '<link rel="attachment" href="{file}">',
    '<link rel="attachment" href="{web}/a">',
    '<a rel="attachment" href="{file}">附件</a>',
    '<style>@import url("{web}/a.css");</style>',
    '<style>@import "{file}";</style>',
    '<style>@font-face {{ font-family: x; src: url("{web}/a.ttf") }} p {{ font-family: x }}</style><p>字</p>',
    '<style>p {{ background: url("{web}/a.png") }}</style><p>字</p>',
    '<style>p::before {{ content: url("{web}/a.png") }}</style><p>字</p>',
    '<style>ul {{ list-style-image: url("{web}/a.png") }}</style><ul><li>字</li></ul>',
    '<style>@page {{ background: url("{web}/a.png") }}</style>',
    '<p style="border-image: url({web}/a.png) 1">字</p>',
    '<object data="{file}"></object>',
    '<object data="{web}/a.svg" type="image/svg+xml"></object>',
    '<embed src="{web}/a.svg" type="image/svg+xml">',
    '<svg width="9" height="9"><image href="{web}/a.png" width="9" height="9"/></svg>',
    '<svg width="9" height="9"><use href="{web}/a.svg#x"/></svg>',
    '<svg width="9" height="9"><style>@import url("{web}/a.css");</style><rect width="9" height="9"/></svg>',
    '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3Cimage href=%22{web}/a.png%22'
    ' width=%229%22 height=%229%22/%3E%3C/svg%3E">',
    '<base href="{web}/"><img src="a.png">',
    '<meta http-equiv="refresh" content="0;url={web}/"><p>字</p>',
    '<script src="{web}/a.js"></script><p>字</p>',
    '<iframe src="{web}/"></iframe><p>字</p>',
    '<img src="HTTP://127.0.0.1:{port}/a.png">',
    '<img src="http:127.0.0.1:{port}/a.png">',
    '<img src="http://user:secret@127.0.0.1:{port}/a.png">',
    '<img src="http://127.1:{port}/a.png">',
    '<img src="http://2130706433:{port}/a.png">',
    '<img src="http://017700000001:{port}/a.png">',
    '<img src="http://127.0.0.1.:{port}/a.png">',
    '<img src="http://[::ffff:127.0.0.1]:{port}/a.png">',
    '<img src="https://127.0.0.1:{port}/a.png">',
    '<img src="ws://127.0.0.1:{port}/a.png">',
    '<img src="gopher://127.0.0.1:{port}/1">',
    '<img src="jar:{web}/a.zip!/a.png">',
    '<img src="FILE:///etc/passwd">',
    '<img src="file:/etc/passwd">',
    '<img src="file://localhost/etc/passwd">',
    '<img src="/etc/passwd">',
    '<img src="../../../../../../etc/passwd">',
    '<img src="bundled:fangsong%2f..%2fsecret">',
    '<img src="bundled://127.0.0.1:{port}/a">',
    '<img src="data:text/html,<img src={web}/a.png>">',
    '<img src="data:image/svg+xml;base64,not-base64">',
    '<img src="javascript:fetch(&quot;{web}&quot;)">',
    '<picture><source srcset="{web}/a.webp"><img src="{web}/a.png"></picture>',
    '<video poster="{web}/a.png" src="{web}/a.mp4"></video><p>字</p>',
    '<input type="image" src="{web}/a.png">',
    '<body background="{web}/a.png"><p>字</p></body>',
    '<table background="{web}/a.png"><tr><td>字</td></tr></table>',
    '<link rel="icon" href="{web}/a.ico"><p>字</p>',
    '<link rel="preload" as="image" href="{web}/a.png"><p>字</p>',
    '<style>@import url("{web}/a.css") print;</style>',
    '<style>@namespace url("{web}/");p {{ cursor: url("{web}/a.cur"), auto }}</style><p>字</p>',
    '<style>p {{ mask: url("{web}/a.svg#m"); filter: url("{web}/a.svg#f") }}</style><p>字</p>',
    '<style>p {{ background-image: image-set(url("{web}/a.png") 1x) }}</style><p>字</p>',
    '<style>@page {{ @top-left {{ content: url("{web}/a.png") }} }}</style>',
    '<style>p {{ --u: url("{web}/a.png"); background: var(--u) }}</style><p>字</p>',
    '<style>@\\69mport "{web}/a.css";</style>',
    '<svg width="9" height="9"><feImage href="{web}/a.png"/></svg>',
    '<svg width="9" height="9"><defs><pattern id="p"><image xlink:href="{web}/a.png"/></pattern></defs></svg>',
    '<svg width="9" height="9"><rect width="9" height="9" style="fill: url({web}/a.svg#g)"/></svg>',
    # The same, closed as our templates close what they open: another parser reads it.
    '<img src="{web}/a.png"/>',
    '<img src="{file}"/>',
    '<link rel="stylesheet" href="{web}/a.css"/>',
    '<link rel="attachment" href="{file}"/>',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{web}/a.png" width="9" height="9"/></svg>',
]


def test_there_are_sixty_ways_and_more():
    assert len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_a_page_asks_for_it_fetches_nothing(press, sink, tmp_path, payload):
    secret = tmp_path / "secret.css"
    secret.write_text(SECRET)
    port = sink.server_address[1]
    hostile = payload.format(web=f"http://127.0.0.1:{port}", port=port, file=secret.as_uri())

    try:
        pdf = press.draw(
            f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"/><body>{hostile}</body></html>'
        )
    except Refused as refused:
        assert "refused to fetch" in str(refused)
    else:
        with pikepdf.open(BytesIO(pdf)) as document:
            assert not document.attachments
        assert SECRET not in text_of(pdf)
    assert sink.hits == 0


@pytest.mark.parametrize("kind", samples.PECULIAR)
def test_a_template_closes_what_it_opens(kind):
    """What does not is read by the slow parser of HTML."""
    page = filled(template_of(kind), samples.sample_context(kind), base="notices/base.html")

    assert ElementTree.fromstring(page).tag == "html"  # noqa: S314  our own template


def test_a_text_that_no_parser_of_xml_takes_is_drawn_all_the_same():
    assert "某\x0c公司".replace("\x0c", "") in text_of(render_pdf(RECEIPT, named("某\x0c公司")))


def test_our_drawings_are_put_into_words_once():
    assert all(map(ink, (sample_seal(NAME), frame())))


@pytest.mark.parametrize(
    "drawn",
    [
        '<path d="M0 0C1 1 2 2 3 3"/>',
        '<text x="1" y="1">字</text>',
        '<rect fill="red" x="0" y="0" width="1" height="1"/>',
    ],
)
def test_a_drawing_with_more_in_it_than_ours_is_left_to_weasyprint(drawn):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{drawn}</svg>'

    assert ink(PREFIX + base64.b64encode(svg.encode()).decode()) is None


def test_markup_in_a_name_is_printed_as_it_was_typed(sink):
    name = f'<img src="http://127.0.0.1:{sink.server_address[1]}/a.png"><b>贸易</b>&amp;{{{{ organ }}}}'

    pdf = render_pdf(RECEIPT, named(name))

    assert "".join(name.split()) in text_of(pdf)
    assert sink.hits == 0


def test_the_child_knows_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "never-to-be-passed-on")
    monkeypatch.setenv("DATABASE_URL", "postgres://someone:password@host/portal")
    render._press._stop()

    render_pdf(RECEIPT, facts())

    environment = Path(f"/proc/{render._press._child.pid}/environ").read_text()
    assert {line.partition("=")[0] for line in environment.split("\0") if line} <= {
        "PATH",
        "LANG",
        "XDG_CACHE_HOME",
    }


# --- An answer in bounded time --------------------------------------------------------------------------------


def test_a_child_that_hangs_is_replaced_and_the_next_notice_is_drawn(monkeypatch):
    render_pdf(RECEIPT, facts())
    hung = render._press._child.pid
    os.kill(hung, signal.SIGSTOP)
    monkeypatch.setattr(render, "SECONDS", 0.3)

    with pytest.raises(RenderingFailed):
        render_pdf(RECEIPT, facts())
    monkeypatch.undo()

    assert NAME in text_of(render_pdf(RECEIPT, facts()))
    assert render._press._child.pid != hung


def test_a_child_that_was_killed_is_replaced_at_once():
    render_pdf(RECEIPT, facts())
    killed = render._press._child
    killed.kill()
    killed.wait()

    assert NAME in text_of(render_pdf(RECEIPT, facts()))


def test_the_child_lives_within_its_limits():
    render_pdf(RECEIPT, facts())

    limits = Path(f"/proc/{render._press._child.pid}/limits").read_text().splitlines()

    allowed = {line[:26].strip(): line[26:47].strip() for line in limits}
    assert allowed["Max address space"] == str(render.MEGABYTES * 1024 * 1024)
    assert allowed["Max core file size"] == "0"


def test_threads_share_one_child_and_each_gets_its_own_page():
    names = [f"太原第{n}外贸综合服务有限公司" for n in range(6)]
    drawn: dict[str, bytes] = {}

    def draw(name: str) -> None:
        drawn[name] = render_pdf(RECEIPT, named(name))

    threads = [threading.Thread(target=draw, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(name in text_of(drawn[name]) for name in names)


def test_the_same_facts_give_the_same_bytes_in_another_child():
    first = render_pdf(CERTIFICATE, facts())
    render._press._stop()

    assert render_pdf(CERTIFICATE, facts()) == first


# --- Text that reads back exactly -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "㛃䶮堃喆外贸综合服务有限公司",
        "龘䴙𠮷外贸综合服务有限公司",
        "阿依古丽·买买提外贸综合服务有限公司",
        "Shanxi Jintong Trade Service Co., Ltd.",
        "山西转型综合改革示范区晋通国际供应链外贸综合服务集团（太原）有限责任公司唐槐分公司甲乙丙",
    ],
)
@pytest.mark.parametrize("template", [RECEIPT, CERTIFICATE])
def test_every_name_extracts_as_it_was_written(template, name):
    assert "".join(name.split()) in text_of(render_pdf(template, named(name)))


def test_extracted_text_holds_no_radicals_in_place_of_characters():
    extracted = text_of(render_pdf(RECEIPT, named("山西金石土木水火日月外贸综合服务有限公司")))

    assert not [c for c in extracted if 0x2E80 <= ord(c) <= 0x2FDF or 0xE000 <= ord(c) <= 0xF8FF]


def test_a_character_no_font_has_stops_the_notice():
    with pytest.raises(RenderingFailed):
        render_pdf(RECEIPT, named("某\U0003fff0公司"))


# --- The paper ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("template", "page"), [(RECEIPT, (210, 297)), (CERTIFICATE, (297, 210))])
def test_paper_is_a4_and_a_certificate_landscape(template, page):
    assert set(sizes_of(render_pdf(template, facts()))) == {page}


def test_a_certificate_of_the_longest_name_is_still_one_page():
    assert sizes_of(render_pdf(CERTIFICATE, named("山西" + "国际贸易综合" * 6 + "公司"))) == [(297, 210)]


@pytest.mark.parametrize("template", [RECEIPT, CERTIFICATE])
def test_a_page_is_light_and_its_fonts_are_embedded_and_cut(template):
    pdf = render_pdf(template, facts(materials=[]))

    assert len(pdf) <= 40 * 1024
    with pdfplumber.open(BytesIO(pdf)) as document:
        used = {char["fontname"] for page in document.pages for char in page.chars}
    assert all("+face-" in font for font in used)


def test_full_lines_end_at_the_right_edge_of_the_type_area():
    runs = [Run("为加快培育外贸新业态，壮大外贸综合服务主体，" * 12)]

    composed = compose(runs)

    advance = fonts.advances("fangsong")
    for number, line in enumerate(composed[:-1]):
        indent = 0 if number else 2 * (lines.BODY.size + lines.BODY.tracking)
        width = sum(advance[ord(c)] * lines.BODY.size + line.tracking for c in line.text) - line.tracking
        assert indent + width == pytest.approx(lines.BODY.width, abs=0.5)
    assert "".join(line.text for line in composed) == runs[0].text


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    text = "经审查，（材料）“齐全”、《符合》〔规定〕形式；应予受理。" * 20

    composed = [line.text for line in compose([Run(text)])]

    assert not [line for line in composed if line[0] in lines.MAY_NOT_BEGIN or line[-1] in lines.MAY_NOT_END]


def test_a_code_is_never_divided_between_lines():
    composed = compose([Run("统一社会信用代码：91140100MA0ABCDE1X，" * 8)])

    assert sum(line.text.count("91140100MA0ABCDE1X") for line in composed) == 8


@pytest.mark.clause("AMB-G13")
def test_the_seal_of_a_demo_says_so_and_stays_out_of_the_text():
    page = filled(RECEIPT, facts(), base="notices/base.html")

    assert 'alt="太原市商务局样章"' in page
    assert "样章" not in text_of(render_pdf(RECEIPT, facts()))


@pytest.mark.clause("AMB-G13")
def test_where_a_seal_service_seals_none_is_drawn():
    assert 'class="seal"' not in filled(RECEIPT, facts(seal_mode="service"), base="notices/base.html")


def test_the_qr_on_a_certificate_is_25_mm_and_leads_to_its_verification():
    pdf = render_pdf(CERTIFICATE, facts())
    expected = [list(row) for row in codes.matrix(f"https://portal.example/verify/{CODE}/").matrix]
    modules = len(expected)
    left, top, side = 47 * MM, 153 * MM, 32 * MM
    step = side / (modules + 8)

    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=4).to_pil().convert("L")
    middles = [(n + 4.5) * step for n in range(modules)]
    read = [
        [int(image.getpixel((round((left + x) * 4), round((top + y) * 4))) < 128) for x in middles]
        for y in middles
    ]

    assert read == expected
    assert step * modules / MM >= 25


def test_a_page_can_be_shown_as_a_picture():
    assert picture(render_pdf(RECEIPT, facts()), width=600).startswith(b"\x89PNG")


# --- The machine ----------------------------------------------------------------------------------------------


def told_about_notices() -> list[str]:
    return [m.id for m in run_checks() if m.id in ("documents.W001", "documents.W002", "documents.W003")]


def test_this_machine_has_what_notices_need():
    assert told_about_notices() == []


def test_a_machine_that_cuts_fonts_slowly_is_told_so_by_the_check_and_by_each_process_that_draws(monkeypatch):
    monkeypatch.setattr(checks, "SUBSETTER", ("a-library-that-is-not-there.so",))
    monkeypatch.setattr(ffi, "harfbuzz_subset", None)

    assert told_about_notices() == ["documents.W002"]
    assert "libharfbuzz-subset" in shortcomings()


def test_a_machine_that_cuts_fonts_fast_is_told_nothing():
    assert shortcomings() == ""


@pytest.mark.parametrize(
    ("installed", "told"), [((), "documents.W001"), (fonts.FONT_FOLDERS, "documents.W003")]
)
def test_a_machine_without_the_faces_is_told_so(monkeypatch, settings, tmp_path, installed, told):
    settings.FONT_CUTS_DIR = tmp_path
    monkeypatch.setattr(fonts, "FONT_FOLDERS", installed)
    fonts._installed.cache_clear()

    messages = told_about_notices()
    fonts._installed.cache_clear()

    assert messages == [told] * len(fonts.ROLES)


def test_an_authoritys_own_fonts_come_first(settings, tmp_path):
    own = tmp_path / "simfang.ttf"
    own.write_bytes(b"")
    settings.OFFICIAL_FONT_DIR = str(tmp_path)

    assert fonts._source(fonts.FACE["fangsong"]) == (own, "")


@pytest.mark.parametrize("role", ["fangsong", "kai", "hei", "biaosong"])
def test_no_stroke_leaves_its_character_when_curves_are_joined(role):
    """Of every eleventh character, and of some that once grew a spike, the box is that of the face it was cut from."""
    cut, (face, _) = fonts.cuts(role)[0], fonts._source(fonts.FACE[role])
    drawn, kept = (ImageFont.truetype(str(path), 200) for path in (cut, face))
    letters = [chr(code) for code in sorted(TTFont(cut, lazy=True).getBestCmap())[::11]] + list(
        "效七元充克有期限"
    )
    boxes = (
        (letter, drawn.getbbox(letter, anchor="ls"), kept.getbbox(letter, anchor="ls")) for letter in letters
    )

    assert [
        letter
        for letter, ours, theirs in boxes
        if letter.strip() and max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) > 16
    ] == []
