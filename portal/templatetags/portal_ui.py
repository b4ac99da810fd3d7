"""Small parts of the design language as template tags; the larger ones are files in templates/components.

They are tags and not includes where a table draws one in every row: a queue of 48 rows draws some
300 of them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core import calendar, clock
from portal.states import DUE_ICONS, look

register = template.Library()

NEAR = 3  # working days; from here on a deadline is amber
MARKS = {
    "ok": ("check", "符合"),
    "no": ("x", "未达到"),
    "warn": ("exclamation-mark", "有差异"),
    "man": ("eye", "由人判断"),
    "none": ("minus", "无数据"),
}
DOT = {"ok": "✓", "no": "✕", "warn": "!", "man": "看", "none": "—"}


# --- Icons and badges ------------------------------------------------------------------------------------


@cache
def _icon(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="ti{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {css}" if css else "",
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A drawing from the sprite; always decoration, so the words stand beside it."""
    return _icon(str(name), css)


@register.simple_tag
def badge(tone: str, icon_name: str, word: str, large: bool = False) -> SafeString:
    """{% badge "blue" "inbox" "待受理" %}: colour, drawing and word together, never colour alone."""
    return format_html(
        '<span class="st {}{}">{}{}</span>', tone, " lg" if large else "", _icon(icon_name, ""), word
    )


@register.simple_tag
def state_badge(state: str, word: str, large: bool = False) -> SafeString:
    """{% state_badge case.state case.get_state_display %}: the badge of a procedure's state."""
    tone, icon_name = look(state)
    return badge(tone, icon_name, word, large)


# --- Time left -------------------------------------------------------------------------------------------


def _day(moment: date | datetime) -> date:
    """The day a deadline falls on; midnight, where `calendar.end_of_day` puts it, closes the day before."""
    if isinstance(moment, datetime):
        return (clock.local(moment) - timedelta(microseconds=1)).date()
    return moment


@register.filter
def days_left(due: date | datetime | None) -> int | None:
    """Working days after today up to and including the due day; negative once it has passed."""
    return None if due is None else calendar.working_days_after(clock.today(), _day(due))


@dataclass(frozen=True)
class DueLook:
    """How the time left is shown: classes, an icon or none, words."""

    css: str
    icon: str
    words: str | SafeString


def due_look(moment: date | datetime | None, paused: bool = False, left: int | None = None) -> DueLook:
    """8 个 / amber from 3 / 今天到期 / 已超 n 个. On the day itself never 0."""
    if paused:
        return DueLook("due paused", DUE_ICONS["paused"], "计时暂停")
    if moment is None:
        return DueLook("faint", "", "不计时")
    day, today = _day(moment), clock.today()
    if day == today:
        return DueLook("due over", DUE_ICONS["today"], "今天到期")
    count = calendar.working_days_after(today, day) if left is None else left
    if day < today:
        return DueLook("due over", DUE_ICONS["over"], f"已超 {max(1, -count)} 个")
    words = format_html("{} <small>个</small>", max(1, count))
    return DueLook("due near" if count <= NEAR else "due", "", words)


@register.simple_tag
def due(moment: date | datetime | None, paused: bool = False, left: int | None = None) -> SafeString:
    """{% due case.due_on %}; `left` saves the count when the view has made it for a whole page already."""
    shown = due_look(moment, paused, left)
    drawing = _icon(shown.icon, "") if shown.icon else ""
    return format_html('<span class="{}">{}{}</span>', shown.css, drawing, shown.words)


# --- Figures ---------------------------------------------------------------------------------------------


@register.filter
def yuan(amount: Decimal) -> str:
    """An exact amount as documents print it: 4500000 → 4,500,000.00. Django groups Chinese figures by four."""
    return f"{amount:,.2f}"


@register.filter
def wan(amount: Decimal | int | float | None, places: int = 1) -> str:
    """Yuan as 万元 with thousands separators: 52317000 → 5,231.7 万元."""
    if amount is None:
        return "—"
    text = f"{Decimal(str(amount)) / 10000:,.{places}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} 万元"


@register.filter
def cn_date(moment: date | datetime | None, form: str = "") -> str:
    """2026-11-24; "long" 2026 年 11 月 24 日; "short" 11-24; "time" 2026-11-24 18:00; "near" 11-24 18:00.

    "due" and "due_short" print the day a deadline falls on.
    """
    if moment is None or moment == "":
        return "—"
    if form.startswith("due"):
        moment, form = _day(moment), form[4:]
    elif isinstance(moment, datetime):
        moment = clock.local(moment)
    day = f"{moment.month:02}-{moment.day:02}"
    hour = f" {moment:%H:%M}" if isinstance(moment, datetime) else ""
    if form == "long":
        return f"{moment.year} 年 {moment.month} 月 {moment.day} 日"
    if form == "weekday":
        return f"{moment.year}-{day} 星期{'一二三四五六日'[moment.weekday()]}"
    return {"short": day, "near": day + hour, "time": f"{moment.year}-{day}{hour}"}.get(
        form, f"{moment.year}-{day}"
    )


