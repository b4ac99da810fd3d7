"""What a party keeps proves what was written, offline, and shows when the ledger is changed afterwards."""

import copy
import datetime as dt
import io
import json

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection

from core import clock
from tests.factories import drop_ledger_triggers, restore_ledger_triggers
from workflow import checkpoints, proofs
from workflow.ledger import Checkpoint, LedgerEntry, sequence_all, sm3
from workflow.verification import against

LATER = dt.timedelta(seconds=601)


@pytest.fixture
def case(world):
    """An application accepted, its entries placed and sealed over; then one more step, not sealed over yet."""
    application = world.walk(world.walk_to("submitted"), "accept")
    sequence_all()
    return application


@pytest.fixture
def proof(case):
    return proofs.proof(case, case.applicant_id)


def key() -> str:
    return checkpoints.public_key()


def test_a_proof_holds_with_nothing_but_the_public_key(proof, case):
    assert proofs.check(proof, key()) == []
    assert proof["case"] == case.reference
    assert len(proof["entries"]) == 2


def test_it_tells_what_its_own_people_did_and_only_the_hash_of_what_an_office_found(proof):
    submitted, accepted = proof["entries"]

    assert "submit" in submitted["body"]
    assert accepted.keys() == {"prev_hash", "hash"}


def test_it_holds_for_any_case_of_a_batch_and_after_more_was_written(world, case):
    application = world.walk(case, "consult")
    with clock.travel(clock.now() + LATER):
        sequence_all()
        later = proofs.proof(application, application.applicant_id)

    assert proofs.check(later, key()) == []
    assert len(later["entries"]) == len(application.ledger.all())


def test_before_a_checkpoint_there_is_nothing_to_give(world):
    assert proofs.proof(world.walk_to("submitted"), world.company.pk) is None


