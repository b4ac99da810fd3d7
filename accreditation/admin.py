"""Programs and rounds, kept by the system administrator; titles and bars, read by the audit administrator."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.administration import AUDIT, SYSTEM, allow
from accounts.reading import ReadingAdmin, column
from accreditation.models import Accreditation, Bar, ListSubscriber, Program, Round
from publicity.admin import ProcedureStateFilter
from workflow.admin import CaseAdmin

allow(Program, view=[AUDIT], add=[SYSTEM], change=[SYSTEM])
allow(Round, view=[AUDIT], add=[SYSTEM], change=[SYSTEM])
allow(Accreditation, view=[AUDIT])
allow(Bar, view=[AUDIT])
allow(ListSubscriber, view=[AUDIT], add=[SYSTEM], change=[SYSTEM])


@admin.register(Program)
class ProgramAdmin(admin.ModelAdmin):
    list_display = ["name", "province", "document_number", "effective_on", "last_day", "tolerant_acceptance"]
    list_filter = ["province"]
    list_select_related = ["province"]
    search_fields = ["name", "code", "document_number"]
    ordering = ["code"]
    autocomplete_fields = ["province"]

    def get_readonly_fields(self, request: HttpRequest, obj: Program | None = None) -> list[str]:
        """Cases already filed refer to the code and to the fact file."""
        return ["code", "facts_name"] if obj else []


@admin.register(Round)
class RoundAdmin(admin.ModelAdmin):
    list_display = ["name", "program", "opens_on", "closes_on"]
    list_filter = ["program"]
    list_select_related = ["program"]
    search_fields = ["name"]
    autocomplete_fields = ["program"]


@admin.register(Accreditation)
class AccreditationAdmin(CaseAdmin):
    list_display = [
        "number",
        "applicant",
        "title_name",
        "state_name",
        "valid_from",
        "valid_until",
        "plaque_number",
    ]
    list_filter = [ProcedureStateFilter, "program"]
    list_select_related = ["applicant"]
    search_fields = ["^number", "^reference", "applicant__name"]


@admin.register(Bar)
class BarAdmin(ReadingAdmin):
    list_display = [column("organization", _("企业")), "reason", "imposed_on", "last_day"]
    list_filter = ["reason"]
    list_select_related = ["organization"]
    search_fields = ["organization__name"]
    ordering = ["-imposed_on"]
    fields = readonly_fields = [*list_display, column("case", _("办件"))]


@admin.register(ListSubscriber)
class ListSubscriberAdmin(admin.ModelAdmin):
    """Financial institutions that are handed the list of holders (SX-19)."""

    list_display = ["name", "province", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["province"]
    search_fields = ["name"]
    ordering = ["name"]
    autocomplete_fields = ["province"]
    fields = ["name", "province", "is_active", "key"]
    readonly_fields = ["key"]

    @admin.display(description=_("访问密钥"))
    def key(self, subscriber: ListSubscriber) -> str:
        return f"{subscriber.token}（只告诉该机构）" if subscriber.pk else "保存后生成"
