"""`{% cite "SX-37" %}`: a clause as it is printed, leading to its page. Every clause on a screen is cited so."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.clauses import CLAUSES
from documents.notices import codes

register = template.Library()


@register.simple_tag
def cite(clause_id: str, words: str = "") -> SafeString:
    """The article of the document, or for a default of the portal what it settles; nothing for an unknown id."""
    entry = CLAUSES.get(str(clause_id))
    if entry is None:
        return SafeString("")
    shown = words or (f"平台口径：{entry.label}" if entry.is_default else f"{entry.document} {entry.article}")
    return format_html('<a class="cite" href="/law/{}/" title="{}">{}</a>', entry.id, entry.label, shown)


@register.filter
def clause_label(clause_id: str) -> str:
    entry = CLAUSES.get(str(clause_id))
    return entry.label if entry else ""


@register.filter
def code_groups(code: str) -> str:
    """A verification code as it is printed: three groups of six."""
    return codes.in_groups(code)


UNITS = {
    "working_day": "个工作日",
    "day": "天",
    "month": "个月",
    "year": "年",
    "person": "人",
    "enterprise": "家",
    "CNY": "元",
    "USD": "美元",
    "copy": "份",
    "round": "次",
    "item": "项",
}


@register.filter
def plain(value: Any, unit: str = "") -> str:
    """The value of a default as a person reads it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return "未设定"
    if isinstance(value, tuple | list):
        return "、".join(str(one) for one in value) or "无"
    if isinstance(value, Mapping):
        return "；".join(f"{name} {one}" for name, one in value.items())
    if isinstance(value, Decimal):
        return f"{value:,f}".removesuffix(".00") + f" {UNITS.get(unit, unit)}"
    return f"{value} {UNITS.get(unit, '')}".strip()
