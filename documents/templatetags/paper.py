"""What a notice writes with: paragraphs, titles, heads, seals, dates. Layout is here, so no notice repeats it.

On paper a paragraph becomes composed lines and a head is measured to the millimetre. On a screen (`screen` in the
context, for the live preview) the same tags give plain elements, and a stylesheet of the site does the rest.
"""

import datetime as dt
import html
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from fontTools.pens.boundsPen import BoundsPen

from core import clock
from core.money import in_wan
from documents.notices import codes, fonts
from documents.notices.lines import MEASURES, Line, Run, compose
from documents.notices.ornament import frame
from documents.notices.seal import sample_seal
from documents.notices.titles import rows_of

register = template.Library()

MM = 25.4 / 72  # of a point
ROW = 10.22
CHARACTER = 16 * MM
DATE_INSET = 22.286 / MM  # four characters, from the right edge of the type area, in points
SMALLEST_MARK = 32.0  # points; a longer name is set narrower and not smaller
LONG_VALUE = 25  # characters of 17 pt, in a row of a certificate
HANZI = "零一二三四五六七八九"


# --- Words --------------------------------------------------------------------------------------------------


@register.filter
def day(value: Any) -> str:
    """A day as documents print it: 2026年1月5日, in Beijing, without leading zeros."""
    if not value:
        return ""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value) if "T" in value else dt.date.fromisoformat(value)
    if isinstance(value, dt.datetime):
        value = clock.local(value)
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def hanzi(number: int) -> str:
    """A small number in words, for the levels of a text: 1 is 一, 12 is 十二."""
    tens, ones = divmod(int(number), 10)
    if tens == 0:
        return HANZI[ones]
    return ("" if tens == 1 else HANZI[tens]) + "十" + (HANZI[ones] if ones else "")


@register.filter
def sentence(value: Any) -> str:
    """What a person wrote, closed with a full stop if they left it open."""
    text = str(value or "").strip()
    return text if not text or text[-1] in "。！？；" else text.rstrip(".;,，、 ") + "。"


@register.filter
def wan(value: Any) -> str:
    """An amount of yuan as the regulations count it: 5,231.7 万元."""
    return in_wan(Decimal(str(value)))


# --- Paragraphs and titles ------------------------------------------------------------------------------------


class Block(template.Node):
    """A block tag whose inside is text."""

    def __init__(self, nodelist: template.NodeList, options: dict[str, Any]) -> None:
        self.nodelist = nodelist
        self.options = options

    @classmethod
    def parse(cls, parser: template.base.Parser, token: template.base.Token) -> "Block":
        name, *given = token.split_contents()
        options = template.base.token_kwargs(given, parser)
        nodelist = parser.parse((f"end{name}",))
        parser.delete_first_token()
        return cls(nodelist, options)

    def text(self, context: template.Context) -> str:
        """The inside as plain text: escaped by the template like all text, unescaped here, escaped on the way out."""
        written = html.unescape(self.nodelist.render(context))
        return re.sub(r"\s*\n\s*", "", written).strip()

    def option(self, context: template.Context, name: str, default: Any = "") -> Any:
        return self.options[name].resolve(context) if name in self.options else default


class Paragraph(Block):
    """`{% para %}…{% endpara %}`, with `lead="（一）…"` in 楷体, `indent=0` for what stands flush left, and
    `measure="certificate"` for the column of a certificate."""

    face = "fangsong"

    def render(self, context: template.Context) -> SafeString:
        lead, text = self.option(context, "lead"), self.text(context)
        indent = self.option(context, "indent", 2)
        if not (lead or text):
            return SafeString("")
        if context.get("screen"):
            return self.on_screen("" if indent else "flat", lead + text)
        runs = [Run(str(lead), "kai"), Run(text, self.face)]
        measure = MEASURES[self.option(context, "measure", "body")]
        composed = compose(runs, indent=indent, measure=measure)
        lines = format_html_join("", "{}", ((_line(line, self.face),) for line in composed))
        return format_html('<p class="indent{} {}">{}</p>', indent, self.face, lines)

    def on_screen(self, style: str, text: str) -> SafeString:
        return format_html('<p class="{}">{}</p>', style, text)


