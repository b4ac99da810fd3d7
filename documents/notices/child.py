"""The process that draws: it knows WeasyPrint, the fonts and the bundled stylesheet, and nothing else.

No Django, no settings, no database, no secrets in its environment; little memory, no network. It keeps the parsed
stylesheet and the fonts warm, so a page costs tens of milliseconds. A frame on its standard input is one request,
a frame on its standard output the answer: eight bytes of length, then JSON or the finished PDF.
"""

import ctypes
import json
import logging
import os
import re
import resource
import struct
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, NoReturn
from xml.etree import ElementTree

from cssselect2 import ElementWrapper  # type: ignore[import-untyped]
from weasyprint import CSS, HTML
from weasyprint.formatting_structure.boxes import LineBox
from weasyprint.text import ffi
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from documents.notices.ink import PREFIX, ink

ASSETS = Path(__file__).resolve().parent / "assets"
LARGEST_FRAME = 64 * 1024 * 1024
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
# The 版记 belongs at the back of the last sheet. Where it would stand alone on an odd page it is drawn again with this:
# neither side of such a sheet is numbered. Below a text it is taken off and drawn on a page of its own, behind as many
# empty ones as there are before it.
BACK_OF_NOTHING = ".slot { break-before: left; page: back }"
COLOPHON = '<div class="slot">'
WATERMARK = re.compile(r'<div class="watermark".*?</div>')
PAGE_BEFORE = '<div style="break-after: page"></div>'
# Drawn again with this when the seal on a letter's first page would touch the second double line.
CLEAR_OF_THE_LINE = ".signature { height: 66mm }"
LOWEST_SIGNATURE = 205 * 96 / 25.4
# The seal needs five rows; where a text leaves four, it stands closer. A text that ends lower still is opened by
# blank rows, one before a heading or a paragraph, until it runs over to the next page and the seal stands under its
# last row (GB/T 9704, 7.3.5.5). A blank row that falls between two pages is none, so a few more may be asked for.
CLOSER = ".signature { height: 45.8mm; margin-top: -5mm }"
LEFT_BY_ONE_ROW = 4  # rows at least are free where the seal only just finds no room and takes a row along
MOST_BLANK_ROWS = 8
ROW = 10.22 * 96 / 25.4
UNREAD = {b"OS/2", b"cmap", b"post"}
TABLE = struct.Struct(">4s3I")
TRACKINGS = range(-400, 241)  # of lines, in hundredths of a point
BLOCK = re.compile(r'<p class="(?=indent\d (hei|fangsong)")|<table')


# The files of each role, the one with rare characters second.
Fonts = dict[str, list[str]]


class Refused(Exception):
    """A notice asked for something that is not bundled with us. Nothing was fetched, nothing is drawn."""


class BundledOnly(URLFetcher):
    """Gives out the fonts by exact name, and reads `data:` addresses; there is nothing else to be had."""

    def __init__(self, fonts: Fonts) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False)
        self._fonts = {f"bundled:{name}": Path(path) for name, path in _faces(fonts).items()}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url in self._fonts:
            return URLFetcherResponse(url, self._fonts[url].read_bytes(), {"Content-Type": "font/ttf"})
        if url.startswith("data:"):
            return super().fetch(url, headers)
        # Anything milder is swallowed by WeasyPrint: it would draw the page without what was asked for.
        raise FatalURLFetchingError(f"refused to fetch {url[:200]}")


