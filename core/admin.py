"""Calendar overrides and defaults, for the administrator."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.calendar import CalendarDay, CalendarYear, unpublished_year_ahead
from core.defaults import Default
from core.json_input import JSONInput


@admin.register(CalendarYear)
class CalendarYearAdmin(admin.ModelAdmin):
    list_display = ["year", "source", "published_on"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if year := unpublished_year_ahead(clock.today()):
            text = _("%(year)s 年放假安排尚未载入，期限暂按周一至周五推算。请在通知公布后录入。")
            messages.warning(request, text % {"year": year})
        return super().changelist_view(request, extra_context)


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    list_display = ["date", "name", "is_working", "source"]
    list_filter = ["is_working"]
    date_hierarchy = "date"
    search_fields = ["name"]


@admin.register(Default)
class DefaultAdmin(admin.ModelAdmin):
    """Values are added, never changed: what once applied stays on record."""

    list_display = ["key", "value", "effective_on", "reason", "set_by"]
    search_fields = ["key", "reason"]
    fields = ["key", "value", "effective_on", "reason"]
    formfield_overrides = {models.JSONField: {"form_class": JSONInput}}

    def has_change_permission(self, request: HttpRequest, obj: Default | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Default | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Default, form: Any, change: bool) -> None:
        obj.set_by = str(request.user)
        super().save_model(request, obj, form, change)
