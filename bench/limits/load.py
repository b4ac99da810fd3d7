"""Visitors of a web server: one that asks again and again, or several at once for a time."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode


class Unexpected(Exception):
    """An answer that was not the one measured: a fast wrong answer scores nothing."""


@dataclass
class Visitor:
    """One browser with its session, over one connection as long as the server keeps it."""

    port: int
    cookie: str
    expect: int = 200
    last: bytes = b""
    location: str = ""
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def ask(self, path: str, fields: dict[str, str] | None = None) -> float:
        """Ask once; returns milliseconds. Raises `Unexpected`."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookie}
        body = None
        if fields is not None:
            body, headers["Content-Type"] = urlencode(fields), "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        try:
            answer = self._exchange(path, body, headers)
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            # The server let the connection go while the other side of the pair was measured.
            self._connection.close()
            begun = time.perf_counter()
            answer = self._exchange(path, body, headers)
        spent = (time.perf_counter() - begun) * 1e3
        self.location = answer.headers.get("Location", "")
        if answer.status != self.expect:
            raise Unexpected(f"{path} answered {answer.status}: {self.last[:300].decode(errors='replace')}")
        return spent

    def _exchange(self, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        assert self._connection is not None
        self._connection.request("GET" if body is None else "POST", path, body, headers)
        answer = self._connection.getresponse()
        self.last = answer.read()
        return answer


def at_once(acts: list[Callable[[], float]], seconds: float) -> list[float]:
    """Let several visitors act at once for a time; returns how long each act took, in milliseconds."""
    taken: list[list[float]] = [[] for _ in acts]
    failures: list[BaseException] = []
    end = time.perf_counter() + seconds

    def go(act: Callable[[], float], into: list[float]) -> None:
        try:
            while time.perf_counter() < end:
                into.append(act())
        except BaseException as failure:  # raised again below, in the thread that asked
            failures.append(failure)

    threads = [threading.Thread(target=go, args=pair) for pair in zip(acts, taken, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [spent for one in taken for spent in one]
