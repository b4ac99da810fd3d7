"""Doorways from the clock for files: each task makes one call and is done."""

from celery import shared_task

from documents.attachments import antivirus, housekeeping


@shared_task
def scan_waiting_attachments() -> None:
    if antivirus.is_configured():
        housekeeping.scan_waiting()


@shared_task
def remove_orphaned_files() -> None:
    housekeeping.forget_unfiled()
    housekeeping.remove_orphans()
    housekeeping.forget_old_pages()
