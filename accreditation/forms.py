"""What a person may type into a step, and how it reads back. The engine validates with these and nothing else."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.facts import facts
from core.fields import ClausesField, day, line, text
from core.json_input import JSONInput
from workflow.forms import ReasonForm as ReasonForm
from workflow.forms import StatementForm as StatementForm


class DefectsForm(forms.Form):
    """一次性告知: defects as [{"material", "problem", "remedy", "brought_in"}]."""

    NAMED = ("material", "problem", "remedy")
    MOST = {"problem": 500, "remedy": 500, "brought_in": 200}
    MATERIALS = frozenset(known["code"] for known in facts("shanxi_provider")["materials"])

    defects = JSONInput(
        label=_("补正事项"), error_messages={"invalid": _("补正事项的格式不对，请回到补正页面重新填写。")}
    )

    def clean_defects(self):
        defects = self.cleaned_data["defects"]
        if not isinstance(defects, list) or not defects:
            raise forms.ValidationError("至少列出一项要补正的材料。")
        return [self._defect(number, defect) for number, defect in enumerate(defects, 1)]

    def _defect(self, number, typed):
        if not isinstance(typed, dict) or any(
            not isinstance(typed.get(key), str) or not typed[key].strip() for key in self.NAMED
        ):
            raise forms.ValidationError(f"第 {number} 项缺少材料、问题或怎么改，请补全。")
        defect = {key: str(typed.get(key, "")) for key in (*self.NAMED, "brought_in")}
        if defect["material"] not in self.MATERIALS:
            raise forms.ValidationError(f"第 {number} 项的材料不在申报材料目录中，请重新选择。")
        for key, most in self.MOST.items():
            if len(defect[key]) > most:
                raise forms.ValidationError(f"第 {number} 项超过 {most} 字，请缩短。")
        return defect


class NonAcceptanceForm(forms.Form):
    """The closed list of reasons for 不予受理 (workflows.md §0.3)."""

    ground = forms.ChoiceField(
        label=_("不予受理的情形"),
        choices=[
            ("wrong_body", "不属本单位受理"),
            ("outside_round", "不在申报批次期间"),
            ("ineligible_subject", "不属于可以申报的主体"),
            ("active_bar", "在申报限制期内"),
        ],
    )
    right_body = line(_("应当受理的单位"), required=False, hint="不属本单位受理时必填")
    reason = text(_("事实与理由"), least=10)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("ground") == "wrong_body" and not cleaned.get("right_body"):
            self.add_error("right_body", "写明应当向哪个单位申报。")
        return cleaned


class TolerantAcceptanceForm(forms.Form):
    """Which materials may come later; the rule says which of them may not (FJ-24)."""

    materials = forms.MultipleChoiceField(
        label=_("容缺的材料"),
        choices=[(known["code"], known["name"]) for known in facts("shanxi_provider")["materials"]],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("选择要容缺的材料。")},
    )

    def clean_materials(self):
        return sorted(set(self.cleaned_data["materials"]))


class PromisedItemForm(forms.Form):
    material = line(_("补交的材料"))


class QuestionForm(forms.Form):
    question = text(_("征求意见的问题"), least=5, most=1000)
    question.initial = _(
        "请就该企业有无违法违规、失信记录，是否被下调管理类别或信用等级，以及对其申报有无意见，予以函复。"
    )


class SummaryForm(forms.Form):
    summary = text(_("意见汇总"), least=5)


class OpinionForm(forms.Form):
    opinion = text(_("推荐意见"), least=20)
    answers = text(_("对不同意见的处理"), required=False, hint="有部门不同意或能力不具备时必填")


class RefuseRecommendationForm(forms.Form):
    reason = text(_("不予推荐的理由"), least=20)
    clauses = ClausesField("SX-", label=_("未满足的条件"))


class PublicationForm(forms.Form):
    content = text(_("公示说明"), required=False, most=1000)


class RepublicationForm(forms.Form):
    content = text(_("更正后的公示说明"), least=5, most=1000)
    reason = text(_("更正的原因"), least=5)


class InquiryForm(forms.Form):
    fact = text(_("线索事实"), least=5, most=1000)
    source = line(_("线索来源"), most=200)


class InquiryConclusionForm(forms.Form):
    is_founded = forms.TypedChoiceField(
        label=_("核查结论"), choices=[("yes", "属实"), ("no", "不属实")], coerce=lambda value: value == "yes"
    )
    finding = text(_("结论与证据"), least=10, most=1000)


class FindingForm(forms.Form):
    finding = text(_("部门发现的情况"), least=5, most=1000)
    source = line(_("来源"), most=200)


class PriorNoticeForm(forms.Form):
    facts = text(_("拟处理的事实"), least=20)
    ground = forms.ChoiceField(
        label=_("理由"),
        choices=[
            ("failed_condition", "条件未满足"),
            ("false_material", "申报材料虚假"),
            ("sustained_objection", "异议成立"),
        ],
    )
    clauses = ClausesField("SX-", label=_("依据条款"))
    evidence = text(_("证据清单"), least=5)


class RefusalForm(forms.Form):
    reasons = text(_("决定理由"), least=20)
    clauses = ClausesField("SX-", label=_("依据条款"))
    answers = text(_("对陈述申辩各点的答复"), required=False, most=4000, hint="申请人有陈述的，逐点答复")


class DecisionForm(forms.Form):
    reasons = text(_("决定理由"), least=5, required=False)


OPINIONS = [
    ("agree", "同意"),
    ("agree_with_conditions", "附条件同意"),
    ("object", "不同意"),
    ("no_comment", "无意见"),
    ("not_our_remit", "不属本部门职责"),
]


class ConsultationAnswerForm(forms.Form):
    opinion = forms.ChoiceField(
        label=_("意见"),
        choices=OPINIONS,
    )
    reasons = text(_("理由或条件"), required=False, most=2000, hint="不同意、附条件同意时必填")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("opinion") in ("object", "agree_with_conditions") and not cleaned.get("reasons"):
            self.add_error("reasons", "不同意或附条件同意的，写明理由或条件，供申请人和审核单位了解。")
        return cleaned


class PlaqueForm(forms.Form):
    plaque_number = line(_("牌匾编号"), most=40)
    handed_on = day(_("授牌日期"))
    receiver = line(_("领牌人"), most=50)
