"""The portal and the bare application under the same gunicorn, as config/gunicorn.py sets it, each on a free port."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from bench.databases import ROOT, Database

UP_WITHIN = 60
PORTAL, BARE = "config.wsgi", "bench.limits.bare_app:application"


class Served:
    """An application on a database, for as long as the block lasts."""

    def __init__(self, application: str, database: Database):
        self.application, self.database = application, database
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def __enter__(self) -> Served:
        log = Path(self.database.folder) / f"gunicorn-{self.port}.log"
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).parent / "gunicorn"), "--config", "config/gunicorn.py", self.application],
                cwd=ROOT, env=self.database.environment(BIND=f"127.0.0.1:{self.port}"),
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        deadline = time.monotonic() + UP_WITHIN
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError(f"{self.application} did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)
        return self

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/favicon.ico")
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
