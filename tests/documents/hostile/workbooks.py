"""Workbooks: what a zip and its XML can be made to do before a spreadsheet is even in sight."""

import io
import struct
import zipfile
from collections.abc import Iterator
from datetime import date

from openpyxl import Workbook

from tests.documents.hostile.sample import Sample, Verdict
from tests.documents.hostile.tables import HEADINGS, ROW

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
BOOK_RELATIONS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + level)} '{f'&{chr(97 + level)};' * 10}'>" for level in range(9)
) + "]>"  # fmt: skip
OUTSIDE = "<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"


def samples() -> Iterator[Sample]:
    yield Sample("workbook", "清单.xlsx", "client_list", honest(), Verdict.ACCEPT)
    yield Sample("by-hand", "手制.xlsx", "client_list", package(parts()), Verdict.ACCEPT)
    for label, (content, code) in hostile().items():
        yield Sample(f"xlsx-{label}", f"{label}.xlsx", "client_list", content, Verdict.REJECT, code)
    for label, content in with_bad_rows().items():
        yield Sample(f"xlsx-{label}", f"{label}.xlsx", "client_list", content, Verdict.ROWS)


def honest() -> bytes:
    """As a spreadsheet program writes it, but for the clock: the same bytes on every run."""
    workbook = Workbook()
    workbook.active.append(HEADINGS)
    workbook.active.append([*ROW[:4], date(2026, 1, 1), date(2027, 12, 31), *ROW[6:]])
    file = io.BytesIO()
    workbook.save(file)
    with zipfile.ZipFile(file) as written:
        return package(
            {name: written.read(name) for name in written.namelist() if name != "docProps/core.xml"}
        )


def sheet(rows: str = "", *, before: str = "", after: str = "") -> str:
    return f"{before}<worksheet xmlns='{MAIN}'><sheetData>{rows}</sheetData>{after}</worksheet>"


def words(*values: str, number: int = 1) -> str:
    cells = "".join(f"<c t='inlineStr'><is><t>{value}</t></is></c>" for value in values)
    return f"<row r='{number}'>{cells}</row>"


GOOD_ROWS = words(*HEADINGS) + words(*ROW, number=2)


def parts(**changed: str | bytes) -> dict[str, str | bytes]:
    """The five parts of the smallest workbook; `sheet`, `book`, `relations`, `types`, `strings` replace one."""
    by_name: dict[str, str | bytes] = {
        TYPES: changed.get("types", _types()),
        "_rels/.rels": f"<Relationships xmlns='{RELATIONS}'><Relationship Id='r1' Type='{OFFICE}/officeDocument' "
        f"Target='xl/workbook.xml'/></Relationships>",
        BOOK: changed.get("book", _book()),
        BOOK_RELATIONS: changed.get("relations", _relations()),
        SHEET: changed.get("sheet", sheet(GOOD_ROWS)),
    }
    if "strings" in changed:
        by_name[STRINGS] = changed["strings"]
    return by_name


def _types(kind: str = "sheet") -> str:
    return (
        f"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
        f"<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
        f"<Default Extension='xml' ContentType='application/xml'/>"
        f"<Override PartName='/xl/workbook.xml' ContentType='{SHEET_TYPE}.{kind}.main+xml'/>"
        f"<Override PartName='/{SHEET}' ContentType='{SHEET_TYPE}.worksheet+xml'/></Types>"
    )


def _book(sheets: str = "<sheet name='清单' sheetId='1' r:id='r1'/>") -> str:
    return f"<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets>{sheets}</sheets></workbook>"


def _relations(extra: str = "", target: str = "worksheets/sheet1.xml") -> str:
    return (
        f"<Relationships xmlns='{RELATIONS}'><Relationship Id='r1' Type='{OFFICE}/worksheet' Target='{target}'/>"
        f"<Relationship Id='r2' Type='{OFFICE}/sharedStrings' Target='sharedStrings.xml'/>{extra}</Relationships>"
    )


