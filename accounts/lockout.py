"""What is shown after too many failed sign-ins: the same page whether or not the account exists."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from axes.helpers import get_cool_off
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Answer 429; axes passes the response it replaces and the credentials, and neither is repeated."""
    seconds = int(get_cool_off(request).total_seconds())
    page = render(request, "account/locked_out.html", {"minutes": seconds // 60}, status=429)
    page["Retry-After"] = str(seconds)
    return page


def client_address(request: HttpRequest) -> str | None:
    """The address axes counts by: the one allauth counts by, proxies considered."""
    return get_client_ip(request)
