"""Where bytes are kept: by their hash, written once, never changed.

On a local disk a file is there only when the disk has it: written under another name, flushed, renamed, and
the folder flushed as well. The row that names it is written after that, so a crash leaves at most a file
without an owner; the sweeper removes those a day later. In production the same goes to an S3-compatible store
through django-storages.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage

UNFINISHED = ".unfinished-"


class DurableFileSystemStorage(FileSystemStorage):
    """Django's local storage, plus the promise that what was saved survives a power cut."""

    def _save(self, name: str, content: File) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(prefix=UNFINISHED, dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(unfinished, 0o440)
            os.replace(unfinished, target)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        folder = target.parent
        while True:
            _flush_folder(folder)
            if folder == Path(self.location) or folder.parent == folder:
                return name
            folder = folder.parent


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def quarantine() -> Path:
    """Where an upload waits for its verdict. Nothing in here has an owner."""
    folder = Path(settings.VAR_DIR) / "quarantine"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def page_cache() -> Path:
    return Path(settings.VAR_DIR) / "pages"


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def name_of(digest: str, shelf: str = "attachments") -> str:
    return f"{shelf}/{digest[:2]}/{digest[2:4]}/{digest}"


def keep(path: Path, digest: str, *, shelf: str = "attachments", storage: Storage = default_storage) -> None:
    """Puts the file on its shelf under its hash; the same bytes a second time are already there."""
    name = name_of(digest, shelf)
    if storage.exists(name):
        return
    with path.open("rb") as content:
        storage.save(name, File(content))


def opened(digest: str, *, shelf: str = "attachments", storage: Storage = default_storage) -> IO[bytes]:
    return storage.open(name_of(digest, shelf), "rb")


@contextmanager
def local_copy(digest: str, *, storage: Storage = default_storage) -> Iterator[Path]:
    """A path the confined child can read: the kept file itself, or a copy where the store is not a disk."""
    try:
        path = storage.path(name_of(digest))
    except NotImplementedError:
        path = ""
    if path:
        yield Path(path)
        return
    with opened(digest, storage=storage) as content, tempfile.NamedTemporaryFile(dir=quarantine()) as copy:
        shutil.copyfileobj(content, copy)
        copy.flush()
        yield Path(copy.name)
