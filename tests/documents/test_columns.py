"""Cells: what people write into them, what it means, and what is said of the rest."""

from datetime import date

import pytest

from documents.spreadsheets.columns import (
    USCC,
    Amount,
    BadCell,
    Day,
    Number,
    Text,
    YesNo,
)
from tests.documents.lists import GOOD


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
