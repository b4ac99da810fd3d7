"""Hubei in the demo: zones, the year's layout, and a request for a center in every state, through the doors of all.

Each line of a story is an act: how many working days back, at what time, which step, with what input. Whoever's
turn it is takes it; what an approver decides was prepared by the officer of the same body an hour earlier.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.actors import Actor
from accounts.models import Organization, Region
from accounts.roles import Kind, Role
from centers import adjusting, contracting, cycles, inspection, layout, roster, writing
from centers.procedures.setup import CenterSetup
from centers.register import Center
from centers.zones import Zone
from core import clock, uscc
from portal.demo.calendar import Days
from portal.demo.people import People
from portal.demo.world import nights
from workflow.perform import perform
from workflow.preparing import countersign, propose
from workflow.relations import PREPARED_BY

# county code, name, prefecture; the bureau's short name
COUNTIES = {
    "420606": ("樊城区", "420600", "襄阳市樊城区商务局", "樊城区商务局"),
    "420684": ("宜城市", "420600", "宜城市商务局", "宜城市商务局"),
}
OFFICIALS = (
    # login, name, department code, roles, office, note, listed
    ("fc-officer", "胡敏", "420606-COMMERCE", (Role.COUNTY_OFFICER,), "外贸股", "湖北：申请设立中心", True),
    ("fc-approver", "罗刚", "420606-COMMERCE", (Role.COUNTY_APPROVER,), "局领导", "有送审件", True),
    ("yc-officer", "余静", "420684-COMMERCE", (Role.COUNTY_OFFICER,), "外贸股", "", False),
    ("yc-approver", "方伟", "420684-COMMERCE", (Role.COUNTY_APPROVER,), "局领导", "", False),
    ("xy-officer", "程洁", "420600-COMMERCE", (Role.PREF_OFFICER,), "对外贸易科", "审核、核查", True),
    ("xy-approver", "彭涛", "420600-COMMERCE", (Role.PREF_APPROVER,), "局领导", "", True),
    ("xt-officer", "鲁平", "429004-COMMERCE", (Role.COUNTY_OFFICER, Role.PREF_OFFICER), "外贸科", "县市一体，直报省厅", True),
    ("xt-approver", "向兰", "429004-COMMERCE", (Role.COUNTY_APPROVER, Role.PREF_APPROVER), "局领导", "", False),
    ("hb-officer", "梁静怡", "HB-COMMERCE", (Role.PROV_OFFICER,), "对外贸易处", "湖北：审核、布局", True),
    ("hb-approver", "江文华", "HB-COMMERCE", (Role.PROV_APPROVER,), "厅领导", "湖北：有送审件", True),
)  # fmt: skip
DOCUMENT_CODES = {
    "420606-COMMERCE": "樊商", "420684-COMMERCE": "宜商", "420600-COMMERCE": "襄商", "429004-COMMERCE": "仙商",
}  # fmt: skip
# name, kind, level, county, prefecture, centers planned
ZONES = (
    ("襄阳高新区", Zone.Kind.HIGHTECH, Zone.Level.NATIONAL, "420606", "420600", 2),
    ("樊城工业园", Zone.Kind.INDUSTRIAL, Zone.Level.PROVINCIAL, "420606", "420600", 1),
    ("襄阳跨境电商产业园", Zone.Kind.CBEC_PARK, Zone.Level.OTHER, "420606", "420600", 1),
    ("襄阳汽车外贸转型升级基地", Zone.Kind.UPGRADING, Zone.Level.NATIONAL, "420606", "420600", 1),
    ("宜城经济开发区", Zone.Kind.ETDZ, Zone.Level.PROVINCIAL, "420684", "420600", 1),
    ("宜城大雁工业园", Zone.Kind.INDUSTRIAL, Zone.Level.OTHER, "420684", "420600", 1),
    ("仙桃高新区", Zone.Kind.HIGHTECH, Zone.Level.NATIONAL, "429004", "429004", 1),
    ("仙桃市场采购贸易试点", Zone.Kind.MARKET, Zone.Level.OTHER, "429004", "429004", 1),
)
SUPPORTS = {
    "active_traders": 420,
    "support_traders": "园区实绩外贸企业 420 家，占全市三成（海关 2025 年数据）。",
    "support_finance": "区财政承诺每年安排 20 万元（区财函〔2026〕8号）。",
    "support_premises": "跨境电商大厦二层 160 平方米，产权归区国投公司。",
    "support_equipment": "配套电脑、自助报关终端和会议设备，清单附后。",
}
FORWARD = {"opinion": "列入本年度布局规划，场地和人员安排符合要求，同意上报。"}
DEFECTS = {
    "problem_premises": "没有附场地的产权或租赁证明。",
    "remedy_premises": "补充产权证明；租赁的，附租赁合同。",
}
REFUSAL = {
    "reasons": "经实地核查，所报场地实测面积四十六平方米，不足五十平方米，不符合设立条件。",
    "clauses": ["HB-19"],
}

GUIDANCE = "每个县（市、区）至少规划一个园区，优先外贸企业集中、服务半径大的园区；国家级园区可以规划两个。"
CRITERIA = {
    "area": "辖区地域面积和到最近服务点的距离见附表。",
    "industry_scale": "汽车零部件、纺织服装、食用菌为主，规模以上外贸企业 312 家。",
    "enterprise_distribution": "七成企业集中在高新区和经开区。",
}
DRAWN_BY = {"420600": ("xy-officer", "xy-approver"), "429004": ("xt-officer", "xt-approver")}
FILLED = {
    "need": "园区外贸企业 180 家，最近的服务点在 40 公里外，企业办理备案、退税需往返市区。",
    "planned_staff": 5, "planned_experienced": 2, "planned_declarants": 1, "planned_linguists": 1,
    "address": "邓城大道 49 号创业中心一层", "area": Decimal(120), "mode": "lease", "mode_text": "",
    "charge": Decimal(0), "county_rent": Decimal(36_000),
}  # fmt: skip
BEFORE = dt.timedelta(minutes=30)
AFTERWARDS = -1  # in place of the number of a request

Line = tuple[int, str, str, dict[str, Any]]


@dataclass(frozen=True)
class Request:
    """A county's request for a zone, and what became of it: (days back, time, act, input)."""

    zone: str
    lines: tuple[Line, ...]
    content: dict[str, Any] | None = None