class Heading(Paragraph):
    """`{% heading %}…{% endheading %}`: the first level, in 黑体, numbered 一、二、三 as they come."""

    face = "hei"

    def on_screen(self, style: str, text: str) -> SafeString:
        return format_html('<p class="{}"><b>{}</b></p>', style, text)

    def text(self, context: template.Context) -> str:
        return f"{hanzi(next(context['sections']))}、{super().text(context)}"


class Title(Block):
    """`{% title %}…|…{% endtitle %}`: the bars are where sense allows a break."""

    def render(self, context: template.Context) -> SafeString:
        if context.get("screen"):
            return format_html('<p class="ttl flat">{}</p>', self.text(context).replace("|", ""))
        rows = rows_of(self.text(context))
        return format_html("<h1>{}</h1>", format_html_join("", "<span>{}</span>", ((row,) for row in rows)))


register.tag("para", Paragraph.parse)
register.tag("heading", Heading.parse)
register.tag("title", Title.parse)


def _line(line: Line, face: str) -> SafeString:
    text = format_html_join(
        "",
        "{}",
        (
            (run.text if run.role == face else format_html('<span class="{}">{}</span>', run.role, run.text),)
            for run in line.runs
        ),
    )
    return format_html('<span class="ln {}">{}</span>', line.tracked, text)


def _run(run: Run) -> SafeString:
    return format_html('<span class="{}">{}</span>', run.role, run.text)


# --- Head, seal, code -----------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def document_head(context: template.Context) -> SafeString:
    """Red head of a document: the ink of the mark 35 mm below the type area's top, number and red line under it."""
    mark, number = f"{context['organ']['name']}文件", context["number"]
    if context.get("screen"):
        return format_html('<div class="hdr">{}</div><p class="flat">{}</p>', mark, number)
    size, gap, tall = _ink(mark, widest=50.0)
    number_at = 35 + tall + 2 * ROW
    line_at = number_at + ROW / 2 + CHARACTER / 2 + 4
    return _head(
        line_at + 2 * ROW,
        Box(35 - gap, size * MM, "mark", mark, size),
        Box(number_at, ROW, "number", number),
        Box(line_at, 0.5, "redline"),
    )


@register.simple_tag(takes_context=True)
def letter_head(context: template.Context) -> SafeString:
    """Head of a letter: the ink of the mark 30 mm below the paper's edge, a double line 4 mm under it."""
    mark, number = context["organ"]["name"], context["number"]
    if context.get("screen"):
        return format_html('<div class="hdr">{}</div><p class="flat">{}</p>', mark, number)
    size, gap, tall = _ink(mark, widest=46.0)
    line_at = 30 - 37 + tall + 4
    number_at = line_at + 1.95 + CHARACTER * 7 / 8 - (ROW - CHARACTER) / 2
    return _head(
        number_at + (ROW + CHARACTER) / 2 + 2 * ROW,
        Box(30 - 37 - gap, size * MM, "mark", mark, size),
        Box(line_at, 1.95, "double"),
        Box(number_at, ROW, "number", number),
    )


@register.simple_tag(takes_context=True)
def seal(context: template.Context) -> SafeString:
    """The place for the seal: the sample seal of a demo, nothing where a seal service will set one, and before
    issue only a dashed circle. Nothing that looks like a seal stands on what has not been sealed."""
    if context.get("preview"):
        place = "seal-slot" if context.get("screen") else "awaiting"
        return format_html('<span class="{}">{}<br/>{}</span>', place, "发布时", "加盖电子章")
    if context["seal_mode"] != "placeholder":
        return SafeString("")
    organ = context["organ"]["name"]
    return format_html('<img class="seal" alt="{}样章" src="{}"/>', organ, sample_seal(organ))


@register.simple_tag(takes_context=True)
def qr(context: template.Context) -> SafeString:
    """The QR of the verification page; before issue there is no code, and no picture of one."""
    if not (url := context.get("verification_url")):
        return SafeString("")
    return format_html('<img class="qr" alt="核验二维码" src="{}"/>', codes.qr(url))


