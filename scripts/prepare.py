"""What a start of the embedded portal needs, made once: database, demo world, styles, fonts.

What is done already is known by a fingerprint of what it was made from, so a second start only starts.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scripts.processes import ROOT, VAR, Failed, in_background, log_of, manage, say, stop_all

DATABASE = VAR / "portal.sqlite3"
# scripts/world.py writes it last: a world without it was never finished.
ACCOUNTS = VAR / "demo-accounts.txt"


def prepare(*, reset: bool, today: date | None) -> None:
    anew = reset or not ACCOUNTS.exists()
    if anew and not reset and holds_people():
        raise Failed(
            f"{DATABASE} holds people whom scripts/run did not put there.\n"
            "Move it away to keep it, or let --reset throw it away."
        )
    pending = {errand: errand.begin() for errand in ERRANDS if not errand.is_done()}
    if pending:
        say(" and ".join(errand.name for errand in pending))
    try:
        prepare_database(anew, today)
        if today and not anew:
            say(f"clock moves to {today}")
            print(manage("drill", "--today", today.isoformat()), end="")
        for errand, child in pending.items():
            if child.wait():
                raise Failed(f"{log_of(errand.name)}\nThe {errand.name} could not be made.")
            remember(errand.name, errand.fingerprint())
    finally:
        stop_all(pending.values())


def prepare_database(anew: bool, today: date | None) -> None:
    if anew:
        forget_demo()
    made_from = fingerprint(
        [ROOT / "requirements.txt", *ROOT.glob("*/migrations/*.py"), *ROOT.glob("regulations/*.yaml")]
    )
    if anew or not is_done("database", made_from):
        say("database, regulations, demo world" if anew else "database and regulations")
        # A new world is made as of the day asked for, or its past would lie in that day's future.
        wanted = [today.isoformat()] if today else []
        as_asked = ["--anew", *wanted] if anew else []
        world = in_background("world", [sys.executable, "-m", "scripts.world", *as_asked])
        try:
            if world.wait():
                raise Failed(f"{log_of('world')}\nThe demo world could not be built.")
        finally:
            stop_all([world])
        remember("database", made_from)


def holds_people() -> bool:
    """Did somebody fill the database by hand? An empty one is left behind by any manage.py command."""
    try:
        with closing(sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True)) as database:
            return database.execute("SELECT 1 FROM accounts_user LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError:
        return False


def forget_demo() -> None:
    """Everything the portal keeps goes, so that a database never points at files of an earlier world."""
    ACCOUNTS.unlink(missing_ok=True)
    for path in [*VAR.glob("portal.sqlite3*"), *VAR.glob("beat-schedule*"), VAR / "drill-clock"]:
        path.unlink(missing_ok=True)
    for folder in ("files", "queue", "cache"):
        shutil.rmtree(VAR / folder, ignore_errors=True)


@dataclass(frozen=True)
class Errand:
    """Something that takes a while and needs no database, so it is made beside the demo world."""

    name: str
    steps: str  # shell; "$0" is our Python
    sources: tuple[str, ...]  # patterns below the project's folder
    product: Path

    def begin(self) -> subprocess.Popen[bytes]:
        return in_background(self.name, ["bash", "-c", self.steps, sys.executable])

    def is_done(self) -> bool:
        return self.product.exists() and is_done(self.name, self.fingerprint())

    def fingerprint(self) -> str:
        return fingerprint(path for pattern in self.sources for path in ROOT.glob(pattern) if path.is_file())


ERRANDS = (
    Errand(
        "styles",
        '"$0" scripts/assets.py && "$0" manage.py collectstatic --no-input --clear --verbosity=0',
        ("requirements.txt", "package-lock.json", "scripts/assets.py", "static/*", "static/[!v]*/**/*"),
        Path(os.environ.get("STATIC_ROOT", VAR / "static")),
    ),
    Errand(
        "fonts",
        'scripts/faces && "$0" manage.py cut_fonts',
        (
            "requirements.txt",
            "scripts/faces",
            "documents/notices/fonts.py",
            "documents/notices/outlines.py",
            "documents/notices/freetype.py",
        ),
        Path(os.environ.get("FONT_CUTS_DIR", VAR / "fonts")),
    ),
)


def fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def is_done(what: str, made_from: str) -> bool:
    stamp = VAR / f".{what}"
    return stamp.exists() and stamp.read_text() == made_from


def remember(what: str, made_from: str) -> None:
    (VAR / f".{what}").write_text(made_from)
