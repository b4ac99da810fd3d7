"""What happened to an application, its files included: the ledger's history and who marked which file confidential."""

from __future__ import annotations

from heapq import merge

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Organization
from accreditation.procedures.application import ProviderApplication
from documents.attachments.models import Attachment, ConfidentialityChange
from workflow.history import Entry, history
from workflow.relations import Relation

FILINGS = ("submit", "resubmit", "meet_promise")


def record(application: ProviderApplication, actor: Actor) -> list[Entry]:
    """Every entry an actor may read, newest first."""
    changes = ConfidentialityChange.objects.filter(attachment__case_id=application.pk)
    rows = list(changes.select_related("attachment", "by__person").order_by("-at", "-id"))
    if rows and actor.organization_id != application.applicant_id:
        known = _known_to_others(application)
        rows = [change for change in rows if change.attachment_id in known]
    firm = application.bodies()[Relation.APPLICANT]
    marked = [_entry(change, firm) for change in rows]
    return list(merge(history(application, actor), marked, key=lambda entry: entry.at, reverse=True))


def _known_to_others(application: ProviderApplication) -> set[int]:
    """Without files taken back before they were ever filed, and those the scanner has not cleared."""
    filed_at = list(application.ledger.filter(step__in=FILINGS).values_list("at", flat=True))
    files = list(Attachment.objects.filter(case_id=application.pk))
    successor = {file.replaces_id: file for file in files}
    known = set()
    for file in files:
        newest = file
        while newest.pk in successor:
            newest = successor[newest.pk]
        gone_at = newest.withdrawn_at
        was_filed = gone_at is None or any(file.uploaded_at <= at <= gone_at for at in filed_at)
        if was_filed and file.is_cleared:
            known.add(file.pk)
    return known


def _entry(change: ConfidentialityChange, firm: Organization) -> Entry:
    title = _("文件标为保密") if change.is_confidential else _("文件取消保密")
    who = f"{firm.label} {change.by.display_name}" if change.by else firm.label
    file = f"{change.attachment.place.label}“{change.attachment.shown_name}”"
    reason = _("理由：%(reason)s") % {"reason": change.confidential_reason} if change.is_confidential else ""
    return Entry(change.at, title, who, "；".join(filter(None, (file, reason))))