def _percent(part: float, whole: float) -> str:
    return f"{max(0.0, min(100.0, 100 * part / whole)) if whole else 0:.1f}%"


@register.simple_tag
def meter(done: float, total: float, label: str, tone: str = "blue") -> SafeString:
    """{% meter 6 9 "必交材料完成 6 项，共 9 项" %}: a bar without an inline style."""
    return format_html(
        '<svg class="meter {}" role="img" aria-label="{}"><rect width="{}" height="100%"/></svg>',
        tone,
        label,
        _percent(float(done), float(total)),
    )


@register.simple_tag
def gauge(
    measured: float, required: float, label: str, required_text: str = "", tone: str = "", upward: bool = True
) -> SafeString:
    """{% gauge 33 30 "服务省内企业" "要求 30 家" %}: measured against required, a bar from 0 and a tick.

    `upward=False` where less is better.
    """
    measured, required = float(measured or 0), float(required or 0)
    whole = max(measured, required) * 1.25 or 1
    met = measured >= required if upward else measured <= required
    tick = _percent(required, whole)
    return format_html(
        '<svg class="gauge {}" role="img" aria-label="{}">'
        '<rect class="track" y="20" width="100%" height="10" rx="5"/>'
        '<rect class="bar" y="20" width="{}" height="10" rx="5"/>'
        '<rect class="tick" x="{}" y="15" width="2" height="20"/>'
        '<text x="{}" y="11" text-anchor="middle">{}</text></svg>',
        tone or ("green" if met else "seal"),
        f"{label}：{measured:g}，{required_text or f'要求 {required:g}'}",
        _percent(measured, whole),
        tick,
        tick,
        required_text or f"{required:g}",
    )


# --- Conditions ------------------------------------------------------------------------------------------


def mark_of(finding) -> str:
    """ok, no or man, from a mark itself or from a finding whose `ok` is True, False or None."""
    if isinstance(finding, str):
        return finding
    ok = getattr(finding, "ok", finding)
    return "man" if ok is None else "ok" if ok else "no"


@register.filter
def mark(finding) -> str:
    return mark_of(finding)


@register.simple_tag
def condition_mark(finding) -> SafeString:
    """The round mark before a condition, with its meaning for screen readers."""
    kind = mark_of(finding)
    icon_name, word = MARKS[kind]
    return format_html(
        '<span class="ci {}">{}<span class="visually-hidden">{}</span></span>',
        kind,
        _icon(icon_name, ""),
        word,
    )


@register.simple_tag
def dots(findings, label: str = "条件预检") -> SafeString:
    """{% dots case.findings %}: the marks of several conditions in one table cell, in order."""
    kinds = [mark_of(finding) for finding in findings]
    if not kinds:
        return format_html('<span class="faint small">{}</span>', "不适用")
    words = "、".join(MARKS[kind][1] for kind in kinds)
    boxes = format_html_join(
        "", '<i class="{}">{}</i>', ((k if k in DOT else "man", DOT.get(k, "?")) for k in kinds)
    )
    return format_html('<span class="dots" role="img" aria-label="{}：{}">{}</span>', label, words, boxes)


# --- Tables and forms ------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def sort_head(context, key: str, label: str, param: str = "sort", css: str = "") -> SafeString:
    """A `<th>` whose link sorts by `key`, and turns the order round when it is the current one."""
    query = context["request"].GET.copy()
    current = query.get(param, "")
    rising = current == key
    state = "ascending" if rising else "descending" if current == f"-{key}" else ""
    query[param] = f"-{key}" if rising else key
    for stale in ("after", "before", "page"):
        query.pop(stale, None)
    arrow = _icon("chevron-up" if rising else "chevron-down", "") if state else ""
    return format_html(
        '<th scope="col"{}{}><a href="?{}">{} {}</a></th>',
        format_html(' aria-sort="{}"', state) if state else "",
        format_html(' class="{}"', css) if css else "",
        query.urlencode(),
        label,
        arrow,
    )


@register.simple_tag(takes_context=True)
def query(context, **changes) -> str:
    """{% query after=page.next %}: the current query string with some values changed; None removes one."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}"


CONTROLS = {"select": "form-select", "checkbox": "form-check-input", "radio": "form-check-input"}


@register.simple_tag
def control(field, css: str = "") -> SafeString:
    """{% control form.name %}: the widget of a bound field in our look; Django adds the aria attributes."""
    kind = getattr(field.field.widget, "input_type", "")
    attrs = {"class": f"{CONTROLS.get(kind, 'form-control')} {css}".strip()}
    return field.as_widget(attrs=attrs)


@register.filter
def is_kind(field, kind: str) -> bool:
    """True if the bound field's widget is of that input type ("checkbox", "radio", "file" …)."""
    return getattr(field.field.widget, "input_type", "") == kind


@register.filter
def item(table: dict | None, key):
    """The value of a key that is only known while drawing: `hints|item:option.data.value`."""
    return (table or {}).get(key, "")
