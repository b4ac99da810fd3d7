"""What a column may hold, how it reads back, and what to say of a cell that does not fit.

Each kind turns a raw cell (text, number, truth value, or `["date", …]`) into a value, or raises `BadCell`
with the reason, what to do, and, where that is certain, the right value itself.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import money, uscc

Raw = str | float | int | bool | list[str] | None


class BadCell(ValueError):
    """Why a cell does not fit. `fix` says what to do; `suggestion` is the remedy where it is certain."""

    def __init__(self, reason: str, fix: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix
        self.suggestion = suggestion


def as_text(raw: Raw) -> str:
    """A cell as a person sees it."""
    if raw is None:
        return ""
    if isinstance(raw, list):
        return raw[1]
    if isinstance(raw, bool):
        return _("是") if raw else _("否")
    if isinstance(raw, float):
        return f"{raw:.0f}" if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    return str(raw).strip()


def folded(raw: Raw) -> str:
    """Half-width, without invisible characters and surrounding blanks; `="0012"` is how tables keep zeros."""
    text = unicodedata.normalize("NFKC", as_text(raw))
    text = "".join(character for character in text if unicodedata.category(character) not in ("Cf", "Cc"))
    if kept := re.fullmatch(r'="(.*)"', text.strip()):
        text = kept[1]
    return text.strip().removeprefix("'").strip()


class Kind:
    """One kind of column. `note` tells the person filling in the template what is expected."""

    note = ""
    example = ""
    as_text_in_excel = False

    def read(self, raw: Raw) -> Any:
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        """The value as it goes back into a cell."""
        return value


@dataclass(frozen=True)
class Text(Kind):
    """Words as they stand: full-width brackets belong to a company's name."""

    longest: int = 200
    example: str = ""

    @property
    def note(self) -> str:  # type: ignore[override]
        return _("文字，不超过 %(longest)s 字") % {"longest": self.longest}

    def read(self, raw: Raw) -> str:
        text = "".join(
            character for character in as_text(raw) if unicodedata.category(character) not in ("Cf", "Cc")
        )
        text = re.sub(r"\s+", " ", text).strip()
        # The apostrophe our own workbooks put before a would-be formula.
        text = re.sub(r"^'(?=[=+\-@＝＋－＠])", "", text)
        if len(text) > self.longest:
            raise BadCell(
                _("有 %(length)s 个字，超过 %(longest)s 字") % {"length": len(text), "longest": self.longest},
                _("请删减到 %(longest)s 字以内") % {"longest": self.longest},
            )
        return text


@dataclass(frozen=True)
class Code(Kind):
    """A number people copy, like a contract or declaration number: half-width, no blanks."""

    longest: int = 50
    example: str = ""
    as_text_in_excel = True

    @property
    def note(self) -> str:  # type: ignore[override]
        return _("编号，按文本填写，不超过 %(longest)s 位") % {"longest": self.longest}

    def read(self, raw: Raw) -> str:
        _refuse_lost_digits(raw)
        code = re.sub(r"\s+", "", folded(raw)).upper()
        if len(code) > self.longest:
            raise BadCell(
                _("有 %(length)s 位，超过 %(longest)s 位") % {"length": len(code), "longest": self.longest},
                _("请核对是否多填了内容"),
            )
        return code


@dataclass(frozen=True)
class USCC(Kind):
    """A unified social credit code, its check character verified (SX-41)."""

    example: str = "91140100MA0000016G"
    as_text_in_excel = True

    @property
    def note(self) -> str:  # type: ignore[override]
        return _("18 位，按文本填写，与营业执照一致")

    def read(self, raw: Raw) -> str:
        _refuse_lost_digits(raw)
        code = uscc.normalise(folded(raw))
        try:
            return uscc.check(code)
        except uscc.InvalidUSCC as wrong:
            reason, _stop, fix = str(wrong).partition("。")
            raise BadCell(reason, fix.rstrip("。") or _("请对照营业执照核对"), _right_check(code)) from None


@dataclass(frozen=True)
class Day(Kind):
    """A date, as a date cell or written `2026-11-24`, `2026/11/24`, `2026年11月24日` or `20261124`."""

    example: str = "2026-11-24"

    @property
    def note(self) -> str:  # type: ignore[override]
        return _("日期，如 2026-11-24")

    def read(self, raw: Raw) -> date:
        text = folded(raw)
        found = WRITTEN_DAY.fullmatch(text)
        fix = _("请写成 2026-11-24 这样的日期")
        if found is None:
            raise BadCell(_("“%(text)s”不是日期") % {"text": _short(text)}, fix)
        year, month, day = (int(part) for part in found.groups() if part)
        if not 1949 <= year <= 2099:
            raise BadCell(_("年份 %(year)s 不合理") % {"year": year}, fix)
        try:
            return date(year, month, day)
        except ValueError:
            raise BadCell(_("没有“%(text)s”这一天") % {"text": _short(text)}, _("请核对月份和日期")) from None

    def write(self, value: date) -> date:
        return value


