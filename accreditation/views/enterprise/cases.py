"""The cases of an enterprise: the list, a new one, the page of a case, its history, handing it to a colleague."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accreditation import eligibility, filing, progress, promising, selectors, title_progress
from accreditation.procedures.application import ProviderApplication
from accreditation.programs import Program
from accreditation.record import record
from accreditation.task_list import TaskList
from accreditation.views.enterprise import title
from accreditation.views.enterprise.common import (
    actor_of,
    application_of,
    applications_of,
    enterprise_page,
    heading_of,
    programs_open_to,
)
from accreditation.views.enterprise.dashboard import notices_to
from accreditation.views.enterprise.todo import todo_of
from core import clock
from workflow import holding, proofs
from workflow.authority import open_steps
from workflow.errors import Conflict
from workflow.perform import new_key
from workflow.reading import reading_once

RECENT_ENTRIES = 6
# How a step is offered to who is no official; what is not named here has its own place on a page.
WORDS = {
    "ask_review": ("申请省级复查", "不同意市级意见的，可请省商务厅复查一次"),
    "withdraw": ("撤回申请", "本次申请终止，编号保留；需要时可以重新申请"),
}


@require_safe
@enterprise_page
def cases(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = list(applications_of(actor))
    of_titles = title.title_cases_of(actor)
    told = [(row, title_progress.heading(row), title_progress.deadline(row)) for row in of_titles]
    told += [(row, heading_of(row), progress.deadline(row)) for row in rows]
    return render(
        request,
        "accreditation/enterprise/cases.html",
        {"rows": told, "may_begin": all(not row.is_open for row in rows)},
    )


@require_http_methods(["GET", "POST"])
@enterprise_page
def new_case(request: HttpRequest) -> HttpResponse:
    """Choose what to apply for; choosing opens a draft, and a second click finds the same one."""
    actor = actor_of(request)
    if request.method == "POST":
        program = get_object_or_404(Program, code=request.POST.get("program", ""))
        application = filing.begin(program, actor)
        return redirect("my:case", application.reference)
    day = clock.today()
    programs = programs_open_to(actor)
    return render(
        request,
        "accreditation/enterprise/new_case.html",
        {
            "programs": [(p, selectors.open_round(p, day), selectors.next_round(p, day)) for p in programs],
            "standing": applications_of(actor).filter(closed_at=None).first(),
        },
    )


@require_safe
@enterprise_page
def case(request: HttpRequest, reference: str) -> HttpResponse:
    if title.is_of_a_title(reference):
        return title.case_page(request, reference)
    application = application_of(request, reference)
    with reading_once(application):
        return case_page(request, application, actor_of(request))


def case_page(request: HttpRequest, application: ProviderApplication, actor: Actor) -> HttpResponse:
    """The task list while the papers are the enterprise's to write, the state of affairs afterwards."""
    tasks = TaskList(application)
    context = case_context(application, actor, tasks)
    if application.state in (filing.DRAFT, filing.CORRECTION):
        context |= {
            "round": selectors.open_round(application.program, clock.today()),
            "body": application.reviewing_body(),
            "deadline": progress.deadline(application),
        }
        return render(request, "accreditation/enterprise/materials.html", context)
    context |= {
        "steps": progress.steps(application),
        "facts": progress.facts(application, actor),
        "entries": record(application, actor)[:RECENT_ENTRIES],
        "notices": notices_to(actor).filter(case_id=application.pk),
        "offers": offers(application, actor),
        "promised": [task for task in tasks.tasks if task.code in tasks.promised],
        "title": None if application.is_open else application.children.filter(kind="Accreditation").first(),
    }
    return render(request, "accreditation/enterprise/case.html", context)


def case_context(application: ProviderApplication, actor: Actor, tasks: TaskList) -> dict[str, Any]:
    return {
        "application": application,
        "heading": heading_of(application),
        "tasks": tasks,
        "todo": todo_of(application, actor, tasks),
        "blocks": eligibility.blocks(application),
        "saved": saved_at(application),
        "key": new_key(),
        "colleagues": colleagues(application, actor),
        "promise": promising.signed(application),
        "withdrawable": any(step.name == "withdraw" for step in open_steps(application, actor)),
    }


def saved_at(application: ProviderApplication) -> str:
    """When something of the draft was last saved, in words; empty while nothing was."""
    typed = [material.updated_at for material in application.materials.all()]
    filed = [file.uploaded_at for file in selectors.standing_files(application)]
    latest = max([*typed, *filed], default=None)
    return _("%(when)s 已自动保存") % {"when": f"{clock.local(latest):%m-%d %H:%M}"} if latest else ""


def offers(application: ProviderApplication, actor: Actor) -> list[dict[str, str]]:
    """What is open to this person and offered as plain links: a promise of what is missing, and steps."""
    promise = {
        "label": _("容缺承诺"),
        "text": _("缺非法定必备材料的，法定代表人书面承诺按期补交，受理单位可以先予受理"),
        "href": reverse("my:promise", args=[application.reference]),
    }
    return ([promise] if promising.is_possible(application) else []) + [
        {
            "label": WORDS[step.name][0],
            "text": WORDS[step.name][1],
            "href": reverse("workflow:step", args=[application.reference, step.name]),
        }
        for step in open_steps(application, actor)
        if step.name in WORDS
    ]


def colleagues(application: ProviderApplication, actor: Actor) -> list:
    """Who the case could be handed to: handlers of the same enterprise, while the enterprise holds it."""
    if (
        application.holder_organization_id != actor.organization_id
        or application.holder_role not in actor.roles
    ):
        return []
    return [user for user in holding.colleagues(application, actor) if user.pk != application.claimed_by_id]


@require_safe
@enterprise_page
def case_history(request: HttpRequest, reference: str) -> HttpResponse:
    application = application_of(request, reference)
    return render(
        request,
        "accreditation/enterprise/history.html",
        {
            "application": application,
            "heading": heading_of(application),
            "entries": record(application, actor_of(request)),
        },
    )


@require_safe
@enterprise_page
def case_proof(request: HttpRequest, reference: str) -> HttpResponse:
    """The entries of the case with what proves them, to keep and to check anywhere (feature 80)."""
    given = proofs.proof(application_of(request, reference), actor_of(request).organization_id or 0)
    if given is None:
        raise Conflict("这个办件的记录还没有封存，一般十分钟封存一次。请稍后再下载。")
    answer = JsonResponse(given, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{reference}-proof.json"'
    return answer


@require_http_methods(["GET", "POST"])
@enterprise_page
def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a case to a colleague, or take it; the right to work on it stays with all handlers (feature 6)."""
    actor = actor_of(request)
    application = application_of(request, reference)
    candidates = colleagues(application, actor)
    error = ""
    if request.method == "POST":
        chosen = next((user for user in candidates if user.username == request.POST.get("to", "")), None)
        if chosen is not None:
            holding.reassign(application, actor=actor, to=chosen, reason=request.POST.get("reason", "")[:200])
            messages.success(request, _("已转给%(name)s，他会在首页看到。") % {"name": chosen.display_name})
            return redirect("my:case", reference)
        if not candidates:
            raise Conflict(_("本件现在不在贵公司手里，不用转交。"))
        error = _("请选择要转给哪位同事。")
    return render(
        request,
        "accreditation/enterprise/hand_over.html",
        {
            "application": application,
            "heading": heading_of(application),
            "colleagues": candidates,
            "error": error,
            "reason": request.POST.get("reason", ""),
        },
        status=422 if error else 200,
    )
