"""A title's review and revocation for its holder: what to hand in, what it was told, what it may say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Role
from accreditation import title_filing, title_progress
from accreditation.forms_signing import SignatureForm
from accreditation.forms_title import GROUNDS
from accreditation.models import Accreditation, ProviderReview, RevocationCase
from accreditation.rules.title_review import must_be_new, wanted_materials
from accreditation.views.enterprise.common import actor_of, enterprise_page
from accreditation.views.enterprise.dashboard import notices_to
from accreditation.views.enterprise.signing import representatives
from core.clauses import clause
from core.fields import text
from documents.attachments import serving
from workflow.access import case_for, cases_visible_to
from workflow.authority import open_steps
from workflow.errors import Conflict, InvalidInput, Refused
from workflow.history import history
from workflow.perform import findings_for, new_key
from workflow.preparing import countersign

FILES_IN = {"submit": "报送复核材料", "resubmit": "提交补正", "late_submit": "逾期补报复核材料"}
RELATED = ("register_entry", "applicant", "holder_organization", "claimed_by__person")


class ReportForm(forms.Form):
    """The figures of the last twelve months, and what is as it was."""

    served_enterprises = forms.IntegerField(
        label=gettext_lazy("近 12 个月服务省内进出口企业（家）"),
        min_value=0,
        max_value=1_000_000,
        help_text=gettext_lazy("同一统一社会信用代码只计一次，与所附清单一致。"),
    )
    trade_volume = forms.DecimalField(
        label=gettext_lazy("近 12 个月进出口业务量（元）"),
        min_value=Decimal(0),
        max_digits=16,
        decimal_places=2,
        help_text=gettext_lazy("人民币元，以报关单或线上成交记录为准。"),
    )
    note = text(gettext_lazy("三年来的变化和说明"), required=False, most=2000)
    unchanged = forms.MultipleChoiceField(
        label=gettext_lazy("与原申报相比没有变化的材料"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("勾选即确认没有变化，不必重新上传；有变化的不勾选，在下面上传。"),
    )

    def __init__(self, *args: Any, review: ProviderReview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = [spec for spec in wanted_materials(review) if not must_be_new(spec)]
        self.fields["unchanged"].choices = [  # type: ignore[attr-defined]
            (spec["code"], f"{spec['number']}. {spec['name']}") for spec in may
        ]
        report = getattr(review, "report", None)
        if not self.is_bound:
            self.initial = {
                "served_enterprises": report.served_enterprises if report else None,
                "trade_volume": report.trade_volume if report else None,
                "note": report.note if report else "",
                "unchanged": list(review.confirmations.values_list("code", flat=True)),
            }


# --- Finding and showing --------------------------------------------------------------------------------------
def is_of_a_title(reference: str) -> bool:
    return reference.startswith((ProviderReview.prefix, RevocationCase.prefix, Accreditation.prefix))


def title_cases_of(actor: Actor) -> list[Any]:
    """Reviews and revocations the enterprise is a party of, the newest first."""
    found = [
        row
        for procedure in (ProviderReview, RevocationCase)
        for row in cases_visible_to(actor, procedure)
        .filter(applicant=actor.organization)
        .select_related(*RELATED)
    ]
    return sorted(found, key=lambda row: -row.pk)


def title_case_of(request: HttpRequest, reference: str) -> Any:
    case = case_for(actor_of(request), reference)
    if not isinstance(case, ProviderReview | RevocationCase):
        raise Http404("没有这个办件，或您无权查看。")
    return case


def review_of(request: HttpRequest, reference: str) -> ProviderReview:
    case = title_case_of(request, reference)
    if not isinstance(case, ProviderReview):
        raise Http404("没有这个办件，或您无权查看。")
    return case


def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of a case of a title; the title itself stands among the certificates."""
    case = case_for(actor_of(request), reference)
    if isinstance(case, Accreditation):
        return redirect("my:certificates")
    if isinstance(case, ProviderReview):
        return review_page(request, case)
    return revocation_page(request, title_case_of(request, reference))


def common_context(request: HttpRequest, case: Any) -> dict[str, Any]:
    actor = actor_of(request)
    ours = case.holder_organization_id == actor.organization_id
    return {
        "case": case,
        "heading": title_progress.heading(case),
        "steps": title_progress.stages(case, waits_for_reader=ours),
        "facts": title_progress.facts(case, ours=ours),
        "todo": title_progress.todo_of(case),
        "hearing": case.hearings.last(),
        "notices": notices_to(actor).filter(case_id=case.pk),
        # Who reported is not told to the holder it was about: for them a revocation begins with its investigation.
        "entries": history(case, actor, without=["report"]),
    }


def revocation_page(request: HttpRequest, case: RevocationCase) -> HttpResponse:
    context = common_context(request, case)
    context["ground"] = dict(GROUNDS).get(case.ground, "")
    context["clauses"] = [clause(one) for one in context["hearing"].clauses] if context["hearing"] else []
    return render(request, "accreditation/enterprise/revocation.html", context)


def filing_step(review: ProviderReview) -> str:
    """The step that hands the papers in from where the review now is; empty where none does."""
    if review.state == "opened":
        return "submit"
    if review.state == "correction":
        return "resubmit"
    return "late_submit" if title_filing.is_open_to_writing(review) else ""


