"""Text tables: which encoding, which separator, then rows. Runs in the confined child.

GB18030 decodes almost any bytes into some Chinese, so a guess is never taken: an encoding counts only if it
is the one reading that makes sense of every line, and otherwise the person is told what to do.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator

from documents.confined import Refuse

LONGEST_CELL = 32_767
# A UTF-8 sequence of three Chinese characters: in GBK bytes this occurs by accident too seldom to matter.
LONG_UTF8 = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){3}")
SEPARATORS = {",": "comma", "\t": "tab"}
REFUSED_SEPARATORS = {";": "；", "；": "；", "|": "|", "，": "，"}


def rows_of(content: bytes) -> Iterator[list[str]]:
    """Row after row of a CSV or tab-separated file, as text."""
    text = decode(content)
    csv.field_size_limit(LONGEST_CELL)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator(text), strict=True)
    except csv.Error:
        raise Refuse("csv_quotes") from None


def decode(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _plain(_decoded(content, "utf-16"))
    if b"\0" in content:
        raise Refuse("csv_encoding")
    try:
        return _plain(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    lines = content.splitlines()
    _refuse_mixture(lines)
    if _reads_like_big5(content):
        raise Refuse("csv_big5")
    return _plain(_decoded(content, "gb18030"))


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as broken:
        raise Refuse("csv_unreadable_row", row=content[: broken.start].count(b"\n") + 1) from None


def _plain(text: str) -> str:
    """Refuses characters no keyboard makes: private ones come from a wrong guess, others from mischief."""
    for character in set(text):
        if unicodedata.category(character) in ("Co", "Cs", "Cn") or (
            character < " " and character not in "\t\r\n"
        ):
            raise Refuse("csv_encoding")
    return text


def _refuse_mixture(lines: list[bytes]) -> None:
    """Rows pasted from two files: some are UTF-8, others are not."""
    foreign = [number for number, line in enumerate(lines, 1) if not line.isascii() and not _is_utf8(line)]
    for number, line in enumerate(lines, 1):
        if not line.isascii() and _is_utf8(line) and LONG_UTF8.search(line):
            raise Refuse("csv_mixed", row=foreign[0] if number < foreign[0] else number)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _reads_like_big5(content: bytes) -> bool:
    """Both standards put the common characters first: the right reading is mostly common ones."""
    try:
        as_big5 = content.decode("big5")
    except UnicodeDecodeError:
        return False
    as_gbk = content.decode("gb18030", errors="replace")
    return _common_share(as_gbk, "gb2312", 0xD7) < 0.5 < _common_share(as_big5, "big5", 0xC6)


def _common_share(text: str, encoding: str, last: int) -> float:
    """How many of the characters beyond ASCII are common ones, by the first byte of their place in a standard."""
    foreign = [character.encode(encoding, errors="replace") for character in text if character > "\x7f"]
    return sum(0xA1 <= place[0] <= last for place in foreign) / len(foreign) if foreign else 1.0


def separator(text: str) -> str:
    """Comma or tab, by the first line that holds either; another separator is named to the person."""
    for line in text.splitlines()[:20]:
        counts = {mark: line.count(mark) for mark in SEPARATORS}
        best = max(counts, key=counts.__getitem__)
        if counts[best]:
            return best
        for mark, shown in REFUSED_SEPARATORS.items():
            if line.count(mark) > 1:
                raise Refuse("csv_separator", mark=shown)
    return ","
