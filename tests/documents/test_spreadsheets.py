"""Tables people filled in: what is read, what is wrong with a cell and how to mend it, and what we write back."""

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from core import uscc
from documents.attachments.gate import accept_upload
from documents.attachments.sentences import Rejected
from documents.attachments.slots import SLOTS
from documents.spreadsheets.columns import (
    USCC,
    Amount,
    BadCell,
    Choice,
    Code,
    Column,
    Day,
    Number,
    Once,
    Text,
    YesNo,
)
from documents.spreadsheets.tables import Limits, check_row, read_table
from documents.spreadsheets.writing import safe_cell, write_errors, write_template
from tests.documents.hostile import SAMPLES, Verdict
from tests.documents.hostile.tables import HEADINGS, ROW

CLIENTS = [
    Column("name", "企业名称", Text(100), synonyms=("单位名称", "公司名称")),
    Column("uscc", "统一社会信用代码", USCC(), synonyms=("信用代码", "社会信用代码")),
    Column("city", "所在地（市）", Text(40), synonyms=("所在市",), required=False),
    Column("contract_number", "合同编号", Code(60)),
    Column("contract_from", "合同起", Day(), synonyms=("合同开始日期",)),
    Column("contract_until", "合同止", Day(), synonyms=("合同终止日期",)),
    Column("services", "服务内容", Text(200), required=False),
    Column("is_producer", "是否生产企业", YesNo()),
    Column("has_trade_record", "有无进出口实绩", YesNo()),
]
TRADE = [
    Column("number", "报关单号/成交编号", Code(60), synonyms=("报关单号", "成交编号")),
    Column("kind", "凭证类型", Choice({"报关单": "declaration", "线上成交记录": "online"})),
    Column("traded_on", "日期", Day()),
    Column("client_uscc", "委托企业统一社会信用代码", USCC()),
    Column("direction", "进出口方向", Choice({"出口": "export", "进口": "import"})),
    Column("amount", "人民币金额（元）", Amount(), synonyms=("人民币金额",)),
    Column("rate", "汇率", Number(), required=False),
]
TRADE_ROW = ["021020260000000001", "报关单", "2026-03-01", ROW[1], "出口", "1234567.89", ""]
GOOD = uscc.generate("140100", 7)
WRONG = GOOD[:-1] + ("A" if GOOD[-1] != "A" else "B")


@pytest.fixture
def csv(upload):
    """A table as a browser sends it: rows of cells, in an encoding."""

    def write(*rows, encoding="utf-8", separator=","):
        text = "\r\n".join(separator.join(row) for row in rows)
        return upload(text.encode(encoding), "清单.csv")

    return write


@pytest.fixture
def xlsx(upload):
    def write(*rows):
        workbook = Workbook()
        for row in rows:
            workbook.active.append(row)
        file = io.BytesIO()
        workbook.save(file)
        return upload(file.getvalue(), "清单.xlsx")

    return write


def told(table):
    """What a person is told of the bad rows: row, column, reason, what to do."""
    return [
        (row.number, error.column.heading, error.reason, error.fix)
        for row in table.bad_rows
        for error in row.errors
    ]


CLIENT = {
    "name": "太原市尖草坪区恒瑞铸锻有限公司", "uscc": GOOD, "city": "太原市", "contract_number": "HT-007",
    "contract_from": date(2026, 1, 1), "contract_until": date(2027, 12, 31), "services": "报关、退税",
    "is_producer": True, "has_trade_record": True,
}  # fmt: skip


# Reading


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gbk", ","), ("gb18030", "\t"), ("utf-16", ","), ("utf-16", "\t")],
)
def test_a_text_table_reads_the_same_in_every_usual_encoding(csv, encoding, separator):
    table = read_table(csv(HEADINGS, ROW, encoding=encoding, separator=separator), CLIENTS)

    assert [row.values for row in table.rows] == [CLIENT]


def test_a_workbook_reads_dates_and_numbers_as_they_are_kept(xlsx):
    row = [*ROW[:4], date(2026, 1, 1), date(2027, 12, 31), *ROW[6:]]

    table = read_table(xlsx(HEADINGS, row), CLIENTS)

    assert [row.values for row in table.rows] == [CLIENT]


def test_an_attachment_already_kept_is_read_again(db, csv):
    attachment = accept_upload(csv(HEADINGS, ROW), SLOTS["client_list"], None, None)

    assert [row.values for row in read_table(attachment, CLIENTS).rows] == [CLIENT]


@pytest.mark.clause("SX-41")
def test_a_row_whose_check_character_is_wrong_is_named_and_the_others_are_read(csv):
    good, bad = ROW, ["祁县琉光玻璃器皿有限公司", WRONG, *ROW[2:]]

    table = read_table(csv(HEADINGS, good, bad, good), CLIENTS)

    assert [row.number for row in table.good_rows] == [2, 4]
    assert told(table) == [
        (3, "统一社会信用代码", f"统一社会信用代码校验位不符：前 17 位对应的校验位应为“{GOOD[-1]}”，现为“{WRONG[-1]}”",
         "请逐位核对，常见原因是抄错或颠倒了某一位"),
    ]  # fmt: skip
    assert table.bad_rows[0].errors[0].suggestion == GOOD


