"""Tables people filled in: what is read, what is wrong with a cell and how to mend it, and what we write back."""

from datetime import date
from decimal import Decimal

import pytest

from documents.attachments.gate import accept_upload
from documents.attachments.sentences import Rejected
from documents.attachments.slots import SLOTS
from documents.spreadsheets.columns import (
    Once,
)
from documents.spreadsheets.tables import Limits, check_row, read_table
from tests.documents.hostile import SAMPLES, Verdict
from tests.documents.hostile.tables import HEADINGS, ROW
from tests.documents.lists import CLIENT, CLIENTS, GOOD, TRADE, TRADE_ROW, WRONG


def told(table):
    """What a person is told of the bad rows: row, column, reason, what to do."""
    return [
        (row.number, error.column.heading, error.reason, error.fix)
        for row in table.bad_rows
        for error in row.errors
    ]


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


@pytest.mark.parametrize("amount", ["30,000,000", "1,234,567.89"])
@pytest.mark.parametrize("rate", ["", "7.1"])
def test_an_amount_torn_by_its_commas_is_put_together_and_asked_back(csv, amount, rate):
    headings = [column.heading for column in TRADE]
    torn = [*TRADE_ROW[:5], *amount.split(","), rate]

    table = read_table(csv(headings, torn, TRADE_ROW), TRADE)

    assert [row.number for row in table.good_rows] == [3]
    assert table.bad_rows[0].raw["amount"] == amount
    assert table.bad_rows[0].raw["rate"] == rate
    assert told(table) == [
        (2, "人民币金额（元）", "千分位逗号把这个金额拆成了 3 格", "已按一个金额合并，请核对后保存；或在文件中去掉逗号后重新上传")
    ]  # fmt: skip


def test_a_row_wider_than_its_heading_is_never_read_as_it_stands(csv, xlsx):
    headings = [column.heading for column in TRADE]
    shifted = [*TRADE_ROW[:5], "30", "7.1", "备注", "又一格"]

    assert [
        (row, column, reason) for row, column, reason, _ in told(read_table(csv(headings, shifted), TRADE))
    ] == [(2, "汇率", "本行比表头多 2 格，后面的内容可能错了位")]
    assert read_table(xlsx(headings, shifted), TRADE).bad_rows == []


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
