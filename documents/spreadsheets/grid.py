"""Opens a table and hands back its cells as they stand, row by row. Runs in the confined child.

A cell travels as text, number or truth value; a date as `["date", "2026-11-24"]`. What the cells mean is
decided by `columns`, in the parent.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from documents.attachments.recognition import recognise
from documents.confined import Refuse
from documents.spreadsheets import package, text

MOST_SHEETS = 20
MAX_ROWS = 5_000
MAX_COLUMNS = 60
# A heading, a unit line and a title may stand above the rows that count.
LINES_ABOVE = 20


def main(request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """`{"sheet": name, "rows": [[number, [cells]]]}` of the first sheet, without empty rows."""
    with open(request["path"], "rb") as file:
        content = file.read()
    kind = recognise(content, request["types"])
    return read(request["path"], content, kind.code, request["max_rows"], request["max_columns"])


def read(
    path: str, content: bytes, kind: str, max_rows: int = MAX_ROWS, max_columns: int = MAX_COLUMNS
) -> dict[str, Any]:
    """The same for a file whose type is known."""
    cells: Iterable[list[Any]]
    if kind == "xlsx":
        sheet, cells = _workbook(path, max_rows + LINES_ABOVE, max_columns)
    else:
        sheet, cells = "", text.rows_of(content)
    rows: list[list[Any]] = []
    for number, row in enumerate(cells, 1):
        plain = [_plain(cell) for cell in row]
        filled = max((place for place, cell in enumerate(plain, 1) if cell not in ("", None)), default=0)
        if not filled:
            continue
        if filled > max_columns:
            raise Refuse("table_too_wide", limit=max_columns, columns=filled)
        if len(rows) == max_rows + LINES_ABOVE:
            raise Refuse("table_too_long", limit=max_rows)
        # The separators of a text table tell how many cells were meant; a workbook's empty ends mean nothing.
        rows.append([number, plain[:filled] if sheet else plain[: max_columns * 2]])
    return {"sheet": sheet, "rows": rows}


def _workbook(path: str, max_rows: int, max_columns: int) -> tuple[str, Iterable[list[Any]]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(
        package.repack(path, max_rows=max_rows, max_columns=max_columns)
    )
    visible = [
        sheet
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if len(workbook.sheets_metadata) > MOST_SHEETS:
        raise Refuse("xlsx_too_many_sheets", sheets=len(workbook.sheets_metadata), limit=MOST_SHEETS)
    if not visible:
        raise Refuse("not_a_workbook")
    name = visible[0].name
    return name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return ["date", cell.date().isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell.strip() if isinstance(cell, str) else cell
