"""Turns what the engine refuses into a page that says what happened and what to do next; refuses what is no text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from csp.constants import HEADER as CSP_HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property

from workflow.errors import NotYours, Refused


class RefusalMiddleware:
    """A `Refused` that a view lets through becomes 404, 409 or 422 with its own words; never a 500."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, NotYours):
            raise Http404(exception.message)
        if isinstance(exception, Refused):
            template = "portal/_refused.html" if request.htmx else "portal/refused.html"
            return render(request, template, {"refused": exception}, status=exception.status)
        return None


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp, with the policy of pages put together once. What strangers gave us is served under one of its own."""

    @cached_property
    def policy(self) -> str:
        return build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault(CSP_HEADER, self.policy)
        return response


class ZeroByteMiddleware:
    """A zero byte is in nothing a person types, and PostgreSQL takes none: 400, wherever in a request it stands."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _refuse_zero_bytes([request.path_info, *request.COOKIES.values(), *_texts_of(request.GET)])
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """The form, once the protection against forged ones has read it."""
        if request.method == "POST":
            _refuse_zero_bytes(_texts_of(request.POST))


def _texts_of(typed: QueryDict) -> Iterable[str]:
    for name, values in typed.lists():
        yield name
        yield from values


def _refuse_zero_bytes(texts: Iterable[str]) -> None:
    if any("\0" in text for text in texts):
        raise SuspiciousOperation("A zero byte in the request.")
