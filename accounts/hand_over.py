"""How a password link reaches its owner: whoever carries the link does not know the code, and the other way round.

The administrator who confirmed the request reads the link, the one who asked reads the code; each tells the person,
who needs both. Neither is kept anywhere: the link is a token like any for a password, the code is derived from the
request with the portal's key.
"""

from __future__ import annotations

import base64
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.rights import RightsRequest

LETTERS = 10  # of 32 kinds, and few guesses an hour: nobody meets one by chance


class _TokensOf(PasswordResetTokenGenerator):
    """Tokens of one request; they die with the three days, with a sign-in and when the password is set."""

    key_salt = "accounts.hand_over"

    def __init__(self, asked: RightsRequest) -> None:
        super().__init__()
        self.number = asked.pk

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{self.number}-{super()._make_hash_value(user, timestamp)}"


def link_of(asked: RightsRequest) -> str:
    """Path of the page that asks for the code."""
    return reverse("account_hand_over", args=[asked.pk, _TokensOf(asked).make_token(asked.user)])


def code_of(asked: RightsRequest) -> str:
    """The code that opens the link of this request, e.g. "K7PQA-3MZDX"."""
    digest = salted_hmac(
        "accounts.hand_over.code", f"{asked.pk}-{asked.requested_at.timestamp()}", algorithm="sha256"
    ).digest()
    letters = base64.b32encode(digest).decode()[:LETTERS]
    return f"{letters[:5]}-{letters[5:]}"


def is_code_of(asked: RightsRequest, typed: str) -> bool:
    letters = "".join(typed.upper().replace("-", " ").split())
    return constant_time_compare(letters, code_of(asked).replace("-", ""))


def handed_over(number: int, token: str) -> RightsRequest | None:
    """The confirmed request a link belongs to; None of a link that was used, is over or was made up."""
    links = RightsRequest.objects.select_related("user").filter(
        act=RightsRequest.Act.LINK, outcome=RightsRequest.Outcome.CONFIRMED
    )
    asked = links.filter(pk=number).first()
    return asked if asked and _TokensOf(asked).check_token(asked.user, token) else None
