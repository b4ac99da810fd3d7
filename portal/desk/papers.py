"""One paper at the desk: its file, its seal, its service, its correction; and the numbers an organ has given."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from core import clock, letters
from documents.models import Notice, NoticeCorrection
from documents.notices import correcting, drawing, service
from portal.desk.cases import case_of
from workflow.errors import InvalidInput
from workflow.views import asks_again, for_officials, is_confirmed

PER_PAGE = 50


class PaperServiceForm(forms.Form):
    day = forms.DateField(
        label=_("纸质送达日"),
        help_text=_("以送达回证上的日期为准；登记后以这一天为送达日，期限从次日起算"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class CorrectionForm(forms.Form):
    wrong = forms.CharField(
        label=_("误写的文字"), max_length=correcting.LONGEST, help_text=_("照文书上的原样抄写")
    )
    right = forms.CharField(label=_("应为"), max_length=correcting.LONGEST, validators=[letters.check])
    reason = forms.CharField(
        label=_("更正理由"),
        max_length=300,
        validators=[letters.check],
        help_text=_("写明是怎样发现、依据什么更正的"),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("wrong") and given.get("wrong") == given.get("right"):
            self.add_error("right", _("与误写的文字相同，没有需要更正的。"))
        return given


def _found(request: HttpRequest, reference: str, pk: int) -> tuple[Actor, Notice]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = case_of(actor, reference)
    related = ("organ", "case", "certificate", "supersedes", "superseded_by", "read_by__person")
    notice = Notice.objects.filter(case_id=case.pk, pk=pk).select_related(*related).first()
    if notice is None:
        raise Http404("没有这份文书，或您无权查看。")
    return actor, notice


def _page(request: HttpRequest, actor: Actor, notice: Notice, status: int = 200, **more: Any) -> HttpResponse:
    own = actor.organization_id == notice.organ_id
    open_correction = notice.corrections.filter(settled_at=None).select_related("asked_by__person").first()
    context = {
        "notice": notice,
        "case": notice.case,
        "own": own,
        "replaced_by": getattr(notice, "superseded_by", None),
        "corrections": notice.corrections.exclude(settled_at=None).select_related(
            "asked_by__person", "settled_by__person"
        ),
        "correction": open_correction,
        "settles": bool(open_correction and correcting.may_settle(actor, open_correction)),
        "service_form": PaperServiceForm() if own and notice.served_on else None,
        "correction_form": CorrectionForm()
        if notice.is_standing and not open_correction and correcting.may_ask(actor, notice)
        else None,
    }
    return render(request, "portal/desk/paper.html", context | more, status=status)


def _back(notice: Notice) -> HttpResponse:
    return redirect("desk:paper", reference=notice.case.reference, pk=notice.pk)


@require_safe
@never_cache
@for_officials
def record(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _page(request, *_found(request, reference, pk))


@require_POST
@for_officials
def retry(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Draw and seal a paper that failed, now. What is wrong still is said on its page."""
    notice = _found(request, reference, pk)[1]
    try:
        drawing.pdf_of(notice)
        messages.success(request, "文书已生成并签章。")
    except drawing.NotDrawn:
        messages.error(request, "还是没有生成，原因见下。解决后再试；系统也会自动重试。")
    return _back(notice)


@require_POST
@for_officials
def served(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The day on which a paper copy was handed over; it prevails (AMB-G20)."""
    actor, notice = _found(request, reference, pk)
    form = PaperServiceForm(request.POST)
    if form.is_valid():
        try:
            service.enter_paper_service(notice, day=form.cleaned_data["day"], actor=actor, now=clock.now())
            messages.success(request, "已登记纸质送达日，期限已重新计算。")
            return _back(notice)
        except InvalidInput as invalid:
            form.add_error("day", invalid.errors["day"])
    return _page(request, actor, notice, 422, service_form=form)


@require_POST
@for_officials
def correct(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """An officer says what is written wrong; an approver of the organ decides."""
    actor, notice = _found(request, reference, pk)
    form = CorrectionForm(request.POST)
    if form.is_valid():
        try:
            correcting.ask(notice, actor=actor, **form.cleaned_data)
            messages.success(request, "更正已送审，由本机关审批人决定。")
            return _back(notice)
        except InvalidInput as invalid:
            form.add_error("wrong", invalid.errors["wrong"])
    return _page(request, actor, notice, 422, correction_form=form)


@require_POST
@for_officials
def settle(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The approver issues the corrected paper, giving the login factor once more, or finds nothing to correct."""
    actor, notice = _found(request, reference, pk)
    correction = notice.corrections.filter(settled_at=None).select_related("asked_by", "notice").first()
    if correction is None:
        messages.error(request, "没有等待审批的更正，可能同事已经办过了。")
        return _back(notice)
    if request.POST.get("choice") == NoticeCorrection.Outcome.DROPPED:
        correcting.drop(correction, actor=actor)
        messages.success(request, "已决定不予更正，原文书照旧有效。")
        return _back(notice)
    if correcting.may_settle(actor, correction) and not is_confirmed(request):
        return _page(request, actor, notice, 422, password_error=asks_again(request))
    new = correcting.confirm(correction, actor=actor)
    messages.success(request, f"已制发更正后的文书 {new.number}，原文书在签章完成时被替换。")
    return _back(new)


def papers_of(actor: Actor) -> QuerySet[Notice]:
    """Everything numbered that the actor's office has issued, newest number first."""
    rows = Notice.objects.filter(organ_id=actor.organization_id).numbered()
    return rows.select_related("case")


@require_safe
@never_cache
@for_officials
def numbers(request: HttpRequest) -> HttpResponse:
    """发文登记簿: each series of the office in order, burnt numbers among them with their reason."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = papers_of(actor)
    years = sorted(set(rows.order_by().values_list("year", flat=True)), reverse=True)
    chosen = {name: request.GET.get(name, "") for name in ("year", "series", "q")}
    if chosen["year"].isascii() and chosen["year"].isdigit() and len(chosen["year"]) == 4:
        rows = rows.filter(year=int(chosen["year"]))
    if chosen["series"]:
        rows = rows.filter(series=chosen["series"][:8])
    if chosen["q"]:
        rows = rows.filter(number__contains=chosen["q"].strip()[:60])
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "years": years,
        "series": sorted(set(papers_of(actor).order_by().values_list("series", flat=True))),
        "chosen": chosen,
    }
    return render(request, "portal/desk/numbers.html", context)
