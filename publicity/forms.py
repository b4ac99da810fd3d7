"""What a person may type into a step of publicity or of an objection."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

LONG = forms.Textarea(attrs={"rows": 4})


class PostForm(forms.Form):
    content = forms.JSONField()


class CorrectPostingForm(forms.Form):
    what_was_wrong = forms.CharField(label=_("哪里有误"), min_length=5, max_length=500, widget=LONG)
    reason = forms.CharField(label=_("更正的原因"), min_length=5, max_length=500, widget=LONG)
    text = forms.CharField(label=_("更正后的公示说明"), max_length=1000, required=False, widget=LONG)


class ObjectionForm(forms.Form):
    """An objection of anyone: with name, contact and facts it is counted, without a name it is kept as a lead."""

    is_anonymous = forms.BooleanField(label=_("不留姓名，仅作为线索"), required=False)
    objector_name = forms.CharField(label=_("姓名或单位名称"), max_length=100, required=False)
    contact = forms.CharField(label=_("联系电话或邮箱"), max_length=100, required=False)
    facts = forms.CharField(
        label=_("异议的事实和理由"),
        min_length=10,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("请写明异议的事实和理由。")},
    )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("is_anonymous"):
            if not cleaned.get("objector_name"):
                self.add_error(
                    "objector_name", "实名异议请填写姓名或单位名称；不愿留名的，请勾选“仅作为线索”。"
                )
            if not cleaned.get("contact"):
                self.add_error("contact", "请留下电话或邮箱，处理结果要答复给您。")
        return cleaned


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), min_length=5, max_length=1000, widget=LONG)


class ConclusionForm(forms.Form):
    findings = forms.CharField(label=_("核查情况与结论"), min_length=10, max_length=2000, widget=LONG)


class SustainForm(ConclusionForm):
    about = forms.ChoiceField(
        label=_("成立的异议涉及"),
        choices=[("conditions", "认定条件或材料"), ("posted_content", "仅公示内容有误")],
    )