@pytest.mark.clause("SX-42")
def test_a_kind_of_proof_the_regulation_does_not_name_is_refused(csv):
    headings = [column.heading for column in TRADE]
    invoice = [TRADE_ROW[0], "发票", *TRADE_ROW[2:]]
    online = ["CJ-1", "线上成交记录", *TRADE_ROW[2:]]

    table = read_table(csv(headings, TRADE_ROW, invoice, online), TRADE)

    assert [row.values["kind"] for row in table.good_rows] == ["declaration", "online"]
    assert told(table) == [(3, "凭证类型", "“发票”不在可选项中", "只能填：报关单、线上成交记录")]


def test_rows_are_numbered_as_in_the_file_and_empty_ones_skipped(csv):
    table = read_table(csv(["所服务企业清单"], [""], HEADINGS, ["", ""], ROW, [","], ROW[:2]), CLIENTS)

    assert [(row.number, row.is_good) for row in table.rows] == [(5, True), (7, False)]
    assert ("合同编号", "没有填写") in [(heading, reason) for _, heading, reason, _ in told(table)]


def test_headings_are_known_by_other_names_in_any_order(csv):
    headings = ["序号", "社会信用代码 *", "公司名称", "合同开始日期", "合同终止日期", "合同编号", "是否生产企业",
                "有无进出口实绩", "备注"]  # fmt: skip
    row = ["1", ROW[1], ROW[0], ROW[4], ROW[5], ROW[3], "否", "无", "不读"]

    table = read_table(csv(headings, row), CLIENTS)

    expected = CLIENT | {"city": None, "services": None, "is_producer": False, "has_trade_record": False}
    assert [row.values for row in table.rows] == [expected]


def test_a_missing_column_is_named(csv):
    table = read_table(csv(HEADINGS[:3], ROW[:3]), CLIENTS)

    assert (table.rows, table.problems) == (
        [],
        ["表头缺少“合同编号”、“合同起”、“合同止”、“是否生产企业”、“有无进出口实绩”，无法读取。"
         "请补上这些列，或下载模板重新填写。"],
    )  # fmt: skip


def test_a_column_that_stands_twice_is_asked_back(csv):
    table = read_table(csv([*HEADINGS, "单位名称"], [*ROW, "另一个"]), CLIENTS)

    assert table.problems == ["表头有 2 列都是“企业名称”，不知道该读哪一列。请只保留一列。"]


def test_a_table_without_headings_is_told_which_it_needs(csv):
    table = read_table(csv(ROW, ROW), CLIENTS)

    assert table.problems == [
        "没有找到表头。前 10 行里应有一行写明：企业名称、统一社会信用代码、合同编号、合同起、合同止、是否生产企业、"
        "有无进出口实绩。请下载模板填写，或补上表头。"
    ]


def test_headings_alone_are_no_table(csv):
    assert read_table(csv(HEADINGS), CLIENTS).problems == ["表头下面没有数据行。请填写后再上传。"]


@pytest.mark.parametrize(("rows", "problems"), [(3, 0), (4, 1)])
def test_the_last_row_within_the_limit_still_counts(csv, rows, problems):
    table = read_table(csv(HEADINGS, *[ROW] * rows), CLIENTS, limits=Limits(rows=3))

    assert len(table.problems) == problems


def test_what_may_stand_once_is_refused_the_second_time(csv):
    wide = "".join(chr(ord(c) + 0xFEE0) for c in GOOD)
    other = [*ROW[:3], "HT-008", *ROW[4:]]
    once = [Once(("uscc", "contract_number"), "同一份合同")]

    table = read_table(csv(HEADINGS, ROW, other, [ROW[0], wide, *ROW[2:]]), CLIENTS, once=once)

    assert told(table) == [(4, "合同编号", "与第 2 行是同一份合同", "请删除其中一行，或改正填错的一行")]


def test_a_heading_in_wan_makes_its_bare_numbers_wan(csv):
    headings = [column.heading for column in TRADE]
    headings[5] = "人民币金额（万元）"
    rows = [[*TRADE_ROW[:5], amount, ""] for amount in ("312.4", "3124000元", "0.0001")]

    table = read_table(csv(headings, *rows), TRADE)

    assert [row.values["amount"] for row in table.rows] == [
        Decimal("3124000"),
        Decimal("3124000"),
        Decimal("1"),
    ]


def test_a_corrected_row_is_checked_alone():
    raw = dict(zip((column.code for column in CLIENTS), ROW, strict=True))

    assert check_row(CLIENTS, 7, raw).values == CLIENT
    assert [error.column.code for error in check_row(CLIENTS, 7, raw | {"uscc": WRONG}).errors] == ["uscc"]


