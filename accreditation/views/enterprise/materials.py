"""One material: its form, saved while it is typed, and its files with their earlier versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.profile import PlatformMode
from accreditation import filing, imports
from accreditation.forms_materials import FORM_OF, MaterialForm, TeamFormSet
from accreditation.materials import SLOTS_OF
from accreditation.procedures.application import ProviderApplication
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
from documents.attachments import serving
from documents.attachments.models import Attachment
from documents.attachments.slots import SLOTS, Slot
from workflow.errors import Conflict, Refused

WIDTHS = (760, 1100, 1600)
BLANK_ROWS = 3
ORDER = [code for _name, codes in GROUPS for code in codes]


@dataclass(frozen=True)
class Place:
    """A slot as the page shows it: what it accepts and the files that stand in it."""

    slot: Slot
    files: list[Attachment]
    withdrawn: list[Attachment]

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
    task = _task(tasks, code)
    if code == filing.STATEMENT:
        return redirect("my:check", reference)
    if request.method == "POST":
        return _save(request, application, task)
    return render(request, "accreditation/enterprise/material.html", page(request, application, tasks, task))


def _task(tasks: TaskList, code: str) -> Task:
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
    return {
        "application": application,
        "heading": heading_of(application),
        "task": task,
        "sheet": imports.SHEETS.get(task.code),
        "clause": clause(MATERIAL_CLAUSES[task.code]),
        "places": places(application, task, profile),
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
    return [
        Place(
            SLOTS[code],
            [r for r in rows if r.slot == code and r.withdrawn_at is None and r.pk not in replaced],
            [r for r in rows if r.slot == code and r.withdrawn_at is not None],
        )
        for code in codes
    ]


def _saved_words(task: Task) -> str:
    if task.material.pk is None:
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
    if status == 409:
        form.data = form.data.copy()
        form.data["version"] = filing.seen_version(TaskList(application).task(task.code).material)  # type: ignore[union-attr]
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


# --- Files ---------------------------------------------------------------------------------------------------
@require_POST
@enterprise_page
def upload(request: HttpRequest, reference: str, code: str, slot: str) -> HttpResponse:
    """Take files into a slot; with a script the answer is JSON, without one the page comes back."""
    application = application_of(request, reference)
    task = _task(TaskList(application), code)
    if slot not in SLOTS_OF[code]:
        raise Http404("没有这个材料位置。")
    here = f"{reverse('my:material', args=[reference, code])}#{slot}"
    files = request.FILES.getlist("files")
    if not files:
        return _upload_failed(
            request, application, task, slot, _("还没有选择文件。请先选文件，再点“上传”。"), 422
        )
    replaces = _replaced(application, slot, request.POST.get("replaces", ""))
    taken = []
    for file in files:
        try:
            taken.append(filing.hand_in(application, actor_of(request), slot, file, replaces=replaces))
        except Refused as refused:
            words = f"{file.name}：{refused.message}" if len(files) > 1 else refused.message
            return _upload_failed(request, application, task, slot, words, refused.status)
        replaces = None
    for attachment in taken:
        for warning in attachment.warnings:
            messages.warning(request, f"{attachment.shown_name}：{warning}")
    messages.success(request, _("已上传 %(n)s 个文件。") % {"n": len(taken)})
    return JsonResponse({"next": here}) if wants_json(request) else redirect(here)


def _replaced(application: ProviderApplication, slot: str, key: str) -> Attachment | None:
    if not key:
        return None
    found = application.attachments.filter(slot=slot, key=key).first()
    if found is None or not found.is_standing:
        raise Conflict(_("要替换的文件已经变了，没有上传。请刷新页面后再传。"))
    return found


def _upload_failed(request, application, task, slot: str, message: str, status: int) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"message": message}, status=status)
    context = page(
        request, application, TaskList(application), task, upload_errors={slot: message}, failed=True
    )
    return render(request, "accreditation/enterprise/material.html", context, status=status)


def attachment_of(application: ProviderApplication, key: str) -> Attachment:
    found = application.attachments.filter(key=key).select_related("replaces").first()
    if found is None:
        raise Http404("没有这个文件，或您无权查看。")
    return found


@require_POST
@enterprise_page
def withdraw(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    application = application_of(request, reference)
    attachment = attachment_of(application, key)
    if attachment.slot not in filing.MATERIAL_OF_SLOT:
        raise Http404("没有这个文件，或您无权查看。")
    filing.take_back(application, actor_of(request), attachment)
    messages.success(request, _("已移除“%(name)s”，旧版本仍保留在记录里。") % {"name": attachment.shown_name})
    return redirect("my:material", reference, filing.MATERIAL_OF_SLOT[attachment.slot])


@require_safe
@enterprise_page
def preview(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """A file page by page, as pictures drawn by the portal; the file itself is a download."""
    application = application_of(request, reference)
    attachment = attachment_of(application, key)
    pages = attachment.pages or 0
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    number = min(max(number, 1), max(pages, 1))
    code = filing.MATERIAL_OF_SLOT.get(attachment.slot, "")
    spec = next((s for s in application.program.materials if s["code"] == code), None)
    return render(
        request,
        "accreditation/enterprise/preview.html",
        {
            "application": application,
            "heading": heading_of(application),
            "attachment": attachment,
            "earlier": attachment.earlier_versions(),
            "spec": spec,
            "number": number,
            "pages": pages,
            "has_pages": pages > 0,
        },
    )


@require_safe
@enterprise_page
def page_picture(request: HttpRequest, reference: str, key: str, number: int) -> HttpResponse:
    attachment = attachment_of(application_of(request, reference), key)
    if not 1 <= number <= (attachment.pages or 0):
        raise Http404("没有这一页。")
    return serving.serve_page(attachment, number, viewer=actor_of(request).user, reason=_("本企业查看"))


@require_safe
@enterprise_page
def download(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    attachment = attachment_of(application_of(request, reference), key)
    return serving.serve(attachment, viewer=actor_of(request).user, reason=_("本企业下载"))


# Questions that arise at one material, with the clause that answers them (design 9.2).
QUESTIONS = {
    "application_report": (
        (
            "报告有固定格式吗？",
            "没有。写明左边列出的 5 个部分即可，可以参考样例；每页加盖公章。",
            "附件二（一）1",
        ),
        ("近 1 年从哪天算起？", "从首次提交的前一天往回数 12 个月，补正不会移动这段时间。", "附件一（四）"),
    ),
    "service_process_proof": (
        (
            "有的服务还没有开展怎么办？",
            "报关、报检、物流、退税、结汇是核心服务，须具备；其余可以选“未开展”，不影响提交。",
            "附件一（二）",
        ),
    ),
    "client_list_contracts": (
        (
            "省外企业能算进 30 家吗？",
            "不能。清单里可以列，业务量照常统计，但家数只计注册地在省内、有进出口实绩、合同在统计期内的企业。",
            "附件一（四）",
        ),
        (
            "一家企业签了几份合同，怎么填？",
            "每份合同一行；家数按统一社会信用代码计，一家只算一次。",
            "附件二（一）3",
        ),
        (
            "合同要全部上传吗？",
            "上传与清单对应的合同（协议）扫描件，可以合并成一个或几个 PDF。",
            "附件一（二）",
        ),
    ),
    "trade_volume_proof": (
        ("外币怎么填？", "按报关当月的汇率折算成人民币，单位为元。", "附件一（四）"),
        ("线上成交也算吗？", "算。凭证类型选“线上成交记录”，附平台导出的成交记录。", "附件二（一）4"),
    ),
    "platform_description": (
        (
            "没有自建平台，用第三方的可以吗？",
            "可以。在企业信息里选“授权使用第三方平台”，并在这里上传授权证明。",
            "附件一（二）",
        ),
    ),
    "licence_and_legal_rep_id": (
        (
            "身份证会被谁看到？",
            "只有办理本件的审核人员。在线查看带水印，每次查看都有记录，您可以要求查询。",
            "附件二（一）6",
        ),
    ),
    "staff_qualification": (("要多少人？", "文件没有规定人数，至少 1 人有社保参保证明。", "附件一（二）"),),
    "audit_report": (
        ("要哪一年的？", "最近一个会计年度；新成立的企业交成立以来的审计报告。", "附件二（一）8"),
    ),
    "other_proof": (("不交可以吗？", "可以，这一项是选填。", "附件二（一）10"),),
}
