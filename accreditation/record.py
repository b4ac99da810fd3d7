"""What happened to an application, its files included: the ledger's history and who marked which file confidential."""

from __future__ import annotations

from heapq import merge

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Organization
from accreditation.procedures.application import ProviderApplication
from documents.attachments.models import ConfidentialityChange
from workflow.history import Entry, history
from workflow.relations import Relation


def record(application: ProviderApplication, actor: Actor) -> list[Entry]:
    """Every entry an actor may read, newest first."""
    changes = ConfidentialityChange.objects.filter(attachment__case_id=application.pk)
    rows = changes.select_related("attachment", "by__person").order_by("-at", "-id")
    firm = application.bodies()[Relation.APPLICANT]
    marked = [_entry(change, firm) for change in rows]
    return list(merge(history(application, actor), marked, key=lambda entry: entry.at, reverse=True))


def _entry(change: ConfidentialityChange, firm: Organization) -> Entry:
    title = _("文件标为保密") if change.is_confidential else _("文件取消保密")
    who = f"{firm.label} {change.by.display_name}" if change.by else firm.label
    file = f"{change.attachment.place.label}“{change.attachment.shown_name}”"
    reason = _("理由：%(reason)s") % {"reason": change.confidential_reason} if change.is_confidential else ""
    return Entry(change.at, title, who, "；".join(filter(None, (file, reason))))
