"""A row of the work queue as one tag: fifty of them must fit into forty kilobytes, and cost next to nothing.

What many rows share, a state, the marks, a day, is drawn once and kept; icons are classes (static/vendor/worn.css).
"""

import datetime as dt
from collections.abc import Callable
from functools import cache, lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import clock
from portal.desk.columns import CLAIMED, Column
from portal.desk.queue import Row
from portal.states import look as state_look
from portal.templatetags.portal_ui import dots, due_look

register = template.Library()

# `</tr>` and `</td>` may be left out, and fifty rows of them are half a kilobyte.
SUBJECT = (
    '<tr><td><input type="checkbox" name="case" value="{value}" aria-labelledby="c{pk}">'
    '<td><a href="cases/{ref}/" id="c{pk}">{title}</a><small>{ref}</small>'
)


@register.simple_tag
def desk_row(row: Row, columns: tuple[Column, ...]) -> SafeString:
    case = row.case
    return format_html(
        _row_of(columns),
        ref=case.reference,
        value=f"{case.pk}.{case.version}",
        pk=case.pk,
        title=case.title,
        due=_due(row.due, row.is_paused, row.left, row.today),
        aside=_aside(row.claimed) if row.claimed and CLAIMED not in columns else "",
        **{column.key: CELLS[column.key](row) for column in columns},
    )


@cache
def _row_of(columns: tuple[Column, ...]) -> str:
    return f"{SUBJECT}{''.join(f'<td>{{{column.key}}}' for column in columns)}<td>{{due}}{{aside}}"


def _aside(name: str) -> SafeString:
    return format_html(" <small>{}</small>", name)


@lru_cache(maxsize=64)
def _word(word: str) -> SafeString:
    return format_html("{}", word)


@lru_cache(maxsize=256)
def _badge(look: str, word: str) -> SafeString:
    tone, icon = state_look(look)
    return format_html('<span class="st {} i-{}">{}</span>', tone, icon, word)


@lru_cache(maxsize=128)
def _dots(marks: str) -> SafeString:
    return dots(marks.split(), "四项")


@lru_cache(maxsize=512)
def _due(moment: dt.datetime | None, is_paused: bool, left: int | None, today: dt.date) -> SafeString:
    shown = due_look(moment, is_paused, left)
    return format_html(
        '<span class="{}{}">{}</span>', shown.css, f" i-{shown.icon}" if shown.icon else "", shown.words
    )


def _day(moment: dt.datetime) -> str:
    return f"{clock.local(moment):%m-%d}"


CELLS: dict[str, Callable[[Row], str]] = {
    "kind": lambda row: _word(row.kind),
    "state": lambda row: _badge(row.look, row.word),
    "conditions": lambda row: _dots(row.marks),
    "claimed": lambda row: row.claimed,
    "region": lambda row: _word(row.case.region__name or ""),
    "opened": lambda row: _day(row.case.opened_at),
    "moved": lambda row: _day(row.case.moved_at),
}
