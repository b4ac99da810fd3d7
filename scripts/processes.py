"""The children of `scripts/run`: how they are started, what they may know, and how they end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The same variable as in config/settings.py, so that a second portal can live beside the first.
VAR = Path(os.environ.get("VAR_DIR", ROOT / "var")).resolve()
LOGS = VAR / "log"
# When scripts/run began, which took its time if it had to install anything.
BEGUN = time.monotonic() - float(os.environ.get("SECONDS_SO_FAR", 0))
# A task cut off is not lost: its row in the outbox is found again.
STOPPED_WITHIN = 6
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The demo is of this folder alone: it never follows a setting of a production machine.
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "PRODUCTION", "S3_BUCKET", "DJANGO_SETTINGS_MODULE")


class Failed(Exception):
    """Something did not start or did not finish; the sentence says what, and where to read more."""


def say(text: str) -> None:
    print(f"{time.monotonic() - BEGUN:4.0f}s  {text}", flush=True)


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in NOT_OURS}
    return kept | {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"} | more


def manage(*arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    if result.returncode:
        raise Failed(f"{result.stdout}{result.stderr}\nmanage.py {' '.join(arguments)} failed.")
    return result.stdout


def in_background(name: str, command: list[str | Path], **more: str) -> subprocess.Popen[bytes]:
    """A child in a group of its own: Ctrl-C reaches us alone, and we stop the children in order."""
    # The kernel stops the child even when we are killed without a chance to.
    leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    with (LOGS / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [*leash, *command], cwd=ROOT, env=environment(**more), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip


def log_of(name: str) -> str:
    """The end of what a child wrote, and where the rest is."""
    lines = (LOGS / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join([*lines[-30:], f"({LOGS}/{name}.log has it all.)"])


def stop_all(children: Collection[subprocess.Popen[bytes]]) -> None:
    """Politely first, so that a step in hand ends; then whatever is left of each group."""
    former = [signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS]
    deadline = time.monotonic() + STOPPED_WITHIN
    for child in children:
        child.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    for number, handler in zip(STOP_SIGNALS, former, strict=True):
        signal.signal(number, handler)
