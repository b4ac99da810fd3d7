"""Amounts: exact yuan from whatever was typed, exact words back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import InvalidAmount, in_wan, yuan


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1234567.89", "1234567.89"),
        ("1,234,567.89 元", "1234567.89"),
        ("１，２３４．５", "1234.50"),
        ("￥ 50 000 000", "50000000.00"),
        ("5,231.7万元", "52317000.00"),
        ("人民币1.2亿元", "120000000.00"),
        (0, "0.00"),
        (52317000, "52317000.00"),
        (0.1 + 0.2, "0.30"),  # as a spreadsheet stores it
        (Decimal("49999999.99"), "49999999.99"),
    ],
)
def test_an_amount_is_read_as_people_write_it(written, amount):
    assert yuan(written) == Decimal(amount)
    assert yuan(written).as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "请填写金额，单位为元。"),
        (" 元", "请填写金额，单位为元。"),
        ("五千万", "“五千万”不是有效的金额，请填写数字，例如 1234567.89 或 123.46万元。"),
        ("1e3", "“1e3”不是有效的金额，请填写数字，例如 1234567.89 或 123.46万元。"),
        ("1,5", "“1,5”不是有效的金额，请填写数字，例如 1234567.89 或 123.46万元。"),
        (float("nan"), "“nan”不是有效的金额，请填写数字，例如 1234567.89 或 123.46万元。"),
        (float("inf"), "“inf”不是有效的金额，请填写数字，例如 1234567.89 或 123.46万元。"),
        (True, "“True”不是有效的金额，请填写数字，例如 1234567.89 或 123.46万元。"),
        ("-1", "金额不能为负数，“-1”请核对。"),
        ("1.005", "金额精确到分，“1.005”的小数超过两位，请核对。"),
        ("0.0000001万", "金额精确到分，“0.0000001万”的小数超过两位，请核对。"),
        ("100000000000000", "金额“100000000000000”过大，请核对单位是否为元。"),
        ("9" * 90, f"“{'9' * 40}”不是有效的金额，请填写数字，例如 1234567.89 或 123.46万元。"),
    ],
)
def test_what_is_no_amount_is_refused_with_what_to_write(written, message):
    with pytest.raises(InvalidAmount) as refused:
        yuan(written)

    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("52317000", "5,231.7 万元"),
        ("50000000", "5,000 万元"),
        ("49999999.99", "4,999.999999 万元"),  # never 5,000: the threshold was not met
        ("100000", "10 万元"),
        ("0", "0 万元"),
        ("0.01", "0.000001 万元"),
    ],
)
def test_ten_thousands_keep_every_digit(amount, words):
    assert in_wan(Decimal(amount)) == words


@given(st.decimals(min_value=0, max_value=Decimal("99999999999999.99"), places=2))
def test_what_is_printed_reads_back_as_the_same_amount(amount):
    assert yuan(in_wan(amount)) == amount
    assert yuan(f"{amount:,}") == amount
