"""Recording what was found on the spot: of a request by who examines it, of a center by the bodies above it (HB-06)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from centers import inspection
from centers.forms_pages import InspectionForm
from centers.views.frame import actor_of
from workflow.access import case_for
from workflow.errors import InvalidInput
from workflow.views import for_officials


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def inspect(request: HttpRequest, reference: str) -> HttpResponse:
    actor = actor_of(request)
    case = case_for(actor, reference)
    if not inspection.may_inspect(case, actor):
        raise Http404("本件现在不由本单位核查。")
    form = InspectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            inspection.record(case, actor=actor, **form.cleaned_data)
        except InvalidInput as refusal:
            for name, sentences in refusal.errors.items():
                form.add_error(name, forms.ValidationError(sentences))
        else:
            messages.success(request, "核查情况已记录。")
            return redirect("desk:case", reference)
    context = {"case": case, "form": form}
    return render(request, "centers/desk/inspection.html", context, status=422 if form.is_bound else 200)
