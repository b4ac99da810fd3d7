"""Check everything, have it signed by the legal representative, send it, and what follows (picture g)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.models import Membership
from accounts.roles import Role
from accreditation import eligibility, filing, selectors
from accreditation.forms_signing import SignatureForm
from accreditation.procedures.application import ProviderApplication
from accreditation.task_list import TaskList
from accreditation.views.enterprise.common import actor_of, application_of, enterprise_page, heading_of
from core import clock, defaults
from core.findings import Finding
from documents.attachments.models import Attachment
from documents.models import Notice
from workflow.errors import Conflict
from workflow.perform import findings_for, new_key
from workflow.preparing import countersign
from workflow.reading import reading_once
from workflow.steps import steps_of
from workflow.views import Refusal, attempt

# Where a finding that blocks the submission is put right.
PLACES = {
    "reviewing_body_found": "profile",
    "clients_valid": "client_list_contracts",
    "trade_valid": "trade_volume_proof",
    "defects_answered": "fix",
}


@require_safe
@enterprise_page
def check(request: HttpRequest, reference: str) -> HttpResponse:
    application = application_of(request, reference)
    if application.state not in (filing.DRAFT, filing.CORRECTION):
        return redirect("my:case", reference)
    return page(request, application)


def page(
    request: HttpRequest, application: ProviderApplication, status: int = 200, **extra: Any
) -> HttpResponse:
    with reading_once(application):
        context = what_is_signed(application, actor_of(request)) | extra
        return render(request, "accreditation/enterprise/check.html", context, status=status)


def what_is_signed(application: ProviderApplication, actor: Actor) -> dict[str, Any]:
    """Everything the legal representative answers for, and what still stands in the way."""
    step = filing.signed_step(application)
    tasks = TaskList(application)
    found = [finding_row(f, application) for f in findings_for(application, step, actor)]
    blocking = [f for f in found if not f["finding"].ok and f["finding"].code not in SIGNATURE_CODES]
    files = selectors.standing_files(application)
    digest = application.content_digest()
    signatures = application.signatures(step)
    return {
        "application": application,
        "heading": heading_of(application),
        "step": steps_of(application)[step],
        "tasks": tasks,
        "profile": application.profile(),
        "body": application.reviewing_body(),
        "blocks": eligibility.blocks(application),
        "blocking": blocking,
        "files": len(files),
        "pages": sum(file.pages or 0 for file in files),
        "statement": filing.statement_of(application),
        "signature": next((s for s in signatures if s.content_digest == digest), None),
        "dead_signature": any(s.content_digest != digest for s in signatures),
        "asked": application.material(filing.STATEMENT).text,
        "may_sign": Role.LEGAL_REP in actor.roles,
        "may_send": Role.APPLICANT in actor.roles,
        "representatives": representatives(actor),
        "form": SignatureForm(initial={"digest": digest}),
        "key": new_key(),
        "next_days": what_follows(application),
        "conflict": "",
        "confirm_title": _("%(act)s？") % {"act": steps_of(application)[step].label},
        "confirm_lines": confirm_lines(application, step),
    }


SIGNATURE_CODES = ("countersigned", "statement_signed")


def finding_row(finding: Finding, application: ProviderApplication) -> dict[str, Any]:
    """A finding with where it is put right."""
    codes = {spec["code"] for spec in application.program.materials}
    place = PLACES.get(finding.code, finding.code if finding.code in codes else "")
    return {"finding": finding, "place": place}


def representatives(actor: Actor) -> list[str]:
    rows = Membership.objects.in_force().filter(organization=actor.organization, role=Role.LEGAL_REP)
    return [row.user.display_name for row in rows.select_related("user__person")]


def what_follows(application: ProviderApplication) -> list[dict[str, str]]:
    """What happens after sending: by whom, until when (feature 5 of the help patterns)."""
    body = application.reviewing_body()
    office = body.label if body else "初审单位"
    if application.state == filing.CORRECTION:
        return [
            {"when": "马上", "what": "页面给出回执，审核计时继续"},
            {"when": "随后", "what": "审核人员只看补正的几项，其余不用重交"},
            {"when": "全程", "what": "每换一个办理人，您的首页都会更新"},
        ]
    completeness = defaults.value("COMPLETENESS_CHECK_WORKING_DAYS", application.rules_on)
    review = defaults.value("SX_CITY_REVIEW_WORKING_DAYS", application.rules_on)
    return [
        {"when": "马上", "what": "页面给出回执和受理编号，通知里也有一份"},
        {
            "when": f"{completeness} 个工作日内",
            "what": f"{office}告知受理、补正或不予受理；逾期没有告知，即为受理",
        },
        {"when": f"受理后 {review} 个工作日内", "what": f"{office}完成初审，征求同级部门意见后报省商务厅"},
        {"when": "全程", "what": "每换一个办理人，您的首页都会更新"},
    ]


def confirm_lines(application: ProviderApplication, step: str) -> list[str]:
    """The last sentence before it is sent: what, to whom."""
    body = application.reviewing_body()
    if step == "resubmit":
        return [_("补正后的材料送回审核单位，审核计时继续。")]
    return [
        _("%(firm)s的申报材料报送%(body)s，受理编号 %(number)s。")
        % {
            "firm": application.applicant,
            "body": body.name if body else "",
            "number": application.reference,
        }
    ]


@require_POST
@enterprise_page
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """The handler has checked; the legal representative sees the request on the home page."""
    application = application_of(request, reference)
    if TaskList(application).unfinished:
        raise Conflict(_("还有材料没有完成，做完以后再请法定代表人签署。"))
    filing.ask_for_signature(application, actor_of(request))
    messages.success(request, _("已请法定代表人签署，他登录后在首页就能看到。"))
    return redirect("my:check", reference)


@sensitive_post_parameters("password")
@require_POST
@enterprise_page
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """The legal representative signs what is shown; whoever changed a material since then is told (SX-47)."""
    actor = actor_of(request)
    application = application_of(request, reference)
    if Role.LEGAL_REP not in actor.roles:
        raise Http404("只有法定代表人能签署。")
    form = SignatureForm(request.POST, request=request, actor=actor)
    if not form.is_valid():
        return _again(request, application, 422, form=form, failed=True)
    try:
        countersign(
            application,
            filing.signed_step(application),
            actor=actor,
            statement=filing.statement_of(application),
            seen=form.cleaned_data["digest"],
        )
    except Conflict as conflict:
        return _again(request, application, 409, conflict=conflict.message)
    messages.success(request, _("已签署。材料再有改动，签署自动失效，须重新签。"))
    return redirect("my:check", reference)


@require_POST
@enterprise_page
def send(request: HttpRequest, reference: str) -> HttpResponse:
    """The handler sends the signed file: submission, or the end of a correction."""
    application = application_of(request, reference)
    name = "resubmit" if request.POST.get("step") == "resubmit" else "submit"
    answer = attempt(request, application, name, actor_of(request), typed={})
    if isinstance(answer, Refusal):
        refused = {"refused": answer.said.get("findings", []), "conflict": answer.said.get("conflict", "")}
        return _again(request, application, answer.status, failed=True, **refused)
    return redirect("my:receipt", reference)


def _again(request: HttpRequest, application: ProviderApplication, status: int, **extra: Any) -> HttpResponse:
    fresh = application_of(request, application.reference)
    if fresh.state not in (filing.DRAFT, filing.CORRECTION):
        raise Conflict(extra.get("conflict") or _("本件已提交，不用再签署。"))
    return page(request, fresh, status, **extra)


@require_safe
@enterprise_page
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """What was sent, to whom, and what happens next."""
    application = application_of(request, reference)
    if application.first_submitted_on is None:
        return redirect("my:case", reference)
    notice = Notice.objects.filter(case_id=application.pk, kind="receipt").order_by("-id").first()
    sent = application.ledger.filter(step__in=["submit", "resubmit"]).order_by("-sequence").first()
    body = notice.organ if notice else application.body(Role.CITY_OFFICER)
    with_body = body is not None and application.holder_organization_id == body.pk
    deadline = application.deadlines.filter(status="running", against="body").order_by("due_at").first()
    return render(
        request,
        "accreditation/enterprise/receipt.html",
        {
            "application": application,
            "heading": heading_of(application),
            "notice": notice,
            "sent": sent,
            "deadline": deadline if with_body else None,
            "body": body,
            "files": Attachment.objects.standing().filter(case_id=application.pk).count(),
            "served": selectors.served_enterprises(application),
            "volume": selectors.trade_volume(application),
            "today": clock.today(),
            "copies": defaults.value("SX_PAPER_COPIES", application.rules_on),
            "needs_paper": defaults.value("SX_PAPER_RECEIPT_REQUIRED", application.rules_on),
        },
    )
