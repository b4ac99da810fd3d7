"""Public notices and objections as the audit administrator reads them. Who objected is not shown here."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.administration import AUDIT, allow
from publicity.models import Objection, Publicity
from workflow.admin import CaseAdmin, OverdueFilter, StateFilter

for model in (Publicity, Objection):
    allow(model, view=[AUDIT])


class ProcedureStateFilter(StateFilter):
    """The states of the one procedure that the page lists."""

    def lookups(self, request, model_admin):
        return list(model_admin.model.State.choices)


@admin.register(Publicity)
class PublicityAdmin(CaseAdmin):
    list_display = ["reference", "title", "state_name", "posted_on", "last_day", "closed_at"]
    list_filter = [ProcedureStateFilter, "posted_on"]


@admin.register(Objection)
class ObjectionAdmin(CaseAdmin):
    list_display = ["reference", "parent_reference", "state_name", "opened_at", "due_at", "closed_at"]
    list_filter = [ProcedureStateFilter, OverdueFilter]
    list_select_related = ["parent"]

    @admin.display(description=_("所涉公示"))
    def parent_reference(self, objection: Objection) -> str:
        return objection.parent.reference if objection.parent else "—"
