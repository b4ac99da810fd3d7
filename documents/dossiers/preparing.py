"""Puts every page of a filed document on a numberless sheet of A4 of our own making. Runs in the confined children.

What strangers drew is read to its end before a volume is begun, and only then placed in it, page by page out of the
file itself: to write it down between would take as long as the volume.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Name, Pdf
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
    """`files` are triples of path, kind (pdf, jpeg, png) and where the sheet of a picture goes; how many sheets each
    gives, 0 where it cannot be read. Said after every file: of one that ends this process the parent knows which it
    was.
    """
    pages: list[int] = []
    for path, kind, out in request["files"]:
        pages.append(_sheets(path, kind, out))
        say({"pages": pages})
    return {"pages": pages}


def _sheets(path: str, kind: str, out: str) -> int:
    """Whatever a reader of broken files raises, it is this file that is not bound, and no other."""
    try:
        if kind == "pdf":
            with Pdf.open(path) as source:
                _flatten(source)
                for page in source.pages:
                    # To its end: what cannot be unpacked is found here, and not by who reads the volume.
                    page.as_form_xobject().read_bytes()
                return len(source.pages)
        with Pdf.new() as sheets:
            _draw_picture(path, sheets)
            sheets.save(out)
            return len(sheets.pages)
    except Exception:
        return 0


def place_pages(source: Pdf, sheets: Pdf) -> None:
    """Every page of a filed document, each on a sheet of its own."""
    _flatten(source)
    for page in source.pages:
        _place(_copied(page, source, sheets), sheets)


def _copied(page: pikepdf.Page, source: Pdf, sheets: Pdf) -> pikepdf.Object:
    """A page as a form of another file. An upright one of a single stream is taken as it is packed; of any other the
    library makes one, and unpacks and packs it for that."""
    packed = page.obj.get("/Contents")
    if not isinstance(packed, pikepdf.Stream) or page.rotation or "/UserUnit" in page:
        return sheets.copy_foreign(page.as_form_xobject())
    entries = {key: packed[key] for key in ("/Filter", "/DecodeParms") if key in packed}
    entries |= {key: page.obj[key] for key in ("/Group",) if key in page.obj}
    taken = source.make_indirect(pikepdf.Dictionary(entries | {"/Resources": page.resources}))
    form = pikepdf.Stream(sheets, packed.read_raw_bytes(), sheets.copy_foreign(taken))
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, [float(side) for side in page.trimbox]
    return sheets.make_indirect(form)


def _flatten(source: Pdf) -> None:
    """Filled forms and notes become part of their pages; a copied page would lose them."""
    if any("/Annots" in page for page in source.pages):
        source.flatten_annotations("print")


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
    x, y, width, height = _seen(form)
    across, down = right - left, top - bottom
    is_wide = width > height
    scale = min(down / width, across / height) if is_wide else min(across / width, down / height)
    # What is seen, moved by its middle to the middle of the room.
    along, up, x, y = (
        scale * (x + width / 2),
        scale * (y + height / 2),
        (left + right) / 2,
        (bottom + top) / 2,
    )
    placed = (
        (0.0, scale, -scale, 0.0, x + up, y - along)
        if is_wide
        else (scale, 0.0, 0.0, scale, x - along, y - up)
    )
    drawn = b"q %.5f %.5f %.5f %.5f %.3f %.3f cm %s Do Q" % (*placed, str(PAGE).encode())
    sheet = pikepdf.Dictionary(
        Type=Name.Page, MediaBox=[0, 0, WIDTH, HEIGHT], Contents=pikepdf.Stream(sheets, drawn),
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary({str(PAGE): form})),
    )  # fmt: skip
    if is_wide:
        sheet.Rotate = 90
    sheets.pages.append(pikepdf.Page(sheets.make_indirect(sheet)))


def _seen(form: pikepdf.Object) -> tuple[float, float, float, float]:
    """Left, bottom, width and height as it is seen: of a page that says it is turned the form's matrix turns it."""
    x0, y0, x1, y1 = (float(corner) for corner in form.BBox)
    a, b, c, d, e, f = (float(part) for part in form.get("/Matrix", (1, 0, 0, 1, 0, 0)))
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
    left, bottom = min(x for x, _ in corners), min(y for _, y in corners)
    return left, bottom, max(x for x, _ in corners) - left, max(y for _, y in corners) - bottom