class Troubles(logging.Handler):
    """What WeasyPrint only mumbles about: a character no font has makes text that cannot be read back."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing_glyphs: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if ".notdef" in record.getMessage():
            self.missing_glyphs.append(record.getMessage())


class Page(HTML):
    """A page of ours. Its stylesheet is whole: of the browser's sheet, which styles six pseudo-elements of every
    element, nothing is wanted."""

    def __init__(self, text: str, fetcher: URLFetcher) -> None:
        try:
            # Our templates close what they open, so the C parser reads them; twenty times as fast as that of HTML.
            root = ElementTree.fromstring(text)  # noqa: S314  no DTD comes through the escaping, and expat has limits
        except ElementTree.ParseError:
            super().__init__(string=text, url_fetcher=fetcher, base_url="bundled:")
            return
        for element in root.iter():
            if element.tail and "\n" in element.tail and element.tail.isspace():
                element.tail = None  # between two lines of a template there is nothing to lay out
        self.base_url, self.url_fetcher, self.media_type = "bundled:", fetcher, "print"
        self.wrapper_element = ElementWrapper.from_html_root(root)
        self.etree_element = root

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return []

    def drawings(self) -> dict[str, Any]:
        """What need not be drawn shape by shape, by its address."""
        urls = {image.get("src", "") for image in self.etree_element.iter("img")}
        return {url: drawing for url in urls if url.startswith(PREFIX) and (drawing := ink(url))}


class Press:
    """The warm renderer."""

    def __init__(self, fonts: Fonts) -> None:
        self._fetcher = BundledOnly(fonts)
        self._fonts = FontConfiguration()
        self._sheet = self._css(_stylesheet(fonts))
        self._back_of_nothing = self._css(BACK_OF_NOTHING)
        self._clear_of_the_line, self._closer = map(self._css, (CLEAR_OF_THE_LINE, CLOSER))
        self._troubles = Troubles()
        logging.getLogger("weasyprint").addHandler(self._troubles)

    def _css(self, text: str) -> CSS:
        return CSS(string=text, font_config=self._fonts, url_fetcher=self._fetcher, base_url="bundled:")

    def draw(self, text: str) -> bytes:
        self._troubles.missing_glyphs.clear()
        try:
            sheets: tuple[CSS, ...] = ()
            document = self._layout(text)
            if 'class="letter"' in text and _signed_at(document.pages[0]) > LOWEST_SIGNATURE:
                document = self._layout(text, self._clear_of_the_line)
            if missing := _rows_missing_before_seal(document.pages):
                text, sheets, document = self._with_room_for_seal(text, document, missing)
            if len(document.pages) % 2 and COLOPHON in text:
                if _signed_at(document.pages[-1]):
                    document = self._turned_over(document, text)
                else:
                    document = self._layout(text, *sheets, self._back_of_nothing)
            pdf: bytes = document.write_pdf(finisher=_lighter)
        except FatalURLFetchingError as refused:
            raise Refused(*refused.args) from refused
        if self._troubles.missing_glyphs:
            raise LookupError(self._troubles.missing_glyphs[0])
        return pdf

    def _turned_over(self, document: Any, text: str) -> Any:
        """The same pages, with what stands at the foot of the last one at its back, laid out alone."""
        before, _, colophon = text.rpartition(COLOPHON)
        start = before.index(">", before.index("<body")) + 1
        marks = "".join(WATERMARK.findall(before))
        back = self._layout(before[:start] + marks + PAGE_BEFORE * len(document.pages) + COLOPHON + colophon)
        for body in document.pages[-1]._page_box.descendants():
            if body.element_tag == "body":
                body.children = [box for box in body.children if box.element.get("class") != "slot"]
        return document.copy([*document.pages, back.pages[-1]])

    def _with_room_for_seal(
        self, text: str, as_written: Any, missing: int
    ) -> tuple[str, tuple[CSS, ...], Any]:
        """The text, what it is drawn with, and its layout, so that no page is left half empty for the seal's sake."""
        if missing >= LEFT_BY_ONE_ROW:
            closer = self._layout(text, self._closer)
            if len(closer.pages) < len(as_written.pages) and not _rows_missing_before_seal(closer.pages):
                return text, (self._closer,), closer
        places = _places_to_open(text)
        for count in range(min(missing, len(places)), min(MOST_BLANK_ROWS, len(places)) + 1):
            opened = text
            for at, what in sorted(places[:count], reverse=True):
                opened = opened[:at] + what + opened[at:]
            document = self._layout(opened)
            if len(document.pages) > 2 and not _rows_missing_before_seal(document.pages):
                return opened, (), document
        return text, (), as_written

    def _layout(self, text: str, *sheets: CSS) -> Any:
        page = Page(text, self._fetcher)
        return page.render(stylesheets=[self._sheet, *sheets], font_config=self._fonts, cache=page.drawings())


def _places_to_open(text: str) -> list[tuple[int, str]]:
    """Where what can be written to leave a blank row below; above headings first, from the last one on."""
    blocks = list(BLOCK.finditer(text))
    places = [
        (below[1] == "hei", above.end(), ' class="open"' if above[1] is None else "open ")
        for above, below in pairwise(blocks)
        if above[1] != "hei"
    ]
    return [(at, what) for _, at, what in sorted(places, reverse=True)]


def _signed_at(page: Any) -> float:
    """How far down a page the signature begins; 0 where it is not on this page."""
    return float(page.anchors.get("signature", (0, 0))[1])


def _rows_missing_before_seal(pages: list[Any]) -> int:
    """How many rows the pages before the seal's are short of. A first page has its own proportions."""
    sealed = next((number for number, page in enumerate(pages) if _signed_at(page)), 0)
    return sum(map(_rows_missing, pages[1:sealed]))


