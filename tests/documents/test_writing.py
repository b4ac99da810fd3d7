"""Workbooks we write: nothing in them can act, and what was filled in reads back."""

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from documents.spreadsheets.tables import read_table
from documents.spreadsheets.writing import safe_cell, write_errors, write_template
from tests.documents.hostile.tables import HEADINGS, ROW
from tests.documents.lists import CLIENT, CLIENTS, TRADE, WRONG


@pytest.mark.parametrize(
    "start",
    [
        "=",
        "+",
        "-",
        "@",
        "\t=",
        "\r=",
        "\n=",
        " =",
        "＝",
        "＋",
        "－",
        "＠",
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "\u3000=",
    ],
)
def test_nothing_a_person_typed_becomes_a_formula(start):
    assert safe_cell(f"{start}1+1").startswith("'")


@pytest.mark.parametrize(
    "value", [12, 3.5, Decimal("-7.10"), date(2026, 1, 1), None, True, "太原", "a=b", "2026-01-01"]
)
def test_what_is_no_formula_is_written_as_it_is(value):
    assert safe_cell(value) == value


def test_a_template_reads_back_once_it_is_filled_in(upload):
    workbook = load_workbook(io.BytesIO(write_template(CLIENTS, title="所服务企业清单")))
    for place, cell in enumerate(ROW, 1):
        workbook.active.cell(2, place, cell)
    file = io.BytesIO()
    workbook.save(file)

    table = read_table(upload(file.getvalue(), "清单.xlsx"), CLIENTS)

    assert [row.values for row in table.rows] == [CLIENT]


def test_a_template_explains_each_column():
    guide = load_workbook(io.BytesIO(write_template(TRADE)))["填写说明"]

    assert [[cell.value for cell in row] for row in guide.iter_rows(min_row=3, max_row=3)] == [
        ["凭证类型", "必填", "只能填：报关单、线上成交记录", None]
    ]


def test_an_empty_template_holds_no_row(upload):
    table = read_table(upload(write_template(CLIENTS), "模板.xlsx"), CLIENTS)

    assert table.problems == ["表头下面没有数据行。请填写后再上传。"]


def test_the_marked_workbook_shows_bad_cells_red_and_reads_back(csv, upload):
    bad = ["=HYPERLINK(1)", WRONG, *ROW[2:]]
    table = read_table(csv(HEADINGS, ROW, bad), CLIENTS)

    marked = write_errors(table)

    sheet = load_workbook(io.BytesIO(marked)).active
    red = [
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "00FBD5D0"
    ]
    assert red == ["B3"]
    assert sheet["A3"].value == "'=HYPERLINK(1)"
    assert sheet["J3"].value == 3
    assert sheet["K3"].value.startswith("统一社会信用代码：统一社会信用代码校验位不符")
    again = read_table(upload(marked, "标红.xlsx"), CLIENTS)
    assert [row.values.get("name") for row in again.rows] == [CLIENT["name"], "=HYPERLINK(1)"]
    assert [row.is_good for row in again.rows] == [True, False]
