"""Papers and files as the audit administrator reads them: what was issued and filed, never its content."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.administration import AUDIT, SYSTEM, allow
from accounts.reading import ReadingAdmin
from documents.models import (
    Attachment,
    AttachmentView,
    ConfidentialityChange,
    Notice,
    NoticeCorrection,
    NumberSeries,
    SealCertificate,
)
from workflow.steps import PROCEDURES, steps_of

for model in (Attachment, AttachmentView, ConfidentialityChange, Notice, NoticeCorrection, NumberSeries):
    allow(model, view=[AUDIT])
allow(SealCertificate, view=[SYSTEM, AUDIT])


def papers() -> dict[str, str]:
    """Titles of the kinds of paper that some step issues, by code."""
    steps = [step for procedure in PROCEDURES.values() for step in steps_of(procedure).values()]
    return {kind.code: kind.title for step in steps for kind in step.issues}


class PaperFilter(admin.SimpleListFilter):
    title = _("文书种类")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(papers().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Notice)
class NoticeAdmin(ReadingAdmin):
    list_display = [
        "number",
        "title",
        "organ",
        "case_reference",
        "addressee",
        "status",
        "posted_at",
        "served_on",
    ]
    list_filter = ["status", PaperFilter, "year"]
    list_select_related = ["organ", "addressee", "case"]
    search_fields = ["^number", "^case__reference", "=verification_code"]
    ordering = ["-id"]
    fields = [
        "number", "paper", "title", "organ", "case_reference", "addressee", "addressee_name", "status", "status_reason",
        "ended_at", "posted_at", "read_at", "read_by", "served_on", "service_mode", "drawn_sha256", "pdf_sha256", "certificate", "rendered_at",
        "render_error",
    ]  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("文书种类"))
    def paper(self, notice: Notice) -> str:
        return papers().get(notice.kind, notice.kind)

    @admin.display(description=_("受理编号"))
    def case_reference(self, notice: Notice) -> str:
        return notice.case.reference


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadingAdmin):
    list_display = ["organ", "year", "series", "last"]
    list_filter = ["year"]
    list_select_related = ["organ"]
    search_fields = ["organ__name"]
    ordering = ["-year", "organ", "series"]
    fields = readonly_fields = ["organ", "year", "series", "last"]


@admin.register(Attachment)
class AttachmentAdmin(ReadingAdmin):
    list_display = [
        "shown_name",
        "case_reference",
        "slot",
        "size",
        "uploaded_by",
        "uploaded_at",
        "scan",
        "withdrawn_at",
    ]
    list_filter = ["scan"]
    list_select_related = ["case", "uploaded_by__person"]
    search_fields = ["^case__reference", "=sha256"]
    ordering = ["-id"]
    fields = [
        "shown_name", "case_reference", "slot", "content_type", "size", "pages", "sha256", "scan", "uploaded_by",
        "uploaded_at", "replaces", "withdrawn_at", "is_confidential", "confidential_reason",
    ]  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("文件名"))
    def shown_name(self, attachment: Attachment) -> str:
        return attachment.shown_name

    @admin.display(description=_("受理编号"))
    def case_reference(self, attachment: Attachment) -> str:
        return attachment.case.reference if attachment.case else "—"


@admin.register(AttachmentView)
class AttachmentViewAdmin(ReadingAdmin):
    list_display = ["at", "user", "attachment", "case_reference", "reason"]
    list_select_related = ["user__person", "attachment__case"]
    search_fields = ["^attachment__case__reference", "user__username", "user__person__name"]
    ordering = ["-at"]
    fields = readonly_fields = ["at", "user", "attachment", "case_reference", "reason"]

    @admin.display(description=_("受理编号"))
    def case_reference(self, view: AttachmentView) -> str:
        return view.attachment.case.reference if view.attachment.case else "—"


@admin.register(ConfidentialityChange)
class ConfidentialityChangeAdmin(ReadingAdmin):
    list_display = ["at", "by", "attachment", "case_reference", "is_confidential", "confidential_reason"]
    list_select_related = ["by__person", "attachment__case"]
    search_fields = ["^attachment__case__reference", "by__username", "by__person__name"]
    ordering = ["-at"]
    fields = readonly_fields = list_display

    @admin.display(description=_("受理编号"))
    def case_reference(self, change: ConfidentialityChange) -> str:
        return change.attachment.case.reference if change.attachment.case else "—"


@admin.register(SealCertificate)
class SealCertificateAdmin(ReadingAdmin):
    """With which certificates papers were sealed, and when each ends."""

    list_display = ["organ", "valid_from", "valid_until", "first_used_at", "fingerprint"]
    list_select_related = ["organ"]
    search_fields = ["organ__name", "^fingerprint"]
    ordering = ["organ", "-valid_from"]
    fields = readonly_fields = [
        "organ", "valid_from", "valid_until", "first_used_at", "fingerprint", "certificate",
    ]  # fmt: skip


@admin.register(NoticeCorrection)
class NoticeCorrectionAdmin(ReadingAdmin):
    list_display = ["notice", "wrong", "right", "outcome", "asked_at", "settled_at"]
    list_select_related = ["notice"]
    ordering = ["-id"]
    fields = readonly_fields = [
        "notice", "wrong", "right", "reason", "asked_by", "asked_at", "outcome", "settled_by", "settled_at",
    ]  # fmt: skip
