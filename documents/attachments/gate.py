"""The one gate every upload passes: received under a cap, judged by a confined child, kept, and only then
recorded.

Nobody but the child opens the file. What is refused leaves nothing behind.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from documents import confined
from documents.attachments import antivirus, names, store
from documents.attachments.confidentiality import mark, note
from documents.attachments.models import Attachment
from documents.attachments.sentences import WARNINGS, rejection
from documents.attachments.slots import MOST_BYTES_PER_CASE, MOST_FILES_PER_CASE, Slot
from documents.attachments.types import FILE_TYPES
from workflow.cases import Case
from workflow.errors import Conflict


def accept_upload(
    file: UploadedFile,
    slot: Slot,
    case: Case | None,
    user: User | None,
    *,
    replaces: Attachment | None = None,
    confidential_reason: str = "",
) -> Attachment:
    """Take a file into its slot, or raise `Rejected` with what to do.

    Where the case may move while the file is looked into, `examined` and `recorded` are called apart.
    """
    return recorded(
        examined(file, slot, case, user, replaces=replaces, confidential_reason=confidential_reason)
    )


def examined(
    file: UploadedFile,
    slot: Slot,
    case: Case | None,
    user: User | None,
    *,
    replaces: Attachment | None = None,
    confidential_reason: str = "",
) -> Attachment:
    """Look into a file and keep its bytes, which takes seconds; no row names them yet. Raises `Rejected`.

    `replaces` names the version this one supersedes, which is kept.
    """
    with received(file, slot) as path:
        verdict = judged("inspect", path, slot)
        kind = FILE_TYPES[verdict["type"]]
        name = names.with_ending(names.clean_name(file.name or ""), kind.extensions[0])
        ending = names.ending_of(name)
        if ending not in kind.extensions:
            raise rejection(
                "wrong_extension", slot, extension=ending, kind=kind.code, right=kind.extensions[0]
            )
        scan = _scanned(path, slot)
        kept = _clean_copy(path) if _clean_copy(path).exists() else path
        attachment = Attachment(
            case=case,
            slot=slot.code,
            name=name,
            sha256=store.digest_of(kept),
            size=kept.stat().st_size,
            content_type=kind.content_type,
            pages=verdict["pages"],
            warnings=[str(WARNINGS[code]) for code in verdict["warnings"]],
            scan=scan,
            uploaded_by=user,
            replaces=replaces,
            is_confidential=bool(confidential_reason),
            confidential_reason=confidential_reason,
        )
        store.keep(kept, attachment.sha256)
    return attachment


def recorded(attachment: Attachment) -> Attachment:
    """Write the row of an examined file; what is confidential stays so in its next version.

    The same content sent twice to the same place is one attachment: a double click files nothing twice.
    """
    case, slot = attachment.case, attachment.place
    try:
        with transaction.atomic():
            if case is not None:
                # Two uploads to one case wait for each other here, or both would pass the count and the look
                # for twins.
                Case.objects.select_for_update().get(pk=case.pk)
                _inherit_confidentiality(attachment)
                twin = case.attachments.standing().filter(sha256=attachment.sha256).order_by("id").first()
                if twin and twin.slot == slot.code and attachment.replaces in (None, twin):
                    if attachment.is_confidential and not twin.is_confidential:
                        mark(twin, reason=attachment.confidential_reason, by=attachment.uploaded_by)
                    return twin
                if twin:
                    attachment.warnings.append(str(WARNINGS["duplicate"]).format(name=twin.shown_name))
                _refuse_beyond_quota(attachment, slot)
            attachment.save(force_insert=True)
            if attachment.is_confidential:
                note(attachment, attachment.uploaded_by)
    except IntegrityError:
        raise Conflict(_("这份材料刚刚已被别人替换，没有上传。请刷新页面，看过最新版本后再上传。")) from None
    return attachment


def _inherit_confidentiality(attachment: Attachment) -> None:
    """As the replaced version is marked now: it may have been marked while its successor was looked into."""
    if attachment.replaces is None:
        return
    attachment.replaces = replaced = Attachment.objects.get(pk=attachment.replaces.pk)
    if not attachment.is_confidential:
        attachment.is_confidential = replaced.is_confidential
        attachment.confidential_reason = replaced.confidential_reason


def _refuse_beyond_quota(attachment: Attachment, slot: Slot) -> None:
    filed = Attachment.objects.filter(case=attachment.case).aggregate(files=Count("id"), size=Sum("size"))
    if filed["files"] >= MOST_FILES_PER_CASE:
        raise rejection("too_many_files", slot, files=filed["files"])
    size = (filed["size"] or 0) + attachment.size
    if size > MOST_BYTES_PER_CASE:
        raise rejection("too_many_bytes", slot, size=size, limit=MOST_BYTES_PER_CASE)


@contextmanager
def received(file: UploadedFile, slot: Slot) -> Iterator[Path]:
    """The upload in quarantine, for as long as the block lasts; one that is too large is not written to its
    end.
    """
    if file.size is not None and file.size > slot.max_bytes:
        raise rejection("too_large", slot, size=file.size, limit=slot.max_bytes)
    handle, name = tempfile.mkstemp(dir=store.quarantine())
    path = Path(name)
    try:
        size = 0
        with os.fdopen(handle, "wb") as quarantined:
            for chunk in file.chunks():
                size += len(chunk)
                if size > slot.max_bytes:
                    raise rejection("too_large", slot, size=size, limit=slot.max_bytes)
                quarantined.write(chunk)
        yield path
    finally:
        path.unlink(missing_ok=True)
        _clean_copy(path).unlink(missing_ok=True)


def judged(task: str, path: Path, slot: Slot, **request: Any) -> dict[str, Any]:
    """What the confined child says of a file; its refusal is raised in words."""
    verdict = confined.run(
        task,
        {
            "path": str(path),
            "clean_copy": str(_clean_copy(path)),
            "types": slot.types,
            "max_pages": slot.max_pages,
            "max_pixels": slot.max_pixels,
            **request,
        },
    )
    if "refused" in verdict:
        raise rejection(verdict["refused"], slot, **verdict.get("values", {}))
    return verdict


def _clean_copy(path: Path) -> Path:
    return path.with_name(f"{path.name}.clean")


def _scanned(path: Path, slot: Slot) -> Attachment.Scan:
    if not antivirus.is_configured():
        return Attachment.Scan.NO_SCANNER
    try:
        virus = antivirus.virus_in(path)
    except antivirus.ScannerDown:
        return Attachment.Scan.WAITING
    if virus:
        raise rejection("infected", slot, virus=virus)
    return Attachment.Scan.CLEAN
