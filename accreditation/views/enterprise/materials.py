"""One material: its form, saved while it is typed, and its files with their earlier versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.profile import PlatformMode
from accreditation import filing, sheets
from accreditation.forms_materials import (
    FORM_OF,
    MaterialForm,
    TeamFormSet,
    confidentiality_of,
    confidentiality_of_upload,
)
from accreditation.materials import SLOTS_OF
from accreditation.procedures.application import ProviderApplication
from accreditation.questions import QUESTIONS
from accreditation.rules import MATERIAL_CLAUSES
from accreditation.task_list import GROUPS, Task, TaskList
from accreditation.views.enterprise.common import (
    actor_of,
    application_of,
    enterprise_page,
    heading_of,
    wants_json,
)
from core import clock
from core.clauses import clause
from documents.attachments.models import Attachment
from documents.attachments.slots import SLOTS, Slot
from workflow.errors import Conflict

BLANK_ROWS = 3
ORDER = [code for _name, codes in GROUPS for code in codes]


@dataclass(frozen=True)
class Place:
    """A slot as the page shows it: what it accepts and the files that stand in it."""

    slot: Slot
    files: list[Attachment]
    withdrawn: list[Attachment]
    reusable: list[Attachment]

    @property
    def max_mb(self) -> int:
        return self.slot.max_bytes // (1024 * 1024)

    @property
    def input_id(self) -> str:
        return f"u-{self.slot.code}"

    @property
    def label(self) -> str:
        return _("选择文件：%(name)s") % {"name": self.slot.label}


@require_http_methods(["GET", "POST"])
@enterprise_page
def material(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    application = application_of(request, reference)
    tasks = TaskList(application)
    task = task_of(tasks, code)
    if code == filing.STATEMENT:
        return redirect("my:check", reference)
    if request.method == "POST":
        return _save(request, application, task)
    return render(request, "accreditation/enterprise/material.html", page(request, application, tasks, task))


def task_of(tasks: TaskList, code: str) -> Task:
    task = tasks.task(code)
    if task is None:
        raise Http404("没有这项材料。")
    return task


def form_of(task: Task, data: Any = None) -> MaterialForm:
    kind = FORM_OF.get(task.code, MaterialForm)
    initial = {"version": filing.seen_version(task.material)}
    return kind(data, material=task.material, spec=task.spec, initial=initial)


def team_of(application: ProviderApplication, data: Any = None) -> Any:
    if data is not None:
        return TeamFormSet(data, prefix="team")
    kept = list(application.team.order_by("id").values("name", "post", "qualification", "is_insured"))
    return TeamFormSet(initial=kept + [{}] * BLANK_ROWS, prefix="team")


def page(
    request: HttpRequest, application: ProviderApplication, tasks: TaskList, task: Task, **extra: Any
) -> dict[str, Any]:
    """Everything the page of a material shows; `extra` replaces the forms after a refusal."""
    at = ORDER.index(task.code)
    following = next((tasks.task(c) for c in ORDER[at + 1 :] if tasks.task(c)), None)
    profile = application.profile()
    shown = places(application, task, profile)
    return {
        "application": application,
        "heading": heading_of(application),
        "task": task,
        "sheet": sheets.SHEETS.get(task.code),
        "clause": clause(MATERIAL_CLAUSES[task.code]),
        "places": shown,
        "upload_forms": {place.slot.code: confidentiality_of_upload(place.slot.code) for place in shown},
        "file_forms": {file.key: confidentiality_of(file) for place in shown for file in place.files},
        "form": form_of(task),
        "team": team_of(application) if task.code == filing.TEAM else None,
        "profile": profile,
        "platform_words": dict(PlatformMode.choices).get(profile.platform_mode, "") if profile else "",
        "following": following,
        "questions": QUESTIONS.get(task.code, ()),
        "saved": _saved_words(task),
    } | extra


def places(application: ProviderApplication, task: Task, profile: Any) -> list[Place]:
    """The slots of a material; the authorisation only of who uses another's platform (SX-29)."""
    codes = [
        slot
        for slot in SLOTS_OF[task.code]
        if slot != "platform_authorisation" or (profile and profile.platform_mode == PlatformMode.LICENSED)
    ]
    rows = list(
        application.attachments.filter(slot__in=codes)
        .select_related("replaces", "uploaded_by__person")
        .order_by("id")
    )
    replaced = {row.replaces_id for row in rows}
    on_record = filing.reusable(application) if task.editable else []
    return [
        Place(
            SLOTS[code],
            [r for r in rows if r.slot == code and r.withdrawn_at is None and r.pk not in replaced],
            [r for r in rows if r.slot == code and r.withdrawn_at is not None],
            [r for r in on_record if r.slot == code],
        )
        for code in codes
    ]


def _saved_words(task: Task) -> str:
    if not task.material.pk:
        return ""
    who = task.material.updated_by.display_name if task.material.updated_by else ""
    return f"{clock.local(task.material.updated_at):%m-%d %H:%M} 已保存 {who}".strip()


# --- What is typed ------------------------------------------------------------------------------------------
def _save(request: HttpRequest, application: ProviderApplication, task: Task) -> HttpResponse:
    actor = actor_of(request)
    form = form_of(task, request.POST)
    team = team_of(application, request.POST) if task.code == filing.TEAM else None
    valid = form.is_valid() & (team is None or team.is_valid())
    if not valid:
        return _again(request, application, task, form, team, _("还没有保存，请检查标出的内容。"), 422)
    try:
        if team is not None:
            members = [
                row.cleaned_data for row in team if row.is_person and not row.cleaned_data.get("DELETE")
            ]
            chosen = [{k: m[k] for k in ("name", "post", "qualification", "is_insured")} for m in members]
            saved = filing.save_team(
                application, actor, chosen, seen=form.cleaned_data["version"], note=form.cleaned_data["note"]
            )
        else:
            saved = filing.save_material(
                application, actor, task.code, seen=form.cleaned_data["version"], **form.content()
            )
    except Conflict as conflict:
        return _again(request, application, task, form, team, conflict.message, conflict.status)
    if wants_json(request):
        told = {
            "saved": f"{clock.local(saved.updated_at):%H:%M} 已自动保存",
            "version": filing.seen_version(saved),
        }
        return JsonResponse(told)
    if "more" not in request.POST:
        messages.success(request, _("第 %(n)s 项已保存。") % {"n": task.number})
    return redirect("my:material", application.reference, task.code)


def _again(request, application, task, form, team, message: str, status: int) -> HttpResponse:
    """The page as it was typed; after a conflict it carries the version a deliberate second saving overwrites."""
    if wants_json(request):
        return JsonResponse({"message": message}, status=status)
    application = application_of(
        request, application.reference
    )  # as it is now, not as this page began with it
    if status == 409:
        form.data = form.data.copy()
        form.data["version"] = filing.seen_version(task_of(TaskList(application), task.code).material)
    context = page(
        request,
        application,
        TaskList(application),
        task,
        form=form,
        team=team,
        conflict=message if status == 409 else "",
        failed=True,
    )
    return render(request, "accreditation/enterprise/material.html", context, status=status)
