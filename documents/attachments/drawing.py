"""Draws one page of a checked file as a PNG. Runs in the confined child.

Officers read pictures of pages, so no document is ever opened by their browser's own reader.
"""

import os
from collections.abc import Callable
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw, ImageFont, ImageOps

from documents.confined import Refuse

TALLEST = 4  # times the width: a page longer than that is drawn smaller
WATERMARK_COLOUR = (120, 30, 30, 72)


def main(request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Draw page `page` (from 1) of `path` `width` pixels wide to `picture`, with `watermark` lines if there
    are any.
    """
    width = request["width"]
    if request["type"] == "pdf":
        picture = _page(request["path"], request["page"], width)
    else:
        picture = _scaled(request["path"], width)
    if request["watermark"]:
        picture = _watermarked(picture, request["watermark"], request["font"])
    with open(request["picture"], "wb") as file:
        picture.save(file, "PNG", compress_level=4)
        file.flush()
        os.fsync(file.fileno())
    return {"width": picture.width, "height": picture.height}


def first_page_small(path: str) -> Image.Image:
    return _page(path, 1, 400)


def _page(path: str, number: int, width: int) -> Image.Image:
    document = pypdfium2.PdfDocument(path)
    # Without this, filled-in fields and signature seals stay invisible. Our pdfium is built without scripts.
    document.init_forms()
    if not 1 <= number <= len(document):
        raise Refuse("no_such_page", pages=len(document))
    page = document[number - 1]
    across, down = page.get_size()
    if across <= 0 or down <= 0:
        raise Refuse("unreadable")
    scale = min(width / across, TALLEST * width / down)
    return page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")


def _scaled(path: str, width: int) -> Image.Image:
    picture: Image.Image = Image.open(path, formats=["JPEG", "PNG"])
    picture.draft("RGB", (width, width * TALLEST))
    flat = picture.convert("RGBA" if picture.mode in ("RGBA", "LA", "P") else "RGB")
    if flat.mode == "RGBA":
        paper = Image.new("RGBA", flat.size, "white")
        paper.alpha_composite(flat)
        flat = paper.convert("RGB")
    return ImageOps.contain(flat, (width, width * TALLEST))


def _watermarked(picture: Image.Image, lines: list[str], font_file: str) -> Image.Image:
    """The words slant all over the page, so that no part of it can be used elsewhere without them."""
    size = max(14, picture.width // 36)
    font = ImageFont.truetype(font_file, size)
    text = "\n".join(lines)
    left, top, right, bottom = ImageDraw.Draw(picture).multiline_textbbox(
        (0, 0), text, font=font, spacing=size // 3
    )
    stamp = Image.new("RGBA", (int(right - left) + size * 4, int(bottom - top) + size * 4), (0, 0, 0, 0))
    ImageDraw.Draw(stamp).multiline_text(
        (size * 2 - left, size * 2 - top),
        text,
        font=font,
        fill=WATERMARK_COLOUR,
        spacing=size // 3,
        align="center",
    )
    stamp = stamp.rotate(28, expand=True, resample=Image.Resampling.BICUBIC)
    veil = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    for row, y in enumerate(range(-stamp.height // 2, picture.height, max(1, int(stamp.height * 0.55)))):
        for x in range(-(row % 2) * stamp.width // 2, picture.width, stamp.width):
            veil.alpha_composite(stamp, (max(x, 0), max(y, 0)), (max(-x, 0), max(-y, 0)))
    marked = picture.convert("RGBA")
    marked.alpha_composite(veil)
    return marked.convert("RGB")
