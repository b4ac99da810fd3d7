"""The embedded portal: prepare what is missing, start web and worker, watch them, stop them.

`scripts/run` has installed Python and its packages; here begins what is the portal's own. What is already
done is skipped by fingerprint, so a second start only starts. The demo world is this script's alone: it
never follows DATABASE_URL or any other setting of a production machine.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Iterable
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
# The same variable as in config/settings.py, so that a second portal can live beside the first.
VAR = Path(os.environ.get("VAR_DIR", ROOT / "var")).resolve()
VENDOR = ROOT / "static" / "vendor"
DATABASE = VAR / "portal.sqlite3"
# Written last: a world without it was never finished.
ACCOUNTS = VAR / "demo-accounts.txt"
LOGS = VAR / "log"
BIN = Path(sys.executable).parent
# When scripts/run began, which took its time if it had to install anything.
BEGUN = time.monotonic() - float(os.environ.get("SECONDS_SO_FAR", 0))
HEALTHY_WITHIN = 60
STOPPED_WITHIN = 15
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EMBEDDED_ONLY = ("DATABASE_URL", "REDIS_URL", "PRODUCTION", "S3_BUCKET", "DJANGO_SETTINGS_MODULE")


class Failed(Exception):
    """Something did not start or did not finish; the sentence says what, and where to read more."""


class Stopped(Exception):
    """Someone asked us to stop."""


def main() -> int:
    options = read_options()
    for number in STOP_SIGNALS:
        signal.signal(number, stop)
    LOGS.mkdir(parents=True, exist_ok=True)
    with (VAR / "run.lock").open("a") as lock:
        try:
            need_to_be_alone(lock)
            need_port(options.port)
            prepare(options)
            serve(options.port)
        except Failed as failure:
            print(failure, file=sys.stderr)
            return 1
        except Stopped:
            return 0
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/run",
        usage="scripts/run [--port N] [--today YYYY-MM-DD] [--reset] [--help]",
        add_help=False,
    )
    parser.add_argument("--port", type=port_number, default=8000)
    parser.add_argument("--today", type=calendar_day)
    parser.add_argument("--reset", action="store_true")
    return parser.parse_args()


def port_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text} is not a port; 1 to 65535")
    return int(text)


def calendar_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a day; write it as 2026-03-01") from error


def say(text: str) -> None:
    print(f"{time.monotonic() - BEGUN:4.0f}s  {text}", flush=True)


def stop(number: int, frame: object) -> None:
    raise Stopped


def need_to_be_alone(lock: TextIO) -> None:
    """Two beats on one database would do everything twice."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        raise Failed("The portal of this folder is running already.") from held


def need_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise Failed(f"Port {port} is in use; choose another with --port.") from taken


# --- What a start needs, and only once ------------------------------------------------------------------


def prepare(options: argparse.Namespace) -> None:
    """Database and demo world; meanwhile the styles, which come from the network."""
    anew = options.reset or not ACCOUNTS.exists()
    if anew and not options.reset and holds_people():
        raise Failed(f"{DATABASE} holds people whom scripts/run did not put there.\n"
                     "Move it away to keep it, or let --reset throw it away.")  # fmt: skip
    styles = begin_styles()
    try:
        prepare_database(anew)
        if options.today:
            say(f"clock moves to {options.today}")
            manage("drill", "--today", options.today.isoformat())
        if styles and styles.wait():
            raise Failed(f"{tail('styles')}\nThe styles could not be built; {LOGS}/styles.log has it all.")
        remember("styles", styles_fingerprint())
    finally:
        stop_all([styles] if styles else [])


def begin_styles() -> subprocess.Popen[bytes] | None:
    """Fetch, cut, compress: what `static` becomes on its way to a browser. Nothing if it stands already."""
    if is_done("styles", styles_fingerprint()) and (VAR / "static").exists():
        return None
    steps = '"$0" scripts/assets.py && "$0" manage.py collectstatic --no-input --clear --verbosity=0'
    return in_background("styles", ["bash", "-c", steps, sys.executable])


