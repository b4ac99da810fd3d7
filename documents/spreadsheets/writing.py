"""Writes workbooks: a template to fill in, and a filled one with its bad cells marked red (标红表格).

Nothing a person typed can act in a workbook or a CSV of ours: what a spreadsheet would take for a formula is
text.
"""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from documents.spreadsheets.columns import Choice, Column, Day, YesNo
from documents.spreadsheets.tables import Row, Table

# Full-width signs too: some spreadsheets fold them before they look for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ROWS_PREPARED = 500
HEADING = PatternFill("solid", fgColor="DCE6F5")
BAD = PatternFill("solid", fgColor="FBD5D0")
BAD_FONT = Font(color="9C1C12", bold=True)
LINE = Border(bottom=Side(style="medium", color="9C1C12"))


def safe_cell(value: Any) -> Any:
    """A value for a cell: numbers stay numbers, a would-be formula gets an apostrophe."""
    if not isinstance(value, str):
        return value
    plain = "".join(character for character in value if character >= " " or character in "\t\n")
    return (
        f"'{plain}"
        if plain.lstrip().startswith(FORMULA_STARTS) or plain.startswith(FORMULA_STARTS)
        else plain
    )


def write_template(columns: Sequence[Column], *, title: str = "") -> bytes:
    """An empty table with formats and choice lists, and a second sheet that explains each column."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title[:31] or _("填报")
    _write_headings(sheet, columns)
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        form = "@" if column.kind.as_text_in_excel else "yyyy-mm-dd" if isinstance(column.kind, Day) else None
        if form:
            for number in range(2, ROWS_PREPARED + 2):
                sheet.cell(number, place).number_format = form
        if words := _words(column):
            choice = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=not column.required)
            sheet.add_data_validation(choice)
            choice.add(f"{letter}2:{letter}{ROWS_PREPARED + 1}")
    guide = workbook.create_sheet(_("填写说明"))
    guide.append([_("列名"), _("是否必填"), _("怎么填"), _("示例")])
    for column in columns:
        must = _("必填") if column.required else _("选填")
        guide.append([column.heading, must, column.kind.note, safe_cell(str(column.kind.example))])
    for letter, width in zip("ABCD", (28, 10, 44, 26), strict=True):
        guide.column_dimensions[letter].width = width
    return _saved(workbook)


def write_errors(table: Table) -> bytes:
    """The rows as they were filed, the bad cells red, and beside each row what is wrong and what to do."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = table.sheet[:31] or _("填报")
    _write_headings(sheet, table.columns)
    last = len(table.columns) + 1
    sheet.cell(1, last, _("原行号"))
    sheet.cell(1, last + 1, _("问题与改法"))
    sheet.column_dimensions[get_column_letter(last + 1)].width = 60
    for number, row in enumerate(table.rows, 2):
        _write_row(sheet, number, table.columns, row)
    return _saved(workbook)


def _write_row(sheet: Worksheet, number: int, columns: Sequence[Column], row: Row) -> None:
    wrong = {error.column.code for error in row.errors}
    for place, column in enumerate(columns, 1):
        cell = sheet.cell(number, place)
        value = row.values.get(column.code)
        readable = value is not None and column.code not in wrong
        cell.value = safe_cell(column.kind.write(value) if readable else row.raw[column.code])
        if column.kind.as_text_in_excel:
            cell.number_format = "@"
        if isinstance(cell.value, date):
            cell.number_format = "yyyy-mm-dd"
        if column.code in wrong:
            cell.fill, cell.font, cell.border = BAD, BAD_FONT, LINE
    sheet.cell(number, len(columns) + 1, row.number)
    advice = sheet.cell(number, len(columns) + 2)
    advice.value = safe_cell(
        "\n".join(f"{error.column.heading}：{error.reason}。{error.fix}。" for error in row.errors)
    )
    advice.alignment = Alignment(wrap_text=True, vertical="top")


def _write_headings(sheet: Worksheet, columns: Sequence[Column]) -> None:
    for place, column in enumerate(columns, 1):
        cell = sheet.cell(1, place, column.heading)
        cell.font, cell.fill = Font(bold=True), HEADING
        cell.comment = Comment(str(column.kind.note), "")
        sheet.column_dimensions[get_column_letter(place)].width = max(14, len(column.heading) * 2 + 6)
    sheet.freeze_panes = "A2"


def _words(column: Column) -> list[str]:
    if isinstance(column.kind, Choice):
        return column.kind.shown
    return [_("是"), _("否")] if isinstance(column.kind, YesNo) else []


def _saved(workbook: Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
