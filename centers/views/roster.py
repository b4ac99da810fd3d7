"""派驻人员 of a center: who is there, and what is short; written by its county (HB-20 to HB-22)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from centers import roster
from centers.forms_pages import LeaveForm, PostingForm
from centers.register import Center
from centers.views.frame import actor_of, case_of
from core import clock
from workflow.errors import InvalidInput
from workflow.views import for_officials


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def roster_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Everybody who is or was posted; the county adds a person or says that one has left."""
    center, actor = case_of(request, reference, Center), actor_of(request)
    writes = roster.may_write(center, actor)
    form = PostingForm()
    leaving = LeaveForm(initial={"left_on": clock.today()})
    status = 200
    if request.method == "POST":
        if not writes:
            raise Http404("这个中心的人员不由本单位登记。")
        if "person" in request.POST:
            leaving = LeaveForm(request.POST)
            if leaving.is_valid() and _left(request, center, leaving):
                return redirect("centers:roster", reference)
        else:
            form = PostingForm(request.POST)
            if form.is_valid() and _posted(request, center, form):
                return redirect("centers:roster", reference)
        status = 422
    today = clock.today()
    context: dict[str, Any] = {
        "case": center,
        "center": center,
        "people": list(center.roster.all()),
        "findings": roster.measured(center, today),
        "short": list(center.shortfalls.filter(cleared_on=None)),
        "writes": writes,
        "form": form,
        "leaving": leaving,
        "today": today,
    }
    return render(request, "centers/desk/roster.html", context, status=status)


def _posted(request: HttpRequest, center: Center, form: PostingForm) -> bool:
    try:
        person = roster.post(center, actor_of(request), **form.cleaned_data)
    except InvalidInput as refusal:
        return _refused(form, refusal)
    messages.success(request, f"{person.name}已登记派驻。")
    return True


def _left(request: HttpRequest, center: Center, form: LeaveForm) -> bool:
    person = get_object_or_404(center.roster, pk=form.cleaned_data["person"])
    try:
        short = roster.leave(person, actor_of(request), left_on=form.cleaned_data["left_on"])
    except InvalidInput as refusal:
        return _refused(form, refusal)
    if short:
        lacking = "、".join(f"{one.measured}（要求{one.required}）" for one in short)
        messages.warning(request, f"{person.name}已登记离岗；人员不足：{lacking}，请尽快补足。")
    else:
        messages.success(request, f"{person.name}已登记离岗，人员仍符合要求。")
    return True


def _refused(form: forms.Form, refusal: InvalidInput) -> bool:
    for name, sentences in refusal.errors.items():
        form.add_error(name if name in form.fields else None, forms.ValidationError(sentences))
    return False
