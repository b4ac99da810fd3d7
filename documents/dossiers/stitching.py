"""Stitches sheets of A4 into one volume: numbers, an outline, a seal across their edges. Runs in the confined child.

Sheets are copied out of files that stay on disk, so that a volume of hundreds of pages takes little memory.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pikepdf
from pikepdf import Name, OutlineItem, Page, Pdf

from documents.dossiers.paper import HEIGHT, MM, WIDTH

NUMBER_SIZE, NUMBER_AT = 10, 8 * MM
# A stack of sheets has one seal: of more, each would carry a strip too thin to see.
SHEETS_TO_A_SEAL = 30
NUMBER, SEAL = Name("/BinderNumber"), Name("/BinderSeal")


def main(request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """`parts` in their order: path, title, and level in the outline (0: not in it)."""
    with ExitStack() as opened, Pdf.new() as volume:
        starts = []
        for part in request["parts"]:
            starts.append(len(volume.pages))
            volume.pages.extend(opened.enter_context(Pdf.open(part["path"])).pages)
        _number(volume)
        if request["seal"]:
            _seal(volume, request["seal"])
        _outline(volume, request["parts"], starts)
        volume.save(request["out"], deterministic_id=True)
        return {"pages": len(volume.pages)}


def _number(volume: Pdf) -> None:
    """— 12 — in the middle of the lower edge, the cover left out."""
    font = volume.make_indirect(
        pikepdf.Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Times-Roman"), Encoding=Name.WinAnsiEncoding
        )
    )
    for number, sheet in enumerate(volume.pages, start=1):
        if number == 1:
            continue
        text = f"\x97 {number} \x97".encode("latin-1")
        middle = (WIDTH - NUMBER_SIZE * (2.5 + 0.5 * len(str(number)))) / 2
        words = (str(NUMBER).encode(), NUMBER_SIZE, middle, NUMBER_AT, text)
        _add(Page(sheet), font, Name.Font, NUMBER, b"BT %s %d Tf %.2f %.2f Td (%s) Tj ET" % words)


def _seal(volume: Pdf, seal: dict[str, Any]) -> None:
    """Each sheet carries a strip of the seal at its right edge; the strips of a stack, fanned out, meet."""
    side, body = seal["side"], seal["drawing"].encode()
    form = volume.make_indirect(
        pikepdf.Stream(volume, body, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, side, side])
    )
    pages, bottom = list(volume.pages), (HEIGHT - side) / 2
    for first in range(0, len(pages), SHEETS_TO_A_SEAL):
        stack = pages[first : first + SHEETS_TO_A_SEAL]
        strip = side / len(stack)
        for number, sheet in enumerate(stack, start=1):
            words = (WIDTH - strip, bottom, strip, side, WIDTH - strip * number, bottom, str(SEAL).encode())
            drawn = b"%.3f %.3f %.3f %.3f re W n 1 0 0 1 %.3f %.3f cm %s Do" % words
            _add(Page(sheet), form, Name.XObject, SEAL, drawn)


def _add(sheet: Page, used: pikepdf.Object, kind: Name, name: Name, drawn: bytes) -> None:
    """Over what stands there, whatever it left of colours and places."""
    sheet.add_resource(used, kind, name)
    sheet.contents_add(b"q", prepend=True)
    sheet.contents_add(b"Q q %s Q" % drawn)


def _outline(volume: Pdf, parts: list[dict[str, Any]], starts: list[int]) -> None:
    with volume.open_outline() as outline:
        for part, start in zip(parts, starts, strict=True):
            if part["level"]:
                under = outline.root if part["level"] == 1 else outline.root[-1].children
                under.append(OutlineItem(part["title"], start))
