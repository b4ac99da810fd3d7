"""Papers are sealed by their organ or not issued at all, and who touches one afterwards shows."""

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pikepdf
import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import SimpleSigner

from core import clock
from documents.models import Notice, NumberSeries, SealCertificate
from documents.notices import drawing
from documents.notices.drawing import NotDrawn
from documents.notices.kinds import template_of
from documents.notices.models import SHELF
from documents.notices.render import render_pdf
from documents.notices.verification import Standing, verify
from documents.sealing import authority, pades, providers
from documents.sealing.certificates import NotSigned
from documents.sealing.providers import KeyUnavailable, key_name
from tests.factories import World
from workflow import outbox
from workflow.deadlines import Deadline
from workflow.ledger import LedgerEntry
from workflow.outbox import OutboxMessage
from workflow.perform import perform
from workflow.sweep import sweep

YEAR_2020, YEAR_2021 = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
MONDAY, THURSDAY = dt.datetime(2026, 11, 23, 10, 0), dt.datetime(2026, 11, 26, 10, 0)


@pytest.fixture
def keys(settings, tmp_path: Path) -> Path:
    """A folder of keys of its own, without any authority."""
    settings.SEALING_KEYS_DIR = tmp_path / "keys"
    return settings.SEALING_KEYS_DIR


@pytest.fixture
def receipt(world) -> Notice:
    world.walk_to("submitted")
    return Notice.objects.get(kind="receipt")


def drawn(notice: Notice) -> Notice:
    drawing.render_notice(notice.pk)
    notice.refresh_from_db()
    return notice


# --- The seal -------------------------------------------------------------------------------------------------


def test_a_paper_is_sealed_by_its_organ_over_every_byte(world, receipt):
    [signature] = pades.examine(drawn(receipt).pdf())

    assert signature.holds
    assert signature.signer == world.taiyuan.name
    assert signature.fingerprint == receipt.certificate_id


def test_before_it_is_sealed_it_is_drawn_to_the_same_bytes(receipt, db):
    first = drawn(receipt)
    kept = (first.drawn_sha256, first.pdf_sha256)
    Notice.objects.filter(pk=first.pk).update(status="draft", pdf_sha256="")
    again = drawn(first)

    assert again.drawn_sha256 == kept[0]
    assert again.pdf_sha256 != kept[1]  # a signature says when it was made


def test_the_certificate_is_kept_once_and_anyone_can_read_it(receipt, world):
    drawn(receipt)
    perform(receipt.case.as_procedure(), "accept", actor=world.officer)
    drawn(Notice.objects.get(kind="acceptance"))
    kept = SealCertificate.objects.get()

    assert (kept.organ, kept.notices.count()) == (world.taiyuan, 2)
    assert kept.certificate.startswith("-----BEGIN CERTIFICATE-----")


def test_no_paper_is_in_force_without_a_seal(receipt):
    with pytest.raises(IntegrityError, match=r"(?i)active_notice_is_sealed|check"), transaction.atomic():
        Notice.objects.filter(pk=receipt.pk).update(status="active", pdf_sha256="0" * 64)


def test_a_paper_not_yet_sealed_verifies_for_nobody(receipt):
    before = verify(receipt.verification_code).standing
    drawn(receipt)

    assert (before, verify(receipt.verification_code).standing) == (Standing.UNKNOWN, Standing.IN_FORCE)


# --- Without a key nothing is issued --------------------------------------------------------------------------


def spoil(keys: Path, name: str, how: str) -> None:
    """A key that cannot be used, in one of the ways in which that happens."""
    if how == "absent":
        return
    authority.establish(keys)
    term = (YEAR_2020, YEAR_2021) if how == "expired" else (authority.FIRST, authority.LAST)
    if how == "not yet valid":
        term = (authority.LAST - dt.timedelta(days=1), authority.LAST)
    authority.give_key(keys, name, "某机关", term=term)
    (keys / authority.AUTHORITY).unlink()
    if how == "another password":
        (keys / authority.PASSWORD).unlink()
        (keys / authority.PASSWORD).write_text("not this one")
    if how == "damaged":
        (keys / f"{name}.p12").unlink()
        (keys / f"{name}.p12").write_bytes(b"PK\x03\x04")


WAYS = {
    "absent": "没有找到",
    "expired": "已于2021年1月1日到期",
    "not yet valid": "才生效",
    "another password": "密码不对",
    "damaged": "密码不对，或者文件已损坏",
}


@pytest.mark.parametrize("how", WAYS)
def test_without_a_usable_key_the_office_decides_nothing(world, receipt, keys, how):
    case = receipt.case.as_procedure()
    spoil(keys, key_name(world.taiyuan), how)
    numbers = list(NumberSeries.objects.values_list("series", "last"))

    with pytest.raises(KeyUnavailable) as refused:
        perform(case, "accept", actor=world.officer)

    case.refresh_from_db()
    assert WAYS[how] in refused.value.message
    assert world.taiyuan.name in refused.value.message
    assert case.state == "submitted"
    assert list(NumberSeries.objects.values_list("series", "last")) == numbers
    assert not Notice.objects.filter(kind="acceptance").exists()


