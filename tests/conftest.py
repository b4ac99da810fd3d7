"""The standing cast, and what every test of the portal needs from the machine."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from django.core.management import call_command

from core import clock
from tests.factories import World, drop_ledger_triggers, restore_ledger_triggers

# Playwright's own loop must not make Django think that the database is used from async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path: Path):
    """Files, queues and caches of a test go to a folder of its own."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    if settings.CACHES["default"]["BACKEND"].endswith("FileBasedCache"):
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": tmp_path / "cache"}}


@pytest.fixture(autouse=True)
def one_factor_is_enough(settings):
    """Tests sign officials in by force; tests/accounts asks for the second factor where it is the subject."""
    settings.MFA_REQUIRED_FOR_OFFICIALS = False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Regions, bodies, calendar and programs are in place once, as on a fresh installation."""
    with django_db_blocker.unblock():
        call_command("load_regulations", stdout=io.StringIO())


@pytest.fixture
def _restored_afterwards(django_db_setup, django_db_blocker):
    """Torn down after the flush of a test that committed: triggers and regulations are put back."""
    yield
    with django_db_blocker.unblock():
        restore_ledger_triggers()
        call_command("load_regulations", stdout=io.StringIO())


@pytest.fixture
def committed(_restored_afterwards, transactional_db):
    """For tests that really commit. The ledger's triggers step aside for the flush, and only for it."""
    yield
    drop_ledger_triggers()


@pytest.fixture
def world(db) -> World:
    return World()


@pytest.fixture
def at():
    """Travel: `with at("2026-03-02 09:00"): …`, in Beijing."""
    import datetime as dt

    def travel(moment: str):
        return clock.travel(dt.datetime.fromisoformat(moment))

    return travel
