"""What a child of a nursery can be asked to do in tests/documents/test_nursery.py."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

born_with: list[str] = []


def main(request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    match request["do"]:
        case "remember":
            born_with.append(request["what"])
            return {"known": born_with, "pid": os.getpid(), "nursery": os.getsid(0)}
        case "look around":
            return {
                "environment": sorted(set(os.environ) - {"LC_CTYPE"}),  # which Python may set itself
                "open": sorted(map(kind_of, os.listdir("/proc/self/fd"))),
                "django": "django.conf" in sys.modules,
            }
        case "reach":
            try:
                socket.create_connection(("127.0.0.1", request["port"]), 1)
            except OSError:
                return {"network": False}
            return {"network": True}
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "end its minder":
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(600)
        case "spin":
            say({"said": "before"})
            while True:
                pass
        case "wait":
            time.sleep(600)
        case "grow":
            return {"got": len(bytearray(2 * 1024**3))}
    raise AssertionError(request)


def kind_of(name: str) -> str:
    try:
        target = os.readlink(f"/proc/self/fd/{name}")
    except FileNotFoundError:
        return "gone"  # by which the folder itself was read
    return target if target == os.devnull else target.partition(":")[0] if ":" in target else "file"
