"""What is typed for a material beside its files: ticks, particulars, the team, the words of a correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accreditation.materials import Material
from accreditation.rules import CORE_SERVICES
from core import clock, letters
from documents.attachments.models import MOST_REASON_LETTERS, Attachment

OFFERED, NOT_OFFERED, NOT_YET = "offered", "not_offered", ""


class MaterialForm(forms.Form):
    """What every material has: a note to the reviewer, and `version` so that a stale form is noticed.

    A subclass turns its fields into what `Material` keeps: `content()`.
    """

    note = forms.CharField(
        label=_("给审核人员的说明"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("选填。例如哪一份文件对应哪一项内容。"),
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order: tuple[str, ...] = ()

    def __init__(self, *args: Any, material: Material, spec: Mapping[str, Any], **kwargs: Any) -> None:
        self.material, self.spec = material, spec
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial = {**self.initial, "note": material.note, **self.shown()}

    def shown(self) -> dict[str, Any]:
        return {}

    def content(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"]}


class ReportForm(MaterialForm):
    """The five parts of the application report (SX-39)."""

    parts = forms.MultipleChoiceField(
        label=_("报告已包含的部分"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("文件规定要有这 5 个部分；写进报告的，逐项勾选。"),
    )
    field_order = ("parts", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = [(part, part) for part in self.spec["contents"]]
        self.fields["parts"].choices = parts  # type: ignore[attr-defined]

    def shown(self) -> dict[str, Any]:
        return {"parts": self.material.parts}

    def content(self) -> dict[str, Any]:
        chosen = set(self.cleaned_data["parts"])
        return {**super().content(), "parts": [part for part in self.spec["contents"] if part in chosen]}


class ProcessForm(MaterialForm):
    """The ten services of material 2: its process and proof are there, or the service is not offered (SX-40).

    The five core services cannot be left out (SX-31).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(OFFERED, _("已开展，有流程和证明")), (NOT_OFFERED, _("未开展"))]
        for n, service in enumerate(self.spec["contents"]):
            core = service in CORE_SERVICES
            self.fields[f"service_{n}"] = forms.ChoiceField(
                label=service,
                required=False,
                choices=choices[:1] if core else choices,
                widget=forms.RadioSelect,
                help_text=_("核心服务，须具备") if core else "",
                error_messages={"invalid_choice": _("%s是核心服务，不能选“未开展”。") % service},
            )
        self.order_fields([f"service_{n}" for n in range(len(self.spec["contents"]))])

    @property
    def services(self) -> list[forms.BoundField]:
        return [self[f"service_{n}"] for n in range(len(self.spec["contents"]))]

    def _state_of(self, service: str) -> str:
        if service in self.material.parts:
            return OFFERED
        return NOT_OFFERED if service in self.material.not_offered else NOT_YET

    def shown(self) -> dict[str, Any]:
        return {f"service_{n}": self._state_of(s) for n, s in enumerate(self.spec["contents"])}

    def content(self) -> dict[str, Any]:
        said = {s: self.cleaned_data[f"service_{n}"] for n, s in enumerate(self.spec["contents"])}
        return {
            **super().content(),
            "parts": [s for s, state in said.items() if state == OFFERED],
            "not_offered": [s for s, state in said.items() if state == NOT_OFFERED],
        }


class AuditForm(MaterialForm):
    """The year the report is about, and who audited (SX-46)."""

    fiscal_year = forms.IntegerField(
        label=_("会计年度"),
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("审计报告所审计的年度，四位数字，如 2025。"),
    )
    firm = forms.CharField(label=_("会计师事务所"), required=False, max_length=100)
    field_order = ("fiscal_year", "firm", "note")

    def shown(self) -> dict[str, Any]:
        return {name: self.material.text.get(name, "") for name in ("fiscal_year", "firm")}

    def clean_fiscal_year(self) -> int | None:
        year = self.cleaned_data["fiscal_year"]
        this_year = clock.today().year
        if year is not None and not this_year - 5 <= year <= this_year:
            raise forms.ValidationError(
                _("会计年度应在 %(first)s 至 %(last)s 之间，请核对审计报告封面。")
                % {"first": this_year - 5, "last": this_year}
            )
        return year

    def content(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("fiscal_year", "firm")}
        return {**super().content(), "text": {name: value for name, value in said.items() if value}}


