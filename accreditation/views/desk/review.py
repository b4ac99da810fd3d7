"""The review in two panes: the material in the middle, its points beside it (SX-51).

A point is in order or to be corrected, and nothing until somebody touches it. Whatever is chosen is kept at once; the
same form posts without a script.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accreditation import observations, papers
from accreditation.checklist import TEMPLATES, clause_of
from accreditation.procedures.application import ProviderApplication
from accreditation.reviewing import Review, Sheet
from accreditation.views.desk.case import consultations_of
from accreditation.views.desk.checks import SPECIAL, show_special
from accreditation.views.desk.frame import application_of, frame
from accreditation.views.desk.viewer import Viewer
from core import clock
from workflow.authority import open_steps
from workflow.errors import InvalidInput
from workflow.perform import findings_for
from workflow.queue import queue_for
from workflow.views import for_officials, may_prepare

TABS = {"": "核对要点", "notes": "批注", "opinions": "部门意见", "defects": "补正汇总"}


@require_safe
@never_cache
@for_officials
def begin(request: HttpRequest, reference: str) -> HttpResponse:
    """To the first material that still needs a look."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    application = application_of(actor, reference)
    review = Review(application, actor.organization_id)
    first = next((sheet for sheet in review.sheets if sheet.unchecked), review.sheets[0])
    return redirect(f"/desk/cases/{reference}/review/{first.code}/")


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def review_item(request: HttpRequest, reference: str, item: str) -> HttpResponse:
    """One material, or one of the checks that belong to none."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    application = application_of(actor, reference)
    review = Review(application, actor.organization_id)
    if item in SPECIAL:
        return show_special(request, application, item, _around(request, application, review, item))
    sheet = review.sheet(item)
    if sheet is None:
        raise Http404("没有这项材料。")
    if request.method == "POST":
        return _keep(request, application, sheet, actor)
    return _show(request, application, review, sheet)


def _show(
    request: HttpRequest,
    application: ProviderApplication,
    review: Review,
    sheet: Sheet,
    *,
    typed: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _around(request, application, review, sheet.code)
    viewer = Viewer(application, sheet, request.GET, request.actor)  # type: ignore[attr-defined]
    context |= {
        "sheet": sheet,
        "viewer": viewer,
        "table": viewer.table(),
        "points": _points(application, sheet, typed or {}),
        "clause": clause_of(sheet.spec),
        "templates": TEMPLATES,
        "errors": [point for point in _points(application, sheet, typed or {}) if point["error"]]
        if typed
        else [],
    }
    if sheet.code in ("client_list_contracts", "trade_volume_proof"):
        context["comparison"] = observations.comparison(application)
    return render(request, "accreditation/desk/review.html", context, status=status)


def _points(application: ProviderApplication, sheet: Sheet, typed: dict[str, Any]) -> list[dict[str, Any]]:
    """The points as the form shows them: what was typed and refused stays beside its error."""
    seen = observations.observed(application, sheet.code)
    rows = []
    for number, check in enumerate(sheet.checks):
        given = typed.get(check.point.code, {})
        kept = check.verdict
        rows.append(
            {
                "number": number,
                "check": check,
                "observed": seen.get(check.point.code, ""),
                "value": given.get("value", check.value),
                "problem": given.get("problem", kept.problem if kept else ""),
                "remedy": given.get("remedy", kept.remedy if kept else ""),
                "error": given.get("error", ""),
            }
        )
    return rows


def _keep(request: HttpRequest, application: ProviderApplication, sheet: Sheet, actor: Actor) -> HttpResponse:
    """Keep every point that is complete; one that lacks its words stays on the page with what it lacks."""
    typed, left = {}, 0
    for number, check in enumerate(sheet.checks):
        given = _given(request, number, check.point.code)
        if given is None or _is_kept(check, given):
            continue
        try:
            papers.record_material_verdict(
                application,
                actor=actor,
                material=sheet.code,
                point=check.point.code,
                ok=given["value"] == "yes",
                problem=given["problem"],
                remedy=given["remedy"],
            )
        except InvalidInput as invalid:
            left += 1
            typed[check.point.code] = given | {"error": invalid.message}
    fresh = Review(application, actor.organization_id)
    now = fresh.sheet(sheet.code)
    if now is None:
        raise Http404("没有这项材料。")
    if request.htmx:  # type: ignore[attr-defined]
        when = f"{clock.local(clock.now()):%H:%M}"
        said = f"{when} 已保存，{left} 个要点还差问题或怎么改" if left else f"{when} 已自动保存"
        context = _around(request, application, fresh, sheet.code) | {"saved": said, "lacks": bool(left)}
        return render(request, "accreditation/desk/_review_saved.html", context)
    if typed:
        return _show(request, application, fresh, now, typed=typed, status=422)
    onward = _after(fresh, sheet.code) if request.POST.get("then") == "next" else sheet.code
    return redirect(f"/desk/cases/{application.reference}/review/{onward}/")


def _given(request: HttpRequest, number: int, code: str) -> dict[str, str] | None:
    """What the form says about a point; None where nothing was chosen, or the form is of another list."""
    value = request.POST.get(f"value-{number}", "")
    if value not in ("yes", "no") or request.POST.get(f"point-{number}") != code:
        return None
    given = {name: request.POST.get(f"{name}-{number}", "").strip() for name in ("problem", "remedy")}
    chosen = next((t for t in TEMPLATES if t.code == request.POST.get(f"template-{number}")), None)
    if chosen is not None:
        given = {name: text or str(getattr(chosen, name)) for name, text in given.items()}
    return {"value": value, **given}


def _is_kept(check: Any, given: dict[str, str]) -> bool:
    """Whether this is what stands already: a verdict keeps the name and the hour of who made it."""
    if check.value != given["value"]:
        return False
    return given["value"] == "yes" or (
        check.verdict.problem == given["problem"] and check.verdict.remedy == given["remedy"]
    )


def _after(review: Review, code: str) -> str:
    """The next material in the regulation's order; after the last one the conditions."""
    codes = [sheet.code for sheet in review.sheets]
    place = codes.index(code) + 1
    return codes[place] if place < len(codes) else "conditions"