def _filed(back: int, step: str = "submit") -> tuple[Line, ...]:
    return ((back + 1, "10:20", "fill", {}), (back, "09:40", step, {}))


REQUESTS = (
    Request("襄阳高新区", (*_filed(70), (66, "15:10", "inspect", {}), (64, "10:30", "forward", FORWARD),
                      (55, "11:05", "approve", {"opinion": ""}))),
    Request("仙桃高新区", (*_filed(48, "submit_direct"), (40, "10:15", "approve", {"opinion": ""}))),
    Request("襄阳高新区", (*_filed(14), (11, "16:20", "request_correction", DEFECTS)), SUPPORTS),
    Request("樊城工业园", (*_filed(6), (3, "15:00", "inspect", {}))),
    Request("襄阳跨境电商产业园", (*_filed(12), (9, "10:10", "forward", FORWARD), (1, "14:50", "propose:approve", {"opinion": ""}))),
    Request("襄阳汽车外贸转型升级基地", ((2, "15:30", "fill", {}), (1, "16:10", "propose:submit", {}))),
    Request("宜城经济开发区", (*_filed(34), (30, "14:40", "inspect", {"note": "实测 46 平方米。", "unmet": ["HB-19"]}),
                       (27, "11:30", "refuse_prefecture", REFUSAL)), {"area": Decimal(52)}),
    Request("宜城大雁工业园", (*_filed(44), (40, "10:45", "request_correction", DEFECTS))),
    Request("仙桃市场采购贸易试点", (*_filed(20, "submit_direct"), (18, "11:20", "withdraw", {}))),
)  # fmt: skip


