"""The four figures of the front page, each with how it is counted; counted anew at most once a minute."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Min, Sum

from accreditation.materials import ServedClient, TradeRecord
from accreditation.models import ProviderApplication
from core import calendar, clock, periods
from portal.public import directory

LIVES = 60
YI = Decimal(100_000_000)
WAN = Decimal(10_000)


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    unit: str
    note: str
    counted: str


def figures() -> dict[str, Any]:
    """The figures and the day they stand for."""
    today = clock.today()
    key = f"public-figures:{today}"
    known = cache.get(key)
    if known is None:
        known = {"as_of": today, "figures": _counted(today)}
        cache.set(key, known, LIVES)
    return known


def _counted(today: dt.date) -> list[Figure]:
    holders = directory.in_force(directory.titles(), today)
    applications = holders.values("parent_id")
    regions = holders.values("region_id").distinct().count()
    clients = _clients(applications)
    volume = _volume(applications, today)
    days, cases = _working_days_to_decision(today)
    amount, unit = (f"{volume / YI:,.1f}", "亿元") if volume >= YI else (f"{volume / WAN:,.0f}", "万元")
    return [
        Figure(
            "有效认定企业",
            f"{holders.count():,}",
            "家",
            f"覆盖 {regions} 个市（示范区）",
            "今天在有效期内的认定企业；届满、取消、放弃的不计。按初审单位所在的市或综改示范区计覆盖。",
        ),
        Figure(
            "服务省内外贸企业",
            f"{clients:,}",
            "家",
            "有效认定企业申报清单，去重",
            "有效认定企业申报时所服务企业清单中，统一社会信用代码属山西省、有进出口实绩的企业，同一代码只计一次。",
        ),
        Figure(
            "近 12 个月业务量",
            amount,
            unit,
            "经核实的进出口",
            "有效认定企业申报并经审核单位核实的进出口记录中，日期在今天以前 12 个月内的金额合计；同一单号只计一次。",
        ),
        Figure(
            "从受理到办结",
            str(days) if cases else "—",
            "个工作日" if cases else "",
            f"今年办结 {cases} 件，平均用时" if cases else "今年还没有办结的申请",
            "今年作出认定或不予认定决定的申请，自受理次日至决定之日的工作日数平均；含补正、征求意见和公示的时间。",
        ),
    ]


def _clients(applications) -> int:
    rows = ServedClient.objects.filter(
        application_id__in=applications, uscc__regex=r"^..14", has_trade_record=True
    )
    return rows.values("uscc").distinct().count()


def _volume(applications, today: dt.date) -> Decimal:
    since = periods.window_start(today, 12)
    rows = TradeRecord.objects.filter(
        application_id__in=applications, verified_at__isnull=False, traded_on__gte=since, traded_on__lt=today
    )
    once = rows.values("number").annotate(once=Min("amount"))
    return once.aggregate(total=Sum("once"))["total"] or Decimal(0)


def _working_days_to_decision(today: dt.date) -> tuple[int, int]:
    """The mean of this year's decisions, and of how many."""
    begins = calendar.end_of_day(dt.date(today.year - 1, 12, 31))
    decided = ProviderApplication.objects.filter(
        state__in=["accredited", "refused"], accepted_on__isnull=False, closed_at__gte=begins
    ).values_list("accepted_on", "closed_at")
    spans = [
        calendar.working_days_after(accepted, clock.local(closed).date())
        for accepted, closed in decided
        if accepted and closed
    ]
    return (round(sum(spans) / len(spans)) if spans else 0), len(spans)
