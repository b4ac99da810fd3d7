"""Stitches sheets of A4 into one volume: numbers, an outline, a seal across their edges. Runs in the confined child.

Sheets are copied out of files that stay on disk, so that a volume of hundreds of pages takes little memory.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pikepdf
from pikepdf import Name, OutlineItem, Pdf

from documents.confined import Refuse
from documents.dossiers.paper import HEIGHT, MM, WIDTH
from documents.dossiers.preparing import place_pages

NUMBER_SIZE, NUMBER_AT = 10, 8 * MM
# A stack of sheets has one seal: of more, each would carry a strip too thin to see.
SHEETS_TO_A_SEAL = 30
NUMBER, SEAL = Name("/BinderNumber"), Name("/BinderSeal")


def main(request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """`parts` in their order: path, title, level in the outline (0: not in it), and whether strangers drew it: such a
    one is said before it is opened, or told when it is refused, by its number.
    """
    with ExitStack() as opened, Pdf.new() as volume:
        starts = []
        for number, part in enumerate(request["parts"]):
            starts.append(len(volume.pages))
            say({"at": number if part["strange"] else None})
            try:
                source = opened.enter_context(Pdf.open(part["path"]))
                if part["strange"]:
                    place_pages(source, volume)
                else:
                    volume.pages.extend(source.pages)
            except Exception as broken:
                raise Refuse("unreadable", at=number if part["strange"] else None) from broken
        say({"at": None})
        _mark(volume, request["seal"])
        _outline(volume, request["parts"], starts)
        volume.save(request["out"], deterministic_id=True)
        return {"pages": len(volume.pages)}


def _mark(volume: Pdf, seal: dict[str, Any] | None) -> None:
    """On every sheet its number and its strip of the seal, over what stands there, whatever that left of colours and
    places."""
    font = volume.make_indirect(
        pikepdf.Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Times-Roman"), Encoding=Name.WinAnsiEncoding
        )
    )
    before = volume.make_indirect(pikepdf.Stream(volume, b"q"))
    form = volume.make_indirect(_form(volume, seal)) if seal else None
    pages = [page.obj for page in volume.pages]
    for number, sheet in enumerate(pages, start=1):
        drawn = b"Q"
        if number > 1:  # the cover has none
            drawn += _number(number)
            _use(sheet, Name.Font, NUMBER, font)
        if seal and form is not None:
            drawn += _strip(seal["side"], number, len(pages))
            _use(sheet, Name.XObject, SEAL, form)
        after = volume.make_indirect(pikepdf.Stream(volume, drawn))
        own = sheet.Contents
        sheet.Contents = pikepdf.Array([before, *(own if isinstance(own, pikepdf.Array) else [own]), after])


def _form(volume: Pdf, seal: dict[str, Any]) -> pikepdf.Stream:
    side, body = seal["side"], seal["drawing"].encode()
    return pikepdf.Stream(volume, body, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, side, side])


def _number(number: int) -> bytes:
    """— 12 — in the middle of the lower edge."""
    text = f"\x97 {number} \x97".encode("latin-1")
    middle = (WIDTH - NUMBER_SIZE * (2.5 + 0.5 * len(str(number)))) / 2
    words = (str(NUMBER).encode(), NUMBER_SIZE, middle, NUMBER_AT, text)
    return b" q BT %s %d Tf %.2f %.2f Td (%s) Tj ET Q" % words


def _strip(side: float, number: int, pages: int) -> bytes:
    """Each sheet carries a strip of the seal at its right edge; the strips of a stack, fanned out, meet."""
    first = (number - 1) // SHEETS_TO_A_SEAL * SHEETS_TO_A_SEAL
    strip, bottom = side / min(SHEETS_TO_A_SEAL, pages - first), (HEIGHT - side) / 2
    words = (WIDTH - strip, bottom, strip, side, WIDTH - strip * (number - first), bottom, str(SEAL).encode())
    return b" q %.3f %.3f %.3f %.3f re W n 1 0 0 1 %.3f %.3f cm %s Do Q" % words


def _use(sheet: pikepdf.Object, kind: Name, name: Name, used: pikepdf.Object) -> None:
    """Names a resource on a sheet; on all that share theirs, where it is the same one."""
    if kind not in sheet.Resources:
        sheet.Resources[kind] = pikepdf.Dictionary()
    sheet.Resources[kind][name] = used


def _outline(volume: Pdf, parts: list[dict[str, Any]], starts: list[int]) -> None:
    with volume.open_outline() as outline:
        for part, start in zip(parts, starts, strict=True):
            if part["level"]:
                under = outline.root if part["level"] == 1 else outline.root[-1].children
                under.append(OutlineItem(part["title"], start))