def test_with_the_key_in_order_the_same_step_is_taken_once(world, receipt, keys):
    case = receipt.case.as_procedure()
    with pytest.raises(KeyUnavailable):
        perform(case, "accept", actor=world.officer)
    authority.establish(keys)
    perform(case, "accept", actor=world.officer)

    notice = drawn(Notice.objects.get(kind="acceptance"))
    assert (notice.status, notice.serial) == ("active", 1)


def test_an_enterprise_files_while_the_office_has_no_key(world, keys):
    case = world.walk_to("submitted")
    receipt = Notice.objects.get(kind="receipt")

    with pytest.raises(NotDrawn, match="还没有生成"):
        drawing.pdf_of(receipt)
    receipt.refresh_from_db()

    assert case.state == "submitted"
    assert (receipt.status, receipt.pdf_sha256) == ("draft", "")
    assert "没有找到" in receipt.render_error


def test_a_paper_made_late_is_served_from_the_day_it_could_be_read(world, settings, tmp_path, at):
    with clock.travel(MONDAY):
        world.walk(world.walk_to("submitted"), "request_correction")
        notice = Notice.objects.get(kind="correction")
        sound, settings.SEALING_KEYS_DIR = settings.SEALING_KEYS_DIR, tmp_path / "none"
        with pytest.raises(KeyUnavailable):
            drawing.render_notice(notice.pk)
    promised = notice.served_on
    with clock.travel(THURSDAY):
        settings.SEALING_KEYS_DIR = sound
        drawn(notice)

    clock_of_party = Deadline.objects.get(case_id=notice.case_id, code="correction")
    assert promised == dt.date(2026, 11, 26)
    assert notice.served_on == dt.date(2026, 12, 1)  # three working days after the Thursday
    assert clock_of_party.due_on == dt.date(2026, 12, 15)  # ten more


def test_while_it_cannot_be_made_no_time_runs_out_and_it_is_tried_for_ever(world, settings, tmp_path, at):
    with clock.travel(MONDAY):
        world.walk(world.walk_to("submitted"), "request_correction")
        notice = Notice.objects.get(kind="correction")
    settings.SEALING_KEYS_DIR = tmp_path / "none"
    for day in range(40):
        with clock.travel(MONDAY + dt.timedelta(days=day, hours=5)):
            outbox.deliver_due()
            sweep()
    notice.case.refresh_from_db()
    waiting = OutboxMessage.objects.get(key=f"notice:{notice.pk}")

    assert notice.case.state == "correction"
    assert (waiting.dead_at, waiting.attempts > outbox.MAX_ATTEMPTS) == (None, True)


def test_a_paper_drawn_late_without_a_fault_stays_served_as_promised(world, at):
    with clock.travel(MONDAY):
        world.walk(world.walk_to("submitted"), "request_correction")
        notice = Notice.objects.get(kind="correction")
    with clock.travel(THURSDAY):
        drawn(notice)

    assert notice.served_on == dt.date(2026, 11, 26)


def test_a_seal_that_does_not_hold_is_not_kept(receipt, monkeypatch):
    monkeypatch.setattr(pades, "examine", lambda pdf: [])

    with pytest.raises(NotSigned):
        drawing.render_notice(receipt.pk)
    receipt.refresh_from_db()

    assert (receipt.status, receipt.pdf_sha256) == ("draft", "")
    assert "签章没有完成" in receipt.render_error


def test_where_files_cannot_be_kept_the_paper_waits_and_says_so(receipt, settings, tmp_path):
    sound, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path / "no folder" / "files"
    (tmp_path / "no folder").write_text("a file where the folder should be")
    with pytest.raises(OSError, match=r"(?i)not a directory"):
        drawing.render_notice(receipt.pk)
    receipt.refresh_from_db()
    failed = (receipt.status, receipt.pdf_sha256, receipt.render_error[:7])
    settings.MEDIA_ROOT = sound

    assert failed == ("draft", "", "文件没有存下来")
    assert drawn(receipt).render_error == ""


def test_what_a_dead_worker_had_taken_another_makes_and_numbers_nothing_anew(receipt, settings):
    with clock.travel(MONDAY):
        OutboxMessage.objects.update(due_at=clock.now())
        claimed = {message.key for message in outbox.claim()}  # and then it is killed
        nothing_left = outbox.deliver_due()
    with clock.travel(MONDAY + outbox.LEASE + dt.timedelta(seconds=1)):
        outbox.deliver_due()
        outbox.deliver_due()
    before = receipt.number
    receipt.refresh_from_db()

    assert (f"notice:{receipt.pk}" in claimed, nothing_left) == (True, 0)
    assert (receipt.status, receipt.number) == ("active", before)
    assert len([one for one in (settings.MEDIA_ROOT / SHELF).rglob("*") if one.is_file()]) == 1


