"""What a person may type into the pages of centers that are no steps: request, inspection, plan, zone, threshold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Region
from accounts.roles import Kind
from centers import filings, layout
from centers.papers import Premises
from centers.procedures.setup import CenterSetup
from centers.selectors import open_defects
from centers.writing import OF_THE_PREMISES, OF_THE_REQUEST, seen_version
from centers.zones import PROVINCE, LocalThreshold, Zone
from core import clock, defaults
from core.fields import ClausesField, day, line, text


def count(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=9999, required=False, **options)


def amount(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_digits=12, decimal_places=2, required=False, **options
    )


class RequestForm(forms.Form):
    """The county's request: why here, which premises, which staff; for an addition the four supports (HB-17 to 21)."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    need = text(_("设立的必要性"), required=False, hint=_("园区外贸企业情况、现有服务的距离等"))
    address = line(_("场地地址"), most=120, required=False)
    area = amount(_("面积（平方米）"))
    mode = forms.ChoiceField(
        label=_("提供方式"), choices=[("", _("请选择")), *Premises.Mode.choices], required=False
    )
    mode_text = line(_("方式说明"), required=False, hint=_("选“其他方式”时必填"))
    charge = amount(_("向中心收取的费用（元/年）"), help_text=_("场地须免费提供，应为 0"))
    county_rent = amount(_("县级支付的租金（元/年）"), help_text=_("租赁的场地由县级付租，对中心免费"))
    planned_staff = count(_("计划派驻人数"))
    planned_experienced = count(_("其中从事国际贸易 3 年以上"))
    planned_declarants = count(_("其中报关员"))
    planned_linguists = count(_("其中外语人员"))
    active_traders = count(_("园区实绩外贸企业数（家）"))
    support_traders = text(_("实绩外贸企业数量规模较大的依据"), most=500, required=False)
    support_finance = text(_("财政支持的依据"), most=500, required=False)
    support_premises = text(_("场地支持的依据"), most=500, required=False)
    support_equipment = text(_("设备支持的依据"), most=500, required=False)

    def __init__(self, setup: CenterSetup, data: Any = None):
        self.setup = setup
        self.defects = list(open_defects(setup))
        super().__init__(data, initial=_written(setup) | {f"answer_{d.pk}": d.answer for d in self.defects})
        for defect in self.defects:
            self.fields[f"answer_{defect.pk}"] = text(_("补正说明"), most=1000, required=False)

    def content(self) -> dict[str, Any]:
        """What was typed, as `writing.save_request` takes it; an empty count is none."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        for name in typed:
            if typed[name] is None and name != "active_traders":
                typed[name] = 0
        if not typed["address"] and not typed["area"] and not typed["mode"]:
            typed = {name: value for name, value in typed.items() if name not in OF_THE_PREMISES}
        return typed

    @property
    def answers(self) -> list[tuple[Any, forms.BoundField]]:
        return [(defect, self[f"answer_{defect.pk}"]) for defect in self.defects]


def _written(setup: CenterSetup) -> dict[str, Any]:
    premises = setup.own_premises() or Premises(charge=0, county_rent=0)
    return {
        "seen": seen_version(setup),
        **{name: getattr(setup, name) for name in OF_THE_REQUEST},
        **{name: getattr(premises, name) for name in OF_THE_PREMISES},
    }


class InspectionForm(forms.Form):
    inspected_on = day(_("核查日期"))
    note = text(_("核查情况"), hint=_("去了哪里、量了什么、见了谁"))
    unmet = ClausesField(
        "HB-", label=_("查明不符合的条件"), required=False, widget=forms.CheckboxSelectMultiple
    )
    JUDGED = ("HB-03", "HB-17", "HB-18", "HB-19", "HB-20", "HB-21", "HB-29")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unmet"]
        field.choices = [choice for choice in field.choices if choice[0] in self.JUDGED]
        self.fields["inspected_on"].initial = clock.today()


class LayoutForm(forms.Form):
    year = forms.IntegerField(label=_("年度"), min_value=2024, max_value=2099)
    guidance = text(_("布局要求"), least=5)


class PlanForm(forms.Form):
    """A prefecture's plan: the three criteria, and how many centers each zone is to have (HB-27)."""

    area = text(_("地域面积"), most=1000, required=False)
    industry_scale = text(_("产业规模"), most=1000, required=False)
    enterprise_distribution = text(_("企业分布"), most=1000, required=False)

    def __init__(self, plan: layout.PrefecturePlan, data: Any = None):
        self.zones = list(Zone.objects.filter(prefecture=plan.prefecture_id).select_related("county"))
        planned = {site.zone_id: site.centers for site in plan.sites.all()}
        initial = {name: getattr(plan, name) for name in layout.CRITERIA}
        super().__init__(data, initial=initial | {f"zone_{z.pk}": planned.get(z.pk, 0) for z in self.zones})
        for zone in self.zones:
            self.fields[f"zone_{zone.pk}"] = forms.IntegerField(
                label=f"{zone.name}（{zone.label}）", min_value=0, max_value=9, required=False
            )

    def criteria(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in layout.CRITERIA}

    def sites(self) -> list[tuple[Zone, int]]:
        told = [(zone, self.cleaned_data[f"zone_{zone.pk}"] or 0) for zone in self.zones]
        return [(zone, centers) for zone, centers in told if centers]


