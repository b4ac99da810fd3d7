"""The four conditions as a person reads them: mark, measured beside required, clause, and what to do.

The findings are the rules' own; here they are grouped and put into words for the pre-check, the panel beside
the materials and the page to sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from accounts.models import Organization
from accreditation import rules, selectors
from accreditation.materials import Material, ServedClient, TeamMember, TradeRecord, WrittenPromise
from accreditation.procedures.application import ProviderApplication
from accreditation.programs import Program
from accreditation.review import CreditCheck, CriterionVerdict
from core.findings import Finding
from core.money import WAN, in_wan
from workflow.reading import reading_once

TITLES = {
    "C1": ("条件（一）", "办事机构、内部管理与风险控制"),
    "C2": ("条件（二）", "线上平台与专业服务团队"),
    "C3": ("条件（三）", "无违法违规和失信记录"),
    "C4": ("条件（四）", "服务全省能力"),
}
# The same in a table: the condition in a few words, and what the regulation asks.
SHORT = {
    "C1": ("机构与管理", "省内有主要办事机构或服务点，合法经营，独立核算，制度健全"),
    "C2": ("平台与团队", "有线上综合服务平台和专业服务团队，能提供五项核心服务"),
    "C3": ("合法守信", "无违法违规，未列入失信名单，未被下调类别或等级"),
    "C4": ("服务全省", "具有服务全省的能力"),
    "serves_enough_enterprises": ("服务家数", "服务省内进出口企业 {required}"),
    "trade_volume_reached": ("业务量", "申请前一年内经核准进出口 {required}"),
}
# What was measured, as part of one line about a condition that is met.
BRIEFLY = {
    "platform_built": "平台{measured}",
    "professional_team": "团队 {measured}",
    "core_services_offered": "核心服务 {measured}",
    "contracts_attached": "合同已附",
    "violation": "违法违规 {measured}",
    "listing": "失信名单 {measured}",
    "downgrade": "下调记录 {measured}",
}
FIGURES = {"serves_enough_enterprises": "服务省内企业", "trade_volume_reached": "近一年业务量"}
NAMES = {
    "office_in_province": "省内主要办事机构或服务点",
    "lawful_operation": "合法经营",
    "independent_accounting": "独立核算",
    "internal_rules_sound": "内部管理制度健全",
    "risk_control_sound": "风险控制体系完善",
    "social_responsibility": "履行社会责任",
    "platform_built": "线上外贸综合服务信息平台",
    "professional_team": "专业服务团队",
    "core_services_offered": "报关、报检、物流、退税、结汇五项服务",
    "contracts_attached": "与委托客户依法签订合同",
    "violation": "五个领域无违法违规",
    "listing": "未列入失信名单",
    "downgrade": "管理类别、信用等级未被下调",
    "province_wide_capacity": "服务全省能力",
} | FIGURES
# Where an unmet condition is put right, as a page of the enterprise: the profile, or a material.
REMEDIES = {
    "office_in_province": "profile",
    "platform_built": "platform_description",
    "professional_team": "staff_qualification",
    "core_services_offered": "service_process_proof",
    "contracts_attached": "client_list_contracts",
    "serves_enough_enterprises": "client_list_contracts",
    "trade_volume_reached": "trade_volume_proof",
}
BY_A_PERSON = "审核时由人工判断"


@dataclass(frozen=True)
class Point:
    """One check of a condition, worded."""

    finding: Finding
    name: str
    measured: str
    required: str
    message: str
    place: str = ""  # where to put it right


@dataclass(frozen=True)
class Block:
    """A condition, or one of its two figures: what the panel shows in one row."""

    code: str
    title: str
    clause: str
    mark: str
    text: str
    points: list[Point] = field(default_factory=list)
    measured: Decimal | int | None = None  # of a figure: 家, or 万元
    required: Decimal | int | None = None
    required_text: str = ""
    tone: str = ""
    verdict: str = ""

    @property
    def short(self) -> str:
        return SHORT[self._key][0]

    @property
    def asked(self) -> str:
        return SHORT[self._key][1].format(required=self.points[0].required)

    @property
    def _key(self) -> str:
        return self.points[0].finding.code if self.required is not None else self.code

    @property
    def big(self) -> str:
        """The figure by itself, as it is printed large: 33, or 6,318."""
        return "" if self.measured is None else f"{self.measured:,.6f}".rstrip("0").rstrip(".")

    @property
    def unit(self) -> str:
        return "万元" if self.points and self.points[0].finding.code == "trade_volume_reached" else "家"


def blocks(application: Any) -> list[Block]:
    """Five rows: the four conditions, the fourth with its two figures by themselves."""
    found = []
    with reading_once(application):
        for code, findings in rules.conditions(application).items():
            clause, title = TITLES[code]
            plain = [point(f) for f in findings if f.code not in FIGURES]
            mark = mark_of([p.finding for p in plain])
            found.append(Block(code, title, clause, mark, _line(plain, mark), plain, verdict=VERDICTS[mark]))
            found += [FIGURE_OF[f.code](application, point(f), clause) for f in findings if f.code in FIGURES]
    return found


VERDICTS = {"ok": "符合", "no": "未达到", "man": "审核时人工判断"}


def mark_of(findings: list[Finding]) -> str:
    """One mark for several: what failed outweighs what waits for a person."""
    if any(f.ok is False for f in findings):
        return "no"
    return "man" if any(f.ok is None for f in findings) else "ok"


def point(finding: Finding) -> Point:
    measured, required = str(finding.measured), str(finding.required)
    if finding.code == "professional_team":
        measured, required = f"{measured} 人", f"{required} 人以上"
    if finding.code == "serves_enough_enterprises":
        measured, required = f"{measured} 家", f"{required} 家以上"
    if finding.code == "trade_volume_reached":
        measured, required = in_wan(finding.measured), f"{in_wan(finding.required).replace(',', '')}以上"
    needs = finding.ok is None and finding.code not in FIGURES
    return Point(
        finding,
        NAMES.get(finding.code, finding.cited.label),
        BY_A_PERSON if needs else measured,
        required,
        "" if needs else finding.message,
        REMEDIES.get(finding.code, "") if finding.ok is False else "",
    )


def _line(points: list[Point], mark: str) -> str:
    if mark == "no":
        return "".join(p.message for p in points if p.finding.ok is False)
    waiting = [p.name for p in points if p.finding.ok is None]
    if len(waiting) == len(points) or len(waiting) > 2:
        return BY_A_PERSON
    if waiting:
        return f"{'、'.join(waiting)}：{BY_A_PERSON}"
    by_a_person = [p.name for p in points if p.measured == "符合"]
    worded = [
        BRIEFLY.get(p.finding.code, "{measured}").format(measured=p.measured)
        for p in points
        if p.measured and p.name not in by_a_person
    ]
    return "；".join([*worded, *([f"{'、'.join(by_a_person)}经核实符合"] if by_a_person else [])])


def _served(application: Any, told: Point, clause: str) -> Block:
    finding = told.finding
    mark, text = (
        mark_of([finding]),
        f"{told.measured}，{_distance(finding.required - finding.measured, _firms)}",
    )
    waiting = selectors.rows_to_mend(application)["clients"]
    if waiting:
        text += f"；改正 {waiting} 行后最多 {finding.measured + waiting} 家"
    return Block(
        "C4",
        told.name,
        clause,
        mark,
        text,
        [told],
        finding.measured,
        finding.required,
        f"要求 {finding.required} 家",
        "green" if mark == "ok" else "seal",
        f"{VERDICTS[mark]}，{_distance(finding.required - finding.measured, _firms)}",
    )


def _volume(application: Any, told: Point, clause: str) -> Block:
    """The declared sum beside the requirement; what a reviewer has verified decides, and is said as such."""
    finding = told.finding
    mark, declared = mark_of([finding]), selectors.trade_volume(application)
    told = replace(told, measured=in_wan(declared))
    distance = _distance(finding.required - declared, in_wan)
    return Block(
        "C4",
        told.name,
        clause,
        mark,
        f"{in_wan(declared)}，{distance}{'，审核时逐笔核实' if mark == 'man' else ''}",
        [told],
        declared / WAN,
        finding.required / WAN,
        f"要求 {in_wan(finding.required).replace(',', '')}",
        {"ok": "green", "no": "seal", "man": "blue"}[mark],
        f"{'待核实' if mark == 'man' else VERDICTS[mark]}，{distance}",
    )


def _distance(gap: Any, worded: Callable[[Any], str]) -> str:
    return f"差 {worded(gap)}" if gap > 0 else f"多 {worded(-gap)}" if gap else "正好达到"


def _firms(number: int) -> str:
    return f"{number} 家"


FIGURE_OF = {"serves_enough_enterprises": _served, "trade_volume_reached": _volume}


class Prospect(SimpleNamespace):
    """An enterprise that has not begun: the rules read its profile and find everything else still empty."""

    def __init__(self, program: Program, applicant: Organization):
        super().__init__(
            pk=0,
            program=program,
            applicant=applicant,
            rules_on=None,
            first_submitted_on=None,
            profile_snapshot={},
            clients=ServedClient.objects.none(),
            trade_records=TradeRecord.objects.none(),
            team=TeamMember.objects.none(),
            materials=Material.objects.none(),
            promises=WrittenPromise.objects.none(),
            criterion_verdicts=CriterionVerdict.objects.none(),
            credit_checks=CreditCheck.objects.none(),
        )

    profile = ProviderApplication.profile
    competent_bodies = ProviderApplication.competent_bodies
    volume_window = ProviderApplication.volume_window
    compliance_window_start = ProviderApplication.compliance_window_start

    def material(self, code: str) -> Material:
        return Material(code=code)