def _rows_missing(page: Any) -> int:
    box = page._page_box  # where lines ended is told nowhere else
    rows = [row for part in box.children[:1] for row in part.descendants() if isinstance(row, LineBox)]
    top, bottom = box.content_box_y(), box.content_box_y() + box.height
    highest = min((row.position_y for row in rows), default=bottom)
    lowest = max((row.position_y + row.height for row in rows), default=top)
    return int((highest - top) / ROW) + int((bottom - lowest) / ROW)


def _faces(fonts: Fonts) -> dict[str, str]:
    """The files by the name they have in the stylesheet. One that serves several roles has one name, and one place
    in the PDF."""
    named = {
        path: f"{role}{number or ''}"
        for role, paths in reversed(fonts.items())
        for number, path in enumerate(paths)
    }
    return {name: path for path, name in named.items()}


def _stylesheet(fonts: Fonts) -> str:
    """The bundled sheet with this machine's fonts."""
    named = {path: name for name, path in _faces(fonts).items()}
    faces = "".join(
        f'@font-face {{ font-family: face-{name}; src: url("bundled:{name}") }}\n' for name in named.values()
    )
    sheet = "".join((ASSETS / name).read_text(encoding="utf-8") for name in ("paper.css", "dossier.css"))
    stack = {role: ", ".join(f"face-{named[path]}" for path in paths) for role, paths in fonts.items()}
    tracked = "".join(f".t{step} {{ letter-spacing: {step / 100}pt }}\n" for step in TRACKINGS)
    return faces + re.sub(r"\bpaper-(\w+)", lambda role: stack[role[1]], sheet) + tracked


def main() -> NoReturn:
    voice = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    ears = sys.stdin.buffer
    setup = json.loads(_read(ears) or b"{}")
    press = Press(setup["fonts"])
    _confine(setup["megabytes"])
    _write(voice, b"R" + shortcomings().encode())
    while (request := _read(ears)) is not None:
        try:
            pdf = press.draw(request.decode())
        except Exception as error:  # whatever stops a page is told to whoever asked for it
            _write(voice, b"E" + f"{type(error).__name__}: {error}".encode())
        else:
            _write(voice, b"P" + pdf)
    os._exit(0)


def _lighter(document: Any, pdf: Any) -> None:
    """Takes out of the embedded fonts what a PDF does not read: it names glyphs by number and has measures of its own."""
    for written in pdf.objects:
        if "Length1" in getattr(written, "extra", {}):
            font = _without(written.stream[0], UNREAD)
            written.stream, written.extra["Length1"] = [font], len(font)


def _without(font: bytes, tags: set[bytes]) -> bytes:
    """A TrueType font less some of its tables."""
    count = int.from_bytes(font[4:6], "big")
    entries = [TABLE.unpack_from(font, 12 + TABLE.size * number) for number in range(count)]
    kept = [entry for entry in entries if entry[0] not in tags]
    reach = 1 << (len(kept).bit_length() - 1)
    directory = [struct.pack(">4H", len(kept), 16 * reach, reach.bit_length() - 1, 16 * (len(kept) - reach))]
    at, tables = 12 + TABLE.size * len(kept), []
    for tag, checksum, offset, length in kept:
        directory.append(TABLE.pack(tag, checksum, at, length))
        tables.append(font[offset : offset + length] + bytes(-length % 4))
        at += len(tables[-1])
    return b"".join((font[:4], *directory, *tables))


def shortcomings() -> str:
    """What makes every page slow on this machine; nothing where all is there."""
    return (
        ""
        if ffi.harfbuzz_subset
        else "libharfbuzz-subset is missing: a notice takes six times as long to draw"
    )


def _confine(megabytes: int) -> None:
    limits = {
        resource.RLIMIT_AS: megabytes * 1024 * 1024,
        resource.RLIMIT_FSIZE: LARGEST_FRAME,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        with suppress(ValueError, OSError):  # macOS knows RLIMIT_AS but will not set it
            resource.setrlimit(kind, (most, most))
    if sys.platform == "linux":
        # A network namespace without interfaces; where the kernel grants none, there is still nothing to fetch with.
        libc = ctypes.CDLL(None)
        if libc.unshare(CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def _read(stream: BinaryIO) -> bytes | None:
    header = stream.read(8)
    if len(header) < 8:
        return None
    return stream.read(struct.unpack(">Q", header)[0])


def _write(stream: BinaryIO, body: bytes) -> None:
    stream.write(struct.pack(">Q", len(body)) + body)
    stream.flush()


if __name__ == "__main__":
    main()
