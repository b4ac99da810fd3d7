"""Reads a table people filled in: every row with its number, its values, and a reason for each cell that is
wrong.

`read_table` takes an upload or an attachment already kept; `check_row` reads one row again after it was
corrected on the screen. Good rows and bad rows come back together: what to do with them is the procedure's
decision.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from documents.attachments import gate, store
from documents.attachments.models import Attachment
from documents.attachments.slots import SLOTS, Slot
from documents.spreadsheets.columns import (
    Amount,
    BadCell,
    Column,
    Once,
    Raw,
    as_text,
    heading_key,
    unit_of_heading,
)

HEADING_WITHIN = 10
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Limits:
    rows: int = 5_000
    columns: int = 60


STANDARD = Limits()
ANY_TABLE = SLOTS["client_list"]


@dataclass(frozen=True)
class CellError:
    """A cell that does not fit: its column, what stands there, why not, what to do, and the remedy if
    certain.
    """

    column: Column
    value: str
    reason: str
    fix: str
    suggestion: str = ""


@dataclass
class Row:
    """A row as numbered in the file. `raw` is what stands there, `values` what could be read of it."""

    number: int
    raw: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.errors


@dataclass
class Table:
    """A table as read. `problems` are sentences about the whole of it: with one, there are no rows."""

    columns: Sequence[Column]
    sheet: str = ""
    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def good_rows(self) -> list[Row]:
        return [row for row in self.rows if row.is_good]

    @property
    def bad_rows(self) -> list[Row]:
        return [row for row in self.rows if not row.is_good]


def read_table(
    source: UploadedFile | Attachment,
    columns: Sequence[Column],
    *,
    once: Sequence[Once] = (),
    limits: Limits = STANDARD,
) -> Table:
    """The table in a file; raises `Rejected` if the file itself cannot be taken (see `documents.attachments`)."""
    slot = SLOTS[source.slot] if isinstance(source, Attachment) else ANY_TABLE
    with _local(source, slot) as path:
        read = gate.judged("read", path, slot, max_rows=limits.rows, max_columns=limits.columns)
    table = Table(columns, sheet=read["sheet"])
    heading = _heading(read["rows"], columns)
    if heading is None:
        table.problems.append(_no_heading(columns))
        return table
    position, places, units = heading
    table.problems += _heading_problems(read["rows"][position][1], columns, places)
    body = read["rows"][position + 1 :]
    if len(body) > limits.rows:
        table.problems.append(
            _("表格有 %(rows)s 行数据，超过 %(limit)s 行的上限，没有读取。请分成几个文件。")
            % {"rows": len(body), "limit": limits.rows}
        )
    if table.problems:
        return table
    width = len(read["rows"][position][1])
    for number, cells in body:
        # Only a text table can fall apart; a workbook's notes beside the table are nobody's cells.
        extra = 0 if table.sheet else len(cells) - width
        torn = _torn_amount(columns, places, cells, extra)
        if torn:
            place = places[torn.code]
            cells = [*cells[:place], ",".join(cells[place : place + extra + 1]), *cells[place + extra + 1 :]]
        raw = {code: cells[place] if place < len(cells) else None for code, place in places.items()}
        if any(as_text(cell) for cell in raw.values()):
            row = _read_row(columns, number, raw, units)
            if torn:
                row.errors.append(_put_together(row, torn, extra))
            elif extra > 0 and any(as_text(cell) for cell in cells[width:]):
                row.errors.append(_too_wide(row, max(columns, key=_place_in(places)), extra))
            table.rows.append(row)
    mark_repeated(table.rows, columns, once)
    if not table.rows:
        table.problems.append(_("表头下面没有数据行。请填写后再上传。"))
    return table


def check_row(columns: Sequence[Column], number: int, raw: dict[str, Raw]) -> Row:
    """One row read again, from what stands in its cells now. Repetitions show only within a whole table."""
    return _read_row(columns, number, raw, {})


def mark_repeated(rows: Sequence[Row], columns: Sequence[Column], once: Sequence[Once]) -> None:
    """Adds an error to every later row that repeats what may stand only once, naming the first."""
    by_code = {column.code: column for column in columns}
    for rule in once:
        first: dict[tuple[Any, ...], int] = {}
        for row in rows:
            values = tuple(row.values.get(code) for code in rule.codes)
            if any(value in (None, "") for value in values):
                continue
            if first.setdefault(values, row.number) == row.number:
                continue
            reason = _("与第 %(number)s 行是%(twin)s") % {"number": first[values], "twin": rule.twin}
            code = rule.codes[-1]
            fix = _("请删除其中一行，或改正填错的一行")
            row.errors.append(CellError(by_code[code], row.raw[code], reason, fix))


def _read_row(columns: Sequence[Column], number: int, raw: dict[str, Raw], units: dict[str, str]) -> Row:
    row = Row(number, raw={column.code: as_text(raw.get(column.code)) for column in columns})
    for column in columns:
        cell = raw.get(column.code)
        shown = row.raw[column.code]
        try:
            if shown:
                row.values[column.code] = _reader(column, units)(cell)
            elif column.required:
                raise BadCell(_("没有填写"), _("请填写%(heading)s") % {"heading": column.heading})
            else:
                row.values[column.code] = None
        except BadCell as bad:
            row.errors.append(CellError(column, shown, bad.reason, bad.fix, bad.suggestion))
    return row


def _torn_amount(
    columns: Sequence[Column], places: dict[str, int], cells: list[Raw], extra: int
) -> Column | None:
    """The one amount whose commas explain all cells too many: 30,000,000 written without quotes is three cells."""
    if extra < 1:
        return None
    found = []
    for column in columns:
        if isinstance(column.kind, Amount) and column.code in places:
            place = places[column.code]
            written = ",".join(as_text(cell) for cell in cells[place : place + extra + 1])
            if written.count(",") == extra and THOUSANDS.fullmatch(written):
                found.append(column)
    return found[0] if len(found) == 1 else None


def _put_together(row: Row, amount: Column, extra: int) -> CellError:
    reason = _("千分位逗号把这个金额拆成了 %(cells)s 格") % {"cells": extra + 1}
    fix = _("已按一个金额合并，请核对后保存；或在文件中去掉逗号后重新上传")
    return CellError(amount, row.raw[amount.code], reason, fix)


def _too_wide(row: Row, last: Column, extra: int) -> CellError:
    """A row with more cells than the heading: read as it stands, what follows a stray comma would be another's."""
    reason = _("本行比表头多 %(cells)s 格，后面的内容可能错了位") % {"cells": extra}
    fix = _("请对照原表逐格核对；单元格里有逗号的要加英文引号，多出的列要写上表头")
    return CellError(last, row.raw[last.code], reason, fix)


