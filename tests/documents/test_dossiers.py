"""A bound volume: every sheet A4 and numbered, the contents true, the seal whole, what is broken named (SX-49)."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Name
from PIL import Image, ImageChops

from documents.dossiers.binding import BindingFailed, Chapter, Leaf, bind
from documents.dossiers.cross_page_seal import cross_page_seal
from documents.dossiers.stitching import SHEETS_TO_A_SEAL
from tests.documents.papers import sizes_of

A4, LYING = (210, 297), (297, 210)
SEAL = cross_page_seal("太原晋源外贸综合服务有限公司")


def pdf(*texts: str, size=(595.28, 841.89), turned: int = 0, note: str = "") -> bytes:
    """A page for each text, in Latin letters; a note stands in an annotation, as a reader program writes it."""
    with pikepdf.new() as document:
        font = document.make_indirect(
            pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        )
        for text in texts:
            page = document.add_blank_page(page_size=size)
            name = page.add_resource(font, Name.Font, Name("/F"))
            page.contents_add(f"BT {name} 20 Tf 60 {size[1] - 80:.0f} Td ({text}) Tj ET".encode())
            if turned:
                page.rotate(turned, relative=False)
            if note:
                drawn = pikepdf.Stream(
                    document, f"BT /F1 20 Tf 5 5 Td ({note}) Tj ET".encode(), Type=Name.XObject, Subtype=Name.Form,
                    BBox=[0, 0, 200, 40], Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font)),
                )  # fmt: skip
                box = pikepdf.Dictionary(
                    Type=Name.Annot, Subtype=Name.FreeText, Rect=[100, 100, 300, 140], F=4,
                    AP=pikepdf.Dictionary(N=document.make_indirect(drawn)),
                )  # fmt: skip
                page.Annots = document.make_indirect(pikepdf.Array([document.make_indirect(box)]))
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def texts(volume: bytes) -> list[str]:
    with pypdfium2.PdfDocument(volume) as document:
        return [page.get_textpage().get_text_range() for page in document]


def drawn(volume: bytes, scale: float = 4) -> list[Image.Image]:
    with pypdfium2.PdfDocument(volume) as document:
        return [page.render(scale=scale).to_pil().convert("L") for page in document]


@pytest.fixture
def volume(tmp_path: Path):
    """Binds chapters of (title, [(name, bytes)]) and gives the volume, what came of it, and the contents last asked."""

    def made(*chapters, seal=None):
        asked: list = []

        def contents(entries):
            asked[:] = entries
            return pdf("contents")

        pieces, out = tmp_path / f"pieces-{len(list(tmp_path.iterdir()))}", tmp_path / "volume.pdf"
        pieces.mkdir()
        bound = [
            Chapter(
                title, pdf(f"divider {title}"), [_leaf(tmp_path, name, content) for name, content in leaves]
            )
            for title, leaves in chapters
        ]
        told = bind(out, pdf("cover"), contents, bound, folder=pieces, seal=seal)
        return out.read_bytes(), told, asked

    return made


def _leaf(folder: Path, name: str, content: bytes) -> Leaf:
    path = folder / name
    path.write_bytes(content)
    return Leaf(name, path, {"pdf": "pdf", "jpg": "jpeg", "png": "png"}[path.suffix[1:]])


def picture(size: tuple[int, int], form: str, **options) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, "white")
    image.paste("black", (0, 0, size[0] // 4, size[1] // 4))  # the upper left corner
    image.save(out, form, **options)
    return out.getvalue()


@pytest.mark.clause("SX-49")
def test_every_sheet_is_a4_and_numbered_and_the_contents_tell_the_truth(volume):
    bound, told, contents = volume(
        ("one", [("a.pdf", pdf("a first", "a second")), ("wide.pdf", pdf("wide", size=(842, 595)))]),
        ("two", [("letter.pdf", pdf("letter", size=(612, 792))), ("photo.jpg", picture((900, 600), "JPEG"))]),
    )

    pages = texts(bound)
    assert told.pages == len(pages) == 9
    assert set(sizes_of(bound)) == {A4, LYING}
    assert [sizes_of(bound)[number] for number in (5, 8)] == [LYING, LYING]
    assert "—" not in pages[0]
    assert all(re.search(rf"— {number} —", page) for number, page in enumerate(pages[1:], start=2))
    found = {entry.title: pages[entry.page - 1] for entry in contents}
    assert "divider one" in found["one"] and "a first" in found["a.pdf"] and "wide" in found["wide.pdf"]
    assert "divider two" in found["two"] and "letter" in found["letter.pdf"]


def test_an_outline_leads_to_each_chapter_and_file(volume):
    bound, *_ = volume(("one", [("a.pdf", pdf("a"))]), ("two", [("b.pdf", pdf("b"))]))

    with pikepdf.open(io.BytesIO(bound)) as document, document.open_outline() as outline:
        led = [(item.title, [child.title for child in item.children]) for item in outline.root]
    assert led == [("目录", []), ("one", ["a.pdf"]), ("two", ["b.pdf"])]


@pytest.mark.parametrize(
    "content", [b"%PDF-1.4 nonsense", b"", pdf("x")[:200]], ids=["garbage", "empty", "cut off"]
)
def test_what_cannot_be_read_is_named_and_the_rest_is_bound(volume, content):
    bound, told, contents = volume(("one", [("broken.pdf", content), ("good.pdf", pdf("good"))]))

    assert told.unreadable == ("broken.pdf",)
    assert [(entry.title, entry.page) for entry in contents] == [
        ("one", 3),
        ("broken.pdf", 0),
        ("good.pdf", 4),
    ]
    assert "good" in texts(bound)[3]


def _bad_flate(document):
    drawn = document.make_stream(b"")
    drawn.write(b"not flate at all", filter=Name.FlateDecode)
    return drawn


def _unknown_filter(document):
    drawn = document.make_stream(b"")
    drawn.write(b"xx", filter=Name.Foo)
    return drawn


def _many_times_the_same(document):
    return pikepdf.Array([document.make_stream(b" " * 30_000_000)] * 60)


def _chain(document):
    link = document.make_indirect(pikepdf.Dictionary())
    for _ in range(60_000):
        link = document.make_indirect(pikepdf.Dictionary(A=link))
    document.pages[0].Resources = pikepdf.Dictionary(Foo=link)
    return document.make_stream(b"")


@pytest.mark.parametrize("contents", [_bad_flate, _unknown_filter, _many_times_the_same, _chain])
def test_a_page_made_to_hurt_is_left_out_and_the_rest_is_bound(volume, contents):
    """What upload lets pass because it opens: only who takes the page apart finds out, or dies of it."""
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.pages[0].Contents = contents(document)
        out = io.BytesIO()
        document.save(out)

    bound, told, _contents = volume(("one", [("bad.pdf", out.getvalue()), ("good.pdf", pdf("good"))]))

    assert told.unreadable == ("bad.pdf",)
    assert "good" in texts(bound)[-1]


def test_a_page_that_can_be_read_and_not_be_placed_is_left_out_and_what_follows_moves_up(volume):
    with pikepdf.open(io.BytesIO(pdf("flat"))) as document:
        document.pages[0].MediaBox = [0, 0, 0, 842]
        out = io.BytesIO()
        document.save(out)
    flat = ("flat.pdf", out.getvalue())

    bound, told, contents = volume(("one", [("good.pdf", pdf("good")), flat, ("last.pdf", pdf("last"))]))

    assert told.unreadable == ("flat.pdf",)
    assert [(entry.title, entry.page) for entry in contents] == [
        ("one", 3),
        ("good.pdf", 4),
        ("flat.pdf", 0),
        ("last.pdf", 5),
    ]
    assert ["last" in page for page in texts(bound)] == [False] * 4 + [True]


def test_a_page_of_several_streams_is_placed_whole(volume):
    with pikepdf.open(io.BytesIO(pdf("first"))) as document:
        document.pages[0].contents_add(b"BT /F 20 Tf 60 60 Td (second) Tj ET")
        out = io.BytesIO()
        document.save(out)

    bound, *_ = volume(("one", [("two.pdf", out.getvalue())]))

    assert "first" in texts(bound)[3]
    assert "second" in texts(bound)[3]


def test_contents_longer_than_expected_are_drawn_again_for_their_length(tmp_path):
    asked = []

    def contents(entries):
        asked.append([entry.page for entry in entries])
        return pdf(*"abc")

    bound = bind(tmp_path / "out.pdf", pdf("cover"), contents, [Chapter("one", pdf("one"))], folder=tmp_path)

    assert (bound.pages, asked) == (5, [[3], [5]])


def test_what_was_written_into_a_form_stays_on_the_page(volume):
    bound, *_ = volume(("one", [("form.pdf", pdf("printed", note="filled in"))]))

    assert "filled in" in texts(bound)[3]


def test_a_page_that_says_it_is_turned_is_shown_as_it_was_meant(volume):
    bound, *_ = volume(("one", [("turned.pdf", pdf("turned", turned=90))]))

    assert sizes_of(bound)[3] == LYING


@pytest.mark.parametrize(
    ("name", "form", "options"),
    [("photo.jpg", "JPEG", {}), ("turned.jpg", "JPEG", {"exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x03\x00\x00\x00\x00\x00\x00"}), ("scan.png", "PNG", {})],
    ids=["as it is", "held upside down", "png"],
)  # fmt: skip
def test_a_picture_is_upright_as_the_camera_was_held(volume, name, form, options):
    bound, *_ = volume(("one", [(name, picture((400, 600), form, **options))]))

    page = drawn(bound, scale=1)[3]
    width, height = page.size
    upper_left, lower_right = (
        page.getpixel((width // 6, height // 8)),
        page.getpixel((width - width // 8, height - height // 6)),
    )
    assert (upper_left < 60) is not (lower_right < 60)
    assert (lower_right < 60) is ("exif" in options)


@pytest.mark.clause("SX-49")
def test_the_strips_of_the_seal_meet(volume):
    bound, told, _contents = volume(("one", [("a.pdf", pdf(*"abcdefg"))]), seal=SEAL)
    plain, *_ = volume(("one", [("a.pdf", pdf(*"abcdefg"))]))

    sheets, scale = drawn(bound), 4
    strip = SEAL["side"] * scale / told.pages
    whole = Image.new("L", (round(SEAL["side"] * scale), sheets[0].height), "white")
    for number, (sheet, bare) in enumerate(zip(sheets, drawn(plain), strict=True)):
        left = round(sheet.width - strip)
        assert ImageChops.difference(sheet, bare).getbbox()[0] >= left - 2, "the seal leaves its strip"
        whole.paste(sheet.crop((left, 0, sheet.width, sheet.height)), (round(strip * number), 0))
    one = drawn(_stamped_whole())[0]
    box = whole.point(lambda light: 255 * (light < 200)).getbbox()
    seal = whole.crop(box)
    assert abs(seal.width - seal.height) <= 6  # round again
    expected = one.crop(one.point(lambda light: 255 * (light < 200)).getbbox()).resize(seal.size)
    unlike = sum(ImageChops.difference(seal, expected).point(lambda d: d > 128).histogram()[1:])
    assert unlike < 0.06 * seal.width * seal.height


def _stamped_whole() -> bytes:
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(SEAL["side"], SEAL["side"]))
        page.contents_add(SEAL["drawing"].encode())
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def test_a_thick_volume_has_a_seal_for_every_stack(volume):
    bound, told, _contents = volume(("one", [("a.pdf", pdf(*["x"] * SHEETS_TO_A_SEAL))]), seal=SEAL)
    plain, *_ = volume(("one", [("a.pdf", pdf(*["x"] * SHEETS_TO_A_SEAL))]))

    assert told.pages == SHEETS_TO_A_SEAL + 3
    marks = [
        ImageChops.difference(a, b).getbbox() for a, b in zip(drawn(bound, 2), drawn(plain, 2), strict=True)
    ]
    widths = [box[2] - box[0] for box in marks[:SHEETS_TO_A_SEAL]]
    assert all(marks) and max(widths) <= 10
    assert all(box[2] - box[0] > 60 for box in marks[SHEETS_TO_A_SEAL:])  # three sheets share the second seal


def test_the_same_files_give_the_same_bytes(volume):
    chapters = [("one", [("a.pdf", pdf("a")), ("photo.jpg", picture((300, 200), "JPEG"))])]

    assert volume(*chapters, seal=SEAL)[0] == volume(*chapters, seal=SEAL)[0]


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(BindingFailed, match="stitch"):
        bind(tmp_path / "nowhere" / "volume.pdf", pdf("cover"), lambda entries: pdf("contents"),
             [Chapter("one", pdf("divider"))], folder=tmp_path)  # fmt: skip


def test_starts_follow_from_lengths(volume):
    _bound, _told, contents = volume(
        ("one", [("a.pdf", pdf("1", "2", "3")), ("b.pdf", pdf("4"))]), ("two", [])
    )

    assert [(a.title, b.page - a.page) for a, b in pairwise(contents)] == [
        ("one", 1),
        ("a.pdf", 3),
        ("b.pdf", 1),
    ]
