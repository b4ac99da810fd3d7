"""What an enterprise says about itself, once (SX-02, SX-05): filed here, frozen by each submission."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import EnterpriseProfile, Organization, Region
from accounts.profile import PlatformMode
from accounts.roles import Kind
from accreditation.programs import Program
from core import clock

# 代办业务 of the definition, and the financing it assists with, by code; a test holds them against the fact file.
AGENCY_SERVICES = {
    "declaration": "报关",
    "inspection": "报检",
    "logistics": "物流",
    "tax_refund": "退税",
    "fx_settlement": "结汇",
    "credit_insurance": "信保",
    "market_development": "国际市场开拓",
    "brand_promotion": "品牌推广",
    "certification": "国际体系认证",
    "financing": "融资（协助）",
}
OTHER = "other"


class ProfileForm(forms.ModelForm):
    """`seen` is the moment the shown profile was saved: a stale form is noticed, not obeyed."""

    agency_services = forms.MultipleChoiceField(
        label=_("代办业务"),
        required=False,
        choices=AGENCY_SERVICES.items(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("受客户委托实际代办的业务，逐项勾选。"),
    )
    service_kinds = forms.MultipleChoiceField(
        label=_("“一站式”服务"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("实际提供的服务，逐项勾选；勾“其他”的，在下面写明是什么。"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = EnterpriseProfile
        fields = (
            "legal_representative",
            "established_on",
            "registered_address",
            "office_region",
            "office_address",
            "contact_name",
            "contact_phone",
            "platform_mode",
            "platform_name",
            "platform_url",
            "contract_model",
            "agency_services",
            "service_kinds",
            "other_service",
        )
        widgets = {
            "established_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "platform_mode": forms.RadioSelect,
            "contact_phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
            "platform_url": forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        }
        help_texts = {
            "office_address": _("写到街道门牌；没有办事机构的，写工作服务点。"),
            "contract_model": _("与客户签订的是哪一种综合服务合同，如“一揽子委托合同”“单项委托协议”。"),
            "other_service": _("勾选“其他”时必填。"),
        }

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program = program
        services = [(s["code"], s["name"]) for s in program.facts["services"]]
        self.fields["service_kinds"].choices = services  # type: ignore[attr-defined]
        region: Any = self.fields["office_region"]
        region.queryset = Region.objects.filter(pk__in=reviewers(program))
        region.empty_label = _("请选择")
        region.label_from_instance = lambda r: f"{r.name}（由{reviewers(program)[r.pk]}初审）"
        self.fields["platform_mode"].choices = PlatformMode.choices  # type: ignore[attr-defined]
        self.fields["platform_mode"].required = False
        self.initial["seen"] = self.instance.updated_at.isoformat() if self.instance.pk else ""
        if not self.is_bound:
            self.initial["agency_services"] = self.instance.agency_services
            self.initial["service_kinds"] = self.instance.service_kinds

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("service_kinds", [])
        if OTHER in chosen and not cleaned.get("other_service"):
            self.add_error("other_service", _("勾选了“其他”，请写明是什么服务。"))
        if cleaned.get("other_service") and OTHER not in chosen:
            self.add_error("service_kinds", _("写了其他服务，请在上面勾选“其他”。"))
        if cleaned.get("established_on") and cleaned["established_on"] > clock.today():
            self.add_error("established_on", _("成立日期不能晚于今天，请对照营业执照核对。"))
        if cleaned.get("platform_mode") and not cleaned.get("platform_name"):
            self.add_error("platform_name", _("选择了平台，请写明平台名称。"))
        if cleaned.get("office_region") and not cleaned.get("office_address"):
            self.add_error("office_address", _("选择了办事机构所在地，请写明地址。"))
        return cleaned


def reviewers(program: Program) -> dict[str, str]:
    """Regions that have a reviewing body in the program's province, with its name: 11 cities and the zone (SX-50)."""
    bodies = Organization.objects.filter(kind=Kind.CITY_BUREAU).select_related("region").order_by("region_id")
    return {b.region_id: b.label for b in bodies if b.region.province_code == program.province_id}
