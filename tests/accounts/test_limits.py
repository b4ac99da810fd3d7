"""Limits hold when requests come at once, and for as long as they say; on whatever cache."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.core.cache import cache

from accounts.limits import Limit

ONCE = Limit("test", 10, 86_400)


def test_of_forty_at_once_ten_pass(at):
    start = Barrier(40)

    def spend(_n):
        start.wait()
        return ONCE.spend("192.0.2.1")

    with at("2026-03-02 09:00"), ThreadPoolExecutor(40) as pool:
        waits = list(pool.map(spend, range(40)))

    assert [wait == 0 for wait in waits].count(True) == 10


def test_whoever_has_spent_it_waits_to_the_end(at, monkeypatch):
    """Ten minutes later, by the clock that the cache goes by, nothing is forgotten."""
    later = time.time() + 600

    with at("2026-03-02 09:00"):
        for _n in range(10):
            ONCE.spend("192.0.2.1")
        monkeypatch.setattr("time.time", lambda: later)

        assert ONCE.spend("192.0.2.1") > 0


def test_nobody_spends_it_anew_because_many_others_were_counted(at):
    """A cache that is full throws keys out, whichever they are."""
    addresses = [f"192.0.2.{n}" for n in range(10)]

    with at("2026-03-02 09:00"):
        for address in addresses * 10:
            ONCE.spend(address)
        for other in range(400):
            cache.set(f"other:{other}", 1, 600)

        assert [address for address in addresses if ONCE.spend(address) == 0] == []
