"""What the system reads out of the materials by itself, beside the point it concerns: labelled as such, never a verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from accreditation import selectors
from accreditation.procedures.application import ProviderApplication
from core import clock
from core.money import in_wan


def observed(application: ProviderApplication, material: str) -> dict[str, str]:
    """A sentence by point of the material; points the system knows nothing about are not in it."""
    look = _LOOKS.get(material)
    return look(application) if look else {}


def months_without_trade(application: ProviderApplication) -> list[str]:
    """Months of the window in which no record falls, as 2026-09; the first and last may be parts of a month."""
    start, end = application.volume_window()
    days = application.trade_records.filter(traded_on__gte=start, traded_on__lte=end)
    seen = {f"{day:%Y-%m}" for day in days.values_list("traded_on", flat=True).distinct()}
    return [month for month in _months(start, end) if month not in seen]


def _months(start: date, end: date) -> list[str]:
    found, year, month = [], start.year, start.month
    while (year, month) <= (end.year, end.month):
        found.append(f"{year}-{month:02}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def comparison(application: ProviderApplication) -> dict:
    """Clients and trade as counted by the rules, beside what is required (SX-37, SX-38)."""
    start, end = application.volume_window()
    declared = selectors.trade_volume(application)
    verified = selectors.trade_volume(application, verified_only=True)
    return {
        "window": f"{start} 至 {end}",
        "rows": application.clients.count(),
        "served": selectors.served_enterprises(application),
        "served_required": application.program.clients_asked(application.rules_on),
        "declared": declared,
        "verified": verified,
        "volume_required": application.program.volume_asked(application.rules_on),
        "unverified": application.trade_records.filter(verified_at=None).count(),
        "records": application.trade_records.count(),
    }


def _trade(application: ProviderApplication) -> dict[str, str]:
    empty = months_without_trade(application)
    records = application.trade_records
    return {
        "twelve_months": _missing_months(empty),
        "evidence_attached": f"系统识别：报关单 {records.filter(kind='declaration').count()} 笔，"
        f"线上成交 {records.filter(kind='online').count()} 笔",
        "sum_matches": f"系统合计：窗口期内 {in_wan(selectors.trade_volume(application))}",
    }


def _missing_months(empty: list[str]) -> str:
    if not empty:
        return "系统识别：各月都有记录"
    named = "、".join(empty[:3])
    return f"系统识别：缺 {named}" + (f" 等 {len(empty)} 个月" if len(empty) > 3 else "")


def _clients(application: ProviderApplication) -> dict[str, str]:
    rows, counted = application.clients.count(), selectors.served_enterprises(application)
    cities = selectors.cities_covered(application)
    without = application.clients.filter(has_trade_record=False).count()
    return {
        "list_matches_contracts": f"系统识别：清单 {rows} 行，合同编号各不相同的行才计入",
        "contracts_in_window": f"系统计入 {counted} 家，覆盖 {len(cities)} 个市",
        "clients_trade": f"系统识别：{without} 行没有进出口实绩，不计入",
    }


def _team(application: ProviderApplication) -> dict[str, str]:
    insured = application.team.filter(is_insured=True).count()
    return {"insured": f"系统识别：名单 {application.team.count()} 人，标明参保 {insured} 人"}


def _statement(application: ProviderApplication) -> dict[str, str]:
    signed = application.countersignatures.select_related("user__person").order_by("signed_at").last()
    if signed is None:
        return {"signed": "没有签署记录"}
    when = clock.local(signed.signed_at)
    return {"signed": f"{signed.user} 已于 {when:%Y-%m-%d %H:%M} 在线签署"}


def _audit(application: ProviderApplication) -> dict[str, str]:
    year = application.material("audit_report").text.get("fiscal_year")
    return {"year_complete": f"企业填写的审计年度：{year}"} if year else {}


def _platform(application: ProviderApplication) -> dict[str, str]:
    profile = application.profile()
    if profile is None or not profile.platform_mode:
        return {}
    return {
        "running": f"{profile.get_platform_mode_display()}：{profile.platform_name} {profile.platform_url}".strip()
    }


_LOOKS: dict[str, Callable[[ProviderApplication], dict[str, str]]] = {
    "trade_volume_proof": _trade,
    "client_list_contracts": _clients,
    "staff_qualification": _team,
    "truthfulness_statement": _statement,
    "audit_report": _audit,
    "platform_description": _platform,
}
