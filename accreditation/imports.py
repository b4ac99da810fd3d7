"""How rows of the two tables come and go: taken from an upload, mended one by one, repaired, dropped.

A row is good and counts, or waits to be mended with a reason for each bad cell; both are kept under the number
it has in the file. A new upload replaces the whole table, so the same file twice gives the same result.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accreditation import filing
from accreditation.materials import ImportRow
from accreditation.procedures.application import ProviderApplication
from accreditation.sheets import Sheet
from core import letters
from documents.attachments.gate import examined, recorded
from documents.attachments.slots import SLOTS
from documents.spreadsheets.columns import Column, YesNo
from documents.spreadsheets.grid import MAX_ROWS
from documents.spreadsheets.tables import CellError, Row, Table, check_row, mark_repeated, read_table
from workflow.errors import Conflict, InvalidInput

LONGEST_KEPT = 300  # of a cell that could not be read
MOST_UNDRAWABLE = 100  # different letters; a table with more of them is no table


# --- Taking a table -----------------------------------------------------------------------------------------
def read(sheet: Sheet, file: UploadedFile) -> Table:
    """The rows of an upload, judged one by one and against each other; nothing is written.

    Raises `Rejected` when the file cannot be taken, `InvalidInput` when it is not this table.
    """
    table = read_table(file, sheet.columns, once=[sheet.once])
    if table.problems:
        raise InvalidInput({"file": table.problems})
    if len(_check_beyond_cells(sheet, table.rows)) == MOST_UNDRAWABLE:
        raise InvalidInput(
            {"file": [_("表中不能印的字太多，请核对文件是否损坏，或者改用能印的字后重新上传。")]}
        )
    return table


def take(application: ProviderApplication, actor: Actor, sheet: Sheet, file: UploadedFile) -> Table:
    """Replace the table by an upload: good rows count, bad rows wait; the file is kept beside its earlier ones."""
    with filing.writing(application, actor, sheet.material):
        pass  # nobody waits for the reading of a table that will not be taken
    table = read(sheet, file)
    earlier = application.attachments.standing().filter(slot=sheet.slot).order_by("id").last()
    found = examined(file, SLOTS[sheet.slot], application, actor.user, replaces=earlier)
    with filing.writing(application, actor, sheet.material) as fresh:
        recorded(found)
        sheet.rows_of(fresh).delete()
        fresh.rows_to_mend.filter(table=sheet.table).delete()
        _keep(fresh, sheet, table.rows)
    return table


def _keep(application: ProviderApplication, sheet: Sheet, rows: Iterable[Row]) -> None:
    rows = list(rows)
    good: list[Any] = [
        sheet.model(application=application, row=row.number, **_filled(sheet, row))
        for row in rows
        if row.is_good
    ]
    sheet.model._default_manager.bulk_create(good)
    ImportRow.objects.bulk_create(_waiting(application, sheet, row) for row in rows if not row.is_good)


def _filled(sheet: Sheet, row: Row) -> dict[str, Any]:
    """The values of a good row as they are kept: an empty optional cell is an empty text, or no."""
    empty = {column.code: False if isinstance(column.kind, YesNo) else "" for column in sheet.columns}
    return {code: empty[code] if value is None else value for code, value in row.values.items()}


def _waiting(application: ProviderApplication, sheet: Sheet, row: Row) -> ImportRow:
    # What could be read is kept as it was understood (a column in 万元 is yuan from here on), the rest as it stands.
    values = {
        column.code: _written(column, row.values.get(column.code)) or _harmless(row.raw[column.code])
        for column in sheet.columns
    }
    errors = [
        {"column": e.column.code, "reason": e.reason, "fix": e.fix, "suggestion": e.suggestion}
        for e in row.errors
    ]
    return ImportRow(application=application, table=sheet.table, row=row.number, values=values, errors=errors)


def _harmless(text: str) -> str:
    """A cell as typed, without what neither a person nor a database can read."""
    return "".join(character for character in text if character.isprintable())[:LONGEST_KEPT]


def _check_beyond_cells(sheet: Sheet, rows: Iterable[Row]) -> set[str]:
    """Adds what a cell does not tell by itself; returns the letters that no paper could show."""
    rows = list(rows)
    for row in rows:
        for code, reason, fix in sheet.checks(row.values):
            row.errors.append(CellError(sheet.column(code), row.raw[code], reason, fix))
    typed = [(row, code, text) for row in rows for code, text in row.values.items() if isinstance(text, str)]
    bad = letters.undrawable((text for *_where, text in typed), most=MOST_UNDRAWABLE)
    for row, code, text in typed:
        letter = next((one for one in text if one in bad), "")
        if letter:
            reason = _("%(letter)s没有字体能印") % {"letter": letters.named(letter)}
            fix = _("请改用能印的字，或者用汉字写明")
            row.errors.append(CellError(sheet.column(code), row.raw[code], reason, fix))
    return bad


# --- Rows, one by one ---------------------------------------------------------------------------------------
def good_row(sheet: Sheet, record: Any) -> Row:
    """A kept record as the row it came from."""
    values = {column.code: getattr(record, column.code) for column in sheet.columns}
    raw = {code: _written(sheet.column(code), value) for code, value in values.items()}
    return Row(record.row, raw=raw, values=values)


def _written(column: Column, value: Any) -> str:
    if value in (None, ""):
        return ""
    written = column.kind.write(value)
    return written.isoformat() if isinstance(written, dt.date) else str(written)


def waiting_row(sheet: Sheet, stored: ImportRow) -> Row:
    """A row that waits, with the reasons it was given."""
    row = check_row(sheet.columns, stored.row, stored.values)
    row.errors = [
        CellError(sheet.column(e["column"]), row.raw[e["column"]], e["reason"], e["fix"], e["suggestion"])
        for e in stored.errors
    ]
    return row


def rows(application: ProviderApplication, sheet: Sheet) -> list[Row]:
    """The whole table as it stands, good and bad rows in the order of the file."""
    good = [good_row(sheet, record) for record in sheet.rows_of(application)]
    bad = [waiting_row(sheet, stored) for stored in application.rows_to_mend.filter(table=sheet.table)]
    return sorted([*good, *bad], key=lambda row: row.number)


def mark_of(row: Row | None) -> str:
    """What a row's form carries, so that a stale one is noticed; empty where no row stands."""
    return "" if row is None else hashlib.sha256(repr(sorted(row.raw.items())).encode()).hexdigest()[:16]


