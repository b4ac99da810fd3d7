"""What a person may type into a step of a center's procedures, and how it reads back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import ClausesField, day, line, text

POINTS = {
    "zone": "园区和规划依据",
    "premises": "场地",
    "staffing": "人员安排",
    "supports": "增设的四项支持",
    "other": "其他",
}


class DefectsForm(forms.Form):
    """一次性告知: for each point what is wrong and how to put it right; both or neither (AMB-G07)."""

    problem_zone = text(_("园区和规划依据：问题"), required=False, most=500)
    remedy_zone = text(_("园区和规划依据：怎么改"), required=False, most=500)
    problem_premises = text(_("场地：问题"), required=False, most=500)
    remedy_premises = text(_("场地：怎么改"), required=False, most=500)
    problem_staffing = text(_("人员安排：问题"), required=False, most=500)
    remedy_staffing = text(_("人员安排：怎么改"), required=False, most=500)
    problem_supports = text(_("增设的四项支持：问题"), required=False, most=500)
    remedy_supports = text(_("增设的四项支持：怎么改"), required=False, most=500)
    problem_other = text(_("其他：问题"), required=False, most=500)
    remedy_other = text(_("其他：怎么改"), required=False, most=500)
    brought_in = text(
        _("补正材料新带入的缺陷"),
        required=False,
        most=200,
        hint=_("再次告知时必填：写明缺陷是补正材料本身带来的"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        told = []
        for point, name in POINTS.items():
            problem, remedy = (
                (cleaned.get(f"{what}_{point}") or "").strip() for what in ("problem", "remedy")
            )
            if problem and not remedy:
                self.add_error(f"remedy_{point}", "写明怎么改。")
            if remedy and not problem:
                self.add_error(f"problem_{point}", "写明问题。")
            if problem and remedy:
                told.append({"point": point, "name": name, "problem": problem, "remedy": remedy})
        if not told and not self.errors:
            raise forms.ValidationError("至少写一项要补正的内容：问题和怎么改。")
        return cleaned | {"defects": told}


class NonAcceptanceForm(forms.Form):
    """The closed list of reasons for 不予受理, as far as a county can meet them (workflows.md §0.3)."""

    ground = forms.ChoiceField(
        label=_("不予受理的情形"),
        choices=[("wrong_body", "不属本单位受理"), ("ineligible_subject", "不属于可以设立中心的园区")],
    )
    right_body = line(_("应当受理的单位"), required=False, hint=_("不属本单位受理时必填"))
    reason = text(_("事实与理由"), least=10)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("ground") == "wrong_body" and not cleaned.get("right_body"):
            self.add_error("right_body", "写明应当由哪个单位受理。")
        return cleaned


class OpinionForm(forms.Form):
    opinion = text(_("审核意见"), least=10)


class RefusalForm(forms.Form):
    reasons = text(_("不予核准的理由"), least=20)
    clauses = ClausesField("HB-", label=_("依据条款"))


class ApprovalForm(forms.Form):
    opinion = text(_("核准意见"), required=False, most=1000)


class MotionForm(forms.Form):
    """Why a center is to be adjusted or abolished: to make better use of service resources (HB-33)."""

    reason = text(_("理由（按优化服务资源配置的原则写明）"), least=10)


class HearingForm(forms.Form):
    facts = text(_("查明的事实"), least=20)
    ground = text(_("拟调整或撤销的理由"), least=5, most=500)
    clauses = ClausesField("HB-", label=_("依据条款"))
    evidence = text(_("证据清单"), least=5)


class DecisionForm(forms.Form):
    """The decision: for an adjustment its points and their day, for an abolition what becomes of four things."""

    reasons = text(_("决定理由"), least=10)
    answers = text(_("对所陈述意见的逐点答复"), required=False, most=4000, hint=_("有单位陈述意见的，必填"))
    points = text(_("调整事项（一行一项）"), required=False, hint=_("调整时必填"))
    due_on = day(_("调整的办结期限"), required=False)
    contracts = text(_("合同的处理"), required=False, most=250, hint=_("撤销时四项必填"))
    staff = text(_("人员的处理"), required=False, most=250)
    assets = text(_("资产的处理"), required=False, most=250)
    money = text(_("资金的处理"), required=False, most=250)


class FilingNoticeForm(forms.Form):
    facts = text(_("查明的事实"), least=20)
    clauses = ClausesField("HB-", label=_("不符合的条件"))
    evidence = text(_("证据清单"), least=5)


class PointForm(forms.Form):
    number = forms.IntegerField(label=_("第几项"), min_value=1, max_value=99)
    decision = forms.CharField(
        label=_("决定的办件编号"),
        required=False,
        max_length=32,
        help_text=_("只有一份决定未办结的，可以不填"),
    )
    evidence = text(_("办理情况和依据"), least=5, most=1000)


class AgreementForm(forms.Form):
    """What is offered to the three: the text, and what the money may be used for, one use a line (HB-54)."""

    terms = text(_("协议内容"), least=10, most=4000)
    uses = text(_("资金用途（一行一项）"), hint=_("协议应列明资金用途，专款专用"))

    def clean_uses(self) -> list[str]:
        return [line.strip()[:100] for line in self.cleaned_data["uses"].splitlines() if line.strip()]


class SignatureForm(forms.Form):
    agreed = forms.BooleanField(label=_("已阅读协议全文，代表本单位签署"))


class AssessmentForm(forms.Form):
    result = forms.ChoiceField(
        label=_("评估结果"), choices=[("passed", "合格"), ("failed", "不合格")], widget=forms.RadioSelect
    )
    grounds = text(_("评估依据"), least=10)
    heard = text(_("承办企业的意见"), required=False, hint=_("不合格时必填：先听取承办企业意见"))


class RenewalForm(forms.Form):
    reasons = text(_("续签的理由"), required=False, hint=_("评估不合格仍续签的，必填"))


class NonRenewalForm(forms.Form):
    reasons = text(_("不予续签的理由"), least=10)


class TerminationForm(forms.Form):
    effective_on = day(_("终止日（当日仍在履行）"))
    document = line(_("终止文件名称和文号"), most=200)
    reason = text(_("终止的理由"), least=5)
