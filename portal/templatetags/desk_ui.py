"""A row of the work queue as one tag: thirty-six of them must fit into forty kilobytes."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.desk.queue import Row
from portal.templatetags.portal_ui import dots, due, state_badge

register = template.Library()


@register.simple_tag
def desk_row(row: Row) -> SafeString:
    case = row.case
    return format_html(
        '<tr><td><input type="checkbox" name="case" value="{pk}.{version}" data-row aria-labelledby="c{pk}">'
        '<td><a href="cases/{ref}/" id="c{pk}">{title}</a><small>{ref}</small><td>{kind}<td>{badge}<td>{dots}'
        "<td>{due}{claimed}</tr>",
        ref=case.reference,
        version=case.version,
        pk=case.pk,
        title=case.title,
        kind=row.kind,
        badge=state_badge(row.look, row.word),
        dots=dots(row.marks, "四项"),
        due=due(row.due, row.is_paused, row.left),
        claimed=format_html(" <small>{}</small>", case.claimed) if case.claimed else "",
    )
