"""How often one address may ask where anybody may ask: look-ups of codes, forms without a login.

A count per address in the cache, anew each minute or hour; beyond it the answer is 429 with the time to wait.
On several hosts the cache is shared, so the count is too.
"""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.lockout import client_address
from core import clock

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Limit:
    """`times` acts in `seconds`, each stretch counted by itself."""

    name: str
    times: int
    seconds: int

    def spend(self, who: str) -> int:
        """Count one act of somebody. Returns the seconds to wait, 0 while it is within the limit."""
        window, gone = divmod(int(clock.now().timestamp()), self.seconds)
        # Whoever it is, an address or a telephone number, is counted and not kept.
        key = f"limit:{self.name}:{window}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
        count = _count_in_files(key, self.seconds) if _is_in_files() else _count_in_redis(key, self.seconds)
        return self.seconds - gone if count > self.times else 0


def _count_in_redis(key: str, seconds: int) -> int:
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:  # it fell out of the cache in between
        return 1


def _count_in_files(key: str, seconds: int) -> int:
    """Django reads and writes the file in two acts and keeps it five minutes: so one at a time, and until its end."""
    with open(Path(settings.VAR_DIR) / "limits.lock", "w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        count = cache.get(key, 0) + 1
        cache.set(key, count, seconds)
    return count


def _is_in_files() -> bool:
    return str(settings.CACHES["default"]["BACKEND"]).endswith("FileBasedCache")


# 30 a minute is more than a person types and far less than a guesser needs (security guide T12).
LOOK_UPS = Limit("look-ups", 30, 60)
COMPARISONS = Limit("comparisons", 10, 60)  # one that is not ours takes a processor for a second
HAND_OVERS = Limit("hand-overs", 20, 3600)
DOSSIERS = Limit("dossiers", 30, 600)  # each takes a processor for some seconds
OBJECTIONS = Limit("objections", 20, 3600)
OBJECTIONS_OF_A_CONTACT = Limit("objections-of-a-contact", 5, 3600)


def address_of(request: HttpRequest) -> str:
    """The address an act is counted by: of IPv6 the network, for one household holds a whole one."""
    written = client_address(request) or ""
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return written
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return written


def limited(limit: Limit, *methods: str) -> Callable[[View], View]:
    """Let a view answer only so often to one address; without `methods` every request counts."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            counts = not methods or request.method in methods
            wait = limit.spend(address_of(request)) if counts else 0
            return too_many(request, wait) if wait else view(request, *args, **kwargs)

        return guarded

    return guard


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429 in words, with the time to wait for programs."""
    page = render(request, "429.html", {"seconds": seconds}, status=429)
    page["Retry-After"] = str(seconds)
    return page
