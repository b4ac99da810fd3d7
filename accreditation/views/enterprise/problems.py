"""A holder's difficulties: told to the departments that can solve them, with what they answered (SX-70)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import Organization
from accreditation import supervision
from accreditation.views.enterprise.common import actor_of, enterprise_page
from accreditation.views.enterprise.dashboard import titles_of
from core.fields import line, text


class ProblemForm(forms.Form):
    subject = line(gettext_lazy("事项"), most=100)
    text = text(gettext_lazy("困难和问题"), least=10)
    departments = forms.ModelMultipleChoiceField(
        label=gettext_lazy("请哪些部门解决"),
        queryset=Organization.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("至少选一个部门。")},
    )


@require_http_methods(["GET", "POST"])
@enterprise_page
def problems(request: HttpRequest) -> HttpResponse:
    """What was told and answered, the oldest open one first; and a form for the next."""
    actor = actor_of(request)
    title = titles_of(actor).filter(closed_at=None).first()
    form: ProblemForm | None = None
    if title is not None:
        form = ProblemForm(request.POST or None)
        form.fields["departments"].queryset = supervision.departments_of(title)  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "tickets": supervision.problems_visible_to(actor),
        "form": form,
        "title": title,
    }
    if request.method == "GET" or form is None or title is None:
        return render(request, "accreditation/enterprise/problems.html", context)
    if not form.is_valid():
        return render(
            request, "accreditation/enterprise/problems.html", context | {"failed": True}, status=422
        )
    supervision.file_problem(title, actor=actor, **form.cleaned_data)
    messages.success(request, _("已提交给所选部门，答复会显示在本页。"))
    return redirect("my:problems")
