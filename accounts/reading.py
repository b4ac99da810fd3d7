"""Admin pages for looking things up: nothing on them can be added, changed or deleted, whoever looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property

MOST = 10_000


def column(field: str, label: Any, boolean: bool | None = None) -> Callable[[Any], Any]:
    """A field under a label of the page's own, where the model gives it none for the screen."""

    @admin.display(description=label, ordering=field, boolean=boolean)
    def show(row: Any) -> Any:
        value = getattr(row, field)
        return "—" if value is None else value

    show.__name__ = field
    return show


class CappedPaginator(Paginator):
    """Counts no further than anybody turns pages: a table of a million rows opens as fast as a small one."""

    @cached_property
    def count(self) -> int:
        return self.object_list[:MOST].count()  # type: ignore[attr-defined]


class _Reading:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadingAdmin(_Reading, admin.ModelAdmin):
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50


class ReadingInline(_Reading, admin.TabularInline):
    extra = 0
    template = "admin/edit_inline/reading.html"
