"""Every notice measures up to GB/T 9704-2012, by a checker that knows nothing of how it was drawn."""

from __future__ import annotations

import json
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path

import pypdfium2
import pytest
from django.core.management import call_command
from PIL import Image, ImageChops, ImageStat

from documents.notices import samples
from documents.notices.kinds import FORMS, template_of
from documents.notices.lines import BODY, Run, compose
from documents.notices.render import render_pdf
from documents.notices.titles import WIDEST, rows_of
from documents.templatetags.paper import day
from tests.checkers.official_document import check
from tests.documents.bodies import LATIN, LINE, LONG, NAMES, grown, pages_of
from tests.documents.papers import text_of

# One kind of each format stands for the others, which fill the same blocks.
STAND_FOR_THEIR_FORMAT = ("publicity", "refusal", "revocation")
GOLDEN = Path(__file__).parent / "golden"


def wrong_with(pdf: bytes, paper: str) -> list[str]:
    """The rows of the checker that fail: what was asked about, and what was measured."""
    return [f"{row.id}: {row.measured}" for row in check(BytesIO(pdf), paper).rows if row.status == "FAIL"]


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """What `manage.py sample_documents` writes."""
    folder = tmp_path_factory.mktemp("samples")
    call_command("sample_documents", str(folder), stdout=StringIO())
    return folder


@cache
def last_that_fits(kind: str) -> int:
    """How many lines a body may grow by without asking for another page."""

    def pages(by: int) -> int:
        return pages_of(render_pdf(template_of(kind), grown(kind, by, name=LONG)))

    fits, runs_over, few = 0, 48, pages(0)
    while runs_over - fits > 1:
        middle = (fits + runs_over) // 2
        fits, runs_over = (middle, runs_over) if pages(middle) == few else (fits, middle)
    return fits


# --- The checker ----------------------------------------------------------------------------------------------


def test_there_is_a_sample_of_every_kind(written):
    manifest = json.loads((written / "manifest.json").read_text())

    assert [(entry["kind"], entry["checker_kind"], entry["flags"]) for entry in manifest] == [
        (kind, samples.format_of(kind), []) for kind in samples.PECULIAR
    ]
    assert sorted(samples.PECULIAR) == sorted(FORMS)


@pytest.mark.parametrize("kind", samples.PECULIAR)
def test_a_notice_measures_up(written, kind):
    assert wrong_with((written / f"{kind}.pdf").read_bytes(), samples.format_of(kind)) == []


@pytest.mark.parametrize("kind", STAND_FOR_THEIR_FORMAT)
@pytest.mark.parametrize(
    ("over", "name"),
    [
        pytest.param(0, LONG, id="ends with the page"),
        pytest.param(1, LONG, id="one line over"),
        pytest.param(40, LATIN, id="many pages"),
    ],
)
def test_a_notice_measures_up_however_long_its_body(kind, over, name):
    pdf = render_pdf(template_of(kind), grown(kind, last_that_fits(kind) + over, name=name))

    assert wrong_with(pdf, samples.format_of(kind)) == []
    assert "".join(name.split()) in text_of(pdf)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_certificate_measures_up_whoever_it_names(name):
    pdf = render_pdf(template_of("certificate"), grown("certificate", 0, name=name))

    assert wrong_with(pdf, "certificate") == []


def test_a_document_measures_up_however_long_the_name_of_its_organ():
    committee = {**samples.PROVINCE, "name": "山西转型综合改革示范区管理委员会"}

    assert wrong_with(samples.sample_pdf("accreditation", organ=committee), "document") == []


def test_a_preview_is_marked_on_its_last_back_as_well():
    shown = {**samples.sample_context("revocation"), "preview": True}

    with pypdfium2.PdfDocument(render_pdf(template_of("revocation"), shown)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]

    assert len(pages) == 4
    assert ["预览" in "".join(page.split()) for page in pages] == [True] * 4
    assert "印发" in pages[-1] and "印发" not in pages[-2]


def test_the_checker_sees_that_a_seal_is_missing():
    unsealed = {**samples.sample_context("publicity"), "seal_mode": "service"}

    assert wrong_with(render_pdf(template_of("publicity"), unsealed), "plain") == ["seal.size: 未找到"]


# --- What it weighs -------------------------------------------------------------------------------------------

HOLDS = 175  # different characters, the 40 KiB that a notice may weigh: each has to be drawn in it