def test_two_workers_at_once_issue_one_paper(committed):
    world = World()
    world.walk_to("submitted")
    receipt = Notice.objects.get(kind="receipt")
    start = Barrier(2)

    def work() -> None:
        start.wait()
        try:
            drawing.render_notice(receipt.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: work(), range(2)))
    receipt.refresh_from_db()

    [signature] = pades.examine(receipt.pdf())
    assert (receipt.status, signature.holds) == ("active", True)


# --- Tampering ------------------------------------------------------------------------------------------------


def one_byte(pdf: bytes, at: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def test_a_byte_changed_anywhere_shows(receipt):
    pdf = drawn(receipt).pdf()
    # The signature itself stands in a gap of what it covers, and fills it up with zeros.
    gap = pdf.index(b"/Contents <"), pdf.index(b">", pdf.index(b"/Contents <"))
    where = [at for at in range(20, len(pdf), len(pdf) // 80) if not gap[0] < at < gap[1]]

    held = [at for at in where if all(s.holds for s in pades.examine(one_byte(pdf, at)) or [FAILED])]

    assert len(where) >= 50
    assert held == []


FAILED = pades.Signature(intact=False, whole=False, signer="", fingerprint="")


def test_what_is_appended_shows(receipt):
    pdf = drawn(receipt).pdf()
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Lang"] = writer.root["/Type"]
    writer.update_root()
    writer.write(out)

    [signature] = pades.examine(out.getvalue())
    assert (signature.intact, signature.whole, signature.holds) == (True, False, False)


def test_a_page_swapped_shows(receipt):
    pdf = drawn(receipt).pdf()
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.add_blank_page()
        document.save(out)

    assert [s.holds for s in pades.examine(out.getvalue())] in ([], [False])


def test_another_issuer_of_the_same_name_is_another_certificate(world, receipt, tmp_path):
    genuine = drawn(receipt)
    forgers = tmp_path / "forger"
    authority.establish(forgers)
    authority.give_key(forgers, "forged", world.taiyuan.name)
    secret = (forgers / authority.PASSWORD).read_bytes()
    signer = SimpleSigner.load_pkcs12(str(forgers / "forged.p12"), passphrase=secret)
    same_text = render_pdf(template_of(genuine.kind), genuine.context)
    forged = pades.sign(same_text, signer, organ=world.taiyuan.name, reason="")

    last = pades.examine(forged)[-1]
    assert (last.signer, last.holds) == (world.taiyuan.name, True)
    assert not SealCertificate.objects.filter(fingerprint=last.fingerprint).exists()


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"%PDF-1.7\n" + b"\xff" * 4000])
def test_what_is_no_paper_bears_no_signature(pdf):
    assert pades.examine(pdf) == []


# --- Keys -----------------------------------------------------------------------------------------------------


def test_the_demo_authority_says_what_it_is_and_keeps_its_keys_to_itself(keys, world):
    call_command("demo_authority", stdout=io.StringIO())
    certificate = providers.usable_certificate(world.taiyuan, clock.now())
    files = sorted(keys.iterdir())

    assert "演示" in certificate.issuer.native["common_name"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o400}
    assert {file.name for file in files} == {
        "demo-authority.p12",
        "password",
        f"{key_name(world.taiyuan)}.p12",
    }


def test_making_the_demo_authority_again_changes_nothing(keys):
    authority.establish(keys)
    before = {file.name: file.read_bytes() for file in keys.iterdir()}
    authority.establish(keys)

    assert {file.name: file.read_bytes() for file in keys.iterdir()} == before


def test_production_makes_no_demo_authority(keys, settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="生产环境"):
        call_command("demo_authority")
    assert not keys.exists()


def test_production_does_not_start_with_a_demo_authority(keys, settings):
    authority.establish(keys)
    told = [run_checks(tags=None) for settings.PRODUCTION in (False, True)]

    assert [["documents.E001" in {one.id for one in found}] for found in told] == [[False], [True]]


def test_a_key_replaced_is_used_from_then_on(world, keys):
    authority.establish(keys)
    old = providers.usable_certificate(world.taiyuan, clock.now())
    (keys / f"{key_name(world.taiyuan)}.p12").unlink()
    new = providers.usable_certificate(world.taiyuan, clock.now())

    assert old.sha256 != new.sha256


def test_sealing_leaves_no_step_in_the_ledger(receipt):
    before = LedgerEntry.objects.count()
    drawn(receipt)

    assert LedgerEntry.objects.count() == before