def package(parts: dict[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            # A fixed date: the same bytes on every run.
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = method
            archive.writestr(entry, content)
    return file.getvalue()


def hostile() -> dict[str, tuple[bytes, str]]:
    whole = honest()
    spread = sheet(
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
    )
    merged = sheet(GOOD_ROWS, after="<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>")
    image = (
        f"<Relationship Id='r9' Type='{OFFICE}/image' Target='http://127.0.0.1:1/a' TargetMode='External'/>"
    )
    virus = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    many = "".join(f"<sheet name='s{n}' sheetId='{n}' r:id='r1'/>" for n in range(1, 40))
    return {
        "laughing-sheet": (package(parts(sheet=sheet(GOOD_ROWS, before=LAUGHS))), "xlsx_entities"),
        "laughing-book": (package(parts(book=LAUGHS + _book())), "xlsx_entities"),
        "outside-strings": (package(parts(strings=f"{OUTSIDE}<sst xmlns='{MAIN}'/>")), "xlsx_entities"),
        "outside-relations": (package(parts(relations=OUTSIDE + _relations())), "xlsx_entities"),
        "laughing-utf16": (
            package(parts(sheet=sheet(GOOD_ROWS, before=LAUGHS).encode("utf-16"))), "xlsx_entities",
        ),
        "bomb": (package(parts() | {"xl/media/image1.png": bytes(60 * 1024 * 1024)}), "zip_bomb"),
        "bomb-of-blanks": (package(parts(sheet=sheet(" " * 40_000_000))), "zip_bomb"),
        "many-parts": (package(parts() | {f"xl/media/i{n}.png": b"" for n in range(600)}), "xlsx_too_many_parts"),
        "archive-inside": (package(parts() | {"xl/media/a.zip": b"PK\x03\x04"}), "not_a_workbook"),
        "program-inside": (package(parts() | {"xl/media/a.exe": b"MZ"}), "not_a_workbook"),
        "page-inside": (package(parts() | {"index.html": "<script>"}), "not_a_workbook"),
        "climbing-name": (package(parts() | {"xl/../../../etc/cron.d/a.xml": "<a/>"}), "not_a_workbook"),
        "absolute-name": (package(parts() | {"/etc/a.xml": "<a/>"}), "not_a_workbook"),
        "drive-name": (package(parts() | {"C:\\a.xml": "<a/>"}), "not_a_workbook"),
        "macro": (package(parts() | {"xl/vbaProject.bin": b"\xd0\xcf"}), "xlsx_macro"),
        "macro-sheet": (package(parts() | {"xl/macrosheets/sheet1.xml": "<a/>"}), "xlsx_macro"),
        "macro-type": (package(parts(types=_types().replace("sheet.main", "sheet.macroEnabled.main"))), "xlsx_macro"),
        "control": (package(parts() | {"xl/activeX/activeX1.xml": "<a/>"}), "xlsx_macro"),
        "embedded": (package(parts() | {"xl/embeddings/oleObject1.bin": b"\xd0\xcf"}), "xlsx_embedded"),
        "stray-binary": (package(parts() | {"xl/a.bin": b"\xd0\xcf"}), "xlsx_embedded"),
        "outside-workbook": (package(parts() | {"xl/externalLinks/externalLink1.xml": "<a/>"}), "xlsx_external"),
        "connection": (package(parts() | {"xl/connections.xml": "<a/>"}), "xlsx_external"),
        "query": (package(parts() | {"xl/queryTables/queryTable1.xml": "<a/>"}), "xlsx_external"),
        "outside-picture": (package(parts(relations=_relations(image))), "xlsx_external"),
        "climbing-relation": (package(parts(relations=_relations(target="../../../../etc/passwd"))), "xlsx_external"),
        "one-merge-over-all": (package(parts(sheet=merged)), "table_too_long"),
        "two-far-cells": (package(parts(sheet=spread)), "table_too_long"),
        "row-beyond-number": (package(parts(sheet=sheet("<row r='99999999999999999999'><c><v>1</v></c></row>"))), ""),
        "row-of-5000-digits": (package(parts(sheet=sheet(f"<row r='{'9' * 5000}'><c><v>1</v></c></row>"))), ""),
        "row-of-letters": (package(parts(sheet=sheet("<row r='一'><c><v>1</v></c></row>"))), ""),
        "endless-rows": (package(parts(sheet=sheet("".join(f"<row><c><v>{n * 7919}</v></c></row>" for n in range(20_000))))), "table_too_long"),
        "too-wide": (package(parts(sheet=sheet(words(*HEADINGS, *"x" * 80)))), "table_too_wide"),
        "cells-without-end": (package(parts(sheet=sheet("<row>" + "<c/>" * 700_000 + "</row>"))), ""),
        "too-deep": (package(parts(sheet=sheet("<a>" * 20_000 + "</a>" * 20_000))), "xlsx_broken"),
        "not-closed": (package(parts(sheet=sheet(GOOD_ROWS)[:-20])), "xlsx_broken"),
        "not-xml": (package(parts(sheet="A1 = 1")), "xlsx_broken"),
        "strange-encoding": (package(parts(sheet="<?xml version='1.0' encoding='UTF-7'?><a/>")), ""),
        "nul-inside": (package(parts(sheet=sheet("\0"))), "xlsx_broken"),
        "sheet-missing": (package({k: v for k, v in parts().items() if k != SHEET}), ""),
        "book-missing": (package({k: v for k, v in parts().items() if k != BOOK}), "not_a_workbook"),
        "no-sheets": (package(parts(book=_book(""))), "not_a_workbook"),
        "hidden-only": (
            package(parts(book=_book("<sheet name='a' sheetId='1' state='hidden' r:id='r1'/>"))), "not_a_workbook",
        ),
        "too-many-sheets": (package(parts(book=_book(many))), "xlsx_too_many_sheets"),
        "string-beyond-list": (package(parts(sheet=sheet("<row><c t='s'><v>99999</v></c></row>"))), ""),
        "word-document": (package({TYPES: _types(), "word/document.xml": "<w/>"}), ""),
        "empty-archive": (b"PK\x05\x06" + bytes(18), ""),
        "locked": (_with_flag(package(parts()), 0x1), "xlsx_encrypted"),
        "old-lock": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "wrong_type"),
        "cut-short": (whole[: len(whole) // 2], ""),
        "size-lied-about": (_with_size(package(parts()), 10), ""),
        "sum-wrong": (whole.replace(b"PK\x03\x04", b"PK\x03\x04", 1)[:60] + b"\xff" + whole[61:], ""),
        "other-packing": (package(parts(), method=zipfile.ZIP_LZMA), "xlsx_broken"),
        "same-name-twice": (_doubled(), "xlsx_broken"),
        "test-virus": (package(parts() | {"xl/media/image1.png": virus}, method=zipfile.ZIP_DEFLATED), "virus"),
    }  # fmt: skip


def with_bad_rows() -> dict[str, bytes]:
    """Sound workbooks with cells that must come back as errors of their row, or harmless as they are."""
    command = "<row r='2'><c r='A2' t='str'><f>cmd|'/c calc'!A0</f><v>=cmd|calc</v></c></row>"
    return {
        "not-a-number": package(parts(sheet=sheet(words(*HEADINGS) + "<row><c><v>NaN</v></c></row>"))),
        "beyond-number": package(parts(sheet=sheet(words(*HEADINGS) + "<row><c><v>1e400</v></c></row>"))),
        "command": package(parts(sheet=sheet(words(*HEADINGS) + command))),
        "error-cells": package(
            parts(
                sheet=sheet(
                    words(*HEADINGS)
                    + "<row r='2'><c r='A2' t='e'><v>#REF!</v></c><c r='B2'><v>1</v></c></row>"
                )
            )
        ),
        "long-text": package(parts(sheet=sheet(words(*HEADINGS) + words("长" * 30_000, number=2)))),
        "wrong-way-round": package(parts(sheet=sheet(words(*HEADINGS) + words("\u202e" + ROW[0], number=2)))),
    }


def _with_flag(archive: bytes, flag: int) -> bytes:
    """Sets a flag of every entry, in both places where a zip keeps it."""
    changed = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            struct.pack_into("<H", changed, at + offset, flag)
            at = changed.find(mark, at + 4)
    return bytes(changed)


def _with_size(archive: bytes, size: int) -> bytes:
    """Says in the directory that every part is this small unpacked."""
    changed = bytearray(archive)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", changed, at + 24, size)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def _doubled() -> bytes:
    """Two sheets under one name: one reader takes the first, another the last."""
    other = SHEET.replace("sheet1", "sheetX")
    return package(parts() | {other: sheet(words("别的"))}).replace(other.encode(), SHEET.encode())
