"""Verification codes: what is printed by the QR and typed by whoever checks a notice.

Seventeen random characters (84 bits) and a check character, from an alphabet in which nothing looks like anything
else. The check finds every wrong character and every two that changed places, so a slip of the pen is told apart
from a notice that was never issued.
"""

import base64
import secrets
import unicodedata
from io import BytesIO

import segno
from django.conf import settings

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31, a prime: the weighted sum below needs one
LENGTH = 17


class MistypedCode(ValueError):
    """Not a code that was ever given out: too short, too long, or its check character does not fit."""


def new_code() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return body + _check(body)


def normalise(typed: str) -> str:
    """The code as stored, from what someone typed: any spaces, hyphens, width or case."""
    code = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c not in " -\t\u3000")
    well_formed = len(code) == LENGTH + 1 and all(c in ALPHABET for c in code)
    if not well_formed or _check(code[:LENGTH]) != code[LENGTH]:
        raise MistypedCode(typed)
    return code


def in_groups(code: str) -> str:
    """As printed: three groups of six."""
    return " ".join(code[i : i + 6] for i in range(0, len(code), 6))


def verification_url(code: str) -> str:
    """Where a code is looked up: on the configured origin, never on one a request names."""
    return f"{settings.PUBLIC_ORIGIN.rstrip('/')}/v/{code}/"


def qr(url: str) -> str:
    """The QR of an address as a `data:` URI: level M, with the four quiet modules a reader needs.

    A picture of one dot a module: drawn as lines it takes ten times as long, and four times the room.
    """
    out = BytesIO()
    matrix(url).save(out, kind="png", border=4, scale=1)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def matrix(url: str) -> segno.QRCode:
    return segno.make_qr(url, error="m", boost_error=False)


def _check(body: str) -> str:
    return ALPHABET[sum(weight * ALPHABET.index(c) for weight, c in enumerate(body, start=1)) % len(ALPHABET)]
