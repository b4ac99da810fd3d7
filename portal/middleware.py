"""Turns what the engine refuses into a page that says what happened and what to do next."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import render

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
