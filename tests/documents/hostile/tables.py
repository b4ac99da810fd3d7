"""Text tables: encodings that lie, separators, quotes, and cells that want to be more than text."""

from collections.abc import Iterator

from core import uscc
from tests.documents.hostile.sample import Sample, Verdict

HEADINGS = [
    "企业名称", "统一社会信用代码", "所在地（市）", "合同编号", "合同起", "合同止", "服务内容", "是否生产企业",
    "有无进出口实绩",
]  # fmt: skip
ROW = [
    "太原市尖草坪区恒瑞铸锻有限公司", uscc.generate("140100", 7), "太原市", "HT-007", "2026-01-01", "2027-12-31",
    "报关、退税", "是", "有",
]  # fmt: skip
HEADING = ",".join(HEADINGS)
LINE = ",".join(ROW)


def samples() -> Iterator[Sample]:
    for label, content in honest().items():
        yield Sample(f"csv-{label}", f"{label}.csv", "client_list", content, Verdict.ACCEPT)
    for label, (content, code) in hostile().items():
        yield Sample(f"csv-{label}", f"{label}.csv", "client_list", content, Verdict.REJECT, code)
    for label, line in bad_lines().items():
        content = f"{HEADING}\n{line}\n".encode()
        yield Sample(f"csv-{label}", f"{label}.csv", "client_list", content, Verdict.ROWS)


def table(*lines: str, ending: str = "\r\n") -> str:
    return ending.join([HEADING, *lines, ""])


def honest() -> dict[str, bytes]:
    text = table(LINE)
    return {
        "utf8": text.encode(),
        "utf8-marked": text.encode("utf-8-sig"),
        "gbk": text.encode("gbk"),
        "gb18030-rare-name": table(LINE.replace("恒瑞", "䶮𬭼")).encode("gb18030"),
        "utf16": text.encode("utf-16"),
        "utf16-big": b"\xfe\xff" + text.encode("utf-16-be"),
        "tabs": text.replace(",", "\t").encode("utf-16"),
        "old-mac": table(LINE, ending="\r").encode(),
        "wide-digits": table(LINE.translate(WIDE)).encode(),
    }


WIDE = {code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B))}


def hostile() -> dict[str, tuple[bytes, str]]:
    big5 = "企業名稱,統一社會信用代碼,所在地\n太原恆瑞鑄鍛有限公司,91140100,太原市\n臺灣貿易發展股份有限公司,1,臺北\n"
    mixed = HEADING.encode() + b"\n" + LINE.encode("gbk") + b"\n"
    mixed_late = HEADING.encode("gbk") + b"\n" + (LINE + "\n").encode("gbk") * 30 + LINE.encode() + b"\n"
    return {
        "big5": (big5.encode("big5"), "csv_big5"),
        "two-encodings": (mixed, "csv_mixed"),
        "two-encodings-late": (mixed_late, "csv_mixed"),
        "semicolons": (table(LINE).replace(",", ";").encode(), "csv_separator"),
        "wide-commas": (table(LINE).replace(",", "，").encode(), "csv_separator"),
        "bars": (table(LINE).replace(",", "|").encode("gbk"), "csv_separator"),
        "utf16-unmarked": (table(LINE).encode("utf-16-le"), ""),
        "utf16-odd": (table(LINE).encode("utf-16") + b"\x01", "csv_unreadable_row"),
        "utf32": (table(LINE).encode("utf-32"), ""),
        "nul": (table(LINE).encode() + b"\0", ""),
        "surrogate": (table(LINE).encode() + b"\xed\xa0\x80", ""),
        "overlong": (table(LINE).encode() + b"\xc0\xaf" * 3, ""),
        "half-a-character": (table(LINE).encode("gbk")[:-3], ""),
        "private-characters": (table("\ue000\uf8ff").encode(), "csv_encoding"),
        "bell": (table(LINE + "\x07").encode(), ""),
        "escape": (table("\x1b]0;title\x07").encode(), ""),
        "quote-open": (table('"' + LINE).encode(), "csv_quotes"),
        "quote-and-more": (table('"a"b,c').encode(), "csv_quotes"),
        "endless-cell": (table("长" * 40_000).encode(), "csv_quotes"),
        "too-long": (table(*[LINE] * 5_100).encode(), "table_too_long"),
        "too-wide": (table(",".join("x" * 80)).encode(), "table_too_wide"),
        "page": (b"<table><tr><td>1,2</td></tr></table>", "wrong_type"),
        "json": (b'{"a": [1, 2]}', "wrong_type"),
        "script": (b"#!/bin/sh\necho 1,2\n", "wrong_type"),
        "random": (bytes(range(256)) * 30, ""),
        "only-a-mark": (b"\xff\xfe\x00", "csv_unreadable_row"),
        "empty": (b"", "empty"),
        "too-large": (b"a,b\n" * 1_400_000, "too_large"),
        "test-virus": (
            rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
            "virus",
        ),
    }


def bad_lines() -> dict[str, str]:
    """Lines of a sound file whose cells must be named as wrong."""
    return {
        "formula": LINE.replace("HT-007", "=HYPERLINK(1)").replace(ROW[1], "=1+1"),
        "wrong-check-character": LINE.replace(ROW[1], ROW[1][:-1] + ("A" if ROW[1][-1] != "A" else "B")),
        "seventeen": LINE.replace(ROW[1], ROW[1][:-1]),
        "thirtieth-of-february": LINE.replace("2026-01-01", "2026-02-30"),
        "year-nought": LINE.replace("2026-01-01", "0000-01-01"),
        "year-10000": LINE.replace("2026-01-01", "10000-01-01"),
        "day-of-words": LINE.replace("2026-01-01", "明年"),
        "five-thousand-digits": LINE.replace("2026-01-01", "9" * 5_000),
        "neither-yes-nor-no": LINE.replace(",是,", ",也许,"),
        "name-of-10001": LINE.replace(ROW[0], "长" * 10_001),
        "no-name": LINE.replace(ROW[0], ""),
        "short": ROW[0],
    }
