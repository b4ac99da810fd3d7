"""For whoever objected, known by the code of the receipt: how it stands, more evidence, taking it back.

An unknown code and a wrong one get the same page, and nobody asks more than thirty times a minute.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.limits import LOOK_UPS, OBJECTIONS, limited
from accounts.roles import Role
from core import clock
from documents.attachments.gate import accept_upload
from documents.attachments.sentences import Rejected
from documents.models import Notice
from publicity import evidence, papers, selectors
from publicity.models import Objection
from workflow.authority import open_steps
from workflow.errors import Conflict
from workflow.perform import new_key, perform

# What each state means for the objector: what happened, and what comes next.
MEANING = {
    "received": _("省商务厅已收到，正在看是否属于本次公示的事项、事实是否写明。"),
    "inquiry": _("正在核查。核查期间，所涉企业的认定暂停；核查人没有参与过该企业的审核。"),
    "lead": _("匿名反映作为线索存查，不暂停认定，也不单独答复。需要答复的，请在公示期内实名重新提出。"),
    "rejected": _("不予受理，理由见答复。"),
    "sustained": _("异议成立，处理见答复。"),
    "dismissed": _("经核查异议不成立，理由见答复。"),
    "retracted": _("您已撤回。发布机关认为必要时，仍可自行核查。"),
    "moot": _("所涉申请已终止，不再作出认定，核查随之结束。"),
}


def _objector(code: str) -> Actor:
    return Actor(Role.OBJECTOR, roles=frozenset({Role.OBJECTOR}), receipt_code=code)


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """The box for a receipt code."""
    code = "".join(request.GET.get("code", "").split()).lower()[:40].replace("/", "")
    return redirect("publicity:objection", code=code) if code else render(request, "publicity/objection.html")


@never_cache
@require_safe
@limited(LOOK_UPS)
def objection(request: HttpRequest, code: str) -> HttpResponse:
    found = selectors.objection_by_receipt(code)
    if found is None:
        return _private(render(request, "publicity/objection.html", {"unknown": True}, status=404))
    return _private(render(request, "publicity/objection.html", _shown(found)))


@never_cache
@require_safe
@limited(LOOK_UPS)
def reply(request: HttpRequest, code: str) -> HttpResponse:
    """The written answer, for who objected."""
    notice = _reply_to(_found(code))
    if notice is None:
        raise Http404("这件异议还没有书面答复。")
    return _private(papers.as_response(notice))


@never_cache
@require_POST
@limited(OBJECTIONS)
def add_evidence(request: HttpRequest, code: str) -> HttpResponse:
    """More evidence while the objection is open; with a script each upload shows how far it is."""
    found = _found(code)
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        if not found.is_open:
            raise Conflict("这件异议已经办结，不能再补充证据。")
        standing = found.attachments.standing().count()
        for file in request.FILES.getlist("evidence"):
            if standing >= evidence.MOST:
                raise Conflict(f"证据最多 {evidence.MOST} 个文件，没有上传。请合并成一个文件。")
            accept_upload(file, evidence.SLOT, found, None)
            standing += 1
    except (Rejected, Conflict) as refused:
        if wants_json:
            return JsonResponse({"message": refused.message}, status=422)
        context = _shown(found) | {"refused": refused.message}
        return _private(render(request, "publicity/objection.html", context, status=422))
    onward = redirect("publicity:objection", code=code)
    return JsonResponse({"next": onward.url}) if wants_json else onward


@never_cache
@require_POST
@limited(OBJECTIONS)
def take_step(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """A step that is the objector's own: taking the objection back."""
    found = _found(code)
    version = request.POST.get("version", "")
    try:
        perform(
            found,
            step,
            actor=_objector(code),
            expected_version=int(version)
            if version.isascii() and version.isdigit() and len(version) < 10
            else None,
            idempotency_key=request.POST.get("key", "")[:64] or None,
        )
    except Conflict as conflict:
        context = _shown(_found(code)) | {"refused": conflict.message}
        return _private(render(request, "publicity/objection.html", context, status=409))
    messages.success(request, "已办理，结果如下。")
    return redirect("publicity:objection", code=code)


def _found(code: str) -> Objection:
    found = selectors.objection_by_receipt(code)
    if found is None:
        raise Http404("没有这件异议。请核对回执码。")
    return found


def _reply_to(found: Objection) -> Notice | None:
    return Notice.objects.filter(case_id=found.pk, kind="objection_reply").order_by("-pk").first()


def _shown(found: Objection) -> dict[str, Any]:
    assert found.parent is not None  # noqa: S101  an objection is filed to a posting
    posting = found.parent.as_procedure()
    return {
        "objection": found,
        "meaning": MEANING[found.state],
        "posting": posting,
        "filed_on": clock.local(found.opened_at),
        "files": list(found.attachments.standing().order_by("pk")),
        "steps": open_steps(found, _objector(found.receipt_code)),
        "reply": _reply_to(found),
        "key": new_key(),
        "slot": evidence.SLOT,
        "slot_mb": evidence.SLOT_MB,
        "most": evidence.MOST,
    }


def _private(response: HttpResponse) -> HttpResponse:
    """A page that is one person's: kept by nobody, listed by no search engine."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
