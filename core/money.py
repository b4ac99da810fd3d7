"""Amounts: Decimal yuan inside, plain words at the edge. Nothing here rounds."""

import re
import unicodedata
from decimal import Decimal

UNITS = {"亿": Decimal(100_000_000), "万": Decimal(10_000)}
WAN = UNITS["万"]
FEN = Decimal("0.01")
LIMIT = Decimal(10) ** 14
LONGEST = 25  # characters; beyond the 28 digits of a Decimal, arithmetic would round in silence
# Grouped in threes or not at all: "1,5" may mean one and a half elsewhere, so it is asked back, not guessed.
AMOUNT = re.compile(r"(?P<number>-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)(?P<unit>[万亿]?)")
DRESSING = re.compile(r"人民币|RMB|CNY|[¥￥\s]", re.IGNORECASE)


class InvalidAmount(ValueError):
    """What was typed is no amount in yuan; the message says what to write instead."""


def yuan(text: str | int | float | Decimal) -> Decimal:
    """An amount as people write it, or as a spreadsheet holds it, in yuan and fen."""
    if isinstance(text, float):
        text = _without_binary_dust(text)
    written = unicodedata.normalize("NFKC", str(text))
    bare = DRESSING.sub("", written).replace("，", ",").removesuffix("元")
    if not bare:
        raise InvalidAmount("请填写金额，单位为元。")
    quoted = f"“{written.strip()[:40]}”"
    found = AMOUNT.fullmatch(bare) if len(bare) <= LONGEST else None
    if found is None:
        raise InvalidAmount(f"{quoted}不是有效的金额，请填写数字，例如 1234567.89 或 123.46万元。")
    amount = Decimal(found["number"].replace(",", "")) * UNITS.get(found["unit"], Decimal(1))
    if amount < 0:
        raise InvalidAmount(f"金额不能为负数，{quoted}请核对。")
    if amount >= LIMIT:
        raise InvalidAmount(f"金额{quoted}过大，请核对单位是否为元。")
    if amount != amount.quantize(FEN):
        raise InvalidAmount(f"金额精确到分，{quoted}的小数超过两位，请核对。")
    return amount.quantize(FEN)


def in_wan(amount: Decimal) -> str:
    """In units of ten thousand yuan, with every digit there is.

    Rounded, 49,999,999.99 yuan would read as 5,000 万元: a threshold met that was not.
    """
    digits = f"{amount / WAN:,.6f}".rstrip("0").rstrip(".")
    return f"{digits} 万元"


def _without_binary_dust(number: float) -> str:
    """0.1 + 0.2 is stored as 0.30000000000000004; a third decimal that someone typed stays and is refused."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
