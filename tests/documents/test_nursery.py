"""Children that strangers' files are opened in: each begins anew, with nothing of ours, and each is ended in time."""

import json
import os
import signal
import socketserver
import threading
import time

import pytest

from documents.nursery import Nursery


@pytest.fixture(scope="module")
def nursery():
    nursery = Nursery({"test": "tests.documents.in_a_child"})
    yield nursery
    nursery.close()


def ask(nursery: Nursery, do: str, *, seconds: float = 20, processor: int = 8, **more):
    limits = [processor, 768, 1024, 64]
    said, by_itself = nursery.ask(
        json.dumps({"task": "test", "limits": limits, "do": do, **more}).encode(), seconds
    )
    return json.loads(said.splitlines()[-1]) if said else None, by_itself


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_happens_in_a_child_is_unknown_to_the_next(nursery):
    first, second = (ask(nursery, "remember", what=name)[0] for name in ("甲", "乙"))

    assert (first["known"], second["known"]) == (["甲"], ["乙"])
    assert first["nursery"] == second["nursery"]
    assert len({first["pid"], second["pid"], os.getpid()}) == 3


def test_a_child_has_nothing_of_ours(nursery, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "kept to ourselves")

    nursery.close()
    found, _by_itself = ask(nursery, "look around")

    # Its request, silence, and its own voice.
    silence = [os.devnull] * found["open"].count(os.devnull)
    assert found == {
        "environment": ["LANG", "PATH"],
        "open": [*silence, "file", "gone", "pipe"],
        "django": False,
    }


def test_a_child_has_no_network(nursery):
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as sink:
        assert ask(nursery, "reach", port=sink.server_address[1])[0] == {"network": False}


def test_a_child_that_wants_too_much_memory_says_so(nursery):
    assert ask(nursery, "grow") == ({"refused": "too_hard"}, True)


def test_a_child_that_spins_is_ended_by_its_limit_and_what_it_said_before_counts(nursery):
    before = nursery.processor_seconds

    assert ask(nursery, "spin", processor=1) == ({"said": "before"}, False)
    assert 0.9 < nursery.processor_seconds - before < 2


def test_a_child_that_sleeps_is_ended_by_its_minder(nursery):
    started = time.monotonic()

    assert ask(nursery, "wait", seconds=0.5) == (None, False)
    assert time.monotonic() - started < 5


def test_after_a_crash_the_next_child_is_born_elsewhere(nursery):
    before, _by_itself = ask(nursery, "remember", what="甲")

    assert ask(nursery, "crash") == (None, False)

    after, _by_itself = ask(nursery, "remember", what="乙")
    assert after["nursery"] != before["nursery"]
    assert not is_alive(before["nursery"])


def test_a_child_that_ends_its_minder_is_ended_with_its_nursery(nursery):
    before, _by_itself = ask(nursery, "remember", what="甲")

    assert ask(nursery, "end its minder", seconds=0.1) == (None, False)

    assert not is_alive(before["nursery"])
    assert ask(nursery, "remember", what="乙")[0]["known"] == ["乙"]


def test_a_nursery_that_was_ended_is_replaced(nursery):
    os.kill(ask(nursery, "remember", what="甲")[0]["nursery"], signal.SIGKILL)

    assert ask(nursery, "remember", what="乙")[0]["known"] == ["乙"]


def test_many_ask_at_once_and_each_gets_its_own_answer(nursery):
    answers = {}

    def one(name: str) -> None:
        answers[name] = ask(nursery, "remember", what=name)[0]["known"]

    threads = [threading.Thread(target=one, args=(str(number),)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {str(number): [str(number)] for number in range(12)}


def test_a_nursery_ends_with_its_keeper():
    nursery = Nursery({"test": "tests.documents.in_a_child"})
    process = ask(nursery, "remember", what="甲")[0]["nursery"]

    nursery.close()

    assert not is_alive(process)
