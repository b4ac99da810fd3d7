"""条件自测: the four conditions asked of anybody, without a login and without keeping an answer.

Thresholds, clauses and boundaries are those of `accreditation.rules`; what only a reviewer can judge stays open
here too. The review decides, and the page says so.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accreditation.programs import Program
from accreditation.rules import CORE_SERVICES
from core import defaults
from core.findings import Finding
from core.money import WAN, in_wan
from portal.public import directory

NONE = "none"


class SelfTestForm(forms.Form):
    """Eleven questions in the words of the regulation. Only figures are typed; nothing names the enterprise."""

    office = forms.ChoiceField(
        label=_("省内主要办事机构或工作服务点在哪里"), help_text=_("不要求在省内注册。")
    )
    platform = forms.ChoiceField(
        label=_("线上外贸综合服务信息平台"),
        choices=[
            ("own", _("自建")),
            ("licensed", _("授权使用第三方平台，有授权证明")),
            ("unauthorised", _("使用第三方平台，没有授权证明")),
            (NONE, _("还没有")),
        ],
    )
    team = forms.IntegerField(
        label=_("有社保参保证明的专业服务人员（人）"),
        min_value=0,
        max_value=100_000,
        error_messages={"required": _("请填写人数，没有填 0。")},
    )
    services = forms.MultipleChoiceField(
        label=_("能提供哪些综合服务"),
        choices=[(name, name) for name in CORE_SERVICES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    contracts = forms.TypedChoiceField(
        label=_("与委托客户签有合同（协议）"),
        choices=[("yes", _("有")), ("no", _("没有"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择有没有合同。")},
    )
    violations = forms.MultipleChoiceField(
        label=_("近 3 年在哪些方面有违法违规记录"),
        required=False,
        help_text=_("没有就不选。"),
        widget=forms.CheckboxSelectMultiple,
    )
    listings = forms.MultipleChoiceField(
        label=_("列入过哪些失信名单"),
        required=False,
        help_text=_("没有就不选。"),
        widget=forms.CheckboxSelectMultiple,
    )
    downgraded = forms.MultipleChoiceField(
        label=_("哪些被下调过"),
        required=False,
        help_text=_("没有就不选。"),
        widget=forms.CheckboxSelectMultiple,
    )
    clients = forms.IntegerField(
        label=_("服务的省内进出口企业（家）"),
        min_value=0,
        max_value=1_000_000,
        help_text=_("统一社会信用代码属本省、有进出口实绩、近 12 个月合同有效；同一企业计一次。"),
        error_messages={"required": _("请填写家数，没有填 0。")},
    )
    volume = forms.DecimalField(
        label=_("近 12 个月经核准进出口业务量（万元）"),
        min_value=0,
        max_value=Decimal(10) ** 9,
        max_digits=16,
        decimal_places=6,
        help_text=_("人民币，截至申请前一日的 12 个月；外币按申报当月海关汇率折算。"),
        error_messages={"required": _("请填写金额，单位为万元，没有填 0。")},
    )

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        checks = {check["code"]: check for c in program.facts["conditions"] for check in c["checks"]}
        places = [(region.code, region.name) for region in directory.regions()]
        self._offer("office", [("", "请选择"), *places, (NONE, "省内没有办事机构或服务点")])
        for name, code, key in (
            ("violations", "no_violation", "domains"),
            ("listings", "not_listed", "lists"),
            ("downgraded", "not_downgraded", "objects"),
        ):
            self._offer(name, [(entry, entry) for entry in checks[code][key]])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        offered = self.fields[name]
        assert isinstance(offered, forms.ChoiceField)  # noqa: S101  so declared above
        offered.choices = choices


def findings(said: dict[str, Any], program: Program, today: dt.date) -> dict[str, list[Finding]]:
    """By condition, under the clauses and codes of the rules; `said` are the cleaned answers."""
    return {
        "C1": [
            _office(said["office"]),
            *(
                _judged(clause_id, code)
                for clause_id, code in (
                    ("SX-27", "lawful_operation"),
                    ("SX-27", "independent_accounting"),
                    ("SX-28", "internal_rules_sound"),
                    ("SX-28", "risk_control_sound"),
                    ("SX-28", "social_responsibility"),
                )
            ),
        ],
        "C2": [
            _platform(said["platform"]),
            _team(said["team"], today),
            _services(said["services"]),
            _contracts(said["contracts"]),
        ],
        "C3": [
            _clean("SX-33", "violation", said["violations"], "五个领域无违法违规"),
            _clean("SX-34", "listing", said["listings"], "未列入失信名单"),
            _clean("SX-35", "downgrade", said["downgraded"], "未被下调"),
        ],
        "C4": [
            _judged("SX-36", "province_wide_capacity"),
            _clients(said["clients"], program.clients_asked(today)),
            _volume(said["volume"] * WAN, program.volume_asked(today)),
        ],
    }


def _judged(clause_id: str, code: str) -> Finding:
    return Finding(clause_id, None, "由审核人员判断", "", "", code)


def _office(chosen: str) -> Finding:
    ok = chosen != NONE
    return Finding(
        "SX-26",
        ok,
        "有" if ok else "没有",
        "省内主要办事机构或工作服务点",
        "" if ok else "先在省内设立主要办事机构或工作服务点；由其所在的市（或综改示范区）初审。",
        "office_in_province",
    )


def _platform(chosen: str) -> Finding:
    ok = chosen in ("own", "licensed")
    message = {
        "unauthorised": "先取得第三方平台的授权证明，申报时在第 5 项材料上传。",
        NONE: "先建立线上平台，或取得第三方综合服务平台的授权。",
    }.get(chosen, "")
    measured = {"own": "自建", "licensed": "授权使用第三方平台", "unauthorised": "没有授权证明"}
    required = "自建，或授权使用并有授权证明"
    return Finding("SX-29", ok, measured.get(chosen, "没有"), required, message, "platform_built")


def _team(people: int, today: dt.date) -> Finding:
    required = defaults.value("SX_MIN_TEAM_SIZE", today)
    ok = people >= required
    message = "" if ok else f"至少要有 {required} 名专业服务人员有社保参保证明。"
    return Finding("SX-30", ok, people, required, message, "professional_team")


def _services(offered: list[str]) -> Finding:
    missing = [service for service in CORE_SERVICES if service not in offered]
    return Finding(
        "SX-31",
        not missing,
        f"{len(CORE_SERVICES) - len(missing)} 项",
        f"{len(CORE_SERVICES)} 项",
        f"还缺：{'、'.join(missing)}。五项都要能提供。" if missing else "",
        "core_services_offered",
    )


def _contracts(has_some: bool) -> Finding:
    message = "" if has_some else "先与委托客户签订合同（协议），至少 1 份随第 3 项材料提交。"
    return Finding(
        "SX-32",
        has_some,
        "有" if has_some else "无",
        "至少 1 份委托合同或协议",
        message,
        "contracts_attached",
    )


def _clean(clause_id: str, code: str, hits: list[str], required: str) -> Finding:
    named = "、".join(hits)
    message = f"{named}有记录；发生在申请前 3 年内或目前仍在列的，不能认定。" if hits else ""
    return Finding(clause_id, not hits, named or "自报没有", required, message, code)


def _clients(number: int, required: int) -> Finding:
    ok = number >= required
    message = "" if ok else f"还差 {required - number} 家。"
    return Finding("SX-37", ok, number, required, message, "serves_enough_enterprises")


def _volume(amount: Decimal, required: Decimal) -> Finding:
    ok = amount >= required
    message = "" if ok else f"还差 {in_wan(required - amount)}。"
    return Finding("SX-38", ok, amount, required, message, "trade_volume_reached")
