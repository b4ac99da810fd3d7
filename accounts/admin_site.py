"""The admin's door: an address or a form that nobody's page made is answered in words, never with a crash.

Django's lists take whatever stands behind the question mark, and what no database can compare ends in a server error.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

# More than any name or number is long; SQLite takes neither a longer pattern nor a deeper expression.
LONGEST_SEARCH, MOST_WORDS = 200, 20
PATTERNS = ("regex", "iregex")

log = logging.getLogger(__name__)


class PortalAdminSite(AdminSite):
    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if _is_unreadable(request):
                raise BadRequest("a search too long, or a pattern")
            try:
                answer = inner(request, *args, **kwargs)
                # Lists ask the database while they are drawn; that belongs to the answer as well.
                return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer
            except (OverflowError, DataError) as error:
                raise BadRequest(str(error)) from error
            except ValueError as error:
                # Of a form that was posted only what a field says of itself; anything else is our mistake.
                if request.method == "GET" or str(error).startswith("Field "):
                    log.warning("unreadable request to the admin", exc_info=error)
                    raise BadRequest(str(error)) from error
                raise

        return guarded


def _is_unreadable(request: HttpRequest) -> bool:
    searches = [*request.GET.getlist("q"), *request.GET.getlist("term")]
    too_long = any(len(text) > LONGEST_SEARCH or len(text.split()) > MOST_WORDS for text in searches)
    return too_long or any(key.rpartition("__")[2] in PATTERNS for key in request.GET)


class PortalAdminConfig(AdminConfig):
    default_site = "accounts.admin_site.PortalAdminSite"
