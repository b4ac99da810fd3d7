"""Draws the papers of the demo as an office scans them: pages of text with a stamp, licences, identity cards.

Every page says that it is a sample of a demonstration. The same words give the same bytes.
"""

from __future__ import annotations

import io
import textwrap
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from documents.attachments.images import FONT_FILES

MARK = "样本 演示数据 不具法律效力"
A4 = (827, 1169)  # pixels at 100 dpi
MARGIN, INK, SEAL, FAINT = 95, (28, 28, 30), (196, 48, 43), (232, 226, 226)
DRAWN_ON = time.struct_time((2026, 1, 5, 9, 0, 0, 0, 5, 0))
LINE_LETTERS = 30


class NoFont(Exception):
    """There is no font with Chinese letters on this machine."""


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    for path in FONT_FILES:
        if Path(path).exists():
            # In Noto's collections the simplified Chinese face is the third.
            return ImageFont.truetype(path, size, index=2 if "Noto" in path else 0)
    raise NoFont("没有中文字体，无法绘制演示材料。请安装 fonts-noto-cjk。")


def scan(title: str, company: str, pages: Sequence[Sequence[str]]) -> bytes:
    """A stamped document as one PDF of scanned pages; each page is its lines, long ones are broken."""
    drawn = [
        _page(title if n == 1 else "", company, lines, n, len(pages)) for n, lines in enumerate(pages, 1)
    ]
    file = io.BytesIO()
    drawn[0].save(
        file, "PDF", save_all=True, append_images=drawn[1:], resolution=100, quality=72,
        title=title, producer="demo", creationDate=DRAWN_ON, modDate=DRAWN_ON,
    )  # fmt: skip
    return file.getvalue()


def _page(title: str, company: str, lines: Sequence[str], number: int, of: int) -> Image.Image:
    page = _paper(A4, 300, 34).copy()
    draw = ImageDraw.Draw(page)
    top = 110
    if title:
        draw.text((A4[0] // 2, top), title, INK, _font(32), anchor="mt")
        top += 90
    for line in lines:
        heading = line.startswith("# ")
        for piece in textwrap.wrap(line.removeprefix("# "), LINE_LETTERS) or [""]:
            draw.text((MARGIN, top), piece, INK, _font(23 if heading else 21))
            top += 36
        top += 10 if heading else 4
    draw.text(
        (A4[0] // 2, A4[1] - 60),
        f"第 {number} 页 / 共 {of} 页　{MARK}",
        (120, 116, 116),
        _font(15),
        anchor="mt",
    )
    _stamp(draw, company, (A4[0] - 190, A4[1] - 260))
    return page


@cache
def _paper(size: tuple[int, int], step: int, letters: int) -> Image.Image:
    """A sheet with the mark all over it; copied for every page."""
    sheet = Image.new("RGB", size, (253, 252, 249))
    draw = ImageDraw.Draw(sheet)
    for y in range(0, size[1], step):
        for x in range(-200, size[0], 560):
            draw.text((x + (y // step % 2) * 280, y), MARK, FAINT, _font(letters))
    return sheet


def _stamp(draw: ImageDraw.ImageDraw, company: str, center: tuple[int, int]) -> None:
    """A round seal with the company's name in two lines: enough to be seen, not to be taken for one."""
    x, y = center
    draw.ellipse((x - 88, y - 88, x + 88, y + 88), outline=SEAL, width=5)
    draw.text((x, y - 6), "★", SEAL, _font(44), anchor="mm")
    half = (len(company) + 1) // 2
    draw.text((x, y - 50), company[:half], SEAL, _font(15), anchor="mm")
    draw.text((x, y + 44), company[half:], SEAL, _font(15), anchor="mm")
    draw.text((x, y + 66), "演示章", SEAL, _font(12), anchor="mm")


def licence(company: str, code: str, legal_representative: str, address: str) -> bytes:
    """A business licence as a JPEG photograph."""
    page = _paper((1169, 827), 210, 30).copy()
    draw = ImageDraw.Draw(page)
    draw.rectangle((28, 28, 1141, 799), outline=(150, 110, 60), width=6)
    draw.text((584, 92), "营业执照（样本）", (120, 30, 26), _font(54), anchor="mt")
    facts = (
        ("统一社会信用代码", code),
        ("名称", company),
        ("类型", "有限责任公司"),
        ("法定代表人", legal_representative),
        ("住所", address),
        ("经营范围", "货物进出口；供应链管理服务；报关服务；国内国际货物运输代理"),
    )
    for n, (label, value) in enumerate(facts):
        draw.text((110, 230 + n * 72), label, (90, 84, 80), _font(24))
        draw.text((400, 230 + n * 72), value, INK, _font(26))
    _stamp(draw, company, (980, 640))
    return _saved(page, "JPEG", quality=82)


def identity_card(name: str) -> bytes:
    """Both sides of an invented identity card; the number is stars, as a copy for an office may be."""
    page = _paper((900, 1120), 180, 28).copy()
    draw = ImageDraw.Draw(page)
    for top, lines in (
        (
            60,
            (f"姓名　{name}", "性别　*　民族　*", "住址　山西省**********", "公民身份号码　14**************"),
        ),
        (
            580,
            (
                "中华人民共和国",
                "居民身份证（样本）",
                "签发机关　**********",
                "有效期限　****.**.**-****.**.**",
            ),
        ),
    ):
        draw.rounded_rectangle((80, top, 820, top + 460), 28, outline=(90, 130, 160), width=4)
        for n, line in enumerate(lines):
            draw.text((140, top + 60 + n * 90), line, INK, _font(30))
    draw.text((450, 1070), "仅用于外贸综合服务企业认定（演示样本）", SEAL, _font(24), anchor="mm")
    return _saved(page, "PNG", optimize=True)


def _saved(page: Image.Image, form: str, **options: int | bool) -> bytes:
    file = io.BytesIO()
    page.save(file, form, dpi=(100, 100), **options)
    return file.getvalue()
