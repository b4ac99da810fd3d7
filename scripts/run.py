"""The embedded portal: prepare what is missing, start web and worker, watch them, stop them.

`scripts/run` has installed Python and its packages; here begins what is the portal's own.
"""

import argparse
import fcntl
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import date
from pathlib import Path
from typing import TextIO

from scripts.prepare import ACCOUNTS, prepare
from scripts.processes import LOGS, STOP_SIGNALS, VAR, Failed, in_background, log_of, say, stop_all

BIN = Path(sys.executable).parent
HEALTHY_WITHIN = 60


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
            prepare(reset=options.reset, today=options.today)
            serve(options.port)
        except Failed as failure:
            print(failure, file=sys.stderr)
            return 1
        except Stopped:
            return 0
    return 0


def stop(number: int, frame: object) -> None:
    raise Stopped


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
        accounts = ACCOUNTS.read_text(encoding="utf-8").strip()
        print(f"\nready {origin}\n\n{accounts}\n\nCtrl-C stops it.", flush=True)
        watch(children)
    finally:
        say("stopping")
        stop_all(children.values())


def wait_until_healthy(children: dict[str, subprocess.Popen[bytes]], origin: str) -> None:
    deadline = time.monotonic() + HEALTHY_WITHIN
    waiting = {"web": lambda: answers(origin), "worker": lambda: " ready." in log_of("worker")}
    while waiting:
        need_alive(children)
        if time.monotonic() > deadline:
            raise Failed(f"{log_of(next(iter(waiting)))}\nNot healthy in time: {', '.join(waiting)}.")
        waiting = {name: is_up for name, is_up in waiting.items() if not is_up()}
        time.sleep(0.1)


def answers(origin: str) -> bool:
    try:
        with urllib.request.urlopen(origin + "/", timeout=10) as answer:  # noqa: S310 - our own address
            return answer.status == 200
    except urllib.error.HTTPError as refusal:
        raise Failed(f"{log_of('web')}\n{origin} answers {refusal.code}.") from refusal
    except OSError:
        return False


def need_alive(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise Failed(f"{log_of(name)}\nThe {name} process ended.")


def watch(children: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        need_alive(children)
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
