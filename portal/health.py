"""/health/: for whoever watches the machine. Says which jobs do not run; names no case, person or path."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from workflow import jobs


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """200 while every job of the schedule runs, 503 otherwise; a line for each, to read and to grep."""
    found = jobs.health()
    lines = [f"{one.name}: {_word(one)} (last {_moment(one)})" for one in found]
    well = all(one.is_well for one in found)
    return HttpResponse(
        "\n".join(["ok" if well else "not ok", *lines, ""]),
        status=200 if well else 503,
        content_type="text/plain; charset=utf-8",
    )


def _word(one: jobs.Health) -> str:
    return "failing" if one.is_failing else "late" if one.is_late else "ok"


def _moment(one: jobs.Health) -> str:
    last = one.job.succeeded_at if one.job else None
    return f"{clock.local(last):%Y-%m-%d %H:%M:%S}" if last else "never"