def _around(
    request: HttpRequest, application: ProviderApplication, review: Review, item: str
) -> dict[str, Any]:
    """What stands around the material whatever it is: the case, the list, the tabs, what can be done."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    steps = {spec.name for spec in open_steps(application, actor)}
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    writes = (
        application.holder_organization_id == actor.organization_id
        and application.state in papers.REVIEWED_IN
    )
    notes = application.notes.filter(organization_id=actor.organization_id).select_related("author__person")
    context = frame(application, actor) | {
        "review": review,
        "item": item,
        "specials": SPECIAL,
        "writes": writes,
        "tab": tab,
        "defects": review.defects,
        "may_correct": "request_correction" in steps and writes,
        "recommends": _recommends(application, actor, review, steps),
        "notes": list(notes) if tab == "notes" else [],
        "opinions": consultations_of(application, actor),
        "neighbours": _neighbours(application, actor),
        "next_item": _after(review, item) if item not in SPECIAL else "",
    }
    counts = {"defects": len(context["defects"])}
    context["tabs"] = [
        {
            "label": label,
            "href": f"?tab={code}" if code else "?",
            "current": code == tab,
            "count": counts.get(code),
        }
        for code, label in TABS.items()
    ]
    return context


def _recommends(
    application: ProviderApplication, actor: Actor, review: Review, steps: set[str]
) -> dict[str, Any] | None:
    """The recommendation as a button: where it leads, or why it cannot be pressed yet. None for the province."""
    spec = ProviderApplication.steps["recommend"]
    if "recommend" not in steps and not may_prepare(application, spec, actor):
        return None
    href = f"/cases/{application.reference}/steps/recommend/"
    # Points left open hold nobody up: the approver is told of them and answers for the recommendation.
    left_open = f"还有 {review.unchecked} 个要点未核" if review.unchecked else ""
    if application.state == "recommendation":
        unmet = [f.message for f in findings_for(application, "recommend", actor) if not f.ok and f.message]
        return {"href": "" if unmet else href, "why": "".join(unmet[:2]) or left_open}
    if application.state in ("submitted", "correction", "initial_review"):
        waiting = "同级意见未征求，暂不能推荐"
    elif application.state == "peer_consultation":
        waiting = "同级意见未汇总，暂不能推荐"
    else:
        return None
    return {"href": "", "why": "；".join(filter(None, (waiting, left_open)))}


def _neighbours(application: ProviderApplication, actor: Actor) -> dict[str, str]:
    """The case before and the case after in one's own queue."""
    if application.queue_at is None:
        return {}
    rows = queue_for(actor).filter(kind=application.kind).values_list("reference", flat=True)
    at, pk = application.queue_at, application.pk
    earlier = rows.filter(Q(queue_at__lt=at) | Q(queue_at=at, pk__lt=pk)).order_by("-queue_at", "-id")
    later = rows.filter(Q(queue_at__gt=at) | Q(queue_at=at, pk__gt=pk))
    return {"earlier": earlier.first() or "", "later": later.first() or ""}
