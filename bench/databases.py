"""Scratch databases of both kinds: made once with schema and regulations, copied for every size."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.limits.plain import Plain

ROOT = Path(__file__).resolve().parent.parent
# What a run of the portal reads from its environment must come from us alone.
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "PRODUCTION",
    "DEMO",
    "S3_BUCKET",
    "DJANGO_SETTINGS_MODULE",
    "VAR_DIR",
    "STATIC_ROOT",
)


@dataclass(frozen=True)
class Database:
    kind: str
    name: str
    url: str
    folder: Path

    def environment(self, **more: str) -> dict[str, str]:
        """For a process that works on this database. Sessions, caches and files stay in the folder of the run."""
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        own = {
            "DATABASE_URL": self.url,
            "BENCH_DATABASE_URL": self.url,
            "VAR_DIR": str(self.folder / "var"),
            "STATIC_ROOT": str(self.folder / "static"),
            "LOG_LEVEL": "WARNING",
        }
        if self.kind == "postgresql" and "BENCH_REDIS_URL" in os.environ:
            own["REDIS_URL"] = os.environ["BENCH_REDIS_URL"]
        return kept | own | more

    def run(self, *arguments: str, **more: str) -> str:
        """Run one of our Python modules or scripts on this database; returns what it printed."""
        result = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment(**more), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if result.returncode:
            raise RuntimeError(
                f"{' '.join(arguments)} failed:\n{result.stdout[-1000:]}{result.stderr[-4000:]}"
            )
        return result.stdout


def _server() -> str:
    return os.environ["BENCH_POSTGRES_URL"].rpartition("/")[0]


class Server:
    """Where databases of a kind are made. PostgreSQL copies a template, SQLite a file."""

    def __init__(self, kind: str, folder: Path):
        self.kind, self.folder = kind, folder
        self.base: Database | None = None

    def database(self, name: str) -> Database:
        if self.kind == "sqlite":
            return Database(self.kind, name, f"sqlite:///{self.folder / name}.sqlite3", self.folder)
        return Database(self.kind, name, f"{_server()}/bench_{name}", self.folder)

    def create(self, name: str, template: Database | None = None) -> Database:
        made = self.database(name)
        if self.kind == "sqlite":
            Path(f"{self.folder / name}.sqlite3").unlink(missing_ok=True)
            if template:
                shutil.copy(template.url.removeprefix("sqlite:///"), made.url.removeprefix("sqlite:///"))
            return made
        admin = Plain(f"{_server()}/postgres")
        admin.run(f"DROP DATABASE IF EXISTS bench_{name}")
        admin.run(f"CREATE DATABASE bench_{name}" + (f" TEMPLATE bench_{template.name}" if template else ""))
        admin.close()
        return made

    def prepare(self) -> None:
        """Schema and regulations, once."""
        self.base = self.create("base")
        self.base.run("manage.py", "migrate", "--no-input", "--verbosity=0")
        self.base.run("manage.py", "load_regulations")

    def fill(self, name: str, cases: int, seed: int, *options: str) -> Database:
        made = self.create(name, self.base)
        made.run("-m", "bench.gen", "--cases", str(cases), "--seed", str(seed), *options)
        return made
