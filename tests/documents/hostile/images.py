"""Pictures: too large to unpack, cut short, other formats in disguise, and passengers that must be left behind."""

import base64
import struct
import zlib
from collections.abc import Iterator

from tests.documents.hostile.sample import Sample, Verdict

# A black rectangle of 48 by 32, the smallest honest photograph.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62r"
    "Z4C8ybqmx5moq6T/wAALCAAgADABAREA/8QAFwABAQEBAAAAAAAAAAAAAAAAAAQHBv/EACAQAAICAAYDAAAAAAAAAAAAAAACAQQFERVU"
    "k9E1c7L/2gAIAQEAAD8A6YAAAzMAGhYX4up6U+YKjMwAaFhfi6npT5gqJdNo7KtxL0NNo7KtxL0NNo7KtxL0NNo7KtxL0UKqosIiwqrG"
    "UREZREH/2Q=="
)
PASSENGER = b"<script>alert('passenger')</script>"
PLACE = b"Exif\0\0MM\0*GPS 37.87N 112.55E Taiyuan"


def samples() -> Iterator[Sample]:
    png = png_of(40, 30)
    yield Sample("jpeg", "身份证.jpg", "legal_rep_id", JPEG, Verdict.ACCEPT)
    yield Sample("png", "营业执照.png", "business_licence", png, Verdict.ACCEPT)
    yield Sample(
        "png-with-text", "a.png", "business_licence", _with_chunk(png, b"tEXt", PASSENGER), Verdict.INERT
    )
    yield Sample("png-with-passenger", "b.png", "business_licence", png + PASSENGER, Verdict.INERT)
    yield Sample("jpeg-with-passenger", "c.jpg", "business_licence", JPEG + PASSENGER, Verdict.INERT)
    yield Sample(
        "jpeg-with-comment", "d.jpg", "business_licence", _segment(b"\xfe", PASSENGER), Verdict.INERT
    )
    yield Sample("jpeg-with-place", "e.jpg", "business_licence", _segment(b"\xe1", PLACE), Verdict.INERT)
    yield Sample("png-archive", "f.png", "business_licence", png + b"PK\x05\x06" + bytes(18), Verdict.INERT)
    for label, (content, code) in bombs(png).items():
        yield Sample(f"picture-{label}", f"{label}.png", "business_licence", content, Verdict.REJECT, code)
    for label, content in broken_jpegs().items():
        yield Sample(f"jpeg-{label}", f"{label}.jpg", "business_licence", content, Verdict.REJECT)
    for label, content in other_formats().items():
        yield Sample(
            f"other-{label}", f"{label}.png", "business_licence", content, Verdict.REJECT, "wrong_type"
        )
    yield Sample("name-says-pdf", "照片.pdf", "business_licence", png, Verdict.REJECT, "wrong_extension")
    yield Sample("name-says-program", "照片.exe", "business_licence", png, Verdict.REJECT, "wrong_extension")
    yield Sample("picture-as-report", "报告.png", "audit_report", png, Verdict.REJECT, "wrong_type")


def png_of(width: int, height: int, *, rows: bytes | None = None) -> bytes:
    """A grey picture with a dark bar, or with the given rows under a header that claims this size."""
    if rows is None:
        rows = b"".join(
            b"\0" + bytes([30] * (width // 2) + [250] * (width - width // 2)) for _ in range(height)
        )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows, 9)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    return png[:33] + _chunk(kind, data) + png[33:]


def _segment(marker: bytes, data: bytes) -> bytes:
    return JPEG[:2] + b"\xff" + marker + struct.pack(">H", len(data) + 2) + data + JPEG[2:]


def bombs(png: bytes) -> dict[str, tuple[bytes, str]]:
    bomb = zlib.compress(bytes(80 * 1024 * 1024), 9)
    return {
        "30000-square": (png_of(30_000, 30_000, rows=bytes(1000)), "too_many_pixels"),
        "one-row-of-millions": (png_of(100_000_000, 1, rows=bytes(1000)), "too_many_pixels"),
        "largest-claim": (png_of(2**31 - 1, 2**31 - 1, rows=b""), ""),
        "no-size": (png_of(0, 0, rows=b""), ""),
        "text-bomb": (_with_chunk(png, b"zTXt", b"Comment\0\0" + bomb), ""),
        "colour-bomb": (_with_chunk(png, b"iCCP", b"icc\0\0" + bomb), ""),
        "cut-short": (png[:-30], ""),
        "rows-missing": (png_of(400, 300, rows=bytes(1000)), ""),
        "wrong-sum": (png[:45] + bytes([png[45] ^ 0xFF]) + png[46:], ""),
        "only-a-head": (png[:33], ""),
        "huge-chunk": (png[:33] + b"\xff\xff\xff\xff" + png[37:], ""),
    }


def broken_jpegs() -> dict[str, bytes]:
    size = JPEG.index(b"\xff\xc0") + 5
    return {
        "half": JPEG[: len(JPEG) // 2],
        "head": JPEG[:20],
        "claims-65535-square": JPEG[:size] + b"\xff\xff\xff\xff" + JPEG[size + 4 :],
        "no-size": JPEG[:size] + bytes(4) + JPEG[size + 4 :],
        "only-magic": b"\xff\xd8\xff",
        "magic-and-page": b"\xff\xd8\xff\xe0" + PASSENGER * 10,
    }


def other_formats() -> dict[str, bytes]:
    return {
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "html": b"<!doctype html><script>alert(1)</script>",
        "gif": b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
        "gif-script": b"GIF89a/*" + bytes(20) + b"*/=alert(1)//",
        "bmp": b"BM"
        + struct.pack("<IHHIIiiHHIIiiII", 58, 0, 0, 54, 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0)
        + bytes(4),
        "tiff": b"II*\0\x08\0\0\0\0\0" + bytes(20),
        "webp": b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\0" + bytes(12),
        "icon": b"\0\0\x01\0\x01\0\x01\x01\0\0\x01\0 \0" + bytes(60),
        "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40),
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n",
        "windows-program": b"MZ\x90\0" + bytes(56) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0" + bytes(200),
        "linux-program": b"\x7fELF\x02\x01\x01" + bytes(200),
        "shell": b"#!/bin/sh\nrm -rf /\n",
        "zip": b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18),
        "rar": b"Rar!\x1a\x07\x01\0" + bytes(40),
        "seven-zip": b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(40),
        "gzip": b"\x1f\x8b\x08\0" + bytes(40),
        "old-word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "rtf": b"{\\rtf1\\ansi hello}",
        "java": b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(40),
    }