@register.simple_tag(takes_context=True)
def certificate_frame(context: template.Context) -> SafeString:
    """The border of a certificate; a screen draws its own."""
    if context.get("screen"):
        return SafeString("")
    return format_html('<img class="frame" alt="" src="{}"/>', frame())


@register.simple_tag
def field(label: str, value: Any) -> SafeString:
    """A row of a certificate. A long value is set smaller rather than pushed off its line."""
    size = "long" if len(str(value)) > LONG_VALUE else "fits"
    return format_html(
        '<div class="field"><dt>{}</dt><dd class="{}">{}</dd></div>', spread(label), size, value
    )


@register.simple_tag
def spread(label: str) -> SafeString:
    """A label drawn out to eight characters, by spacing and not by blanks, so that it reads back as one word."""
    spacing = (8 - len(label)) / max(len(label) - 1, 1)
    return format_html(
        '<span style="letter-spacing:{}em">{}</span>{}：', f"{spacing:.3f}", label[:-1], label[-1]
    )


@register.simple_tag(takes_context=True)
def issuer(context: template.Context) -> SafeString:
    """Who signs, centred on the date; a name too long for that is set narrower, not pushed over the margin."""
    name = context["organ"]["name"]
    room = 2 * DATE_INSET + _width(day(context["issued_on"]))
    return format_html('<span class="issuer" style="{}">{}</span>', _squeezed(room / _width(name)), name)


def _width(text: str) -> float:
    """Of a text in 3号 仿宋, in points."""
    advances = fonts.advances("fangsong")
    return sum(advances.get(ord(c), 1.0) for c in text) * 16


def _squeezed(to: float) -> SafeString:
    return SafeString("") if to >= 1 else format_html(";transform: scaleX({})", f"{to:.3f}")


def _ink(mark: str, *, widest: float) -> tuple[float, float, float]:
    """Size of a mark in points; blank above its ink and height of the ink, in mm."""
    size = min(widest, max(_fitting(mark), SMALLEST_MARK))
    font = fonts.outlines("biaosong")
    glyphs, cmap, em = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
    highest, lowest = 0.0, float(em)
    for character in mark:
        pen = BoundsPen(glyphs)
        glyphs[cmap.get(ord(character), ".notdef")].draw(pen)
        if pen.bounds:
            lowest, highest = min(lowest, pen.bounds[1]), max(highest, pen.bounds[3])
    return size, (fonts.ASCENT - highest / em) * size * MM, (highest - lowest) / em * size * MM


def _fitting(mark: str) -> float:
    """The size, in points, at which a mark fills the line."""
    return 156 / MM / (len(mark) * 1.08)


@dataclass(frozen=True)
class Box:
    """A part of a head: its top below the type area's top and its height in mm, and the size of its type in pt."""

    top: float
    height: float
    style: str
    text: str = ""
    size: float = 16.0


def _head(height: float, *boxes: Box) -> SafeString:
    """The boxes one below the other. They stay in the flow, so that their text is read before the body's."""
    parts, reached = [], boxes[0].top
    for box in boxes:
        spacing = box.size * 0.08 if box.style == "mark" else 0.0
        measures = (box.top - reached, box.height, box.size, spacing, spacing)
        parts.append(
            format_html(
                '<p class="{}" style="margin-top:{}mm;height:{}mm;font-size:{}pt;letter-spacing:{}pt;text-indent:{}pt{}">{}</p>',
                box.style,
                *(f"{measure:.3f}" for measure in measures),
                _squeezed(_fitting(box.text) / box.size if box.style == "mark" else 1.0),
                box.text,
            )
        )
        reached = box.top + box.height
    inside = format_html_join("", "{}", ((part,) for part in parts))
    start = boxes[0].top
    return format_html(
        '<div class="head" style="margin-top:{}mm;height:{}mm">{}</div>',
        f"{start:.3f}",
        f"{height - start:.3f}",
        inside,
    )
