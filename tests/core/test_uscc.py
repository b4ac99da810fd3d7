"""Credit codes: read as typed, refused with the character to look at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as reference

from core import uscc

GOOD = "91110000600037341L"


@pytest.mark.parametrize(
    "typed",
    [
        GOOD,
        GOOD.lower(),
        f"  {GOOD}\n",
        "9111 0000 6000 3734 1L",
        "91110000-60003734-1L",
        "９１１１００００６０００３７３４１Ｌ",
    ],
)
def test_a_code_is_read_however_it_was_typed(typed):
    assert uscc.check(typed) == GOOD


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "请填写统一社会信用代码。"),
        (GOOD[:-1], "统一社会信用代码应为 18 位，现为 17 位。请对照营业执照核对。"),
        (
            "91110000600037341K",
            "统一社会信用代码校验位不符：前 17 位对应的校验位应为“L”，现为“K”。"
            "请逐位核对，常见原因是抄错或颠倒了某一位。",
        ),
        (
            "9111000060003734IL",
            "统一社会信用代码第 17 位“I”不是允许的字符：代码中不使用 I、O、S、V、Z，此处可能是 1。",
        ),
        ("9111000060003734啊L", "统一社会信用代码第 17 位“啊”不是允许的字符，只能是数字或大写字母。"),
        ("91A10000600037341L", "统一社会信用代码第 3 至 8 位是行政区划码，应全为数字。请对照营业执照核对。"),
    ],
)
def test_a_wrong_code_is_refused_in_words_that_lead_to_the_mistake(typed, message):
    with pytest.raises(uscc.InvalidUSCC) as refused:
        uscc.check(typed)

    assert str(refused.value) == message


serials = st.integers(min_value=0, max_value=999_999)


@given(st.sampled_from(["140100", "140200", "420100", "350100"]), serials)
def test_made_codes_are_valid_by_the_standard(region, serial):
    code = uscc.generate(region, serial)

    assert uscc.check(code) == reference.validate(code) == code
    assert code[2:8] == region


@given(serials, st.integers(min_value=0, max_value=17), st.sampled_from(uscc.ALPHABET))
def test_one_wrong_character_never_passes(serial, position, character):
    code = uscc.generate("140100", serial)
    altered = code[:position] + character + code[position + 1 :]

    if altered != code:
        with pytest.raises(uscc.InvalidUSCC):
            uscc.check(altered)


def test_serials_do_not_repeat_a_code():
    assert len({uscc.generate("140100", serial) for serial in range(2000)}) == 2000


@pytest.mark.parametrize("serial", [-1, 1_000_000])
def test_a_serial_that_does_not_fit_is_our_mistake(serial):
    with pytest.raises(ValueError, match="six digits"):
        uscc.generate("140100", serial)
