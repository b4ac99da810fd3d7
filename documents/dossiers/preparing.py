"""Makes every file of a dossier a PDF that can be bound, and counts its pages. Runs in the confined child."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Name, Pdf
from PIL import Image, ImageOps

LARGEST_SIDE = 3508  # of a picture: 300 points an inch on A4
PLAIN = ("L", "RGB")
ORIENTATION, UPRIGHT = 0x0112, 1  # the camera's own note of how it was held


def main(request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """`files` are pairs of path and kind (pdf, jpeg, png), `out` their places; answers with pages, 0 where unreadable."""
    return {
        "pages": [
            _prepared(path, kind, out)
            for (path, kind), out in zip(request["files"], request["out"], strict=True)
        ]
    }


def _prepared(path: str, kind: str, out: str) -> int:
    """Whatever a reader of broken files raises, it is this file that is not bound, and no other."""
    try:
        return _flattened(path, out) if kind == "pdf" else _pictured(path, out)
    except Exception:
        return 0


def _flattened(path: str, out: str) -> int:
    """Filled forms and notes become part of their pages; a copied page would lose them."""
    with Pdf.open(path) as source:
        if any("/Annots" in page for page in source.pages):
            source.flatten_annotations("print")
            source.save(out)
        else:  # most files: nothing is written twice
            os.symlink(path, out)
        return len(source.pages)


def _pictured(path: str, out: str) -> int:
    """A picture as the only page, upright as the camera was held. A photograph is not compressed a second time."""
    with Image.open(path, formats=["JPEG", "PNG"]) as opened, Pdf.new() as page:
        is_turned = opened.getexif().get(ORIENTATION, UPRIGHT) != UPRIGHT
        image: Image.Image = opened
        if opened.format == "JPEG" and opened.mode in PLAIN and not is_turned:
            data, filter_ = Path(path).read_bytes(), Name.DCTDecode
        else:
            image = _on_paper(ImageOps.exif_transpose(opened))
            data, filter_ = zlib.compress(image.tobytes()), Name.FlateDecode
        page.add_blank_page(page_size=(float(image.width), float(image.height)))
        drawn = pikepdf.Stream(
            page, data,
            Type=Name.XObject, Subtype=Name.Image, Width=image.width, Height=image.height, BitsPerComponent=8,
            ColorSpace=Name.DeviceGray if image.mode == "L" else Name.DeviceRGB, Filter=filter_,
        )  # fmt: skip
        name = page.pages[0].add_resource(drawn, Name.XObject, Name("/Picture"))
        page.pages[0].contents_add(f"{image.width} 0 0 {image.height} 0 0 cm {name} Do".encode())
        page.save(out)
    return 1


def _on_paper(image: Image.Image) -> Image.Image:
    """No larger than paper can show, and white where it lets the ground through."""
    image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    if image.mode in ("RGBA", "LA", "P"):
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image if image.mode == "L" else image.convert("RGB")