def review_page(
    request: HttpRequest, review: ProviderReview, status: int = 200, **extra: Any
) -> HttpResponse:
    actor = actor_of(request)
    step = filing_step(review)
    context = common_context(request, review) | {
        "review": review,
        "pieces": title_progress.pieces(review),
        "report": getattr(review, "report", None),
        "defects": list(review.defects.filter(resolved_at=None)),
        "names": {m["code"]: m["name"] for m in review.program.materials},
        "step": step,
    }
    if step:
        found = findings_for(review, step, actor)
        digest = review.content_digest()
        context |= {
            "form": ReportForm(review=review),
            "step_label": FILES_IN[step],
            "blocking": [f for f in found if not f.ok and f.code != "countersigned"],
            "statement": title_filing.statement_of(review),
            "signature": next((s for s in review.signatures(step) if s.content_digest == digest), None),
            "may_sign": Role.LEGAL_REP in actor.roles,
            "may_send": Role.APPLICANT in actor.roles,
            "representatives": representatives(actor),
            "signing": SignatureForm(initial={"digest": digest}, auto_id="sign_%s"),
            "key": new_key(),
        }
    return render(request, "accreditation/enterprise/review.html", context | extra, status=status)


# --- Writing --------------------------------------------------------------------------------------------------
@require_POST
@enterprise_page
def save_report(request: HttpRequest, reference: str) -> HttpResponse:
    """Figures and confirmations, saved together."""
    review = review_of(request, reference)
    form = ReportForm(request.POST, review=review)
    if not form.is_valid():
        return review_page(request, review, 422, form=form, failed=True)
    said, actor = form.cleaned_data, actor_of(request)
    title_filing.confirm_unchanged(review, actor, said["unchanged"])
    title_filing.save_report(
        review, actor, served_enterprises=said["served_enterprises"], trade_volume=said["trade_volume"], note=said["note"]
    )  # fmt: skip
    messages.success(request, _("已保存。"))
    return redirect("my:case", reference)


@require_POST
@enterprise_page
def upload(request: HttpRequest, reference: str, slot: str) -> HttpResponse:
    """A file into a place of the review; what stood there is replaced and kept."""
    review = review_of(request, reference)
    if slot not in title_filing.slots_of(review):
        raise Http404("没有这个材料位置。")
    file = request.FILES.get("files")
    if file is None:
        return review_page(
            request, review, 422, upload_error=_("还没有选择文件。请先选文件，再点“上传”。"), wrong=slot
        )
    try:
        taken = title_filing.hand_in(review, actor_of(request), slot, file)
    except Refused as refused:
        return review_page(request, review, refused.status, upload_error=refused.message, wrong=slot)
    for warning in taken.warnings:
        messages.warning(request, f"{taken.shown_name}：{warning}")
    messages.success(request, _("已上传“%(name)s”。") % {"name": taken.shown_name})
    return redirect(f"/my/cases/{reference}/#{slot}")


@require_safe
@enterprise_page
def download(request: HttpRequest, reference: str, key: str) -> HttpResponseBase:
    review = review_of(request, reference)
    file = review.attachments.filter(key=key).first()
    if file is None:
        raise Http404("没有这个文件，或您无权查看。")
    return serving.serve(file, viewer=actor_of(request).user, reason=_("本企业下载"))


@require_POST
@enterprise_page
def answer(request: HttpRequest, reference: str, defect: int) -> HttpResponse:
    """What was done about one point of the correction notice."""
    review = review_of(request, reference)
    try:
        title_filing.answer_defect(review, actor_of(request), defect, request.POST.get("answer", ""))
    except InvalidInput as invalid:
        wrong = {
            "defect": defect,
            "error": "；".join(invalid.errors["answer"]),
            "typed": request.POST.get("answer", ""),
        }
        return review_page(request, review, 422, wrong_answer=wrong)
    messages.success(request, _("这一项的补正说明已保存。"))
    return redirect("my:case", reference)


@sensitive_post_parameters("password")
@require_POST
@enterprise_page
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """The legal representative signs what is shown (SX-47)."""
    actor, review = actor_of(request), review_of(request, reference)
    step = filing_step(review)
    if Role.LEGAL_REP not in actor.roles or not step:
        raise Http404("只有法定代表人能签署，且只在报送之前。")
    form = SignatureForm(request.POST, request=request, actor=actor, auto_id="sign_%s")
    if not form.is_valid():
        return review_page(request, review, 422, signing=form, failed=True)
    try:
        countersign(
            review, step, actor=actor, statement=title_filing.statement_of(review), seen=form.cleaned_data["digest"]
        )  # fmt: skip
    except Conflict as conflict:
        return review_page(request, review, 409, conflict=conflict.message)
    messages.success(request, _("已签署。材料再有改动，签署自动失效，须重新签。"))
    return redirect("my:case", reference)


def surrender_of(title: Accreditation, actor: Actor) -> str:
    """Where the legal representative gives the title up; empty for who may not."""
    may = any(step.name == "surrender" for step in open_steps(title, actor))
    return f"/cases/{title.reference}/steps/surrender/" if may else ""
