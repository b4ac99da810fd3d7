"""The standing cast of Hubei: a county and its prefecture, one where both are one body, the province; zones, requests.

Cases walk to later states through `perform`, each step by the person whose step it is.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from accounts.models import Organization, Region
from accounts.roles import Kind, Role
from centers import layout, writing
from centers.procedures.setup import CenterSetup
from centers.register import Center
from centers.zones import Zone
from core import clock
from tests.factories import body, person
from workflow.perform import perform
from workflow.preparing import propose

SUPPORTS = {
    "support_traders": "园区实绩外贸企业 420 家，占全市三成（海关 2025 年数据）。",
    "support_finance": "区财政承诺每年安排 20 万元（区财函〔2026〕8号）。",
    "support_premises": "跨境电商大厦二层 160 平方米，产权归区国投公司。",
    "support_equipment": "配套电脑、自助报关终端和会议设备清单一份。",
}


class Hubei:
    """樊城区 under 襄阳市, 仙桃市 which is county and prefecture at once, and 湖北省商务厅."""

    def __init__(self) -> None:
        self.county_region = Region.objects.create(
            code="420606", name="樊城区", kind=Region.RegionKind.COUNTY, parent_id="420600"
        )
        self.county = Organization.objects.create(
            kind=Kind.COUNTY_BUREAU,
            name="襄阳市樊城区商务局",
            short_name="樊城区商务局",
            region=self.county_region,
        )
        self.prefecture, self.province = body("420600-COMMERCE"), body("HB-COMMERCE")
        self.xiantao, self.jingzhou = body("429004-COMMERCE"), body("421000-COMMERCE")
        self.county_officer = person("胡敏", self.county, Role.COUNTY_OFFICER)
        self.county_approver = person("罗刚", self.county, Role.COUNTY_APPROVER)
        self.pref_officer = person("程洁", self.prefecture, Role.PREF_OFFICER)
        self.pref_approver = person("彭涛", self.prefecture, Role.PREF_APPROVER)
        self.prov_officer = person("梁静怡", self.province, Role.PROV_OFFICER)
        self.prov_approver = person("江文华", self.province, Role.PROV_APPROVER)
        self.xiantao_officer = person("鲁平", self.xiantao, Role.COUNTY_OFFICER, Role.PREF_OFFICER)
        self.xiantao_approver = person("向兰", self.xiantao, Role.COUNTY_APPROVER, Role.PREF_APPROVER)
        self.jingzhou_officer = person("田野", self.jingzhou, Role.PREF_OFFICER)
        self.zone = self.new_zone()
        self.layout = layout.set_layout(
            self.prov_officer,
            year=clock.today().year,
            guidance="每个县（市、区）至少规划一个园区，边远地区优先。",
        )
        self.plan_for(self.zone)

    @classmethod
    def joined(cls, setup: CenterSetup, county: Any, province: Any) -> Hubei:
        """The cast around a request that somebody else has begun: the others of the same bodies, newly appointed."""
        hubei = cls.__new__(cls)
        hubei.county_officer, hubei.prov_officer = county, province
        hubei.county, hubei.province = county.organization, province.organization
        hubei.prefecture, hubei.zone = body("420600-COMMERCE"), setup.zone
        hubei.county_approver = person("", hubei.county, Role.COUNTY_APPROVER)
        hubei.pref_officer = person("", hubei.prefecture, Role.PREF_OFFICER)
        hubei.pref_approver = person("", hubei.prefecture, Role.PREF_APPROVER)
        hubei.prov_approver = person("", hubei.province, Role.PROV_APPROVER)
        return hubei

    # --- Zones and plans ------------------------------------------------------------------------------------
    def new_zone(self, name: str = "襄阳高新区", **fields: Any) -> Zone:
        return Zone.objects.create(
            **{
                "name": name,
                "kind": Zone.Kind.HIGHTECH,
                "level": Zone.Level.NATIONAL,
                "county": self.county_region,
                "prefecture_id": "420600",
                **fields,
            }
        )

    def plan_for(self, zone: Zone, centers: int = 2) -> None:
        plan = self.layout.plans.get(prefecture=zone.prefecture_id)
        type(plan).objects.filter(pk=plan.pk).update(
            area="辖区 1.97 万平方公里。", industry_scale="规上外贸企业 312 家。",
            enterprise_distribution="七成在高新区和樊城区。", submitted_at=clock.now(),
        )  # fmt: skip
        plan.sites.update_or_create(zone=zone, defaults={"centers": centers})

    # --- Requests -------------------------------------------------------------------------------------------
    def request(
        self, zone: Zone | None = None, actor: Any = None, *, is_additional: bool = False, **content: Any
    ) -> CenterSetup:
        """A request filled in: enough room and staff for a national zone, proposed to the approver."""
        actor = actor or self.county_officer
        setup = writing.begin(zone or self.zone, actor, is_additional=is_additional)
        return self.fill(setup, actor, **content)

    def fill(self, setup: CenterSetup, actor: Any = None, **content: Any) -> CenterSetup:
        return writing.save_request(
            setup,
            actor or self.county_officer,
            seen=writing.seen_version(setup),
            **{
                "need": "园区外贸企业 180 家，最近的服务点在 40 公里外。",
                "planned_staff": 5, "planned_experienced": 2, "planned_declarants": 1, "planned_linguists": 1,
                "address": "邓城大道 49 号", "area": Decimal(120), "mode": "lease", "mode_text": "",
                "charge": Decimal(0), "county_rent": Decimal(36_000), **content,
            },
        )  # fmt: skip

    def submit(self, setup: CenterSetup) -> CenterSetup:
        propose(setup, "submit", actor=self.county_officer)
        return perform(setup, "submit", actor=self.county_approver)

    def forward(self, setup: CenterSetup) -> CenterSetup:
        propose(setup, "forward", actor=self.pref_officer, opinion="符合布局规划和设立条件，拟同意上报。")
        return perform(
            setup, "forward", actor=self.pref_approver, opinion="符合布局规划和设立条件，同意上报。"
        )

    def approve(self, setup: CenterSetup) -> CenterSetup:
        propose(setup, "approve", actor=self.prov_officer, opinion="")
        return perform(setup, "approve", actor=self.prov_approver, opinion="")

    def center(self, setup: CenterSetup | None = None) -> Center:
        """A center in the register, along the whole path."""
        return self.center_of(self.submit(setup or self.request()))

    def center_of(self, submitted: CenterSetup) -> Center:
        return Center.objects.get(parent=self.approve(self.forward(submitted)))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
