"""A virus scanner, if the site has one: clamd, spoken to over its socket.

Without a scanner the structural checks and the test virus still stand. With one that does not answer, a file
waits: its owner sees it, nobody else does, until `housekeeping.scan_waiting` has had an answer.
"""

import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

SECONDS = 20
CHUNK = 64 * 1024
INFECTED = re.compile(rb": (.+) FOUND")


class ScannerDown(Exception):
    """The scanner that is configured gave no usable answer."""


def is_configured() -> bool:
    return bool(settings.CLAMD_ADDRESS)


def virus_in(path: Path) -> str | None:
    """The name of the virus, None if there is none; raises ScannerDown rather than guess."""
    try:
        with _connected() as scanner, path.open("rb") as file:
            scanner.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                scanner.sendall(struct.pack(">I", len(chunk)) + chunk)
            scanner.sendall(struct.pack(">I", 0))
            answer = b""
            while not answer.endswith(b"\0") and (more := scanner.recv(4096)):
                answer += more
    except OSError as unreachable:
        raise ScannerDown(str(unreachable)) from unreachable
    if found := INFECTED.search(answer):
        return found[1].decode(errors="replace")
    if answer.rstrip(b"\0").endswith(b": OK"):
        return None
    raise ScannerDown(answer.decode(errors="replace"))


@contextmanager
def _connected() -> Iterator[socket.socket]:
    """`host:port`, or the path of a Unix socket."""
    address = settings.CLAMD_ADDRESS
    if address.startswith("/"):
        scanner = socket.socket(socket.AF_UNIX)
        scanner.settimeout(SECONDS)
        with scanner:
            scanner.connect(address)
            yield scanner
    else:
        host, _, port = address.rpartition(":")
        with socket.create_connection((host, int(port)), SECONDS) as scanner:
            yield scanner
