"""Is an upload what it must be? Runs in the confined child and decides by what is allowed, not by what is
known bad.

The answer names the type, the pages and what a person should be warned of; a refusal is a code with the
measured values. For an image the child also writes a fresh copy, so that nothing but pixels survives: no
position, no owner's name, nothing hidden behind the last byte.
"""

import os
import signal
import warnings
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageOps

from documents.attachments import pdf
from documents.attachments.drawing import first_page_small
from documents.attachments.recognition import recognise
from documents.attachments.types import FileType
from documents.confined import Refuse
from documents.spreadsheets import grid

# Its readers of the kinds we take, in the nursery and not in each child.
Image.preinit()
COURTESY_SECONDS = 1
JPEG_QUALITY = 90


def main(request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Check `path` against `types`, `max_pages`, `max_pixels`; an image is copied cleaned to `clean_copy`."""
    path = request["path"]
    with open(path, "rb") as file:
        content = file.read()
    kind = recognise(content, request["types"])
    if kind.code in ("jpeg", "png"):
        return _image(path, kind, request)
    if kind.code == "pdf":
        pages = pdf.check(path, content, max_pages=request["max_pages"])
        accepted: dict[str, Any] = {"type": "pdf", "pages": pages, "warnings": []}
        say({**accepted, "warnings": ["slow_first_page"]})
        return {**accepted, "warnings": _blank_first_page(path)}
    table = grid.read(path, content, kind.code)
    return {"type": kind.code, "pages": None, "warnings": [] if table["rows"] else ["empty_table"]}


def _image(path: str, kind: FileType, request: dict[str, Any]) -> dict[str, Any]:
    Image.MAX_IMAGE_PIXELS = request["max_pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture: Image.Image = Image.open(path, formats=[kind.code.upper()])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refuse("too_many_pixels", limit=request["max_pixels"]) from None
    width, height = picture.size
    if width * height > request["max_pixels"]:
        raise Refuse("too_many_pixels", width=width, height=height, limit=request["max_pixels"])
    picture.load()
    picture = ImageOps.exif_transpose(picture)
    # A new picture made of the pixels alone: whatever the old one carried beside them stays behind.
    plain = picture.convert(
        "RGB" if kind.code == "jpeg" or picture.mode not in ("L", "RGBA") else picture.mode
    )
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    with open(request["clean_copy"], "wb") as copy:
        if kind.code == "jpeg":
            fresh.save(copy, "JPEG", quality=JPEG_QUALITY)
        else:
            fresh.save(copy, "PNG", compress_level=6)
        copy.flush()
        os.fsync(copy.fileno())
    return {"type": kind.code, "pages": 1, "warnings": ["blank_first_page"] if is_blank(fresh) else []}


def _blank_first_page(path: str) -> list[str]:
    """A look at page one, within a second: an empty scan is better noticed now than by an officer.

    After that second the kernel ends the child; the acceptance it has already given stands.
    """
    signal.setitimer(signal.ITIMER_PROF, COURTESY_SECONDS)
    return ["blank_first_page"] if is_blank(first_page_small(path)) else []


def is_blank(picture: Any) -> bool:
    """Nothing darker or lighter than the paper, but for a speck of dust."""
    small = picture.convert("L")
    small.thumbnail((400, 400))
    histogram = small.histogram()
    paper = max(range(256), key=histogram.__getitem__)
    marked = sum(count for shade, count in enumerate(histogram) if abs(shade - paper) > 40)
    return bool(marked <= small.width * small.height * 0.0002)
