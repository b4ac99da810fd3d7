"""The gate against files made to hurt: each is answered in words, in time, and leaves nothing behind."""

import hashlib
import os
import re
import socketserver
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents import confined
from documents.attachments.gate import accept_upload, judged, received
from documents.attachments.models import Attachment
from documents.attachments.sentences import SENTENCES, Rejected, rejection
from documents.attachments.slots import SLOTS
from tests.documents.hostile import MUTATIONS, SAMPLES, Sample, Verdict

REFUSED = [sample for sample in SAMPLES if sample.verdict is Verdict.REJECT]
TAKEN = [sample for sample in SAMPLES if sample.verdict is not Verdict.REJECT]
# What happened, in Chinese, that nothing was taken, and a last sentence with what to do.
IN_WORDS = re.compile(r"^[^{}]*[一-鿿][^{}]*没有(?:上传|读取)[^{}]*。[^{}]+。$")
ROOT = Path(confined.__file__).resolve().parent.parent


def label(sample: Sample) -> str:
    return sample.label


def as_upload(sample: Sample) -> SimpleUploadedFile:
    return SimpleUploadedFile(sample.name, sample.content)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("sample", REFUSED, ids=label)
def test_a_hostile_file_is_refused_in_words_and_leaves_nothing(sample, settings):
    """No database is open to this test: a refusal that wrote a row would fail it."""
    started = confined.nursery.processor_seconds

    with pytest.raises(Rejected) as refusal:
        accept_upload(as_upload(sample), SLOTS[sample.slot], None, None)

    assert IN_WORDS.match(refusal.value.message)
    assert refusal.value.code == (sample.code or refusal.value.code)
    assert confined.nursery.processor_seconds - started < 2
    assert files_in(settings.VAR_DIR) == []


@pytest.mark.parametrize("sample", TAKEN, ids=label)
def test_an_honest_or_harmless_file_is_kept(db, sample, settings):
    started = confined.nursery.processor_seconds

    attachment = accept_upload(as_upload(sample), SLOTS[sample.slot], None, None)

    assert Attachment.objects.get() == attachment
    assert 0 < confined.nursery.processor_seconds - started < 2
    assert [path.name for path in files_in(settings.VAR_DIR)] == [attachment.sha256]


def test_damage_at_random_gets_an_answer_and_never_an_error(settings):
    def answer(sample: Sample) -> str:
        try:
            with received(as_upload(sample), SLOTS[sample.slot]) as path:
                return judged("inspect", path, SLOTS[sample.slot])["type"]
        except Rejected as refusal:
            return refusal.message if not IN_WORDS.match(refusal.message) else "refused"

    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip((sample.label for sample in MUTATIONS), pool.map(answer, MUTATIONS), strict=True))

    assert set(answers.values()) <= {"refused", "pdf", "jpeg", "png", "xlsx", "csv"}
    assert len(answers) == 200
    assert files_in(settings.VAR_DIR) == []


def test_the_corpus_is_as_large_as_promised():
    assert len(REFUSED) + len([sample for sample in TAKEN if sample.verdict is not Verdict.ACCEPT]) >= 100
    assert {sample.verdict for sample in SAMPLES} == set(Verdict)
    assert len({sample.label for sample in SAMPLES}) == len(SAMPLES)


def test_the_corpus_is_the_same_on_every_run():
    program = "from tests.documents.test_gate import digest_of_corpus; print(digest_of_corpus())"
    settings = "import django; django.setup(); "
    another_run = subprocess.run(
        [sys.executable, "-c", settings + program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert another_run.stdout.strip() == digest_of_corpus()


def digest_of_corpus() -> str:
    return hashlib.sha256(b"".join(sample.content for sample in MUTATIONS)).hexdigest()


def test_every_reason_the_child_can_give_has_a_sentence():
    written = "".join(path.read_text() for path in (ROOT / "documents").rglob("*.py"))
    codes = set(re.findall(r"Refuse\(\s*\"(\w+)\"", written)) | {"too_hard", "unreadable", "virus"}

    assert codes <= set(SENTENCES)
    assert set(SENTENCES) - codes == set(re.findall(r"rejection\(\s*\"(\w+)\"", written)) - codes


def test_a_size_is_never_rounded_down_to_the_limit_it_exceeds():
    just_over = rejection(
        "too_large", SLOTS["audit_report"], size=30 * 1024 * 1024 + 1, limit=30 * 1024 * 1024
    )

    assert just_over.message == (
        "文件 30.1 MB，超过 30 MB 的上限，没有上传。请降低扫描分辨率，或分成几个文件。"
    )


def test_a_refusal_nobody_foresaw_still_has_words():
    assert IN_WORDS.match(rejection("something_new").message)


CONFINED = """
import socket, sys
from documents import confined
confined._confine(2, 256, confined.LARGEST_FILE, confined.OPEN_FILES)
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)
    print("reached")
except OSError:
    print("no network")
try:
    bytearray(600 * 1024 * 1024)
    print("unlimited")
except MemoryError:
    print("no memory")
"""


def test_the_child_has_no_network_and_little_memory():
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as sink:
        port = str(sink.server_address[1])
        child = subprocess.run(
            [sys.executable, "-c", CONFINED, port], cwd=ROOT, capture_output=True, text=True
        )

    assert child.stdout == "no network\nno memory\n"


def test_a_child_that_never_ends_is_ended(tmp_path):
    """A pipe nobody writes to: the child waits for ever, the parent does not."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    answer = confined.run("inspect", {"path": str(pipe), "types": ["pdf"]}, seconds=0)

    assert answer == {"refused": "too_hard"}
