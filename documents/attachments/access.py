"""Which attachment a person may open: one of a case they may know of, once the virus scanner lets it pass,
and if it is confidential, only who handles the case.

Everything else answers as if there were no such file.
"""

from django.http import Http404

from accounts.actors import Actor
from documents.attachments.confidentiality import may_open
from documents.attachments.models import Attachment
from workflow.access import cases_visible_to


def attachment_for(actor: Actor, key: str) -> Attachment:
    """The attachment of that key, or `Http404`. A file not yet cleared is shown to its applicant alone."""
    found = (
        Attachment.objects.select_related("case").filter(key=key, case__in=cases_visible_to(actor)).first()
    )
    if found is None or found.case is None:
        raise Http404("没有这个文件，或您无权查看。")
    is_owner = found.case.applicant_id == actor.organization_id
    if not (found.is_cleared or is_owner) or not may_open(actor, found):
        raise Http404("没有这个文件，或您无权查看。")
    return found