AWARD = {"platform": "湖北省政府采购网", "announcement_number": "ZB-118", "award_number": "ZBTZ-118"}
OFFER: dict[str, Any] = {
    "terms": "三方按本协议合作运营服务中心：县级商务主管部门提供场地并监管，管委会提供园区支持，承办企业派驻人员并提供服务。",
    "uses": "派驻人员经费\n设备维护\n培训和政策宣贯",
}
OPERATOR, COMMITTEE = "湖北汉江外贸综合服务有限公司", "襄阳高新技术产业开发区管委会"
# What happens to the first center once it stands: its staff, one who leaves, and a case to adjust it.
IN_SERVICE = (
    (47, "09:10", "award"), (45, "10:30", "offer"), (44, "15:20", "sign"), (42, "09:50", "contract"),
    (40, "09:30", "staff"), (12, "09:20", "apply"), (9, "10:40", "hear"), (3, "16:05", "departure"),
)  # fmt: skip
STAFF = (
    ("谢敏", "2016-03-01", True, False), ("邹凯", "2018-07-15", False, True), ("尹丽", None, False, False),
    ("段锐", None, False, False), ("阮洁", None, False, True),
)  # fmt: skip
MOTION: dict[str, Any] = {
    "reason": "服务点与园区外贸企业集聚区相距较远，为优化服务资源配置，拟调整服务场地。"
}
HEARING: dict[str, Any] = {
    "facts": "经实地核查，中心场地位于园区西侧，八成外贸企业集中在东侧，往返需四十分钟。",
    "ground": "服务场地与企业分布不相适应", "clauses": ["HB-33"], "evidence": "核查记录、企业分布图。",
}  # fmt: skip


def live(people: People) -> None:
    """Let the months go by in Hubei: zones, plans, then every act in its hour and the calendar between them."""
    days = Days.of("", clock.today(), 3)
    now = clock.now()
    hours = sorted(
        (clock.instant(dt.datetime.combine(days.on(back), dt.time.fromisoformat(at))), number, place)
        for number, request in enumerate(REQUESTS)
        for place, (back, at, _what, _given) in enumerate(request.lines)
    )
    hours += [
        (clock.instant(dt.datetime.combine(days.on(back), dt.time.fromisoformat(at))), AFTERWARDS, place)
        for place, (back, at, _what) in enumerate(IN_SERVICE)
    ]
    hours.sort()
    lived = hours[0][0] - BEFORE
    hubei = Hubei(people)
    with clock.travel(lived):
        hubei.open({clock.local(lived).year, clock.local(now).year})
    for moment, number, place in hours:
        lived = nights(lived, moment)
        if number == AFTERWARDS:
            with clock.travel(moment):
                hubei.in_service(IN_SERVICE[place][2])
        else:
            hubei.act(number, moment, *REQUESTS[number].lines[place][2:])
    nights(lived, now)


