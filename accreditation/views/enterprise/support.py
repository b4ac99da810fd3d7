"""The support measures of a holder: what is open, what is missing, and asking for it (SX-11 to SX-20)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accreditation import support as measures_of_titles
from accreditation.views.enterprise.common import actor_of, enterprise_page
from accreditation.views.enterprise.dashboard import titles_of
from core import clock
from workflow.errors import Refused


@require_http_methods(["GET", "POST"])
@enterprise_page
def support(request: HttpRequest) -> HttpResponse:
    """Six measures with their items as they stand today; none for who holds no title."""
    actor = actor_of(request)
    title = titles_of(actor).filter(closed_at=None).first()
    refusal, status = "", 200
    if request.method == "POST" and title is not None:
        try:
            asked = measures_of_titles.request(
                title, actor=actor, item=request.POST.get("item", ""), note=request.POST.get("note", "")
            )
        except Refused as refused:
            refusal, status = refused.message, refused.status
        else:
            messages.success(
                request, _("已报%(body)s办理，结果显示在本页。") % {"body": asked.department.label}
            )
            return redirect("my:support")
    context: dict[str, Any] = {
        "title": title,
        "standing": measures_of_titles.entitlements(title, clock.today()) if title else None,
        "refusal": refusal,
    }
    return render(request, "accreditation/enterprise/support.html", context, status=status)
