"""The row under the cursor in a few words, beside the queue."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.desk.cases import case_of
from portal.desk.kinds import kind_word
from workflow.access import holds
from workflow.authority import open_steps
from workflow.views import for_officials


@require_safe
@never_cache
@for_officials
def quick(request: HttpRequest, reference: str) -> HttpResponse:
    """A fragment for the queue; without htmx the case itself is the better answer."""
    actor = request.actor  # type: ignore[attr-defined]
    case = case_of(actor, reference)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"/desk/cases/{case.reference}/")
    summary = getattr(case, "condition_summary", None)
    conditions = summary.by_condition() if summary else []
    failed = next((one.text for one in conditions if one.mark == "no"), "")
    steps = open_steps(case, actor)
    context = {
        "case": case,
        "kind": kind_word(case.kind),
        "conditions": conditions,
        "suggestion": f"先一次性告知：{failed}" if failed else "",
        "steps": steps,
        "corrects": any(step.name == "request_correction" for step in steps),
        "holds": holds(case, actor),
        "due": case.due_at,
    }
    return render(request, "portal/desk/_quick.html", context)
