"""What is typed into the record of a joint evaluation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import day, text


class EvaluationForm(forms.Form):
    held_on = day(_("评定日期"))
    minutes = text(_("评定纪要"), least=5, most=4000)
    answers = text(
        _("对不同意见的处理"), required=False, hint=_("有部门不同意或附条件同意的，逐一写明如何处理")
    )


class MemberForm(forms.Form):
    """One who sat. A line left empty is nobody."""

    name = forms.CharField(label=_("姓名"), max_length=50, required=False)
    organization = forms.CharField(label=_("单位"), max_length=60, required=False)
    vote = forms.ChoiceField(
        label=_("意见"),
        choices=[("", "—"), ("同意", "同意"), ("不同意", "不同意"), ("弃权", "弃权")],
        required=False,
    )


Members = forms.formset_factory(MemberForm, extra=3, max_num=30)
