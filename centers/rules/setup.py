"""What a center may be set up on: its zone, the plan, the quota, premises, staff (HB-02, 03, 17 to 21, 27 to 30).

Figures are measured anew at every favourable decision (workflows.md 0.2, 8).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from accounts.roles import Kind
from centers import selectors
from centers.papers import Premises
from centers.thresholds import Staffing, area_needed, is_national_etdz_or_hightech, staff_needed
from centers.zones import Zone
from core import clock, defaults
from core.findings import Finding

if TYPE_CHECKING:
    from centers.procedures.setup import CenterSetup


def day_of(setup: CenterSetup) -> dt.date:
    """The day whose rules judge the case: that of first submission, until then today (AMB-G21, HB-70)."""
    return setup.rules_on or clock.today()


def zone_can_have_a_center(setup: CenterSetup) -> Finding:
    """A zone of a listed kind, in Hubei, under a prefecture (HB-02, HB-03, AMB-H04)."""
    kinds = defaults.value("HB_ZONE_KINDS", setup.rules_on)
    ok = setup.zone.get_kind_display() in kinds
    return Finding(
        "HB-03",
        ok,
        setup.zone.label,
        "、".join(kinds),
        "" if ok else f"“{setup.zone.get_kind_display()}”不在可以设立中心的园区类型之内。",
        "zone_can_have_a_center",
    )


def in_prefecture_plan(setup: CenterSetup) -> Finding:
    """The prefecture's plan of the year, as sent to the province, has room for one more here (HB-26, HB-27)."""
    day = day_of(setup)
    planned, standing = setup.planned_centers(), setup.standing_centers()
    ok = planned > standing
    message = ""
    if not planned:
        message = f"{day.year} 年已报送的市州布局规划里没有这个园区，请先由市州商务局列入规划。"
    elif not ok:
        message = f"{day.year} 年规划在该园区设 {planned} 个中心，现已有 {standing} 个。"
    return Finding(
        "HB-27",
        ok,
        f"规划 {planned} 个，已设 {standing} 个",
        "列入本年度规划且有余额",
        message,
        "in_prefecture_plan",
    )


def within_quota(setup: CenterSetup) -> Finding:
    """In principle one center a zone; whoever asks for another says so (HB-28)."""
    standing = setup.standing_centers()
    ok = setup.is_additional or standing == 0
    return Finding(
        "HB-28",
        ok,
        f"已有 {standing} 个",
        "原则上每个园区 1 个",
        "" if ok else "该园区已有服务中心，原则上不再设立；确需增设的，按“增设”申请并写明四项支持。",
        "within_quota",
    )


def addition_is_supported(setup: CenterSetup) -> list[Finding]:
    """A second center: national ETDZ or high-tech zone, and four supports, each with its evidence (HB-29, AMB-H06)."""
    if not setup.is_additional:
        return []
    may_have_more = is_national_etdz_or_hightech(setup.zone, setup.rules_on)
    told = {label: text.strip() for label, text in setup.supports().items()}
    missing = [label for label, text in told.items() if not text]
    least = defaults.value("HB_EXTRA_CENTER_MIN_TRADERS", setup.rules_on)
    found = [
        Finding(
            "HB-29",
            may_have_more,
            setup.zone.label,
            "国家级经开区、国家级高新区",
            "" if may_have_more else "只有国家级经开区、国家级高新区可以增设服务中心。",
            "addition_possible_here",
        ),
        Finding(
            "HB-29",
            not missing,
            f"{len(told) - len(missing)} 项",
            f"{len(told)} 项",
            f"增设须四项支持都有依据，还缺：{'、'.join(missing)}。" if missing else "",
            "addition_supported",
        ),
    ]
    if least is not None:
        enough = (setup.active_traders or 0) >= least
        found.append(
            Finding(
                "HB-29",
                enough,
                setup.active_traders or 0,
                least,
                "" if enough else f"增设要求实绩外贸企业不少于 {least} 家。",
                "addition_traders",
            )
        )
    return found


def premises_are_free(setup: CenterSetup) -> Finding:
    """The county gives the premises free of charge; the rent it pays to others does not count (HB-17)."""
    return charged_nothing(setup.own_premises())


def charged_nothing(premises: Premises | None) -> Finding:
    charge = premises.charge if premises else None
    ok = charge == 0
    message = "" if ok else "还没有填写场地。"
    if charge:
        message = f"场地向中心收费 {charge} 元，须免费提供。"
    return Finding(
        "HB-17", ok, "未填" if charge is None else f"{charge} 元", "0 元", message, "premises_are_free"
    )


def premises_are_large_enough(setup: CenterSetup) -> Finding:
    """80 ㎡ in a national ETDZ or high-tech zone, 50 ㎡ elsewhere, more where the prefecture says so (HB-18, HB-19)."""
    premises = setup.own_premises()
    return area_is_enough(setup.zone, premises.area if premises else Decimal(0), setup.rules_on)


def area_is_enough(zone: Zone, area: Decimal, on: dt.date | None) -> Finding:
    needed = area_needed(zone, on)
    ok = area >= needed
    return Finding(
        "HB-18" if is_national_etdz_or_hightech(zone, on) else "HB-19",
        ok,
        f"{area} 平方米",
        f"不少于 {needed.normalize():f} 平方米",
        "" if ok else f"场地 {area} 平方米，要求不少于 {needed.normalize():f} 平方米。",
        "premises_are_large_enough",
    )


