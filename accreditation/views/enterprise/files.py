"""The files of a material: handed in, used again, marked as confidential, taken back, looked at page by page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accreditation import filing
from accreditation.forms_materials import confidentiality_of, confidentiality_of_upload
from accreditation.materials import SLOTS_OF
from accreditation.procedures.application import ProviderApplication
from accreditation.task_list import Task, TaskList
from accreditation.views.enterprise.common import (
    actor_of,
    application_of,
    enterprise_page,
    heading_of,
    wants_json,
)
from accreditation.views.enterprise.materials import page, task_of
from documents.attachments import serving
from documents.attachments.models import Attachment
from workflow.errors import Conflict, Refused


@require_POST
@enterprise_page
def upload(request: HttpRequest, reference: str, code: str, slot: str) -> HttpResponse:
    """Take files into a slot; with a script the answer is JSON, without one the page comes back."""
    application = application_of(request, reference)
    task = task_of(TaskList(application), code)
    if slot not in SLOTS_OF[code]:
        raise Http404("没有这个材料位置。")
    page_address = reverse("my:material", args=[reference, code])
    here = f"{page_address}#{slot}"
    files = request.FILES.getlist("files")
    said = confidentiality_of_upload(slot, request.POST)
    if not said.is_valid():
        words = _("%(complaint)s文件没有上传，改正后请重新选择文件。") % {"complaint": said.complaint}
        return _upload_failed(request, application, task, slot, words, 422)
    if not files:
        return _upload_failed(
            request, application, task, slot, _("还没有选择文件。请先选文件，再点“上传”。"), 422
        )
    replaces = _replaced(application, slot, request.POST.get("replaces", ""))
    taken = []
    for file in files:
        try:
            taken.append(
                filing.hand_in(
                    application,
                    actor_of(request),
                    slot,
                    file,
                    replaces=replaces,
                    confidential_reason=said.stated,
                )
            )
        except Refused as refused:
            words = f"{file.name}：{refused.message}" if len(files) > 1 else refused.message
            return _upload_failed(request, application, task, slot, words, refused.status)
        replaces = None
    for attachment in taken:
        for warning in attachment.warnings:
            messages.warning(request, f"{attachment.shown_name}：{warning}")
    messages.success(request, _("已上传 %(n)s 个文件。") % {"n": len(taken)})
    # To a script without the fragment: going to one on the same page would load nothing anew.
    return JsonResponse({"next": page_address}) if wants_json(request) else redirect(here)


@require_POST
@enterprise_page
def reuse(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Hand in a file of an earlier application again, without uploading it a second time."""
    application = application_of(request, reference)
    earlier = next((row for row in filing.reusable(application) if row.key == key), None)
    if earlier is None:
        raise Http404("没有这个文件，或已带入。")
    filing.reuse(application, actor_of(request), earlier)
    messages.success(
        request, _("已从以前的办件带入“%(name)s”，请核对是否仍然有效。") % {"name": earlier.shown_name}
    )
    code = filing.MATERIAL_OF_SLOT[earlier.slot]
    return redirect(f"{reverse('my:material', args=[reference, code])}#{earlier.slot}")


def _replaced(application: ProviderApplication, slot: str, key: str) -> Attachment | None:
    if not key:
        return None
    found = application.attachments.filter(slot=slot, key=key).first()
    if found is None or not found.is_standing:
        raise Conflict(_("要替换的文件已经变了，没有上传。请刷新页面后再传。"))
    return found


def _upload_failed(
    request: HttpRequest, application: ProviderApplication, task: Task, slot: str, message: str, status: int
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"message": message}, status=status)
    application = application_of(request, application.reference)
    context = page(
        request, application, TaskList(application), task, upload_errors={slot: message}, failed=True
    )
    context["upload_forms"][slot] = confidentiality_of_upload(slot, request.POST)
    context["replacing"] = request.POST.get("replaces", "")
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


@require_POST
@enterprise_page
def confidentiality(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Mark a file as confidential, say another reason, or take the mark off, while its material may be written."""
    application = application_of(request, reference)
    attachment = attachment_of(application, key)
    code = filing.MATERIAL_OF_SLOT.get(attachment.slot, "")
    if attachment.slot not in SLOTS_OF.get(code, ()):
        raise Http404("没有这个文件，或您无权查看。")
    form = confidentiality_of(attachment, request.POST)
    if not form.is_valid():
        tasks = TaskList(application)
        context = page(request, application, tasks, task_of(tasks, code), failed=True)
        context["file_forms"][key] = form
        return render(request, "accreditation/enterprise/material.html", context, status=422)
    filing.state_confidentiality(application, actor_of(request), attachment, form.stated)
    words = _("“%(name)s”已标为保密。") if form.stated else _("“%(name)s”不保密。")
    messages.success(request, words % {"name": attachment.shown_name})
    return redirect(f"{reverse('my:material', args=[reference, code])}#{attachment.slot}")


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
def download(request: HttpRequest, reference: str, key: str) -> HttpResponseBase:
    attachment = attachment_of(application_of(request, reference), key)
    return serving.serve(attachment, viewer=actor_of(request).user, reason=_("本企业下载"))