class Hubei:
    """Its bodies, people and zones, and how far each request is."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._register()
        self.zones: dict[str, Zone] = {}
        self.setups: dict[int, str] = {}

    def _register(self) -> None:
        for code, (name, prefecture, bureau, short) in COUNTIES.items():
            region = Region.objects.create(
                code=code, name=name, kind=Region.RegionKind.COUNTY, parent_id=prefecture
            )
            Organization.objects.create(
                kind=Kind.COUNTY_BUREAU,
                department_code=f"{code}-COMMERCE",
                name=bureau,
                short_name=short,
                region=region,
            )
        for code, word in DOCUMENT_CODES.items():
            Organization.objects.filter(department_code=code, document_code="").update(document_code=word)
        bodies = {o.department_code: o for o in Organization.objects.exclude(department_code="")}
        self.committee = Organization.objects.create(
            kind=Kind.ZONE_COMMITTEE, name=COMMITTEE, short_name="襄阳高新区管委会", region_id="420606"
        )
        firm = Organization.objects.create(
            kind=Kind.ENTERPRISE, name=OPERATOR, uscc=uscc.generate("420600", 40_001), region_id="420600"
        )
        self.people.register(
            "hj-operator",
            "沈英",
            firm,
            (Role.OPERATOR,),
            office="服务中心",
            note="湖北：承办企业",
            is_listed=True,
        )
        self.people.register(
            "gx-zone", "卢义", self.committee, (Role.ZONE,), office="经济发展局", is_listed=True
        )
        for login, name, body, roles, office, note, listed in OFFICIALS:
            self.people.register(login, name, bodies[body], roles, office=office, note=note, is_listed=listed)

    def open(self, years: set[int]) -> None:
        """Zones are registered, the layout is set, the two divisions with zones plan and send."""
        planned: dict[str, list[tuple[Zone, int]]] = {}
        for name, kind, level, county, prefecture, centers in ZONES:
            zone = Zone.objects.create(
                name=name, kind=kind, level=level, county_id=county, prefecture_id=prefecture,
                committee=self.committee if county == "420606" else None,
            )  # fmt: skip
            self.zones[name] = zone
            planned.setdefault(prefecture, []).append((zone, centers))
        province = self.people.actors["hb-officer"]
        for year in sorted(years):
            made = layout.set_layout(province, year=year, guidance=GUIDANCE)
            for prefecture, sites in planned.items():
                officer, approver = DRAWN_BY[prefecture]
                plan = made.plans.get(prefecture=prefecture)
                layout.save_plan(self.people.actors[officer], plan, sites=sites, **CRITERIA)
                layout.submit_plan(self.people.actors[approver], plan)

    # --- Acts -------------------------------------------------------------------------------------------------
    def act(self, number: int, moment: dt.datetime, what: str, given: dict[str, Any]) -> None:
        if what == "fill":
            with clock.travel(moment):
                self._fill(number)
            return
        setup = CenterSetup.objects.get(reference=self.setups[number])
        if what == "inspect":
            with clock.travel(moment):
                said = {"note": "实地查看场地和周边，与所报一致。", "unmet": [], **given}
                officer = self._of(setup, Role(setup.holder_role))
                inspection.record(setup, actor=officer, inspected_on=clock.today(), **said)
            return
        proposes, _colon, prepared = what.partition(":")
        step = prepared or what
        (role, *others) = setup.steps[step].by
        if others and setup.holder_role.startswith("PROV"):
            role = others[-1]
        if role in PREPARED_BY:
            with clock.travel(moment if proposes == "propose" else moment - BEFORE):
                propose(setup, step, actor=self._of(setup, PREPARED_BY[role]), **given)
        if proposes != "propose":
            with clock.travel(moment):
                perform(setup, step, actor=self._of(setup, role), **given)

    def in_service(self, what: str) -> None:
        """What is done about the first center that was approved."""
        center = Center.objects.order_by("pk").first()
        actors = self.people.actors
        if center is None:
            return
        if what in ("award", "offer", "sign", "contract"):
            self._procured(center, what)
        elif what == "staff":
            for name, since, declares, speaks in STAFF:
                roster.post(
                    center, actors["fc-officer"], name=name, posted_on=clock.today(), is_declarant=declares,
                    trade_since=dt.date.fromisoformat(since) if since else None, speaks_foreign_language=speaks,
                )  # fmt: skip
        elif what == "departure":
            roster.leave(center.roster.get(name="谢敏"), actors["fc-officer"], left_on=clock.today())
        elif what == "apply":
            case = adjusting.draft(center, actors["xy-officer"], measure="adjust")
            propose(case, "apply", actor=actors["xy-officer"], **MOTION)
            perform(case, "apply", actor=actors["xy-approver"], **MOTION)
        else:
            perform(center.adjustments.get(), "hear", actor=actors["hb-officer"], **HEARING)

    def _procured(self, center: Center, what: str) -> None:
        """The award of the platform, the agreement of the three, the first year's contract."""
        actors = self.people.actors
        officer, approver, operator = actors["fc-officer"], actors["fc-approver"], actors["hj-operator"]
        if what == "award":
            firm = Organization.objects.get(name=OPERATOR)
            first_day = clock.today() + dt.timedelta(days=14)
            cycles.record_award(
                center, officer, operator=firm, first_day=first_day, awarded_on=clock.today(), **AWARD
            )
            return
        agreement = center.agreements.get()
        if what == "offer":
            perform(agreement, "offer", actor=approver, **OFFER)
        elif what == "sign":
            for who in (operator, actors["gx-zone"], approver):
                perform(agreement, "sign", actor=who, agreed=True)
        else:
            contract = agreement.contracts.get()
            terms = {"first_day": contract.first_day, "last_day": contract.last_day}
            contracting.set_terms(contract, approver, amount=Decimal(400_000), **terms)
            countersign(contract, "sign", actor=operator, statement="同意合同的期限和金额。")
            propose(contract, "sign", actor=officer)
            perform(contract, "sign", actor=approver)

    def _fill(self, number: int) -> None:
        request = REQUESTS[number]
        zone = self.zones[request.zone]
        county = next(
            a for a in self.people.actors.values()
            if a.organization and a.organization.region_id == zone.county_id and Role.COUNTY_OFFICER in a.roles
        )  # fmt: skip
        setup = writing.begin(zone, county, is_additional=request.content is SUPPORTS)
        self.setups[number] = setup.reference
        writing.save_request(setup, county, seen="", **(FILLED | (request.content or {})))

    def _of(self, setup: CenterSetup, role: Role) -> Actor:
        body = setup.body(role)
        return next(a for a in self.people.actors.values() if a.organization == body and role in a.roles)