def styles_fingerprint() -> str:
    sources = [
        ROOT / name for name in ("requirements.txt", "package-lock.json", ".npmrc", "scripts/assets.py")
    ]
    ours = [path for path in (ROOT / "static").rglob("*") if path.is_file() and VENDOR not in path.parents]
    return fingerprint([*sources, *ours])


def prepare_database(anew: bool) -> None:
    if anew:
        forget_demo()
    tables = fingerprint(
        [ROOT / "requirements.txt", *ROOT.glob("*/migrations/*.py"), *ROOT.glob("regulations/*.yaml")]
    )
    if anew or not is_done("database", tables):
        say("database and regulations")
        manage("migrate", "--no-input", "--verbosity=0")
        manage("load_regulations")
        remember("database", tables)
    if anew:
        say("demo world")
        manage("demo")
        ACCOUNTS.write_text(manage("demo", "--accounts"), encoding="utf-8")


def holds_people() -> bool:
    """Did somebody fill the database by hand? An empty one is left behind by any manage.py command."""
    with (
        suppress(sqlite3.OperationalError),
        closing(sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True)) as base,
    ):
        return base.execute("SELECT 1 FROM accounts_user LIMIT 1").fetchone() is not None
    return False


def forget_demo() -> None:
    """Everything the portal keeps goes, so that a database never points at files of an earlier world."""
    ACCOUNTS.unlink(missing_ok=True)
    for path in [*VAR.glob("portal.sqlite3*"), *VAR.glob("beat-schedule*"), VAR / "drill-clock"]:
        path.unlink(missing_ok=True)
    for folder in ("files", "queue", "cache"):
        shutil.rmtree(VAR / folder, ignore_errors=True)


def fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def is_done(what: str, as_of: str) -> bool:
    stamp = VAR / f".{what}"
    return stamp.exists() and stamp.read_text() == as_of


def remember(what: str, as_of: str) -> None:
    (VAR / f".{what}").write_text(as_of)


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in EMBEDDED_ONLY}
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


def tail(name: str) -> str:
    lines = (LOGS / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-30:])


# --- Running --------------------------------------------------------------------------------------------


def serve(port: int) -> None:
    say("web and worker")
    origin = f"http://127.0.0.1:{port}"
    children = {
        "web": in_background(
            "web",
            [BIN / "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"],
            BIND=f"127.0.0.1:{port}",
            PUBLIC_ORIGIN=origin,
        ),
        "worker": in_background(
            "worker",
            [BIN / "celery", "-A", "config", "worker", "-B", "-c", "2", "-l", "INFO", "--without-mingle"],
            PUBLIC_ORIGIN=origin,
        ),
    }
    try:
        wait_until_healthy(children, origin)
        print(
            f"\nready {origin}\n\n{ACCOUNTS.read_text(encoding='utf-8').strip()}\n\nCtrl-C stops it.",
            flush=True,
        )
        watch(children)
    finally:
        say("stopping")
        stop_all(children.values())


def wait_until_healthy(children: dict[str, subprocess.Popen[bytes]], origin: str) -> None:
    deadline = time.monotonic() + HEALTHY_WITHIN
    waiting = {"web": lambda: answers(origin), "worker": lambda: " ready." in tail("worker")}
    while waiting:
        need_alive(children)
        if time.monotonic() > deadline:
            raise Failed(f"{tail(next(iter(waiting)))}\nNot healthy in time: {', '.join(waiting)}.")
        waiting = {name: is_up for name, is_up in waiting.items() if not is_up()}
        time.sleep(0.1)


def answers(origin: str) -> bool:
    try:
        with urllib.request.urlopen(origin + "/", timeout=10) as answer:  # noqa: S310 - our own address
            return answer.status == 200
    except urllib.error.HTTPError as refusal:
        raise Failed(
            f"{tail('web')}\n{origin} answers {refusal.code}; {LOGS}/web.log has it all."
        ) from refusal
    except OSError:
        return False


def need_alive(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise Failed(f"{tail(name)}\nThe {name} process ended; {LOGS}/{name}.log has it all.")


def watch(children: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        need_alive(children)
        time.sleep(1)


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


if __name__ == "__main__":
    sys.exit(main())
