"""Answering the office: a correction point by point, and stating one's case before an adverse decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import filing, progress, title_progress
from accreditation.forms_materials import AnswerForm
from accreditation.forms_title import GROUNDS as TITLE_GROUNDS
from accreditation.materials import CorrectionItem
from accreditation.procedures.application import ProviderApplication
from accreditation.task_list import TaskList
from accreditation.views.enterprise import title
from accreditation.views.enterprise.common import (
    actor_of,
    application_of,
    enterprise_page,
    heading_of,
    wants_json,
)
from accreditation.views.enterprise.todo import todo_of
from core import clock
from core.clauses import clause
from workflow.errors import Conflict
from workflow.forms import StatementForm
from workflow.perform import new_key
from workflow.views import Refusal, attempt


@require_safe
@enterprise_page
def fix(request: HttpRequest, reference: str) -> HttpResponse:
    application = application_of(request, reference)
    if application.state != filing.CORRECTION:
        return redirect("my:case", reference)
    return render(request, "accreditation/enterprise/fix.html", page(request, application))


def page(request: HttpRequest, application: ProviderApplication, **extra: Any) -> dict[str, Any]:
    notice = application.open_correction()
    tasks = TaskList(application)
    items = list(notice.items.order_by("id")) if notice else []
    bound: AnswerForm | None = extra.get("bound")
    points = [
        {
            "item": item,
            "task": tasks.task(item.material),
            "form": bound
            if bound is not None and extra.get("bound_to") == item.pk
            else AnswerForm(
                initial={"answer": item.answer, "version": filing.seen_answer(item)},
                auto_id=f"id_%s_{item.pk}",
            ),
        }
        for item in items
    ]
    deadline = progress.deadline(application)
    return {
        "application": application,
        "heading": heading_of(application),
        "notice": notice,
        "office": progress.reviewing_office(application),
        "points": points,
        "first_open": next((item.pk for item in items if item.answered_at is None), None),
        "answered": sum(item.answered_at is not None for item in items),
        "deadline": deadline,
        "tasks": tasks,
        "todo": todo_of(application, actor_of(request), tasks),
        "saved": _last_answer(items),
    } | extra


def _last_answer(items: list[CorrectionItem]) -> str:
    latest = max((item.answered_at for item in items if item.answered_at), default=None)
    return f"{clock.local(latest):%m-%d %H:%M} 已保存" if latest else ""


@require_POST
@enterprise_page
def answer(request: HttpRequest, reference: str, item: int) -> HttpResponse:
    """What was done about one point; saved by itself, so that nothing waits for the others."""
    application = application_of(request, reference)
    notice = application.open_correction()
    found = notice.items.filter(pk=item).first() if notice else None
    if found is None:
        raise Http404("没有这一项补正事项。")
    form = AnswerForm(request.POST, auto_id=f"id_%s_{found.pk}")
    if not form.is_valid():
        if wants_json(request):
            return JsonResponse(
                {"message": "；".join(str(reason) for reason in form.errors["answer"])}, status=422
            )
        context = page(request, application, bound=form, bound_to=found.pk, failed=True)
        return render(request, "accreditation/enterprise/fix.html", context, status=422)
    try:
        said = form.cleaned_data
        saved = filing.answer_defect(
            application, actor_of(request), found, said["answer"], seen=said["version"]
        )
    except Conflict as conflict:
        if wants_json(request):
            return JsonResponse({"message": conflict.message}, status=conflict.status)
        return _answer_again(request, reference, found, form, conflict)
    if wants_json(request):
        words = f"{clock.local(saved.answered_at):%H:%M} 已自动保存"
        return JsonResponse({"saved": words, "version": filing.seen_answer(saved)})
    messages.success(request, _("这一项的补正说明已保存。"))
    return redirect("my:fix", reference)


def _answer_again(
    request, reference: str, item: CorrectionItem, form: AnswerForm, conflict: Conflict
) -> HttpResponse:
    """The page with what was typed; it carries the version that a deliberate second saving overwrites."""
    application = application_of(request, reference)
    if application.state != filing.CORRECTION:
        raise conflict
    item.refresh_from_db()
    typed = request.POST.copy()
    typed["version"] = filing.seen_answer(item)
    form.data = typed
    context = page(request, application, bound=form, bound_to=item.pk, conflict=conflict.message)
    return render(request, "accreditation/enterprise/fix.html", context, status=conflict.status)


@require_http_methods(["GET", "POST"])
@enterprise_page
def statement(request: HttpRequest, reference: str) -> HttpResponse:
    """Before an adverse decision the enterprise says what it has to say, or waives it in writing (AMB-G09)."""
    of_a_title = title.is_of_a_title(reference)
    application: Any = (title.title_case_of if of_a_title else application_of)(request, reference)
    hearing = application.hearings.filter(settled_at=None).last()
    if hearing is None:
        return redirect("my:case", reference)
    context: dict[str, Any] = {
        "application": application,
        "heading": title_progress.heading(application) if of_a_title else heading_of(application),
        "proposed": PROPOSED[application.kind],
        "hearing": hearing,
        "clauses": [clause(one) for one in hearing.clauses],
        "ground": GROUNDS.get(hearing.ground, hearing.ground),
        "deadline": progress.deadline(application),
        "form": StatementForm(),
        "key": new_key(),
    }
    if request.method == "GET":
        return render(request, "accreditation/enterprise/statement.html", context)
    answer = attempt(request, application, "state_case", actor_of(request))
    if isinstance(answer, Refusal):
        context |= {
            "form": answer.said.get("form") or StatementForm(request.POST),
            "conflict": answer.said.get("conflict")
            or "".join(f.message for f in answer.said.get("findings", [])),
            "failed": True,
        }
        return render(request, "accreditation/enterprise/statement.html", context, status=answer.status)
    return redirect("my:case", reference)


PROPOSED = {
    "ProviderApplication": "不予认定",
    "ProviderReview": "复核不通过",
    "RevocationCase": "取消认定资格",
}
GROUNDS = dict(TITLE_GROUNDS) | {
    "failed_condition": "条件未满足",
    "false_material": "申报材料虚假",
    "sustained_objection": "异议成立",
}
