"""The standing cast, and what every test of the portal needs from the machine."""

from __future__ import annotations

import gc
import io
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django.plugin import blocking_manager_key

from core import clock, copies
from documents.sealing import authority
from tests.browser import browser, complaints, page
from tests.factories import World, drop_ledger_triggers, restore_ledger_triggers
from tests.once import a_test_begins, forget, once
from workflow import checkpoints

__all__ = ["browser", "complaints", "page"]

# Playwright's own loop must not make Django think that the database is used from async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# Looking for rings of forgotten objects took a seventh of a run; a test leaves few behind, imports none.
gc.set_threshold(50_000, 20, 1_000)
# A copy that grew old in the middle of a test would be one query more, now and then.
copies.FRESH_SECONDS = 86_400


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path: Path):
    """Files, queues and caches of a test go to a folder of its own."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.LEDGER_CHECKPOINTS = tmp_path / "checkpoints.txt"
    is_a_folder = settings.CACHES["default"]["BACKEND"].endswith("FileBasedCache")
    own = {"LOCATION": tmp_path / "cache"} if is_a_folder else {"KEY_PREFIX": str(tmp_path)}
    settings.CACHES = {"default": settings.CACHES["default"] | own}


def pytest_configure() -> None:
    """Organs seal with keys of a demo authority; one that lies there from an earlier run is as good."""
    authority.establish(settings.SEALING_KEYS_DIR)
    checkpoints.make_key(settings.LEDGER_KEY)


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Pages name their styles without a manifest; that collecting them works is told in tests/scripts."""
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "tests.plain_files.PlainFiles"}}


@pytest.fixture(autouse=True)
def quick_hash(settings):
    """For hundreds of sign-ins; that passwords are kept as Argon2 is told in test_passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def one_factor_is_enough(settings):
    """Tests sign officials in by force; tests/accounts asks for the second factor where it is the subject."""
    settings.MFA_REQUIRED_FOR_OFFICIALS = False


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    """Regions, bodies, calendar and programs are in place once, as on a fresh installation."""
    with django_db_blocker.unblock():
        if request.config.getoption("reuse_db"):
            restore_ledger_triggers()  # the last test of the run before may have been one that committed
        if "PREPARED_DATABASE" not in os.environ:
            call_command("load_regulations", stdout=io.StringIO())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The demo world is what takes longest to make. Its tests come first, where no other process takes some of them
    over at the end and makes it again.
    """
    items.sort(key=lambda item: item.get_closest_marker("demo") is None)


def pytest_collection_finish() -> None:
    gc.freeze()


# What is patched may change what a walk does; what waits for the commit of a walk is not brought about by its rows.
WALKING = {"monkeypatch", "time_machine", "django_capture_on_commit_callbacks"}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item) -> None:
    a_test_begins(recalls=not WALKING & _asked_for(item))


def _asked_for(item) -> set[str]:
    """The fixtures that a test of ours, or a fixture of ours that it takes, names; a plugin takes some for every
    test.
    """
    taken = [fixture for found in item._fixtureinfo.name2fixturedefs.values() for fixture in found]
    ours = [fixture for fixture in taken if fixture.func.__module__.startswith("tests.")]
    return set(item._fixtureinfo.initialnames).union(*(fixture.argnames for fixture in ours))


COMMITTING = {"transactional_db", "live_server"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """The ledger's triggers step aside for the flush of a test that committed, and only for it; then triggers and
    regulations are put back.

    A hook and no fixture: a live server takes the database before any fixture of ours, so its flush comes after
    all of them.
    """
    if not COMMITTING & set(getattr(item, "fixturenames", ())):
        return (yield)
    blocker = item.config.stash[blocking_manager_key]
    with blocker.unblock():
        drop_ledger_triggers()
    result = yield
    # After the last test it is the real database that answers.
    if nextitem is not None:
        with blocker.unblock():
            restore_ledger_triggers()
            call_command("load_regulations", stdout=io.StringIO())
            forget()
    return result


@pytest.fixture
def committed(transactional_db):
    """For tests that really commit."""


@pytest.fixture
def world(db) -> World:
    return once("the standing cast", World)


@pytest.fixture
def at():
    """Travel: `with at("2026-03-02 09:00"): …`, in Beijing."""
    import datetime as dt

    def travel(moment: str):
        return clock.travel(dt.datetime.fromisoformat(moment))

    return travel
