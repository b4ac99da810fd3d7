"""Puts every page of a filed document on a numberless sheet of A4 of our own making. Runs in the confined child.

Here alone what strangers drew is taken apart: what comes out is a file that can be read to its end.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Name, Pdf, Rectangle
from PIL import Image, ImageOps

from documents.dossiers.paper import HEIGHT, MM, WIDTH

# What others drew leaves room for the binding edge and for the number below.
INSIDE = (18 * MM, 15 * MM, 202 * MM, 289 * MM)
LARGEST_SIDE = 3508  # of a picture: 300 points an inch on A4
PLAIN = ("L", "RGB")
ORIENTATION, UPRIGHT = 0x0112, 1  # the camera's own note of how it was held
# Names of our own: invented ones would differ each time, and the same files must give the same volume.
PAGE, PICTURE = Name("/Page"), Name("/Picture")


def main(request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """`files` are triples of path, kind (pdf, jpeg, png) and where the sheets go; how many sheets each gave, 0 where
    it could not be read. Said after every file: of one that ends this process the parent knows which it was.
    """
    pages: list[int] = []
    for path, kind, out in request["files"]:
        pages.append(_sheets(path, kind, out))
        say({"pages": pages})
    return {"pages": pages}


def _sheets(path: str, kind: str, out: str) -> int:
    """Whatever a reader of broken files raises, it is this file that is not bound, and no other."""
    try:
        with Pdf.new() as sheets:
            if kind == "pdf":
                _draw_pages(path, sheets)
            else:
                _draw_picture(path, sheets)
            sheets.save(out)
            return len(sheets.pages)
    except Exception:
        return 0


def _draw_pages(path: str, sheets: Pdf) -> None:
    """Filled forms and notes become part of their pages; a copied page would lose them."""
    with Pdf.open(path) as source:
        if any("/Annots" in page for page in source.pages):
            source.flatten_annotations("print")
        for page in source.pages:
            _place(sheets.copy_foreign(page.as_form_xobject()), sheets)


def _draw_picture(path: str, sheets: Pdf) -> None:
    """Upright as the camera was held. A photograph is not compressed a second time."""
    with Image.open(path, formats=["JPEG", "PNG"]) as opened:
        is_turned = opened.getexif().get(ORIENTATION, UPRIGHT) != UPRIGHT
        image: Image.Image = opened
        if opened.format == "JPEG" and opened.mode in PLAIN and not is_turned:
            opened.load()  # to its end, or it is none
            data, filter_ = Path(path).read_bytes(), Name.DCTDecode
        else:
            image = _on_paper(ImageOps.exif_transpose(opened))
            data, filter_ = zlib.compress(image.tobytes()), Name.FlateDecode
        drawn = pikepdf.Stream(
            sheets, data,
            Type=Name.XObject, Subtype=Name.Image, Width=image.width, Height=image.height, BitsPerComponent=8,
            ColorSpace=Name.DeviceGray if image.mode == "L" else Name.DeviceRGB, Filter=filter_,
        )  # fmt: skip
        form = pikepdf.Stream(
            sheets, f"{image.width} 0 0 {image.height} 0 0 cm {PICTURE} Do".encode(),
            Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, image.width, image.height],
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary({str(PICTURE): sheets.make_indirect(drawn)})),
        )  # fmt: skip
        _place(sheets.make_indirect(form), sheets)


def _on_paper(image: Image.Image) -> Image.Image:
    """No larger than paper can show, and white where it lets the ground through."""
    image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    if image.mode in ("RGBA", "LA", "P"):
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image if image.mode == "L" else image.convert("RGB")


def _place(form: pikepdf.Object, sheets: Pdf) -> None:
    """On a sheet of A4. What is wider than high lies on its side, and is shown upright on a screen."""
    left, bottom, right, top = INSIDE
    form.read_bytes()  # to its end: what cannot be unpacked is found here, and not by who reads the volume
    sheet = sheets.add_blank_page(page_size=(WIDTH, HEIGHT))
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
