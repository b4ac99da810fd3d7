"""The yearly report of a holder: centers, incubation, training (SX-08 to SX-10, SX-22)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import Region
from accreditation import yearly
from accreditation.models import Accreditation, SelfReport
from accreditation.views.enterprise.common import actor_of, enterprise_page
from accreditation.views.enterprise.dashboard import titles_of
from core import clock
from core.fields import text
from workflow.errors import InvalidInput

ROWS = 3


class ReportForm(forms.Form):
    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    incubated = forms.IntegerField(label=gettext_lazy("孵化外贸企业（家）"), min_value=0, max_value=1_000_000)
    self_operating = forms.IntegerField(
        label=gettext_lazy("转为自营进出口的客户（家）"), min_value=0, max_value=1_000_000
    )
    coached = text(
        gettext_lazy("协助申请海关 AEO 认证的客户"),
        required=False,
        most=4000,
        hint=gettext_lazy("统一社会信用代码，每行一个。"),
    )
    note = text(gettext_lazy("其他情况"), required=False)


class SiteForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("中心名称"), max_length=100)
    county = forms.CharField(label=gettext_lazy("所在县（市、区）"), max_length=40)
    staff = forms.IntegerField(label=gettext_lazy("派驻人员（人）"), min_value=0, max_value=100_000)


class TrainingForm(forms.Form):
    school = forms.CharField(label=gettext_lazy("学校"), max_length=100)
    city = forms.ModelChoiceField(label=gettext_lazy("学校所在市"), queryset=Region.objects.none())
    programme = forms.CharField(label=gettext_lazy("培养项目"), max_length=100)
    trainees = forms.IntegerField(label=gettext_lazy("培养人数"), min_value=1, max_value=1_000_000)

    def __init__(self, *args: Any, province: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city"].queryset = Region.objects.filter(parent_id=province)  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@enterprise_page
def self_report(request: HttpRequest) -> HttpResponse:
    """What was reported, and the form for the year that is wished for."""
    actor = actor_of(request)
    title = titles_of(actor).filter(closed_at=None).first()
    if title is None:
        return render(request, "accreditation/enterprise/self_report.html", {"title": None})
    typed = request.POST or None
    years = [(y, f"{y} 年") for y in range(clock.today().year - 1, title.valid_from.year - 1, -1)]
    form = ReportForm(typed)
    form.fields["year"].choices = years  # type: ignore[attr-defined]
    province = title.program.province_id
    rows = [
        (
            SiteForm(typed, prefix=f"site{n}", empty_permitted=True, use_required_attribute=False),
            TrainingForm(
                typed, prefix=f"training{n}", province=province, empty_permitted=True, use_required_attribute=False
            ),
        )
        for n in range(ROWS)
    ]  # fmt: skip
    context: dict[str, Any] = {
        "title": title,
        "form": form,
        "sites": [site for site, _training in rows],
        "trainings": [training for _site, training in rows],
        "reports": SelfReport.objects.filter(title=title).prefetch_related("sites", "trainings"),
        "years": years,
        "due_on": yearly.due_on(clock.today().year - 1),
    }
    if request.method == "POST":
        if _is_filed(form, context, title, actor):
            messages.success(request, _("已报送。之后可以改报，以最新一次为准。"))
            return redirect("my:self_report")
        return render(
            request, "accreditation/enterprise/self_report.html", context | {"failed": True}, status=422
        )
    return render(request, "accreditation/enterprise/self_report.html", context)


def _is_filed(form: ReportForm, context: dict[str, Any], title: Accreditation, actor: Any) -> bool:
    filled = [[row for row in context[name] if row.has_changed()] for name in ("sites", "trainings")]
    if not all([form.is_valid(), *(row.is_valid() for rows in filled for row in rows)]):
        return False
    said = form.cleaned_data
    try:
        yearly.file_report(
            title, actor=actor, year=said["year"], incubated=said["incubated"], self_operating=said["self_operating"],
            note=said["note"], sites=[row.cleaned_data for row in filled[0]],
            trainings=[row.cleaned_data for row in filled[1]], coached=said["coached"].upper().split(),
        )  # fmt: skip
    except InvalidInput as invalid:
        for name, sentences in invalid.errors.items():
            form.add_error(name if name in form.fields else None, sentences)
        return False
    return True
