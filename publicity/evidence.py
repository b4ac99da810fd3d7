"""What an objector hands in to prove it: taken through the gate first, filed with the objection afterwards.

A file that was fine stays, even if something else in the form was not: it is named by its unguessable key until
the objection exists.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from documents.attachments.gate import accept_upload
from documents.attachments.models import Attachment
from documents.attachments.sentences import Rejected
from documents.attachments.slots import SLOTS
from publicity.models import Objection

SLOT = SLOTS["objection_evidence"]
SLOT_MB = SLOT.max_bytes // (1024 * 1024)
MOST = 5


def waiting(keys: Iterable[str]) -> list[Attachment]:
    """Files handed in with this form earlier and not yet filed."""
    rows = Attachment.objects.standing().filter(key__in=list(keys)[:MOST], slot=SLOT.code, case=None)
    return list(rows.order_by("pk"))


def take_in(files: Iterable[UploadedFile], held: list[Attachment]) -> tuple[list[Attachment], list[str]]:
    """The files that stand now and a sentence for each that was not taken."""
    standing, refused = list(held), []
    for file in files:
        if len(standing) >= MOST:
            refused.append(
                _("证据最多 %(most)s 个文件，“%(name)s”没有上传。请合并成一个文件。") % _told(file)
            )
            continue
        try:
            taken = accept_upload(file, SLOT, None, None)
        except Rejected as reason:
            refused.append(_("“%(name)s”：%(reason)s") % _told(file, reason=reason.message))
        else:
            standing.append(taken)
    return standing, refused


def file_with(objection: Objection, standing: Iterable[Attachment]) -> None:
    """Put what was taken in on the file of the objection; sent twice, the same content is filed once."""
    known = set(objection.attachments.standing().values_list("sha256", flat=True))
    fresh = {each.sha256: each.pk for each in standing if each.sha256 not in known}
    Attachment.objects.filter(pk__in=fresh.values(), case=None).update(case_id=objection.pk)


def _told(file: UploadedFile, **more: str) -> dict[str, object]:
    return {"most": MOST, "name": (file.name or "")[:80], **more}
