"""Regions and public bodies from the fact files; never renames again what an administrator changed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from accounts.models import Organization, Region
from accounts.roles import ONE_IN_A_REGION, Kind
from core.facts import facts

# The field of duty a department answers for when peers are consulted (AMB-S07), by department code.
FIELDS = {
    "SX-CUSTOMS": "海关",
    "SX-TAX": "税务",
    "SX-SAFE": "外汇管理",
    "SX-HRSS": "人力资源和社会保障",
    "SX-SAMR": "市场监管",
}
DOCUMENT_CODES = {"SX-COMMERCE": "晋商", "HB-COMMERCE": "鄂商", "FJ-COMMERCE": "闽商务"}


def load_regulations(stdout) -> None:
    """Seed provinces, their divisions and zones, the bureaus that review there, and the departments named."""
    for province in facts("regions")["provinces"]:
        _load_province(province)
    for row in facts("departments")["departments"]:
        if row["code"] != "SX-ZGQ" and not row.get("collective"):
            _load_department(row)
    stdout.write(f"regions: {Region.objects.count()}, public bodies: {Organization.objects.count()}")


def _load_province(province) -> None:
    top, _ = Region.objects.get_or_create(
        code=province["code"], defaults={"name": province["name"], "kind": "province"}
    )
    for row in province["divisions"]:
        region, _ = Region.objects.get_or_create(
            code=row["code"], defaults={"name": row["name"], "kind": row["kind"], "parent": top}
        )
        _bureau(f"{row['name']}商务局", f"{row['code']}-COMMERCE", region, top.code)
    for row in province["special_bodies"]:
        region, _ = Region.objects.get_or_create(
            code=row["internal_code"], defaults={"name": row["name"], "kind": row["acts_as"], "parent": top}
        )
        _bureau(row["authority"], f"{row['internal_code']}-COMMERCE", region, top.code)


def _bureau(name: str, code: str, region: Region, province: str) -> None:
    kind = Kind.PREFECTURE_BUREAU if province == "420000" else Kind.CITY_BUREAU
    _register(code, kind, region.code, name=name, short_name=name)


def _load_department(row) -> None:
    commerce = row["code"].endswith("-COMMERCE")
    _register(
        row["code"],
        Kind.PROVINCE_DEPARTMENT if commerce else Kind.DEPARTMENT,
        row.get("region", row["province"]),
        name=row.get("full_name", row["name"]),
        short_name=row.get("full_name", row["name"]) if commerce else row["name"],
        field=FIELDS.get(row["code"], ""),
        aliases=row.get("aliases", []),
        document_code=DOCUMENT_CODES.get(row["code"], ""),
    )


def _register(code: str, kind: Kind, region: str, **particulars: Any) -> None:
    """Unless it is there: under its code, or under another as the one body of its kind that the region has."""
    known = Q(department_code=code)
    if kind in ONE_IN_A_REGION:
        known |= Q(kind=kind, region=region)
    elif particulars["field"]:
        known |= Q(kind=kind, region=region, field=particulars["field"])
    if not Organization.objects.filter(known).exists():
        Organization.objects.create(department_code=code, kind=kind, region_id=region, **particulars)
