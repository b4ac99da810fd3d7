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
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

ASSETS = Path(__file__).resolve().parent / "assets"
LARGEST_FRAME = 64 * 1024 * 1024
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
# Drawn again with this when the 版记 would stand on an odd page: it belongs at the back of the last sheet.
EVEN_LAST_PAGE = ".slot { break-before: left; page: back }"


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


class Press:
    """The warm renderer."""

    def __init__(self, fonts: Fonts) -> None:
        self._fetcher = BundledOnly(fonts)
        self._fonts = FontConfiguration()
        self._sheet = self._css(_stylesheet(fonts))
        self._even = self._css(EVEN_LAST_PAGE)
        self._troubles = Troubles()
        logging.getLogger("weasyprint").addHandler(self._troubles)

    def _css(self, text: str) -> CSS:
        return CSS(string=text, font_config=self._fonts, url_fetcher=self._fetcher, base_url="bundled:")

    def draw(self, text: str) -> bytes:
        self._troubles.missing_glyphs.clear()
        try:
            document = self._layout(text, [self._sheet])
            if len(document.pages) % 2 and 'class="colophon"' in text:
                document = self._layout(text, [self._sheet, self._even])
            pdf: bytes = document.write_pdf()
        except FatalURLFetchingError as refused:
            raise Refused(*refused.args) from refused
        if self._troubles.missing_glyphs:
            raise LookupError(self._troubles.missing_glyphs[0])
        return pdf

    def _layout(self, text: str, sheets: list[CSS]) -> Any:
        page = HTML(string=text, url_fetcher=self._fetcher, base_url="bundled:")
        return page.render(stylesheets=sheets, font_config=self._fonts)


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
    sheet = (ASSETS / "paper.css").read_text(encoding="utf-8")
    stack = {role: ", ".join(f"face-{named[path]}" for path in paths) for role, paths in fonts.items()}
    return faces + re.sub(r"\bpaper-(\w+)", lambda role: stack[role[1]], sheet)


def main() -> NoReturn:
    voice = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    ears = sys.stdin.buffer
    setup = json.loads(_read(ears) or b"{}")
    press = Press(setup["fonts"])
    _confine(setup["megabytes"])
    _write(voice, b"R")
    while (request := _read(ears)) is not None:
        try:
            pdf = press.draw(request.decode())
        except Exception as error:  # whatever stops a page is told to whoever asked for it
            _write(voice, b"E" + f"{type(error).__name__}: {error}".encode())
        else:
            _write(voice, b"P" + pdf)
    os._exit(0)


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
