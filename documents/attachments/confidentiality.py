"""Files an enterprise marked as confidential, each with its reason: who may open them, how the mark changes.

Whoever sees the case sees that the file is there, that it is confidential, and why; opening it is another
question, and it is answered here alone (docs/decisions/0011).
"""

from accounts.actors import Actor
from accounts.models import User
from core import clock
from documents.attachments.models import Attachment, ConfidentialityChange
from workflow.access import has_handled


def may_open(actor: Actor, attachment: Attachment) -> bool:
    """Of a confidential file: its owner, and the bodies that review or decide the case or did so before."""
    if not attachment.is_confidential:
        return True
    case = attachment.case
    return case is not None and (case.applicant_id == actor.organization_id or has_handled(case, actor))


def mark(attachment: Attachment, *, reason: str, by: User | None) -> None:
    """State why a file is confidential; without a reason it no longer is. The caller holds the case's lock."""
    attachment.is_confidential, attachment.confidential_reason = bool(reason), reason
    attachment.save(update_fields=["is_confidential", "confidential_reason"])
    note(attachment, by)


def note(attachment: Attachment, by: User | None) -> None:
    """Write a mark down. What the file replaced is covered by it: an earlier version often tells the same."""
    marked = [attachment]
    if attachment.is_confidential:
        earlier = [version for version in attachment.earlier_versions() if not version.is_confidential]
        for version in earlier:
            version.is_confidential, version.confidential_reason = True, attachment.confidential_reason
        Attachment.objects.bulk_update(earlier, ["is_confidential", "confidential_reason"])
        marked += earlier
    ConfidentialityChange.objects.bulk_create(
        ConfidentialityChange(
            attachment=file,
            is_confidential=file.is_confidential,
            confidential_reason=file.confidential_reason,
            by=by,
            at=clock.now(),
        )
        for file in marked
    )
