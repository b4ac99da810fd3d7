"""服务中心目录: for everybody, on a schematic map of the 17 divisions and as a list (HB-45)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Region
from centers import layout
from centers.register import Center

ROWS = 30
# Where each division stands on the schematic map: four rows of six.
MAP = (
    ("420300", "", "420600", "421300", "", ""),
    ("", "429021", "420800", "429006", "420900", "421100"),
    ("", "420500", "429005", "429004", "420100", "420700"),
    ("422800", "", "421000", "", "421200", "420200"),
)
STEPS = ((0, "q0"), (2, "q1"), (4, "q2"), (6, "q4"))


def shade(centers: int) -> str:
    """The step of the sequential scale: none, 1–2, 3–4, 5–6, more."""
    return next((tone for most, tone in STEPS if centers <= most), "q5")


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Centers that stand, those abolished left out; narrowed to a division where one is chosen."""
    asked, after = request.GET.get("region", ""), request.GET.get("after", "")
    regions = {region.code: region for region in layout.prefectures()}
    standing: QuerySet[Center] = Center.objects.filter(ended_on=None)
    counts = dict(standing.values_list("zone__prefecture").annotate(n=Count("pk")))
    rows = standing.select_related("zone__prefecture", "zone__county", "premises").order_by("-pk")
    if asked in regions:
        rows = rows.filter(zone__prefecture=asked)
    if after.isascii() and after.isdigit() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: ROWS + 1])
    context: dict[str, Any] = {
        "rows": found[:ROWS],
        "next_cursor": found[ROWS - 1].pk if len(found) > ROWS else "",
        "tiles": [_tile(regions.get(code), counts.get(code, 0), asked) for line in MAP for code in line],
        "region": regions.get(asked),
        "total": sum(counts.values()),
    }
    return render(request, "centers/public/directory.html", context)


def _tile(region: Region | None, centers: int, asked: str) -> dict[str, Any] | None:
    if region is None:
        return None
    name = region.name.removesuffix("市").removesuffix("林区").removesuffix("土家族苗族自治州")
    return {
        "region": region,
        "name": name,
        "centers": centers,
        "shade": shade(centers),
        "on": region.code == asked,
    }


@require_safe
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """One center as the public may know it: place, zone, standing; no person."""
    center = (
        Center.objects.filter(number=number[:40])
        .select_related("zone__prefecture", "zone__county", "premises")
        .first()
    )
    if center is None:
        raise Http404("没有这个服务中心。请核对编号，或从目录里查找。")
    context = {"center": center, "county": center.body("COUNTY_OFFICER")}
    return render(request, "centers/public/entry.html", context)