CHANGES = {
    "a word": lambda p: p["entries"][0].update(body=p["entries"][0]["body"].replace("submit", "submot")),
    "an entry left out": lambda p: p["entries"].pop(0),
    "the last left out": lambda p: p["entries"].pop(),
    "an entry hidden and changed": lambda p: p["entries"][1].update(hash=sm3(b"x")),
    "entries changed places": lambda p: p["entries"].reverse(),
    "a hash made to fit": lambda p: p["entries"][-1].update(hash=sm3(b"x")),
    "another place": lambda p: p["place"].update(index=p["place"]["index"] + 1),
    "another chain": lambda p: p["place"].update(chain_before=sm3(b"x")),
    "something in between": lambda p: p["after"].append(sm3(b"x")),
    "another size": lambda p: p.update(
        checkpoint=p["checkpoint"].replace("1 ", "2 ", 1).replace("2 ", "3 ", 1)
    ),
    "no signature": lambda p: p.update(checkpoint=p["checkpoint"].rpartition(" ")[0]),
    "no checkpoint": lambda p: p.pop("checkpoint"),
    "another kind": lambda p: p.update(kind="x"),
    "no list": lambda p: p.update(entries="x"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_in_it_shows(proof, change):
    changed = copy.deepcopy(proof)
    CHANGES[change](changed)

    assert proofs.check(changed, key()) != []


@pytest.mark.parametrize(
    "given", [None, [], "x", 3, {}, {"kind": proofs.KIND}, {"entries": [], "checkpoint": "1 2 3"}]
)
def test_whatever_is_given_it_answers(given, db):
    assert proofs.check(given, key()) == ["不是存证凭据，或者文件不完整。"]


def test_a_forger_with_a_key_of_his_own_convinces_nobody(proof, settings, tmp_path):
    ours = key()
    settings.LEDGER_KEY = tmp_path / "forger.pem"
    checkpoints.make_key(settings.LEDGER_KEY)
    line = checkpoints.Line.read(proof["checkpoint"])
    forged = proof | {
        "checkpoint": str(
            checkpoints.signed(line.size, line.chain_hash, dt.datetime.fromisoformat(line.sealed_at))
        )
    }

    assert proofs.check(forged, key()) == []
    assert proofs.check(forged, ours) == ["封存点没有本平台的签名。"]


def test_the_commands_check_without_the_database(proof, tmp_path):
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    (tmp_path / "key.pem").write_text(key())
    out = io.StringIO()
    call_command("verify_proof", tmp_path / "proof.json", tmp_path / "key.pem", stdout=out)
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(CommandError, match="不是存证凭据"):
        call_command("verify_proof", tmp_path / "broken.json", tmp_path / "key.pem")

    assert proof["case"] in out.getvalue()


# --- Checkpoints that others keep -----------------------------------------------------------------------------


def kept() -> list[str]:
    return project.LEDGER_CHECKPOINTS.read_text().splitlines()


def test_every_checkpoint_is_appended_outside_the_database(world, case):
    world.walk(case, "consult")
    with clock.travel(clock.now() + LATER):
        sequence_all()

    assert [checkpoints.Line.read(line).size for line in kept()] == sorted(
        Checkpoint.objects.values_list("size", flat=True)
    )
    assert against(kept(), key()) == []


def test_a_ledger_rewritten_with_all_its_hashes_shows_in_what_others_kept(case):
    """Whoever owns the database can make every hash fit again; the copies outside do not change with it."""
    drop_ledger_triggers()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflow_ledgerindex SET chain_hash = %s", [sm3(b"another")])
        cursor.execute("UPDATE workflow_checkpoint SET chain_hash = %s", [sm3(b"another")])
    restore_ledger_triggers()

    assert [fault.what for fault in against(kept(), key())] == ["与已封存的摘要不符"]


def test_an_older_copy_of_the_database_set_back_shows(case):
    longer = str(checkpoints.signed(LedgerEntry.objects.count() + 7, sm3(b"x"), clock.now()))

    assert [fault.what for fault in against([*kept(), longer], key())] == ["已封存，但台账现已短于此"]


def test_a_line_of_somebody_elses_shows(case):
    line = kept()[0].rpartition(" ")[0]

    assert [fault.what for fault in against([line], key())] == ["不是本平台签名的"]


def test_the_command_takes_the_file(case, tmp_path):
    out = io.StringIO()
    call_command("verify_ledger", checkpoints=project.LEDGER_CHECKPOINTS, stdout=out)
    (tmp_path / "nonsense.txt").write_text("not a line\n")

    assert "全部相符" in out.getvalue()
    with pytest.raises(CommandError, match="读不出来"):
        call_command("verify_ledger", checkpoints=tmp_path / "nonsense.txt")


def test_a_key_is_made_once_and_is_its_owners_alone(settings, tmp_path):
    settings.LEDGER_KEY = tmp_path / "keys" / "ledger.pem"
    call_command("ledger_key", stdout=io.StringIO())
    first = settings.LEDGER_KEY.read_bytes()
    call_command("ledger_key", stdout=io.StringIO())

    assert (settings.LEDGER_KEY.read_bytes(), settings.LEDGER_KEY.stat().st_mode & 0o777) == (first, 0o400)


# --- The pages ------------------------------------------------------------------------------------------------


def checked(client, content: bytes):
    return client.post("/ledger/check/", {"proof": SimpleUploadedFile("proof.json", content)})


def test_a_party_downloads_a_proof_and_anybody_checks_it(client, world, case):
    client.force_login(world.applicant.user)
    given = client.get(f"/my/cases/{case.reference}/proof.json")
    client.logout()
    page = checked(client, given.content).content.decode()

    assert "凭据真实，台账没有改动" in page
    assert case.reference in page


def test_a_party_is_told_to_wait_for_the_next_checkpoint(client, world):
    application = world.walk_to("submitted")
    client.force_login(world.applicant.user)
    answer = client.get(f"/my/cases/{application.reference}/proof.json")

    assert (answer.status_code, "还没有封存" in answer.content.decode()) == (409, True)


def test_a_proof_that_no_longer_fits_the_ledger_is_told_so(client, proof, case):
    drop_ledger_triggers()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflow_ledgerindex SET chain_hash = %s", [sm3(b"another")])
    restore_ledger_triggers()

    assert "台账在凭据下载之后被改动过" in checked(client, json.dumps(proof).encode()).content.decode()


@pytest.mark.parametrize("column", ["body", "hash"])
def test_an_entry_rewritten_afterwards_is_told(client, proof, case, column):
    drop_ledger_triggers()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE workflow_ledgerentry SET {column} = %s WHERE sequence = 1", ["0" * 64])  # noqa: S608
    restore_ledger_triggers()

    assert "台账在凭据下载之后被改动过" in checked(client, json.dumps(proof).encode()).content.decode()


def test_without_a_key_nothing_is_said_of_the_proof(client, proof, settings, tmp_path):
    settings.LEDGER_KEY = tmp_path / "none.pem"
    answer = checked(client, json.dumps(proof).encode())

    assert (answer.status_code, "没有台账签名密钥" in answer.content.decode()) == (503, True)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[]", b"null"])
def test_whatever_is_handed_in_is_answered_in_words(client, db, content):
    answer = checked(client, content)
    page = answer.content.decode()

    assert answer.status_code in (200, 422)
    assert "存证凭据" in page
    assert "凭据真实" not in page


def test_the_checkpoints_and_the_key_are_there_for_everybody(client, case):
    given = client.get("/ledger/checkpoints.txt").content.decode().splitlines()

    assert against(given, client.get("/ledger/key.pem").content.decode()) == []
    assert given == kept()
    assert Checkpoint.objects.first().chain_hash in client.get("/ledger/").content.decode()
