"""Stitches prepared PDFs into one A4 volume: numbered sheets, an outline, a seal across their edges. Runs in the
confined child.

Pages are copied out of files that stay on disk, so that a volume of hundreds of pages takes little memory.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pikepdf
from pikepdf import Name, OutlineItem, Page, Pdf, Rectangle

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
# What others drew leaves room for the binding edge and for the number below.
INSIDE = (18 * MM, 15 * MM, 202 * MM, 289 * MM)
WHOLE = (0.0, 0.0, WIDTH, HEIGHT)
NUMBER_SIZE, NUMBER_AT = 10, 8 * MM
# Names of our own: invented ones would differ each time, and the same files must give the same volume.
PAGE, NUMBER, SEAL = Name("/Page"), Name("/Number"), Name("/Seal")
# A stack of sheets has one seal: of more, each would carry a strip too thin to see.
SHEETS_TO_A_SEAL = 30

Box = tuple[float, float, float, float]


def main(request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """`parts` in their order: path, title, level of the outline (none: 0) and whether the sheet is our own."""
    with ExitStack() as opened, Pdf.new() as volume:
        starts = []
        for part in request["parts"]:
            starts.append(len(volume.pages))
            source = opened.enter_context(Pdf.open(part["path"]))
            _append(volume, source, WHOLE if part["own"] else INSIDE)
        _number(volume)
        if request["seal"]:
            _seal(volume, request["seal"])
        _outline(volume, request["parts"], starts)
        volume.save(request["out"], deterministic_id=True)
        return {"pages": len(volume.pages)}


def _append(volume: Pdf, source: Pdf, inside: Box) -> None:
    """Every page on a sheet of A4. One that is wider than high lies on its side, and is shown upright on a screen."""
    left, bottom, right, top = inside
    for page in source.pages:
        form = volume.copy_foreign(page.as_form_xobject())
        sheet = volume.add_blank_page(page_size=(WIDTH, HEIGHT))
        name = sheet.add_resource(form, Name.XObject, PAGE)
        if _is_wide(form):
            room = Rectangle(0, 0, top - bottom, right - left)
            flat = sheet.calc_form_xobject_placement(form, name, room, allow_expand=True)
            sheet.contents_add(b"q 0 1 -1 0 %.3f %.3f cm %s Q" % (right, bottom, flat))
            sheet.rotate(90, relative=False)
        else:
            room = Rectangle(left, bottom, right, top)
            sheet.contents_add(sheet.calc_form_xobject_placement(form, name, room, allow_expand=True))


def _is_wide(form: pikepdf.Object) -> bool:
    """As it is seen: of a page that says it is turned the form's matrix changes the sides."""
    x0, y0, x1, y1 = (float(corner) for corner in form.BBox)
    matrix = form.get("/Matrix")
    is_turned = matrix is not None and abs(float(matrix[0])) < abs(float(matrix[1]))
    return (y1 - y0 > x1 - x0) if is_turned else (x1 - x0 > y1 - y0)


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
        Page(sheet).add_resource(font, Name.Font, NUMBER)
        text = f"\x97 {number} \x97".encode("latin-1")
        middle = (WIDTH - NUMBER_SIZE * (2.5 + 0.5 * len(str(number)))) / 2
        sheet.contents_add(
            b"q BT %s %d Tf %.2f %.2f Td (%s) Tj ET Q"
            % (str(NUMBER).encode(), NUMBER_SIZE, middle, NUMBER_AT, text)
        )


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
            Page(sheet).add_resource(form, Name.XObject, SEAL)
            sheet.contents_add(
                b"q %.3f %.3f %.3f %.3f re W n 1 0 0 1 %.3f %.3f cm %s Do Q"
                % (WIDTH - strip, bottom, strip, side, WIDTH - strip * number, bottom, str(SEAL).encode())
            )


def _outline(volume: Pdf, parts: list[dict[str, Any]], starts: list[int]) -> None:
    with volume.open_outline() as outline:
        for part, start in zip(parts, starts, strict=True):
            if part["level"]:
                under = outline.root if part["level"] == 1 else outline.root[-1].children
                under.append(OutlineItem(part["title"], start))
