"""What a file is, by its bytes. Runs in the confined child: libmagic reads hostile files too."""

import magic

from documents.attachments.types import FILE_TYPES, FileType
from documents.confined import Refuse

# It reads its book of types when made, and prepares it at the first question: in the nursery, not in each child.
LIBMAGIC = magic.Magic(mime=True)
LIBMAGIC.from_buffer(b"-")
# The test virus every scanner must know, in two halves so that no scanner stops at this line.
TEST_VIRUS = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


def type_by_first_bytes(head: bytes) -> FileType | None:
    """The type whose magic stands at byte 0; None for text and for everything we do not take."""
    for kind in FILE_TYPES.values():
        if kind.starts_with and head.startswith(kind.starts_with):
            return kind
    return None


def recognise(content: bytes, allowed: list[str]) -> FileType:
    """The one type that the first bytes and libmagic agree on, if this place takes it."""
    if not content:
        raise Refuse("empty")
    if TEST_VIRUS in content:
        raise Refuse("virus")
    said = LIBMAGIC.from_buffer(content[:65536])
    by_bytes = type_by_first_bytes(content[:16])
    kind = by_bytes or (FILE_TYPES["csv"] if _may_be_table(content, said) else None)
    if kind is None or kind.code not in allowed:
        raise Refuse("wrong_type", seen=said, kind=kind.code if kind else "")
    if by_bytes and said != kind.content_type and said not in kind.also_called:
        raise Refuse("disguised", seen=said, kind=kind.code)
    return kind


def _may_be_table(content: bytes, said: str) -> bool:
    """Text that is no program, page or drawing. For UTF-16 libmagic's word is worth nothing."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    named_otherwise = said not in ("text/plain", "text/csv", "application/csv", "application/octet-stream")
    starts_like_markup = (
        content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"#!", b"MZ", b"{", b"PK"))
    )
    return not named_otherwise and not starts_like_markup and b"\0" not in content