def row_at(application: ProviderApplication, sheet: Sheet, number: int) -> Row | None:
    """The row under a number, good or waiting."""
    record = sheet.rows_of(application).filter(row=number).first()
    if record is not None:
        return good_row(sheet, record)
    stored = application.rows_to_mend.filter(table=sheet.table, row=number).first()
    return waiting_row(sheet, stored) if stored else None


def place(
    application: ProviderApplication,
    actor: Actor,
    sheet: Sheet,
    number: int,
    raw: Mapping[str, str],
    *,
    seen: str | None = None,
) -> None:
    """Put what was typed under a row number, whatever stood there; it counts as soon as it is in order.

    Raises `Conflict` when `seen` names another row than the one that stands there now.
    """
    values = {column.code: _harmless(raw.get(column.code, "")) for column in sheet.columns}
    with filing.writing(application, actor, sheet.material) as fresh:
        if row_at(fresh, sheet, number) is None and _count(fresh, sheet) >= MAX_ROWS:
            raise Conflict(_("一张表最多 %(n)s 行，没有添加。先删去不要的行再添。") % {"n": MAX_ROWS})
        if seen is not None and seen != mark_of(row_at(fresh, sheet, number)):
            raise Conflict(
                _("第 %(n)s 行在这一页打开之后已被改过，没有保存。请刷新页面核对后再改。") % {"n": number}
            )
        _clear(fresh, sheet, [number])
        ImportRow.objects.create(application=fresh, table=sheet.table, row=number, values=values, errors=[])
        _settle(fresh, sheet)


def drop(application: ProviderApplication, actor: Actor, sheet: Sheet, numbers: Iterable[int]) -> None:
    """Take rows out of the table; what only repeated them now counts."""
    with filing.writing(application, actor, sheet.material) as fresh:
        _clear(fresh, sheet, list(numbers))
        _settle(fresh, sheet)