@pytest.mark.parametrize(
    "sample",
    [sample for sample in SAMPLES if sample.verdict is Verdict.ROWS],
    ids=lambda sample: sample.label,
)
def test_every_bad_cell_comes_back_with_its_row_and_a_remedy(sample, upload):
    table = read_table(upload(sample.content, sample.name), CLIENTS)

    assert len(table.rows) == len(table.bad_rows) == 1
    assert table.rows[0].number == 2
    assert all(error.reason and error.fix and len(error.reason) < 120 for error in table.rows[0].errors)


@pytest.mark.parametrize(
    "sample",
    [s for s in SAMPLES if s.slot == "client_list" and s.verdict is Verdict.ACCEPT and s.label != "by-hand"],
    ids=lambda sample: sample.label,
)
def test_every_honest_table_gives_the_same_client(sample, upload):
    table = read_table(upload(sample.content, sample.name), CLIENTS)

    name = CLIENT["name"].replace("恒瑞", "䶮𬭼") if "rare" in sample.label else CLIENT["name"]
    assert [row.values | {"name": name} for row in table.rows] == [CLIENT | {"name": name}]
    assert [row.is_good for row in table.rows] == [True]


def test_a_list_that_is_no_table_is_refused_in_words(upload):
    with pytest.raises(Rejected) as refusal:
        read_table(upload(b"%PDF-1.7\n%%EOF\n", "清单.pdf"), CLIENTS)

    assert refusal.value.code == "wrong_type"


# Cells


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        (["date", "2026-11-24"], date(2026, 11, 24)),
        ("2026-11-24", date(2026, 11, 24)),
        ("2026/1/4", date(2026, 1, 4)),
        ("2026.11.24", date(2026, 11, 24)),
        ("2026年11月24日", date(2026, 11, 24)),
        ("２０２６年１１月２４日", date(2026, 11, 24)),
        ("20261124", date(2026, 11, 24)),
        (20261124.0, date(2026, 11, 24)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2026-11-24 00:00:00", date(2026, 11, 24)),
    ],
)
def test_a_day_is_read_as_people_write_it(raw, day):
    assert Day().read(raw) == day


@pytest.mark.parametrize(
    "raw",
    ["2025-02-29", "2026-13-01", "24/11/2026", "11-24", "2026-11", "明天", "1948-12-31", "2100-01-01", 46350.0,
     "2026-11-24 08:30", "９" * 9, "²⁰²⁶-11-24x", True],
)  # fmt: skip
def test_what_is_no_day_is_said_to_be_none(raw):
    with pytest.raises(BadCell):
        Day().read(raw)


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        ("1234567.89", "1234567.89"), ("1,234,567.89", "1234567.89"), ("１２３４．５", "1234.50"), ("￥100", "100.00"),
        ("100元", "100.00"), ("12.5万元", "125000.00"), (0.1 + 0.2, "0.30"), (312.4, "312.40"), (5e7, "50000000.00"),
        (" 49999999.99 ", "49999999.99"),
    ],
)  # fmt: skip
def test_an_amount_is_read_to_the_fen(raw, amount):
    assert str(Amount().read(raw)) == amount


@pytest.mark.parametrize(
    "raw",
    ["1250万美元", "USD 100", "1.234,56", "12,34", "-5", "0", "1e3", "约100", "1.005", "NaN", "Infinity", "1e400",
     float("nan"), float("inf"), 1e300, "9" * 5000, True, ["date", "2026-01-01"], "一百元", "=1+1"],
)  # fmt: skip
def test_what_is_no_amount_in_yuan_is_refused_with_a_remedy(raw):
    with pytest.raises(BadCell) as bad:
        Amount().read(raw)

    assert bad.value.fix
    assert len(bad.value.reason) < 80


@pytest.mark.parametrize(
    "raw",
    [
        GOOD,
        GOOD.lower(),
        f" {GOOD} ",
        f"{GOOD[:6]}\u200b{GOOD[6:]}",
        f'="{GOOD}"',
        f"'{GOOD}",
        f"{GOOD[:9]}-{GOOD[9:]}",
    ],
)
def test_a_code_is_read_however_it_was_pasted(raw):
    assert USCC().read(raw) == GOOD


@pytest.mark.parametrize("raw", [9.1140100123456e17, "9.11401E+17"])
def test_a_code_that_lost_its_digits_is_explained_and_not_guessed(raw):
    with pytest.raises(BadCell) as bad:
        USCC().read(raw)

    assert (bad.value.reason, bad.value.suggestion) == ("被 Excel 当作数字，末几位已经丢失", "")


def test_a_name_keeps_its_full_width_brackets_and_loses_what_cannot_be_seen():
    assert Text().read("\u202e太原（山西）  贸易\u200b有限公司 ") == "太原（山西） 贸易有限公司"


@pytest.mark.parametrize(
    ("raw", "value"), [("是", True), ("有", True), (True, True), ("否", False), ("无", False), (0.0, False)]
)
def test_yes_and_no_are_understood(raw, value):
    assert YesNo().read(raw) is value


@pytest.mark.parametrize("raw", ["0", "-1", "7.12345678", "七", "1e3", True, "9" * 5000])
def test_what_is_no_rate_is_refused(raw):
    with pytest.raises(BadCell):
        Number().read(raw)


# Writing


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