WRITTEN_DAY = re.compile(
    r"(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日|(\d{4})(\d{2})(\d{2}))"
    r"(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Amount(Kind):
    """Yuan as a Decimal, to the fen. A heading that says 万元 makes every bare number of its column 万元."""

    example: str = "1234567.89"
    may_be_zero: bool = False

    @property
    def note(self) -> str:  # type: ignore[override]
        return _("人民币，单位元，最多两位小数")

    def read(self, raw: Raw, *, unit: str = "") -> Decimal:
        written = _decimal_digits(raw) if isinstance(raw, float) else folded(raw)
        fix = _("只填人民币数字，单位为元；外币请按报关当月汇率折算")
        if isinstance(raw, bool | list) or len(written) > 40:
            raise BadCell(_("“%(text)s”不是金额") % {"text": _short(written)}, fix)
        if unit and re.fullmatch(r"[\d,.]+", written, re.ASCII):
            written += unit
        try:
            amount = money.yuan(written)
        except money.InvalidAmount as wrong:
            raise BadCell(str(wrong).partition("，")[0].rstrip("。"), fix) from None
        if amount == 0 and not self.may_be_zero:
            raise BadCell(_("金额为 0"), _("没有发生金额的记录不用填报，请删除本行或填写实际金额"))
        return amount


@dataclass(frozen=True)
class Number(Kind):
    """A quantity with a set number of decimals, like an exchange rate."""

    places: int = 6
    example: str = "7.1234"

    @property
    def note(self) -> str:  # type: ignore[override]
        return _("正数，最多 %(places)s 位小数") % {"places": self.places}

    def read(self, raw: Raw) -> Decimal:
        text = folded(raw)
        fix = _("请填写正数，最多 %(places)s 位小数") % {"places": self.places}
        if not re.fullmatch(r"\d{1,12}(\.\d+)?", text, re.ASCII):
            raise BadCell(_("“%(text)s”不是正数") % {"text": _short(text)}, fix)
        number = Decimal(text)
        if isinstance(raw, float):
            number = round(number, self.places)
        if number != round(number, self.places) or number == 0:
            raise BadCell(_("“%(text)s”不符合要求") % {"text": _short(text)}, fix)
        return number


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words. `words` maps what people write to what is stored; the first word of a value is
    shown.
    """

    words: Mapping[str, str]
    example: str = ""

    @property
    def note(self) -> str:  # type: ignore[override]
        return _("只能填：%(words)s") % {"words": "、".join(self.shown)}

    @property
    def shown(self) -> list[str]:
        """One word per stored value, for the list in the template."""
        first: dict[str, str] = {}
        for word, value in self.words.items():
            first.setdefault(value, word)
        return list(first.values())

    def read(self, raw: Raw) -> str:
        text = folded(raw).replace(" ", "")
        if text not in self.words:
            raise BadCell(
                _("“%(text)s”不在可选项中") % {"text": _short(text)},
                _("只能填：%(words)s") % {"words": "、".join(self.shown)},
            )
        return self.words[text]

    def write(self, value: str) -> str:
        return next(word for word, stored in self.words.items() if stored == value)


@dataclass(frozen=True)
class YesNo(Kind):
    example: str = "是"

    @property
    def note(self) -> str:  # type: ignore[override]
        return _("填“是”或“否”")

    def read(self, raw: Raw) -> bool:
        text = folded(raw).lower()
        if text in ("是", "有", "y", "yes", "true", "1", "√", "✓"):
            return True
        if text in ("否", "无", "没有", "不是", "n", "no", "false", "0", "×"):
            return False
        raise BadCell(_("“%(text)s”不是“是”或“否”") % {"text": _short(text)}, _("请填“是”或“否”"))

    def write(self, value: bool) -> str:
        return _("是") if value else _("否")


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in our data, its heading, other headings people use for it."""

    code: str
    heading: str
    kind: Kind
    synonyms: tuple[str, ...] = ()
    required: bool = True

    @property
    def headings(self) -> set[str]:
        return {heading_key(text) for text in (self.heading, *self.synonyms)}


@dataclass(frozen=True)
class Once:
    """Columns whose values may stand together only once in a table; `twin` is what a second row would be."""

    codes: tuple[str, ...]
    twin: str  # completes 与第 9 行是…: 同一家企业，只能算 1 家


HEADING_UNIT = re.compile(r"[(（\[【]\s*(?:单位[:：])?\s*(万元|元|亿元)(?:人民币)?\s*[)）\]】]")


def heading_key(text: str) -> str:
    """A heading for comparison: half-width, without blanks, marks and a unit or remark in brackets."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[(\[【].*?[)\]】]", "", text)
    return re.sub(r"[\s*:、_/\-]+", "", text).lower()


def unit_of_heading(text: str) -> str:
    """万 or 亿 if the heading states such a unit, "" for yuan."""
    found = HEADING_UNIT.search(text)
    return found[1].removesuffix("元") if found else ""


def _decimal_digits(number: float) -> str:
    """0.1 + 0.2 is kept as 0.30000000000000004; the sixth decimal is finer than any amount in any unit."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _refuse_lost_digits(raw: Raw) -> None:
    """A code typed into a number cell keeps fifteen digits; the rest are gone and cannot be guessed."""
    lost = isinstance(raw, float) and abs(raw) >= 1e15
    if lost or (isinstance(raw, str) and re.fullmatch(r"\d(?:\.\d+)?E\+\d+", folded(raw), re.IGNORECASE)):
        raise BadCell(
            _("被 Excel 当作数字，末几位已经丢失"), _("请把整列设为“文本”格式，再重新填写完整的号码")
        )


def _right_check(code: str) -> str:
    """The code with the check character its first seventeen call for, if those could be right."""
    body = code[:-1]
    if len(code) != uscc.LENGTH or not set(body) <= set(uscc.ALPHABET) or not body[2:8].isdigit():
        return ""
    right = body + uscc.check_character(body)
    return right if right != code else ""


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:24]}…"