class ZoneForm(forms.ModelForm):
    class Meta:
        model = Zone
        fields = ("name", "kind", "level", "prefecture", "county")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        prefecture: Any = self.fields["prefecture"]
        county: Any = self.fields["county"]
        prefecture.queryset = layout.prefectures()
        county.queryset = Region.objects.filter(code__gt=PROVINCE, code__lt="430000")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        county, prefecture = cleaned.get("county"), cleaned.get("prefecture")
        if county and prefecture and prefecture.pk not in (county.pk, county.parent_id):
            self.add_error("county", f"{county}不属于{prefecture}，请重新选择。")
        elif county and county == prefecture and county.kind != Region.RegionKind.DIRECTLY_ADMINISTERED:
            self.add_error("county", "请选择园区所在的县（市、区）。")
        return cleaned


class ThresholdForm(forms.Form):
    measure = forms.ChoiceField(label=_("指标"), choices=LocalThreshold.Measure.choices)
    value = forms.DecimalField(label=_("要求不少于"), max_digits=8, decimal_places=2)
    document = line(_("细则名称和文号"), most=200)
    effective_on = day(_("生效日期"))


class PostingForm(forms.Form):
    name = line(_("姓名"), most=50)
    posted_on = day(_("派驻日"))
    trade_since = day(_("从事国际贸易起"), required=False, help_text=_("没有从业经历的不填"))
    is_declarant = forms.BooleanField(label=_("报关员"), required=False)
    speaks_foreign_language = forms.BooleanField(label=_("外语人员"), required=False)


class LeaveForm(forms.Form):
    person = forms.IntegerField(widget=forms.HiddenInput)
    left_on = day(_("离岗日"))


class AwardForm(forms.Form):
    """The numbers of an award of the designated procurement platform, and to whom (HB-38, HB-39)."""

    uscc = line(_("承办企业统一社会信用代码"), most=18)
    platform = line(_("采购平台"), most=60)
    announcement_number = line(_("招标公告编号"), most=60)
    award_number = line(_("中标通知书编号"), most=60)
    awarded_on = day(_("中标日"))
    first_day = day(_("采购服务周期首日"), help_text=_("周期原则上三年，首日计入"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        code = cleaned.pop("uscc", "").strip().upper()
        cleaned["operator"] = Organization.objects.filter(kind=Kind.ENTERPRISE, uscc=code).first()
        if code and cleaned["operator"] is None:
            self.add_error("uscc", "平台上没有登记这家企业，请核对代码，或请企业先注册。")
        return cleaned


class TermsForm(forms.Form):
    first_day = day(_("首日"))
    last_day = day(_("末日（含当日）"))
    amount = forms.DecimalField(label=_("合同金额（元）"), min_value=0, max_digits=14, decimal_places=2)


class ConditionForm(forms.Form):
    """One of the three conditions of an operator: every check answered, on which evidence (HB-34 to HB-36)."""

    def __init__(self, code: str, data: Any = None):
        super().__init__(data)
        self.code = code
        for number, check in enumerate(filings.checks_of(code)):
            self.fields[f"check_{number}"] = forms.ChoiceField(
                label=check, choices=[("yes", _("符合")), ("no", _("不符合"))], widget=forms.RadioSelect,
                error_messages={"required": "逐项核查后才能记录。"},
            )  # fmt: skip
        if code == "O2":
            accepted = [(one, one) for one in defaults.value("HB_TRADE_OPERATOR_EVIDENCE")]
            self.fields["qualification"] = forms.ChoiceField(
                label=_("外贸经营者资质的凭据"), choices=[("", _("没有")), *accepted], required=False
            )
        if code == "O3":
            self.fields["bad_record_on"] = day(_("最近一次不良记录的日期"), required=False)
        self.fields["evidence"] = line(_("核查依据"), most=300)

    def finding(self) -> dict[str, Any]:
        said = self.cleaned_data
        checks = {
            check: said[f"check_{number}"] == "yes"
            for number, check in enumerate(filings.checks_of(self.code))
        }
        return {
            "condition": self.code,
            "checks": checks,
            "evidence": said["evidence"],
            "qualification": said.get("qualification", ""),
            "bad_record_on": said.get("bad_record_on"),
        }