def staff_are_planned(setup: CenterSetup) -> list[Finding]:
    """The staffing plan reaches the minimums of the zone's level (HB-20, HB-21)."""
    return staff_are_enough(setup.zone, setup.planned_staffing(), setup.rules_on)


def staff_are_enough(zone: Zone, measured: Staffing, on: dt.date | None) -> list[Finding]:
    """Heads, and each ability counted inside them: one person may have several (HB-20, HB-21, AMB-H08)."""
    needed = staff_needed(zone, on)
    overlap = defaults.value("HB_STAFF_ROLES_MAY_OVERLAP", on)
    rows = [
        ("total", "派驻人员", measured.total, needed.total),
        ("experienced", "从事国际贸易 3 年以上", measured.experienced, needed.experienced),
        ("declarants", "报关员", measured.declarants, needed.declarants),
        ("linguists", "外语人员", measured.linguists, needed.linguists),
    ]
    if not overlap:
        apart = needed.experienced + needed.declarants + needed.linguists
        rows.append(("apart", "各类人员合计", measured.total, apart))
    return [
        Finding(
            "HB-20" if zone.is_national else "HB-21",
            have >= need,
            f"{label} {have} 人",
            f"不少于 {need} 人",
            "" if have >= need else f"{label} {have} 人，要求不少于 {need} 人。",
            f"staff_{code}",
        )
        for code, label, have, need in rows
    ]


# --- Who examines ---------------------------------------------------------------------------------------------
def county_and_prefecture_differ(setup: CenterSetup) -> Finding:
    """From the county to its prefecture; where both are one body, straight to the province (HB-30, HB-68)."""
    ok = not setup.skips_prefecture()
    return Finding(
        "HB-30",
        ok,
        setup.zone.prefecture.name,
        "县级报市州审核",
        "" if ok else "县级与市州为同一机关，请用“直报省厅”。",
        "county_and_prefecture_differ",
    )


def county_and_prefecture_are_one(setup: CenterSetup) -> Finding:
    """The prefecture step falls away only where the county's body is the prefecture's (HB-68, AMB-H32)."""
    ok = setup.skips_prefecture()
    return Finding(
        "HB-68",
        ok,
        setup.zone.prefecture.name,
        "县级与市州为同一机关",
        "" if ok else "须先报市州商务主管部门审核，不能直报省厅。",
        "county_and_prefecture_are_one",
    )


def examining_body_found(setup: CenterSetup) -> Finding:
    """There is a body to go on to (HB-30)."""
    kind = Kind.PROVINCE_DEPARTMENT if setup.skips_prefecture() else Kind.PREFECTURE_BUREAU
    body = setup.body_above(kind)
    return Finding(
        "HB-30",
        body is not None,
        body.name if body else "未登记",
        str(kind.label),
        "" if body else f"还没有登记{kind.label}，请联系平台管理员。",
        "examining_body_found",
    )


# --- Deciding ---------------------------------------------------------------------------------------------------
def conditions(setup: CenterSetup) -> list[Finding]:
    """Everything the text asks of a set-up, as the pages show it and every favourable decision measures it."""
    return [
        zone_can_have_a_center(setup),
        in_prefecture_plan(setup),
        within_quota(setup),
        *addition_is_supported(setup),
        premises_are_free(setup),
        premises_are_large_enough(setup),
        *staff_are_planned(setup),
    ]


def nothing_found_wanting(setup: CenterSetup) -> Finding:
    """The newest inspection of each body found every condition to hold (HB-30)."""
    unmet = sorted(selectors.found_unmet(setup))
    return Finding(
        "HB-30",
        not unmet,
        "、".join(unmet) or "无",
        "核查未发现不符合的条件",
        f"最近一次实地核查认为 {'、'.join(unmet)} 不符合，改正并重新核查后再办。" if unmet else "",
        "nothing_found_wanting",
    )


def has_a_ground_to_refuse(setup: CenterSetup, ctx) -> Finding:
    """Not in the plan, or a condition that does not hold, measured or found on the spot, as named (HB-27, HB-30)."""
    failed = {f.clause for f in conditions(setup) if not f.ok} | selectors.found_unmet(setup)
    ok = bool(failed & set(ctx.inputs["clauses"]))
    return Finding(
        "HB-27" if ctx.step.name == "refuse_prefecture" else "HB-30",
        ok,
        "、".join(sorted(failed)) or "条件均符合",
        "不在规划内，或有不符合的条件",
        "" if ok else "所选条款没有测得或查明不符合，不能据以不予核准；实地核查发现的，请先记录核查情况。",
        "has_a_ground_to_refuse",
    )


def correction_round_left(case, ctx) -> Finding:
    """One notice tells all (AMB-G07)."""
    limit = defaults.value("CORRECTION_MAX_ROUNDS", case.rules_on)
    used = case.center_corrections.count()
    brought_in = bool(ctx.inputs.get("brought_in"))
    ok = used < limit or brought_in
    return Finding(
        "AMB-G07",
        ok,
        f"已告知 {used} 次",
        f"一次性告知（{limit} 次）",
        "" if ok else "已经一次性告知过。再次要求补正，只能针对补正材料本身新带入的缺陷，并写明。",
        "correction_round_left",
    )


def defects_answered(case) -> Finding:
    """Each listed defect has its answer (AMB-G07)."""
    left = selectors.open_defects(case).filter(answer="").count()
    return Finding(
        "AMB-G07",
        left == 0,
        f"未答 {left} 项",
        "逐项补正",
        f"还有 {left} 项没有写补正说明，请在“填写申请”页面逐项写明。" if left else "",
        "defects_answered",
    )
