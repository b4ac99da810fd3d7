"""Where the children are born that open strangers' files: a process that has read all it needs, and opens nothing.

To start Python and import what reads PDF, pictures and tables takes ten times what a look at a file takes. So each
process of ours that looks at files keeps one nursery beside it: started with a clean environment, it imports the
readers once and forks a child for every file. Neither file nor request is read by it; what a file does to its child
ends with the child. Between the two stands a minder, who ends a child that takes too long and tells what it took.

A nursery lives as long as the process that keeps it. One whose child crashed is given up, so that nobody learns by
trying where things lie in its memory.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

PROGRAM = "from documents import confined, nursery; nursery.main(confined.main)"
# What the keeper sends beside three open files: how many seconds a child may live.
ORDER = struct.Struct(">d")
# What a minder writes: how its child ended, as `subprocess` has it, and the processor seconds it took.
END = struct.Struct(">id")
# For a minder on a busy machine to do what it does at the end of a child's time.
GRACE = 5
CRASHES = {-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE, -signal.SIGABRT, -signal.SIGTRAP}
ENDED_BY_US = -signal.SIGKILL


class Nursery:
    """The keeper's end. Safe to use from several threads, and in a process forked from the one that made it."""

    def __init__(self, tasks: Mapping[str, str]) -> None:
        self._tasks = dict(tasks)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._kept_by = 0
        self.processor_seconds = 0.0  # of all children so far

    def ask(self, request: bytes, seconds: float) -> tuple[bytes, bool]:
        """What a child of its own said to a request, and whether it ended by itself."""
        process, said, told = self._asked(request, seconds)
        if not told and _is_ending(process):
            # The nursery ended before or while it had the order: that is not for the file to answer for.
            process, said, told = self._asked(request, seconds)
        code, used = END.unpack(told) if told else (ENDED_BY_US, 0.0)
        with self._lock:
            self.processor_seconds += used
            # Without its minder's word nobody knows whether a child is over.
            if code in CRASHES or not told:
                self._give_up(process)
        return said, code >= 0

    def _asked(self, request: bytes, seconds: float) -> tuple[subprocess.Popen[bytes], bytes, bytes]:
        """The nursery that had the order, what the child said, and the word of its minder if there was one."""
        answer, answer_in = os.pipe()
        end, end_in = os.pipe()
        try:
            try:
                with tempfile.TemporaryFile() as asked:
                    asked.write(request)
                    asked.seek(0)
                    process = self._order(seconds, [asked.fileno(), answer_in, end_in])
            finally:
                os.close(answer_in)
                os.close(end_in)
            return process, *_heard(answer, end, time.monotonic() + seconds + GRACE)
        finally:
            os.close(answer)
            os.close(end)

    def close(self) -> None:
        """Hangs up, and waits until it has understood."""
        with self._lock:
            if self._line is not None and self._process is not None and self._kept_by == os.getpid():
                self._line.close()
                self._process.wait()
            self._process = self._line = None

    def _order(self, seconds: float, files: list[int]) -> subprocess.Popen[bytes]:
        with self._lock:
            # Its end came before this order, or with it: then a new one takes it.
            for _ in range(2):
                process, line = self._running()
                with suppress(OSError):
                    socket.send_fds(line, [ORDER.pack(seconds)], files)
                    return process
                self._give_up(process)
            raise OSError("the nursery does not start")

    def _running(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        if self._kept_by != os.getpid():
            # A process forked from the keeper lets go of what is not its own.
            if self._line is not None:
                self._line.close()
            self._process = self._line = None
        if self._process is None or self._line is None or self._process.poll() is not None:
            self._start()
        assert self._process is not None and self._line is not None  # noqa: S101  just started
        return self._process, self._line

    def _start(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-E", "-c", PROGRAM, str(theirs.fileno()), json.dumps(self._tasks)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # its children are in its group, and none of ours
                cwd=Path(__file__).resolve().parent.parent,
                env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            )
        self._kept_by = os.getpid()

    def _give_up(self, process: subprocess.Popen[bytes]) -> None:
        """Ends it and whatever it brought into the world."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process is self._process and self._line is not None:
            self._line.close()
            self._process = self._line = None


def _is_ending(process: subprocess.Popen[bytes]) -> bool:
    """Its files are closed a moment before it is over."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(0.2)
        return True
    return False


def _heard(answer: int, end: int, until: float) -> tuple[bytes, bytes]:
    """What a child said until its minder told of its end, or was no more, or the time was over; and the telling."""
    said, told, listening = [], b"", [answer, end]
    while ready := select.select(listening, [], [], max(until - time.monotonic(), 0))[0]:
        if answer not in ready:
            told = os.read(end, END.size)
            break
        if part := os.read(answer, 1 << 16):
            said.append(part)
        else:
            listening.remove(answer)
        if time.monotonic() > until:
            break
    return b"".join(said), told if len(told) == END.size else b""


# --- The nursery itself ---------------------------------------------------------------------------------------


Life = Callable[[Mapping[str, str]], NoReturn]


def main(live: Life) -> NoReturn:
    """Forks until its keeper is gone. It is one thread, so a child begins whole."""
    line = socket.socket(fileno=int(sys.argv[1]))
    tasks: dict[str, str] = json.loads(sys.argv[2])
    for module in tasks.values():
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # minders are not waited for
    gc.freeze()
    while True:
        order, files, _flags, _sender = socket.recv_fds(line, ORDER.size, 3)
        if not order:
            os._exit(0)
        if os.fork() == 0:
            line.close()
            _mind(lambda: live(tasks), *ORDER.unpack(order), *files)
        for file in files:
            os.close(file)


def _mind(live: Callable[[], NoReturn], seconds: float, request: int, answer: int, end: int) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.dup2(request, 0)
        os.dup2(answer, 1)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        live()
    os.close(request)
    os.close(answer)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6))
    _child, how, used = os.wait4(child, 0)
    os.write(end, END.pack(os.waitstatus_to_exitcode(how), used.ru_utime + used.ru_stime))
    os._exit(0)
