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


ASPECTS = {
    "C4": _("服务企业数量或业务量不实"),
    "C2": _("线上平台或服务团队不具备"),
    "C3": _("存在违法违规或失信行为"),
    "C1": _("办事机构、内部制度等情况不实"),
    "other": _("其他"),
}


class VisitorObjectionForm(ObjectionForm):
    """The same for whoever comes without a login: as whom, and what it is about, are asked first."""

    as_who = forms.ChoiceField(
        label=_("您以什么身份提出"),
        choices=[("unit", _("单位")), ("person", _("个人")), ("anonymous", _("不留姓名"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择以什么身份提出。")},
    )
    aspects = forms.MultipleChoiceField(
        label=_("异议涉及哪方面（可多选）"),
        required=False,
        choices=list(ASPECTS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    is_anonymous = None  # type: ignore[assignment]

    field_order = ["as_who", "aspects", "facts", "objector_name", "contact"]

    def clean(self):
        cleaned = self.cleaned_data
        cleaned["is_anonymous"] = cleaned.get("as_who") == "anonymous"
        return super().clean() if cleaned.get("as_who") else cleaned

    def filed(self) -> dict:
        """What goes into the objection: the aspects ticked stand before the facts, in their words."""
        cleaned = self.cleaned_data
        about = "、".join(str(ASPECTS[code]) for code in cleaned["aspects"])
        said = {name: cleaned[name] for name in ("is_anonymous", "objector_name", "contact", "facts")}
        return {**said, "facts": f"涉及：{about}。\n{cleaned['facts']}"[:4000]} if about else said
