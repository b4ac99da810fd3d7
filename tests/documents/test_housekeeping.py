"""What the clock does for files: sweep, forget, and ask the scanner again."""

import io
import os
import socketserver
import threading
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from documents.attachments import housekeeping, store
from documents.attachments.gate import accept_upload
from documents.attachments.models import Attachment
from documents.attachments.sentences import Rejected
from documents.attachments.slots import SLOTS
from tests.documents.hostile.pdfs import changed, honest

REPORT, AUDIT, ID_COPY = SLOTS["application_report"], SLOTS["audit_report"], SLOTS["legal_rep_id"]


def read(response) -> bytes:
    return b"".join(response.streaming_content)


def kept(attachment: Attachment) -> bytes:
    with store.opened(attachment.sha256) as file:
        return file.read()


def test_what_belongs_to_nobody_goes_after_a_day_and_what_is_owned_stays(case, upload, settings):
    owned = accept_upload(upload(honest()), REPORT, case, None)
    fresh, old = b"fresh", b"old"
    for content in (fresh, old):
        default_storage.save(store.name_of(content.hex()), io.BytesIO(content))
    left_in_quarantine = store.quarantine() / "left"
    left_in_quarantine.write_bytes(b"x")
    for path in (default_storage.path(store.name_of(name)) for name in (old.hex(), owned.sha256)):
        _age(path)
    _age(left_in_quarantine)

    assert housekeeping.remove_orphans() == 2

    assert kept(owned) == honest()
    assert default_storage.exists(store.name_of(fresh.hex()))
    assert not default_storage.exists(store.name_of(old.hex()))
    assert not left_in_quarantine.exists()


def test_what_a_visitor_never_filed_is_forgotten_after_a_day(case, upload, at):
    with at("2026-03-02 09:00"):
        unfiled = accept_upload(upload(honest(), "证据.pdf"), SLOTS["objection_evidence"], None, None)
        filed = accept_upload(upload(honest()), REPORT, case, None)

    with at("2026-03-03 09:00"):
        assert housekeeping.forget_unfiled() == 0
    with at("2026-03-03 09:01"):
        assert housekeeping.forget_unfiled() == 1

    assert list(Attachment.objects.all()) == [filed]
    assert kept(filed) == kept(unfiled)


def _age(path) -> None:
    then = os.stat(path).st_mtime - timedelta(hours=25).total_seconds()
    os.utime(path, (then, then))


# A scanner


class Clamd(socketserver.StreamRequestHandler):
    """Speaks clamd's side of INSTREAM; finds a virus wherever the file says so."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        self.wfile.write(b"stream: Win.Test FOUND\0" if b"infected" in content else b"stream: OK\0")


@pytest.fixture
def scanner(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


def infected() -> bytes:
    return changed(lambda pdf: pdf.docinfo.__setitem__("/Title", "infected"))


def test_a_clean_file_is_marked_as_such(case, upload, scanner):
    assert accept_upload(upload(honest()), REPORT, case, None).scan == Attachment.Scan.CLEAN


def test_what_the_scanner_finds_is_refused_by_name(case, upload, scanner):
    with pytest.raises(Rejected) as refusal:
        accept_upload(upload(infected()), REPORT, case, None)

    assert refusal.value.message == (
        "文件含有病毒“Win.Test”，没有上传，也没有保存。请检查您的电脑后，重新制作文件。"
    )


def test_while_the_scanner_is_down_a_file_waits_unseen_by_others(case, upload, settings, scanner):
    answering, settings.CLAMD_ADDRESS = settings.CLAMD_ADDRESS, "127.0.0.1:1"
    clean = accept_upload(upload(honest()), REPORT, case, None)
    bad = accept_upload(upload(infected()), AUDIT, case, None)
    assert list(case.attachments.shown_to_others()) == []
    assert housekeeping.scan_waiting() == 0

    settings.CLAMD_ADDRESS = answering
    assert housekeeping.scan_waiting() == 2

    bad.refresh_from_db()
    assert list(case.attachments.shown_to_others()) == [clean]
    assert (bad.scan, bad.is_standing) == (Attachment.Scan.INFECTED, False)
