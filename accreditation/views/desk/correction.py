"""一次性告知: every defect found in the review, in one notice, read once more before it goes out (AMB-G07)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accreditation.previews import preview_of
from accreditation.procedures.application import ProviderApplication
from accreditation.reviewing import Review
from accreditation.views.desk.frame import application_of, frame
from core import defaults
from workflow.views import Refusal, attempt, for_officials, step_context

MOST = 60


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def correction(request: HttpRequest, reference: str) -> HttpResponse:
    """The collected points to be read over, changed, and told to the enterprise."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    application = application_of(actor, reference)
    if request.method == "GET":
        review = Review(application, actor.organization_id)
        return _show(request, application, actor, [{**d, "chosen": True} for d in review.defects])
    rows = _typed(request, application)
    told = [
        {key: row.get(key, "") for key in ("material", "problem", "remedy", "brought_in")}
        for row in rows
        if row["chosen"]
    ]
    if "preview" in request.POST:
        return _show(request, application, actor, rows)
    outcome = attempt(request, application, "request_correction", actor, typed={"defects": told})
    if isinstance(outcome, Refusal):
        return _show(request, application_of(actor, reference), actor, rows, refusal=outcome)
    return redirect(f"/desk/cases/{reference}/")


def _typed(request: HttpRequest, application: ProviderApplication) -> list[dict[str, Any]]:
    """The rows as they were posted, with the words of the officer."""
    specs = {spec["code"]: spec for spec in application.program.materials}
    rows = []
    for number in range(MOST):
        code = request.POST.get(f"material-{number}", "")
        if code not in specs:
            continue
        rows.append(
            {
                "material": code,
                "number": specs[code]["number"],
                "name": specs[code]["name"],
                "problem": request.POST.get(f"problem-{number}", ""),
                "remedy": request.POST.get(f"remedy-{number}", ""),
                "brought_in": request.POST.get(f"brought_in-{number}", ""),
                "chosen": request.POST.get(f"chosen-{number}") == "1",
            }
        )
    return [row for row in rows if row["problem"].strip() or row["remedy"].strip() or row["chosen"]]


def _show(
    request: HttpRequest,
    application: ProviderApplication,
    actor: Actor,
    rows: list[dict[str, Any]],
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = frame(application, actor) | step_context(application, "request_correction", actor)
    if context["prepares"]:
        raise Http404("没有这个办理步骤。")
    told = [row for row in rows if row["chosen"]]
    context |= {
        "rows": rows,
        "told": told,
        "materials": application.program.materials,
        "review": Review(application, actor.organization_id),
        "is_repeated": application.corrections.count()
        >= defaults.value("CORRECTION_MAX_ROUNDS", application.rules_on),
        "preview": preview_of(application, "request_correction", actor, {"defects": told}) if told else "",
    }
    if refusal is not None:
        context |= refusal.said
    return render(
        request, "accreditation/desk/correction.html", context, status=refusal.status if refusal else 200
    )
