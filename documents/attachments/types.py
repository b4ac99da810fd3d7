"""The kinds of file the portal takes, each known by its first bytes. Everything else is refused.

Plain Python: the confined child reads it too.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileType:
    """`content_type` is what we serve; `also_called` is what libmagic may say of an honest file of it."""

    code: str
    label: str
    extensions: tuple[str, ...]
    content_type: str
    starts_with: tuple[bytes, ...]
    also_called: frozenset[str] = frozenset()


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FILE_TYPES = {
    kind.code: kind
    for kind in (
        FileType("pdf", "PDF", ("pdf",), "application/pdf", (b"%PDF-",)),
        FileType("jpeg", "JPEG", ("jpg", "jpeg"), "image/jpeg", (b"\xff\xd8\xff",)),
        FileType("png", "PNG", ("png",), "image/png", (b"\x89PNG\r\n\x1a\n",)),
        FileType("xlsx", "XLSX", ("xlsx",), _XLSX, (b"PK\x03\x04",), frozenset({"application/zip"})),
        # A text has no first bytes of its own: whatever decodes and has columns. libmagic knows neither GBK
        # nor UTF-16 well, so for this kind its word is heard only when it names something that is not text.
        FileType("csv", "CSV", ("csv", "txt"), "text/csv", (), frozenset({"text/plain", "application/csv"})),
    )
}
