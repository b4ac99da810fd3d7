"""The two tables: upload, result row by row, mending in place (picture f).

A row is posted by itself; with a script its line is swapped, without one the page comes back.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import eligibility, filing, imports, sheets
from accreditation.procedures.application import ProviderApplication
from accreditation.task_list import TaskList
from accreditation.views.enterprise.common import (
    actor_of,
    application_of,
    enterprise_page,
    heading_of,
    wants_json,
)
from documents.attachments.slots import SLOTS
from documents.spreadsheets.columns import Choice, Column, Day, YesNo
from documents.spreadsheets.tables import CellError, Row, Table
from documents.spreadsheets.writing import write_errors, write_template
from workflow.errors import Conflict, Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 50
LISTED = 12  # problems named in the summary; the table below has them all
FIGURE = {"clients": "serves_enough_enterprises", "trade": "trade_volume_reached"}


class Line:
    """A row of the result page: its cells in the shown order, its reasons, and its remark."""

    def __init__(
        self,
        sheet: sheets.Sheet,
        row: Row,
        remark: str = "",
        *,
        open_form: bool = False,
        is_new: bool = False,
    ):
        self.sheet, self.row, self.remark, self.open_form, self.is_new = sheet, row, remark, open_form, is_new
        self.bad = {error.column.code: error for error in row.errors}

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def is_bad(self) -> bool:
        return bool(self.row.errors)

    @property
    def seen(self) -> str:
        return "" if self.is_new else imports.mark_of(self.row)

    @property
    def editing(self) -> bool:
        return self.is_bad or self.open_form

    @property
    def cells(self) -> list[dict[str, Any]]:
        return [self._cell(self.sheet.column(code)) for code in self.sheet.shown]

    @property
    def hidden(self) -> list[dict[str, Any]]:
        """Columns the table has no room for: edited in a line of their own where they are wrong or the row is new."""
        return [self._cell(c) for c in self.sheet.columns if c.code not in self.sheet.shown]

    @property
    def problems(self) -> list[dict[str, str]]:
        return [{"code": e.column.code, "words": worded(e), "fix": e.fix} for e in self.row.errors]

    @property
    def suggestion(self) -> str:
        """The certain remedy, offered as a button; empty where a person has to decide."""
        found = [error.suggestion for error in self.row.errors if error.suggestion]
        return "、".join(found)

    def _cell(self, column: Column) -> dict[str, Any]:
        kind = column.kind
        words = kind.shown if isinstance(kind, Choice) else ["是", "否"] if isinstance(kind, YesNo) else []
        return {
            "code": column.code,
            "label": column.heading,
            "text": self.row.raw.get(column.code, ""),
            "is_bad": column.code in self.bad,
            # A row given twice shows in which cells it is the same; it may still be any of them that is wrong.
            "edit": self.open_form or column.code in self.bad,
            "mono": column.code in ("uscc", "client_uscc", "number"),
            "right": column.code == "amount",
            "is_day": isinstance(kind, Day),
            "choices": words,
        }


def worded(error: CellError) -> str:
    """A reason with the column it is about, named once."""
    heading = error.column.heading
    return error.reason if error.reason.startswith(heading) else f"{heading}{error.reason}"


def sheet_of(code: str) -> sheets.Sheet:
    try:
        return sheets.SHEETS[code]
    except KeyError:
        raise Http404("这项材料没有表格。") from None


@require_http_methods(["GET", "POST"])
@enterprise_page
def table(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """The result of the last upload; a POST is a new upload."""
    application, sheet = application_of(request, reference), sheet_of(code)
    if request.method == "POST":
        return _upload(request, application, sheet)
    return render(request, "accreditation/enterprise/import.html", result(request, application, sheet))


def result(
    request: HttpRequest, application: ProviderApplication, sheet: sheets.Sheet, **extra: Any
) -> dict[str, Any]:
    """Counts, the rows of the chosen view (faulty ones unless asked otherwise), remarks, and what can be repaired."""
    remark = sheet.remarks(application)
    records = list(sheet.rows_of(application))
    remarks = {record.row: words for record in records if (words := remark(record))}
    bad = [
        imports.waiting_row(sheet, stored) for stored in application.rows_to_mend.filter(table=sheet.table)
    ]
    good = [imports.good_row(sheet, record) for record in records]
    asked = request.GET.get("show", "")
    view = asked if asked in ("all", "bad", "noted", "good") else "bad" if bad else "all"
    chosen = {
        "all": sorted([*good, *bad], key=lambda row: row.number),
        "bad": bad,
        "noted": [row for row in good if row.number in remarks],
        "good": good,
    }[view]
    opened = _number(request.GET.get("edit", ""))
    pages = Paginator(chosen, PER_PAGE)
    current = pages.get_page(_page_of(chosen, opened) or request.GET.get("page"))
    editable = sheet.material in filing.editable_codes(application)
    lines = [
        Line(sheet, row, remarks.get(row.number, ""), open_form=editable and row.number == opened)
        for row in current.object_list
    ]
    if editable and "add" in request.GET:
        blank = Row(imports.next_number(application, sheet), raw={c.code: "" for c in sheet.columns})
        lines.append(Line(sheet, blank, open_form=True, is_new=True))
    task = TaskList(application).task(sheet.material)
    figure = next(
        b for b in eligibility.blocks(application) if b.points[0].finding.code == FIGURE[sheet.table]
    )
    totals = {"all": len(good) + len(bad), "bad": len(bad), "noted": len(remarks), "good": len(good)}
    return {
        "application": application,
        "heading": heading_of(application),
        "sheet": sheet,
        "task": task,
        "slot": SLOTS[sheet.slot],
        "source": application.attachments.standing().filter(slot=sheet.slot).order_by("id").last(),
        "totals": totals,
        "tabs": _tabs(view, totals),
        "view": view,
        "lines": lines,
        "page": current,
        "headings": [sheet.column(c).heading for c in sheet.shown],
        "listed": [Line(sheet, row) for row in bad[:LISTED]],
        "unlisted": max(0, len(bad) - LISTED),
        "noted": [Line(sheet, row, remarks[row.number]) for row in good if row.number in remarks][:LISTED],
        "repairs": imports.repairs(application, sheet) if bad else [],
        "figure": figure,
        "counted": sum(record.row not in remarks for record in records),
        "editable": editable,
        "here": reverse("my:import", args=[application.reference, sheet.material]),
    } | extra


def _tabs(view: str, totals: dict[str, int]) -> list[dict[str, Any]]:
    names = (("all", "全部"), ("bad", "要改正"), ("noted", "提醒"), ("good", "通过"))
    return [
        {"label": label, "href": f"?show={key}", "count": totals[key], "current": view == key}
        for key, label in names
    ]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _page_of(rows: list[Row], number: int | None) -> int | None:
    at = next((n for n, row in enumerate(rows) if row.number == number), None)
    return None if at is None else at // PER_PAGE + 1


def _upload(request: HttpRequest, application: ProviderApplication, sheet: sheets.Sheet) -> HttpResponse:
    file = request.FILES.get("files")
    rows = sheet.rows_of(application).count() + application.rows_to_mend.filter(table=sheet.table).count()
    if file is None:
        return _refused(request, application, sheet, _("还没有选择表格。请先选文件，再点“上传”。"), 422)
    if rows and not request.POST.get("replace"):
        words = _("现有 %(n)s 行会被新表格整个替换，请先勾选“用新表格替换”再上传。") % {"n": rows}
        return _refused(request, application, sheet, words, 422)
    try:
        taken = imports.take(application, actor_of(request), sheet, file)
    except Refused as refused:
        return _refused(request, application, sheet, refused.message, refused.status)
    good, bad = len(taken.good_rows), len(taken.bad_rows)
    words = _("已读取 %(all)s 行，通过的 %(good)s 行已保存") % {"all": good + bad, "good": good}
    messages.success(request, words + (_("，%(bad)s 行要改正。") % {"bad": bad} if bad else "。"))
    here = reverse("my:import", args=[application.reference, sheet.material])
    return JsonResponse({"next": here}) if wants_json(request) else redirect(here)


def _refused(request, application, sheet, message: str, status: int) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"message": message}, status=status)
    context = result(request, application, sheet, upload_error=message)
    return render(request, "accreditation/enterprise/import.html", context, status=status)


# --- One row -------------------------------------------------------------------------------------------------
@require_POST
@enterprise_page
def row(request: HttpRequest, reference: str, code: str, number: int) -> HttpResponse:
    """Check and keep one row as it was typed; a row still faulty comes back with its reasons."""
    application, sheet = application_of(request, reference), sheet_of(code)
    if not 1 <= number <= imports.next_number(application, sheet):
        raise Http404("没有这一行。")
    stood = imports.row_at(application, sheet, number)
    typed = {
        c.code: request.POST.get(c.code, stood.raw.get(c.code, "") if stood else "") for c in sheet.columns
    }
    if "adopt" in request.POST and stood:
        typed |= {e.column.code: e.suggestion for e in stood.errors if e.suggestion}
    imports.place(application, actor_of(request), sheet, number, typed, seen=request.POST.get("seen"))
    stored = application.rows_to_mend.filter(table=sheet.table, row=number).first()
    if request.htmx:  # type: ignore[attr-defined]
        return _swapped(request, application, sheet, number, stored)
    if stored is None:
        messages.success(request, _("第 %(n)s 行已改正。") % {"n": number})
        return redirect(f"{reverse('my:import', args=[reference, code])}#rows")
    context = result(request, application, sheet)
    return render(request, "accreditation/enterprise/import.html", context, status=422)


def _swapped(request, application, sheet, number: int, stored: Any, words: str = "") -> HttpResponse:
    """The line of a row and, out of band, every figure that changed with it."""
    context = result(request, application, sheet)
    kept = sheet.rows_of(application).filter(row=number).first()
    if stored is not None:
        context |= {
            "line": Line(sheet, imports.waiting_row(sheet, stored)),
            "said": _("第 %(n)s 行还有问题。") % {"n": number},
        }
    elif kept is not None:
        mended = Line(sheet, imports.good_row(sheet, kept), sheet.remarks(application)(kept))
        context |= {"line": mended, "mended": True, "said": _("第 %(n)s 行已改正。") % {"n": number}}
    else:
        context |= {"gone": True, "said": words}
    status = 422 if stored is not None else 200
    return render(
        request, "accreditation/enterprise/_import_row.html", context | {"number": number}, status=status
    )


@require_POST
@enterprise_page
def drop_row(request: HttpRequest, reference: str, code: str, number: int) -> HttpResponse:
    application, sheet = application_of(request, reference), sheet_of(code)
    if not 1 <= number <= imports.next_number(application, sheet):
        raise Http404("没有这一行。")
    imports.drop(application, actor_of(request), sheet, [number])
    words = _("第 %(n)s 行已删除。") % {"n": number}
    if request.htmx:  # type: ignore[attr-defined]
        return _swapped(request, application, sheet, number, None, words)
    messages.success(request, words)
    return redirect(f"{reverse('my:import', args=[reference, code])}#rows")


@require_http_methods(["GET", "POST"])
@enterprise_page
def repairs(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """What the portal would change, shown before anything is changed; only what is ticked is done."""
    application, sheet = application_of(request, reference), sheet_of(code)
    if request.method == "POST":
        chosen = [n for n in (_number(text) for text in request.POST.getlist("rows")) if n is not None]
        made = imports.repair(application, actor_of(request), sheet, chosen)
        messages.success(request, _("已按您勾选的改法改了 %(n)s 行。") % {"n": made})
        return redirect("my:import", reference, code)
    offered = imports.repairs(application, sheet)
    if not offered:
        return redirect("my:import", reference, code)
    stood = {r.number: r for r in imports.rows(application, sheet)}
    return render(
        request,
        "accreditation/enterprise/repairs.html",
        {
            "application": application,
            "heading": heading_of(application),
            "sheet": sheet,
            "task": TaskList(application).task(sheet.material),
            "repairs": [(one, stood[one.number].raw[sheet.shown[0]]) for one in offered],
        },
    )


# --- Workbooks -----------------------------------------------------------------------------------------------
@require_safe
@enterprise_page
def template(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    application_of(request, reference)
    sheet = sheet_of(code)
    return workbook(write_template(sheet.columns, title=sheet.name), f"{sheet.name}模板.xlsx")


@require_safe
@enterprise_page
def marked(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """The table as it stands, the cells to mend marked red, to be mended offline and uploaded again."""
    application, sheet = application_of(request, reference), sheet_of(code)
    rows = imports.rows(application, sheet)
    if not rows:
        raise Conflict(_("还没有上传表格，没有可以标红的内容。请先下载模板填写。"))
    return workbook(write_errors(Table(sheet.columns, sheet.name, rows)), f"{sheet.name}（标红）.xlsx")


def workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    response["X-Content-Type-Options"] = "nosniff"
    return response
