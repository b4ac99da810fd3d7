"""The admin's door: an address or a form that nobody's page made is answered in words, never with a crash.

Django's lists take whatever stands behind the question mark, and what no database can compare ends in a server error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import BadRequest
from django.db import DataError, models
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

# More than any name or number is long; SQLite takes neither a longer pattern nor a deeper expression.
LONGEST_SEARCH, MOST_WORDS = 200, 20
# What the pages themselves ask of a field. Of Django's other lookups some are patterns that never end, some fail.
OFFERED = {"exact", "isnull", "in", "gt", "gte", "lt", "lte", "year", "month", "day"}
LOOKUPS = {name for field in (models.DateTimeField(), models.JSONField()) for name in field.get_lookups()}
# What Django says of a number or a year that was typed; any other `ValueError` is our mistake.
ASKED_THE_IMPOSSIBLE = re.compile(r"Field '\w+' expected a|year -?\d+ is out of range")


class PortalAdminSite(AdminSite):
    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if _is_unreadable(request):
                raise BadRequest("a search too long, or a comparison no page offers")
            try:
                answer = inner(request, *args, **kwargs)
                # Lists ask the database while they are drawn; that belongs to the answer as well.
                return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer
            except (OverflowError, DataError) as error:
                raise BadRequest(str(error)) from error
            except ValueError as error:
                if ASKED_THE_IMPOSSIBLE.match(str(error)):
                    raise BadRequest(str(error)) from error
                raise

        return guarded


def _is_unreadable(request: HttpRequest) -> bool:
    searches = [*request.GET.getlist("q"), *request.GET.getlist("term")]
    too_long = any(len(text) > LONGEST_SEARCH or len(text.split()) > MOST_WORDS for text in searches)
    return too_long or any(key.rpartition("__")[2] in LOOKUPS - OFFERED for key in request.GET if "__" in key)


class PortalAdminConfig(AdminConfig):
    default_site = "accounts.admin_site.PortalAdminSite"
