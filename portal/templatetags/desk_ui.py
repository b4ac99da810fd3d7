"""A row of the work queue as one tag: fifty of them must fit into forty kilobytes, and cost next to nothing.

What many rows share, a state, the marks, a day, is drawn once and kept; icons are classes (static/vendor/worn.css).
"""

import datetime as dt
from functools import lru_cache

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from portal.desk.queue import Row
from portal.states import look as state_look
from portal.templatetags.portal_ui import dots, due_look

register = template.Library()

ROW = (
    '<tr><td><input type="checkbox" name="case" value="{value}" aria-labelledby="c{pk}">'
    '<td><a href="cases/{ref}/" id="c{pk}">{title}</a><small>{ref}</small><td>{kind}<td>{badge}<td>{dots}'
    "<td>{due}{claimed}</tr>"
)


@register.simple_tag
def desk_row(row: Row) -> SafeString:
    case = row.case
    claimed = f" <small>{escape(row.claimed)}</small>" if row.claimed else ""
    # Escaped one by one: asking eight values of fifty rows whether they are safe already costs as much as the rows.
    return SafeString(
        ROW.format(
            ref=escape(case.reference), value=f"{case.pk}.{case.version}", pk=case.pk, title=escape(case.title),
            kind=_word(row.kind), badge=_badge(row.look, row.word), dots=_dots(row.marks),
            due=_due(row.due, row.is_paused, row.left, row.today), claimed=claimed,
        )
    )  # fmt: skip


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
