"""One number a request: shown on every error page, sent with every answer, written in every line of the log.

Whoever calls for help reads it out, and the line that tells what happened is found by it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # read aloud without a mistake
NONE = "-"
_current: ContextVar[str] = ContextVar("correlation_id", default=NONE)


def new_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


class CorrelationMiddleware:
    """Stands first, so that whatever fails behind it has its number already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = new_id()
        request.correlation_id = number  # type: ignore[attr-defined]
        token = _current.set(number)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-ID"] = number
        return response


class CorrelationFilter(logging.Filter):
    """Gives a log line the number of the request it was written in."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.correlation = _current.get()
        return True