def next_number(application: ProviderApplication, sheet: Sheet) -> int:
    """The number of a row added by hand: after the last of the file, below its heading."""
    numbers = [
        *sheet.rows_of(application).values_list("row", flat=True),
        *application.rows_to_mend.filter(table=sheet.table).values_list("row", flat=True),
    ]
    return max(numbers, default=1) + 1


def _count(application: ProviderApplication, sheet: Sheet) -> int:
    return sheet.rows_of(application).count() + application.rows_to_mend.filter(table=sheet.table).count()


def _clear(application: ProviderApplication, sheet: Sheet, numbers: list[int]) -> None:
    sheet.rows_of(application).filter(row__in=numbers).delete()
    application.rows_to_mend.filter(table=sheet.table, row__in=numbers).delete()


def _settle(application: ProviderApplication, sheet: Sheet) -> None:
    """Judge the waiting rows again, in the order of the file; those now in order count.

    A row repeats another when a good row is the same, or an earlier one that waits itself.
    """
    good = {_identity(sheet, row): row for row in (good_row(sheet, r) for r in sheet.rows_of(application))}
    earlier: dict[tuple[Any, ...], Row] = {}
    for stored, row in _judged(sheet, application.rows_to_mend.filter(table=sheet.table).order_by("row")):
        identity = _identity(sheet, row)
        twin = good.get(identity) or earlier.get(identity)
        if twin is not None:
            mark_repeated([twin, row], sheet.columns, [sheet.once])
        earlier.setdefault(identity, row)
        if row.is_good:
            stored.delete()
            _keep(application, sheet, [row])
            good[identity] = row
            continue
        fresh = _waiting(application, sheet, row)
        if (fresh.errors, fresh.values) != (stored.errors, stored.values):
            ImportRow.objects.filter(pk=stored.pk).update(errors=fresh.errors, values=fresh.values)


def _judged(sheet: Sheet, waiting: Iterable[ImportRow]) -> list[tuple[ImportRow, Row]]:
    """The waiting rows with what is wrong with each by itself, whatever stands in others."""
    judged = [(stored, check_row(sheet.columns, stored.row, stored.values)) for stored in waiting]
    _check_beyond_cells(sheet, [row for _stored, row in judged])
    return judged


def _identity(sheet: Sheet, row: Row) -> tuple[Any, ...]:
    return tuple(row.values.get(code) for code in sheet.once.codes)


# --- Repairs that leave no choice ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Repair:
    """What the portal would do to a row: write the certain value, or drop an exact repetition of another row."""

    number: int
    words: str
    before: str = ""
    after: str = ""
    values: Mapping[str, str] | None = None  # None: the row is dropped


def repairs(application: ProviderApplication, sheet: Sheet) -> list[Repair]:
    """Deterministic repairs, offered and never made unasked: check digits, and rows given twice."""
    good = {_identity(sheet, row): row for row in (good_row(sheet, r) for r in sheet.rows_of(application))}
    found = []
    for _stored, row in _judged(sheet, application.rows_to_mend.filter(table=sheet.table)):
        right = {e.column.code: e.suggestion for e in row.errors if e.suggestion}
        twin = good.get(_identity(sheet, row))
        if row.errors and len(right) == len(row.errors):
            before = "、".join(row.raw[code] for code in right)
            found.append(
                Repair(row.number, _("改校验位"), before, "、".join(right.values()), {**row.raw, **right})
            )
        elif row.is_good and twin is not None and twin.values == _filled(sheet, row):
            found.append(Repair(row.number, _("与第 %(n)s 行完全相同，并入该行") % {"n": twin.number}))
    return found


def repair(application: ProviderApplication, actor: Actor, sheet: Sheet, numbers: Iterable[int]) -> int:
    """Make the chosen repairs as they would be offered now; returns how many were made."""
    chosen = set(numbers)
    with filing.writing(application, actor, sheet.material) as fresh:
        made = [one for one in repairs(fresh, sheet) if one.number in chosen]
        _clear(fresh, sheet, [one.number for one in made])
        ImportRow.objects.bulk_create(
            ImportRow(
                application=fresh, table=sheet.table, row=one.number, values=dict(one.values), errors=[]
            )
            for one in made
            if one.values is not None
        )
        _settle(fresh, sheet)
    return len(made)
