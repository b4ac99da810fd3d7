"""Filing an operator: seven materials handed in, three conditions examined, the published list (HB-34 to HB-37, HB-45)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centers import filings, selectors
from centers.forms_pages import ConditionForm
from centers.procedures.filing import OperatorFiling
from centers.rules.filing import roster_reaches_the_minimums
from centers.views.frame import actor_of, case_of, frame, steps_of_way
from documents.attachments.sentences import Rejected
from workflow.access import holds
from workflow.errors import InvalidInput
from workflow.views import for_officials, home_of

State = OperatorFiling.State
WAY = ("备齐材料", "市州汇总", "省级备案", "公布")
AT = {"preparing": 0, "prefecture_check": 1, "filing": 2, "prior_notice": 2, "filed": 3, "published": 4}


def papers_of(filing: OperatorFiling, *, writes: bool) -> list[dict[str, Any]]:
    """The seven materials, each with what stands in it."""
    files: dict[str, list[Any]] = {}
    for file in filing.attachments.standing().order_by("id"):
        files.setdefault(file.slot, []).append(file)
    return [
        {
            "material": m,
            "slot": filings.slot_of(m),
            "files": files.get(filings.slot_of(m), []),
            "writes": writes,
        }
        for m in filings.materials()
    ]


def filing_page(request: HttpRequest, filing: OperatorFiling) -> HttpResponse:
    actor = actor_of(request)
    state = filing.came_from if filing.state in ("correction", "refused", "closed") else filing.state
    stopped = filing.state in (State.REFUSED, State.CLOSED)
    stages = steps_of_way(WAY, AT.get(state, 0), stopped=stopped, waits=holds(filing, actor))
    left_out = ("submit",) if filing.skips_prefecture() else ("submit_direct",)
    ours = filing.holder_organization_id == actor.organization_id
    context = frame(filing, actor, stages=stages, left_out=left_out) | {
        "filing": filing,
        "papers": papers_of(filing, writes=ours and filing.state in filings.EDITABLE),
        "findings": filings.findings(filing),
        "examines": ours and filing.state in filings.JUDGED_IN,
        "roster": roster_reaches_the_minimums(filing) if filing.state in filings.EDITABLE else [],
        "defects": list(selectors.open_defects(filing)),
        "heard": filing.heard.last(),
    }
    return render(request, "centers/desk/filing.html", context)


@require_POST
@login_required
def hand_in(request: HttpRequest, reference: str, slot: str) -> HttpResponse:
    """A file into one of the seven, by the county or the operator itself."""
    filing, actor = case_of(request, reference, OperatorFiling), actor_of(request)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, "还没有选择文件，请选好后再上传。")
    else:
        try:
            taken = filings.hand_in(filing, actor, slot, file)
        except Rejected as refused:
            messages.error(request, f"没有上传：{refused.message}")
        else:
            messages.success(request, f"已上传“{taken.shown_name}”。")
    return redirect(home_of(filing, actor))


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def condition(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """One condition, check by check, by the body that examines."""
    filing, actor = case_of(request, reference, OperatorFiling), actor_of(request)
    ours = filing.holder_organization_id == actor.organization_id and filing.state in filings.JUDGED_IN
    if code not in filings.CLAUSE_OF or not ours:
        raise Http404("本件现在不由本单位核查。")
    form = ConditionForm(code, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            filings.record_finding(filing, actor=actor, **form.finding())
        except InvalidInput as refusal:
            for name, sentences in refusal.errors.items():
                form.add_error(name if name in form.fields else None, forms.ValidationError(sentences))
        else:
            messages.success(request, "核查结论已记录。")
            return redirect("desk:case", reference)
    context = {
        "case": filing,
        "form": form,
        "condition": filings.conditions()[code],
        "clause": filings.CLAUSE_OF[code],
    }
    return render(request, "centers/desk/condition.html", context, status=422 if form.is_bound else 200)


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """备案公布: operators by center, the newest first; no person (HB-45)."""
    rows = OperatorFiling.objects.filter(published_on__isnull=False).select_related(
        "applicant", "service_center__zone__prefecture"
    )
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[:31])
    context = {"rows": found[:30], "next_cursor": found[29].pk if len(found) > 30 else ""}
    return render(request, "centers/public/filings.html", context)
