"""Receives large uploads on disk, and stops writing where no slot could take more.

Django hands a view the whole file whatever its size. This handler lets the rest of an oversized one pass by
unwritten, but still counts it, so that the refusal can say how large it was.
"""

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from documents.attachments.slots import SLOTS

LARGEST = max(slot.max_bytes for slot in SLOTS.values())


class CappedUploadHandler(TemporaryFileUploadHandler):
    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= LARGEST:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        complete = super().file_complete(file_size)
        if complete is not None:
            complete.size = file_size
        return complete
