"""核验回执: a short number on a printed verification, from which the portal can tell later that it gave the answer.

Nothing is stored. The number is a keyed digest of the certificate, the day and the answer, so whoever is shown a
print can ask for it to be checked, and nobody can make one up.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re

from django.conf import settings

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
PATTERN = re.compile(r"HY-(\d\d)(\d\d)(\d\d)-([2-9A-HJKMNP-Z]{8})", re.ASCII)


def receipt_for(number: str, day: dt.date, word: str) -> str:
    """The receipt for a certificate number that stood so on a day: HY-261124-8F3K2QTM."""
    said = f"{number}\n{day.isoformat()}\n{word}".encode()
    digest = hmac.new(f"register-receipt:{settings.SECRET_KEY}".encode(), said, hashlib.sha256).digest()
    rest, letters = int.from_bytes(digest[:8], "big"), ""
    for _ in range(LENGTH):
        rest, place = divmod(rest, len(ALPHABET))
        letters += ALPHABET[place]
    return f"HY-{day:%y%m%d}-{letters}"


def checked(receipt: str, number: str, words: list[str]) -> tuple[dt.date, str] | None:
    """The day and the answer a receipt was given for; None for one that we did not give."""
    parts = PATTERN.fullmatch(receipt.strip().upper())
    if parts is None:
        return None
    try:
        day = dt.date(2000 + int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        return None
    for word in words:
        if hmac.compare_digest(receipt_for(number, day, word), parts[0]):
            return day, word
    return None
