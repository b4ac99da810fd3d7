"""查进度: who knows the reference of a case and its enterprise's code sees how far it is, in public words.

Two facts, because a reference alone can be counted up. A wrong pair gets the same answer whichever half is
wrong. What is being considered against an enterprise is told to the enterprise, not here.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import LOOK_UPS, limited
from accreditation.models import ProviderApplication
from accreditation.stages import LABELS
from core import clock

# state: (step of the six, how the step looks, what the public is told)
PUBLIC = {
    "draft": (0, "now", _("还没有提交")),
    "submitted": (1, "now", _("已提交，待受理")),
    "correction": (1, "now", _("等企业补正材料，办理时限暂停")),
    "initial_review": (1, "now", _("市级初审中")),
    "peer_consultation": (2, "now", _("正在征求同级部门意见")),
    "recommendation": (2, "now", _("部门意见已汇总，待出具推荐意见")),
    "city_refused": (2, "now", _("市级已有结论，已通知企业")),
    "provincial_evaluation": (3, "now", _("省级会同评定中")),
    "prior_notice": (3, "now", _("办理中，已通知企业")),
    "publicity": (4, "now", _("公示中")),
    "objection_inquiry": (4, "now", _("公示中，正在核查收到的情况")),
    "decision": (5, "now", _("公示期满，待作决定")),
    "accredited": (6, "done", _("已认定")),
    "refused": (5, "stop", _("已作出决定，已通知企业")),
    "not_accepted": (1, "stop", _("已作出处理，已通知企业")),
    "withdrawn": (0, "stop", _("企业已撤回")),
}


class ProgressForm(forms.Form):
    reference = forms.CharField(
        label=_("受理编号"),
        max_length=32,
        widget=forms.TextInput(attrs={"placeholder": "WZ14-2026-0001", "autocomplete": "off"}),
        error_messages={"required": _("请填写受理编号，在受理通知书和接收凭证上。")},
    )
    code = forms.CharField(
        label=_("校验码"),
        min_length=6,
        max_length=6,
        help_text=_("企业统一社会信用代码的后 6 位"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请填写校验码。"), "min_length": _("校验码是 6 位。")},
    )

    def clean_reference(self) -> str:
        return self.cleaned_data["reference"].strip().upper()

    def clean_code(self) -> str:
        return self.cleaned_data["code"].strip().upper()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(LOOK_UPS, "POST")
def progress(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        form = ProgressForm(initial={"reference": request.GET.get("reference", "")[:32]})
        return render(request, "portal/public/progress.html", {"form": form})
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/public/progress.html", {"form": form}, status=422)
    found = (
        ProviderApplication.objects.select_related("applicant", "holder_organization", "program")
        .filter(reference=form.cleaned_data["reference"], applicant__uscc__endswith=form.cleaned_data["code"])
        .first()
    )
    context: dict[str, Any] = {"form": form, "unknown": found is None}
    if found is not None:
        context |= told(found)
    return render(request, "portal/public/progress.html", context)


def told(application: ProviderApplication) -> dict[str, Any]:
    """The case in public words: which of the six steps, since when, in whose hands."""
    here, look, words = PUBLIC[application.state]
    if application.state in ("correction", "prior_notice"):
        here = PUBLIC[application.came_from][0]
    steps = [
        {
            "label": str(label),
            "state": "done" if number < here else look if number == here else "",
            "note": str(words) if number == here else "",
        }
        for number, label in enumerate(LABELS)
    ]
    holder = application.holder_organization
    return {
        "application": application,
        "words": words,
        "steps": steps,
        "holder": holder.label if holder and application.is_open else "",
        "moved_on": clock.local(application.moved_at).date(),
        "title": application.children.filter(kind="Accreditation").first()
        if application.state == "accredited"
        else None,
    }