@pytest.mark.parametrize("kind", samples.PECULIAR)
def test_a_notice_is_light(written, kind):
    pdf = (written / f"{kind}.pdf").read_bytes()

    assert len(pdf) <= 40 * 1024 * max(1, len(set(text_of(pdf))) / HOLDS)


# --- What it must say -----------------------------------------------------------------------------------------

PARTY_CLOCKS = {"correction", "promise", "peer_reply", "city_refusal", "statement"}
SAID_IN_FULL = {"facts", "evidence", "hearing", "answers", "reasons", "findings", "question", "opinion"}


@pytest.mark.parametrize("kind", samples.PECULIAR)
def test_a_notice_holds_what_the_law_asks_of_it(written, kind):
    facts = samples.sample_context(kind)
    wanted = [facts["organ"]["name"], facts["addressee"]["name"], facts["number"], day(facts["issued_on"])]
    wanted += [facts[part].rstrip("。") for part in SAID_IN_FULL & samples.PECULIAR[kind].keys()]
    wanted += [
        f"{period['days']}个工作日内" for code, period in facts["deadlines"].items() if code in PARTY_CLOCKS
    ]
    if kind not in ("receipt", "certificate"):
        wanted.append(facts["basis"])
    if remedies := facts["remedies"]:
        wanted += [
            f"之日起60日内，依据《中华人民共和国行政复议法》第二十条的规定向{remedies['reviewing_authority']}申请行政复议"
        ]
        wanted += [
            "之日起6个月内，依据《中华人民共和国行政诉讼法》第四十六条的规定，直接向有管辖权的人民法院提起行政诉讼"
        ]

    text = text_of((written / f"{kind}.pdf").read_bytes())

    assert [words for words in wanted if "".join(words.split()) not in text] == []


# --- What it looks like ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["accreditation", "correction", "publicity", "certificate"])
def test_the_first_page_of_each_format_looks_as_it_did(written, kind):
    """A picture to renew on purpose: delete it, run this test twice, and look at what was drawn."""
    with pypdfium2.PdfDocument(written / f"{kind}.pdf") as document:
        drawn = document[0].render(scale=1, grayscale=True).to_pil().convert("L")
    golden = GOLDEN / f"{kind}.png"
    if not golden.exists():
        drawn.save(golden, optimize=True)
        pytest.fail(f"{golden} was not there; it is now")

    with Image.open(golden) as kept:
        difference = ImageChops.difference(drawn, kept)

    assert drawn.size == difference.size
    assert ImageStat.Stat(difference).mean[0] < 1
    assert sum(difference.histogram()[96:]) < 0.002 * drawn.width * drawn.height


# --- Titles and lines -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "rows"),
    [
        ("太原市商务局|材料接收凭证", ("太原市商务局材料接收凭证",)),
        ("山西省商务厅|关于认定|晋通公司|为省级外贸综合服务企业的决定", ("山西省商务厅关于认定", "晋通公司为省级外贸综合服务企业的决定")),
        ("太原市商务局|关于省级外贸综合服务企业认定|申请材料的补正通知书", ("太原市商务局", "关于省级外贸综合服务企业认定", "申请材料的补正通知书")),
    ],
)  # fmt: skip
def test_a_title_is_broken_where_sense_allows(title, rows):
    assert rows_of(title) == rows


@pytest.mark.parametrize("name", [LONG, LATIN, "阿依古丽·买买提外贸综合服务有限公司", "某" * 40])
def test_the_rows_of_a_title_grow_and_shrink_and_lose_nothing(name):
    rows = rows_of(f"山西省商务厅|关于取消|{name}|山西省省级外贸综合服务企业资格的决定")

    assert "".join("".join(rows).split()) == "".join(
        f"山西省商务厅关于取消{name}山西省省级外贸综合服务企业资格的决定".split()
    )
    assert max(map(len, rows)) <= WIDEST * 2
    lengths = [len(row.encode("gb18030")) for row in rows]
    peak = lengths.index(max(lengths))
    assert lengths == sorted(lengths[: peak + 1]) + sorted(lengths[peak + 1 :], reverse=True)


def test_a_line_of_characters_holds_twenty_eight():
    assert [len(line.text) for line in compose([Run(LINE * 10)], indent=0)[:-1]] == [28] * 9
    assert BODY.width == pytest.approx(28 * (BODY.size + BODY.tracking))
