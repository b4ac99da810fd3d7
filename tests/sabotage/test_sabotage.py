"""Do the tests bite? Each sabotage takes one guard out of a copy of the sources; the tests named for it turn red.

The copy is made once; a sabotage is written into it, the tests run there in a process of their own, and the
file is put back. `scripts/sabotage` runs these alone.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import connection

from core.traceability import ROOT

# The database is not for these tests: it is what makes the outer run set one up, to be copied.
pytestmark = [pytest.mark.sabotage, pytest.mark.django_db]
NOT_SOURCES = {".git", ".venv", "var", "vendor", "node_modules", "staticfiles", "out"}
TAKEN_FROM_OUTSIDE = (
    "DATABASE_URL", "REDIS_URL", "PREPARED_DATABASE", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER",
    "DJANGO_SETTINGS_MODULE",  # or packages of others would read our settings before a run does
)  # fmt: skip


@dataclass(frozen=True)
class Sabotage:
    """`find` stands exactly once in `file`; with `replace` in its place, each of `tests` must fail."""

    name: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]
    why: str


SABOTAGES = [
    Sabotage(**entry | {"tests": tuple(entry["tests"])})
    for entry in yaml.safe_load(Path(__file__).with_name("sabotages.yaml").read_text(encoding="utf-8"))
]


class Copy:
    """A copy of the sources, a database ready for its tests, and a warm Python to run them."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder, self.database = folder, database
        self.log = database.with_name("run.log")
        surroundings = {k: v for k, v in os.environ.items() if k not in TAKEN_FROM_OUTSIDE}
        surroundings["VAR_DIR"] = str(database.parent)
        # A third of a start goes into plugins that no test named here needs.
        surroundings["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        self.warm = subprocess.Popen(
            [sys.executable, "-m", "tests.sabotage.warm"],
            cwd=folder, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        told = database.with_name("imported.json")
        self.run(["--collect-only", *named()], tell=str(told))

    def run(self, tests: Iterable[str], **more: str) -> tuple[int, str]:
        """Run tests in the copy; their exit code and what they said."""
        # In a folder of its own, or each run would clear away what earlier ones left in the common one. The triggers
        # of the ledger are put in place as the sources have them, for they may be what was sabotaged.
        arguments = [
            "-q",
            f"--basetemp={self.database.with_name('tmp')}",
            "--reuse-db",
            "-p",
            "no:cacheprovider",
        ]
        arguments += ["-p", "pytest_django.plugin", "-p", "tests.prepared"]
        surroundings = {"PREPARED_DATABASE": str(self.database)}
        order = {
            "arguments": [*arguments, *tests],
            "surroundings": surroundings,
            "log": str(self.log),
            **more,
        }
        assert self.warm.stdin is not None and self.warm.stdout is not None
        self.warm.stdin.write(f"{json.dumps(order)}\n")
        self.warm.stdin.flush()
        code = int(self.warm.stdout.readline())
        return code, self.log.read_text()

    def close(self) -> None:
        assert self.warm.stdin is not None and self.warm.stdout is not None
        self.warm.stdin.close()
        self.warm.wait()
        self.warm.stdout.close()


def named() -> list[str]:
    """Every test that is named for a sabotage, once."""
    return list(dict.fromkeys(test for sabotage in SABOTAGES for test in sabotage.tests))


@pytest.fixture(scope="session")
def sources(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Copy]:
    folder = tmp_path_factory.mktemp("sabotage")
    shutil.copytree(
        ROOT,
        folder / "portal",
        ignore=lambda _, names: [n for n in names if n in NOT_SOURCES or n.endswith("_cache")],
    )
    (folder / "var").mkdir()
    database = folder / "var" / "prepared.sqlite3"
    with django_db_blocker.unblock(), sqlite3.connect(database) as prepared:
        connection.ensure_connection()
        connection.connection.backup(prepared)
    copy = Copy(folder / "portal", database)
    yield copy
    copy.close()


def test_untouched_sources_pass_every_test_named_here(sources):
    code, said = sources.run(named())

    assert code == 0, said


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda sabotage: sabotage.name)
def test_without_this_guard_the_suite_turns_red(sources, sabotage):
    target = sources.folder / sabotage.file
    text = target.read_text(encoding="utf-8")
    assert text.count(sabotage.find) == 1, f"{sabotage.file} no longer says, once: {sabotage.find}"
    target.write_text(text.replace(sabotage.find, sabotage.replace), encoding="utf-8")
    try:
        code, said = sources.run(sabotage.tests)
    finally:
        target.write_text(text, encoding="utf-8")

    summary = said.strip().splitlines()[-1]
    assert code == pytest.ExitCode.TESTS_FAILED, f"Nobody missed it: {sabotage.why}\n{said}"
    assert f"{len(sabotage.tests)} failed" in summary, said
    assert "passed" not in summary and "error" not in summary, said


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own():
    assert len({sabotage.name for sabotage in SABOTAGES}) == len(SABOTAGES) >= 16
    assert settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
