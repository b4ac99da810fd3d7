"""`scripts/run` as a newcomer meets it: one command, a portal to sign in to, and nothing left behind."""

import os
import re
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(var: Path, port: int) -> tuple[subprocess.Popen[str], list[str]]:
    """Starts the portal and reads what it says, up to the line that ends the list of accounts."""
    portal = subprocess.Popen(
        [ROOT / "scripts" / "run", "--port", str(port)],
        env=os.environ | {"VAR_DIR": str(var)}, cwd="/", stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    said = []
    assert portal.stdout is not None
    for line in portal.stdout:
        said.append(line.rstrip("\n"))
        if line.startswith("Ctrl-C"):
            break
    return portal, said


def descendants(parent: int) -> set[int]:
    """Everything below a process, by the kernel's own list."""
    children: dict[int, set[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, ppid = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != "Z":
                children.setdefault(int(ppid), set()).add(int(entry.name))
    found, todo = set(), [parent]
    while todo:
        below = children.get(todo.pop(), set())
        found |= below
        todo.extend(below)
    return found


def stop(portal: subprocess.Popen[str]) -> None:
    portal.send_signal(signal.SIGINT)
    portal.communicate(timeout=30)


def test_one_command_gives_a_portal_and_ctrl_c_takes_it_away(tmp_path):
    port = free_port()
    portal, said = start(tmp_path, port)
    try:
        assert f"ready http://127.0.0.1:{port}" in said, "\n".join(said[-40:])
        accounts = said[said.index(f"ready http://127.0.0.1:{port}") + 1 : -1]
        assert len([line for line in accounts if line.strip()]) >= 8
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
            assert (answer.status, 'lang="zh' in answer.read().decode()) == (200, True)
        started = descendants(portal.pid)
        commands = [Path(f"/proc/{pid}/cmdline").read_text() for pid in started]
        assert any("gunicorn" in command for command in commands)
        assert any("celery" in command for command in commands)
    finally:
        stop(portal)

    assert portal.returncode == 0
    assert [pid for pid in started if Path(f"/proc/{pid}").exists() and not is_zombie(pid)] == []
    with socket.socket() as probe:
        # The kernel remembers our own visit for a minute; what counts is that nobody listens.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))

    again, said = start(tmp_path, port)
    stop(again)
    assert [line for line in said if re.search(r"demo world|database|styles", line)] == []
    assert f"ready http://127.0.0.1:{port}" in said


def is_zombie(pid: int) -> bool:
    """Gone, but not yet collected by whoever inherited it."""
    return " Z " in Path(f"/proc/{pid}/stat").read_text()
