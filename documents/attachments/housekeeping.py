"""What the clock does for attachments: remove what belongs to nobody, finish waiting scans, forget old page
pictures.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.files.storage import Storage, default_storage

from core import clock
from documents.attachments import antivirus, store
from documents.attachments.models import Attachment

ORPHANS_LIVE = timedelta(hours=24)
PAGES_LIVE = timedelta(days=7)
ASK_AT_ONCE = 500


def remove_orphans(storage: Storage = default_storage) -> int:
    """Removes kept files without a row, and leftovers in quarantine, older than a day; says how many.

    A day, because the row is written after the file. Age is measured against the disk's own clock: a drill
    moves ours by weeks, and must not make an upload of this minute look abandoned.
    """
    before = _clock_of_the_disk() - ORPHANS_LIVE
    removed = 0
    for name in _unowned(storage):
        if storage.get_modified_time(name) < before:
            storage.delete(name)
            removed += 1
    return removed + _remove_older(store.quarantine(), before)


def forget_unfiled() -> int:
    """Forgets what a visitor handed in and never filed: uploads of nobody, for no case, older than a day."""
    abandoned = Attachment.objects.filter(
        case=None, uploaded_by=None, views=None, uploaded_at__lt=clock.now() - ORPHANS_LIVE
    )
    return abandoned.delete()[0]


def forget_old_pages() -> int:
    """Page pictures can be drawn again at any time; a week after they were drawn they make room."""
    return _remove_older(store.page_cache(), _clock_of_the_disk() - PAGES_LIVE)


def scan_waiting() -> int:
    """Asks the scanner again for files that waited; returns how many now have an answer.

    An infected one stays in the row's history, but as withdrawn and without its content.
    """
    answered = 0
    for attachment in Attachment.objects.filter(scan=Attachment.Scan.WAITING).order_by("id")[:ASK_AT_ONCE]:
        with store.local_copy(attachment.sha256) as path:
            try:
                virus = antivirus.virus_in(path)
            except antivirus.ScannerDown:
                return answered
        if virus:
            attachment.withdraw()
        attachment.scan = Attachment.Scan.INFECTED if virus else Attachment.Scan.CLEAN
        attachment.save(update_fields=["scan"])
        answered += 1
    return answered


def _unowned(storage: Storage) -> Iterator[str]:
    """Names on the shelf whose hash no attachment knows, asked a few hundred at a time."""
    names = list(_names_in(storage, "attachments"))
    for start in range(0, len(names), ASK_AT_ONCE):
        some = names[start : start + ASK_AT_ONCE]
        digests = [name.rpartition("/")[2] for name in some]
        owned = set(Attachment.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
        yield from (name for name, digest in zip(some, digests, strict=True) if digest not in owned)


def _names_in(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        yield from _names_in(storage, f"{folder}/{name}")


def _remove_older(folder: Path, before: datetime) -> int:
    removed = 0
    for path in sorted(folder.rglob("*"), reverse=True):  # what lies in a folder before the folder
        if path.lstat().st_mtime >= before.timestamp():
            continue
        if path.is_dir():
            with suppress(OSError):  # something younger lies in it
                path.rmdir()
        else:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _clock_of_the_disk() -> datetime:
    with tempfile.TemporaryFile(dir=store.quarantine()) as probe:
        return datetime.fromtimestamp(os.fstat(probe.fileno()).st_mtime, UTC)