def _place_in(places: dict[str, int]) -> Callable[[Column], int]:
    return lambda column: places.get(column.code, -1)


def _reader(column: Column, units: dict[str, str]) -> Callable[[Raw], Any]:
    kind = column.kind
    if isinstance(kind, Amount):
        return lambda cell: kind.read(cell, unit=units.get(column.code, ""))
    return kind.read


@contextmanager
def _local(source: UploadedFile | Attachment, slot: Slot) -> Iterator[Path]:
    if isinstance(source, Attachment):
        with store.local_copy(source.sha256) as path:
            yield path
    else:
        with gate.received(source, slot) as path:
            yield path


def _heading(
    rows: list[list[Any]], columns: Sequence[Column]
) -> tuple[int, dict[str, int], dict[str, str]] | None:
    """The row that names most columns, where each column stands, and the unit a heading states.

    Titles, a unit line or a note may stand above it.
    """
    best: tuple[int, dict[str, int], dict[str, str]] | None = None
    for position, (_number, cells) in enumerate(rows[:HEADING_WITHIN]):
        keys = [heading_key(as_text(cell)) for cell in cells]
        places = {
            column.code: place
            for column in columns
            for place, key in enumerate(keys)
            if key in column.headings and keys.index(key) == place
        }
        if len(places) > (len(best[1]) if best else max(1, len(columns) // 3) - 1):
            units = {code: unit_of_heading(as_text(cells[place])) for code, place in places.items()}
            best = position, places, units
    return best


def _heading_problems(cells: list[Raw], columns: Sequence[Column], places: dict[str, int]) -> list[str]:
    problems = []
    missing = [column.heading for column in columns if column.required and column.code not in places]
    if missing:
        problems.append(
            _("表头缺少%(missing)s，无法读取。请补上这些列，或下载模板重新填写。")
            % {"missing": "、".join(f"“{heading}”" for heading in missing)}
        )
    for column in columns:
        found = [as_text(cell) for cell in cells if heading_key(as_text(cell)) in column.headings]
        if len(found) > 1:
            problems.append(
                _("表头有 %(count)s 列都是“%(heading)s”，不知道该读哪一列。请只保留一列。")
                % {"count": len(found), "heading": column.heading}
            )
    return problems


def _no_heading(columns: Sequence[Column]) -> str:
    wanted = "、".join(column.heading for column in columns if column.required)
    return _("没有找到表头。前 %(rows)s 行里应有一行写明：%(wanted)s。请下载模板填写，或补上表头。") % {
        "rows": HEADING_WITHIN,
        "wanted": wanted,
    }
