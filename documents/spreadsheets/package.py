"""The zip around a workbook, judged before any workbook library sees it. Runs in the confined child.

Only parts a list of data needs are let through; each XML part is read once here, so a document type, an
outside reference or a size that was lied about shows at once. What leaves is a fresh package of the parts we
read ourselves: two readers cannot then disagree about what the file says.
"""

import io
import re
import zipfile
from typing import Any
from xml.parsers import expat

from documents.confined import Refuse

MOST_PARTS = 500
MOST_UNPACKED = 50 * 1024 * 1024
HIGHEST_RATIO = 100
RATIO_COUNTS_FROM = 256 * 1024
MOST_CELLS = 600_000
MOST_MERGES = 5_000

# Parts of an ordinary workbook. Macros, embedded objects, controls and data connections have names of their
# own.
ALLOWED_PART = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/[\w.-]+\.(?:xml|rels|jpe?g|png|emf|wmf)"
    r"|(?:customXml|xl)/(?:[\w-]+/)*(?:_rels/)?[\w .()-]+\.(?:xml|rels|vml|png|jpe?g|gif|emf|wmf|bin)/?"
    r"|(?:[\w-]+/)+",
    re.IGNORECASE,
)
FORBIDDEN_PARTS = (
    ("xlsx_macro", re.compile(r"vbaProject|macrosheets|dialogsheets|activeX|ctrlProps", re.IGNORECASE)),
    ("xlsx_embedded", re.compile(r"embeddings|oleObject|webextensions", re.IGNORECASE)),
    ("xlsx_external", re.compile(r"externalLinks|connections\.xml|queryTables", re.IGNORECASE)),
)
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
MERGE = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}:([A-Z]{1,3}[1-9][0-9]{0,6})")


def repack(path: str, *, max_rows: int, max_columns: int) -> io.BytesIO:
    """A clean package with the same cells; raises `Refuse` with a code that says what was wrong."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = _read_parts(package)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, KeyError):
        raise Refuse("xlsx_broken") from None
    except RuntimeError:  # zipfile says "encrypted" with this
        raise Refuse("xlsx_encrypted") from None
    if "[content_types].xml" not in {name.lower() for name in parts} or "xl/workbook.xml" not in parts:
        raise Refuse("not_a_workbook")
    for name, content in parts.items():
        _Part(name, max_rows=max_rows, max_columns=max_columns).read(content)
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    clean.seek(0)
    return clean


def _read_parts(package: zipfile.ZipFile) -> dict[str, bytes]:
    """The XML parts, decompressed under the limits. A picture or printer setting has no place in a list."""
    entries = package.infolist()
    if len(entries) > MOST_PARTS:
        raise Refuse("xlsx_too_many_parts", parts=len(entries))
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise Refuse("xlsx_broken")
    if any(entry.flag_bits & 0x41 for entry in entries):
        raise Refuse("xlsx_encrypted")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refuse("zip_bomb")
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) != len(names):
        raise Refuse("xlsx_broken")
    parts = {}
    for entry in entries:
        _refuse_part(entry)
        content = package.read(entry)
        if content.startswith(b"X5O!P%@AP"):
            raise Refuse("virus")
        if entry.filename.endswith((".xml", ".rels")):
            parts[entry.filename] = content
    return parts


def _refuse_part(entry: zipfile.ZipInfo) -> None:
    for code, pattern in FORBIDDEN_PARTS:
        if pattern.search(entry.filename):
            raise Refuse(code)
    if not ALLOWED_PART.fullmatch(entry.filename) or ".." in entry.filename:
        raise Refuse("not_a_workbook")
    if entry.filename.endswith(".bin") and "printerSettings" not in entry.filename:
        raise Refuse("xlsx_embedded")
    packed = max(entry.compress_size, 1)
    if entry.file_size > RATIO_COUNTS_FROM and entry.file_size / packed > HIGHEST_RATIO:
        raise Refuse("zip_bomb")


class _Part:
    """One XML part, read from front to back; it refuses at the first thing that is not plain data."""

    def __init__(self, name: str, *, max_rows: int, max_columns: int) -> None:
        self.max_rows = max_rows
        self.max_columns = max_columns
        self.row = self.column = self.cells = self.merges = self.depth = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._element
        self.parser.EndElementHandler = self._end
        self.is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")

    def read(self, content: bytes) -> None:
        try:
            self.parser.Parse(content, True)
        except expat.ExpatError:
            raise Refuse("xlsx_broken") from None

    def _doctype(self, *_: Any) -> None:
        raise Refuse("xlsx_entities")

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > 64:
            raise Refuse("xlsx_broken")
        name = name.rpartition(":")[2]
        if name == "Relationship":
            self._relationship(attributes)
        elif name in ("Override", "Default") and "macroEnabled" in attributes.get("ContentType", ""):
            raise Refuse("xlsx_macro")
        elif self.is_sheet:
            self._sheet_element(name, attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1

    def _relationship(self, attributes: dict[str, str]) -> None:
        """A clicked link may lead outside; a part of the workbook may not."""
        outside = attributes.get("TargetMode", "").lower() == "external"
        if outside and not attributes.get("Type", "").endswith("/hyperlink"):
            raise Refuse("xlsx_external")
        if not outside and (
            ".." in attributes.get("Target", "").removeprefix("../") or ":" in attributes["Target"]
        ):
            raise Refuse("xlsx_external")

    def _sheet_element(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif name == "c":
            self.cells += 1
            place = CELL.fullmatch(attributes.get("r", ""))
            self.row, self.column = (
                (int(place[2]), column_number(place[1])) if place else (self.row, self.column + 1)
            )
            if self.cells > MOST_CELLS:
                raise Refuse("table_too_long", limit=self.max_rows)
        elif name in ("v", "is", "f"):
            # Only a cell that holds something counts: a whole column painted yellow is no data.
            self._within(self.row, self.column)
        elif name == "mergeCell":
            self.merges += 1
            corner = MERGE.fullmatch(attributes.get("ref", ""))
            if corner is None or self.merges > MOST_MERGES:
                raise Refuse("xlsx_broken")
            place = CELL.fullmatch(corner[1])
            self._within(int(place[2]), column_number(place[1])) if place else None

    def _within(self, row: int, column: int) -> None:
        if row > self.max_rows:
            raise Refuse("table_too_long", limit=self.max_rows, rows=row)
        if column > self.max_columns:
            raise Refuse("table_too_wide", limit=self.max_columns, columns=column)


def column_number(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