class PlatformForm(MaterialForm):
    """What the platform does and how it runs, in words beside the files (SX-43)."""

    modules = forms.CharField(
        label=_("主要功能模块"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如订单管理、报关协同、退税管理、物流跟踪、数据统计。"),
    )
    operation = forms.CharField(
        label=_("运行情况"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("上线时间、注册企业数、近一年处理的业务量。"),
    )
    field_order = ("modules", "operation", "note")

    def shown(self) -> dict[str, Any]:
        return {name: self.material.text.get(name, "") for name in ("modules", "operation")}

    def content(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("modules", "operation")}
        return {**super().content(), "text": {name: value for name, value in said.items() if value}}


class TeamRowForm(forms.Form):
    """One person of the team (SX-30, SX-45). An empty row is no person."""

    name = forms.CharField(label=_("姓名"), max_length=50, required=False, validators=[letters.check])
    post = forms.CharField(label=_("岗位"), max_length=50, required=False, validators=[letters.check])
    qualification = forms.CharField(
        label=_("资质"), max_length=100, required=False, validators=[letters.check]
    )
    is_insured = forms.BooleanField(label=_("有参保证明"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_person and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("请填写姓名。"))
        if self.is_person and not cleaned.get("post") and "post" not in self.errors:
            self.add_error("post", _("请填写岗位。"))
        return cleaned

    @property
    def is_person(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("name", "post", "qualification", "is_insured"))


MOST_MEMBERS = 300
TeamFormSet = forms.formset_factory(
    TeamRowForm, extra=0, can_delete=True, max_num=MOST_MEMBERS, absolute_max=MOST_MEMBERS
)

FORM_OF: dict[str, type[MaterialForm]] = {
    "application_report": ReportForm,
    "service_process_proof": ProcessForm,
    "platform_description": PlatformForm,
    "audit_report": AuditForm,
}


class ConfidentialityForm(forms.Form):
    """Whether a file is confidential, and why (feature 15). A reason without the tick is asked about, not dropped."""

    is_confidential = forms.BooleanField(
        label=_("标为保密"),
        required=False,
        help_text=_(
            "只有本企业和办理本件的审核、决定机关能打开；其他单位只看到有这份文件和保密理由。提交后不能再改，补正退回的除外。"
        ),
    )
    reason = forms.CharField(
        label=_("保密理由"),
        required=False,
        max_length=MOST_REASON_LETTERS,
        validators=[letters.check],
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("标为保密的必填，例如“含未公开的财务数据，属于商业秘密”。理由本身不保密。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_confidential") and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("标为保密的，请写明保密理由。"))
        if cleaned.get("reason") and not cleaned.get("is_confidential"):
            self.add_error(
                "is_confidential", _("写了保密理由而没有勾选。要保密的请勾选，不保密的请清空理由。")
            )
        return cleaned

    @property
    def stated(self) -> str:
        """The reason of a confidential file; empty for one that is not."""
        return self.cleaned_data["reason"] if self.cleaned_data["is_confidential"] else ""

    @property
    def complaint(self) -> str:
        return "".join(str(error) for errors in self.errors.values() for error in errors)


def confidentiality_of_upload(slot: str, data: Any = None) -> ConfidentialityForm:
    return ConfidentialityForm(data, auto_id=f"{slot}-%s")


def confidentiality_of(file: Attachment, data: Any = None) -> ConfidentialityForm:
    """The same for a file that is there already; each form of a page has ids of its own."""
    kept = {"is_confidential": file.is_confidential, "reason": file.confidential_reason}
    return ConfidentialityForm(data, auto_id=f"f{file.pk}-%s", initial=kept)


class AnswerForm(forms.Form):
    """What was done about a point of the correction notice (AMB-G07)."""

    answer = forms.CharField(
        label=_("补正说明"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明改了什么、在哪份文件第几页。"),
        error_messages={"required": _("写明这一项怎么改的，审核人员据此核对。")},
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)
