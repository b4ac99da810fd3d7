"""The layout of centers, year by year: the province steers it, each prefecture plans its own (HB-26, HB-27).

No procedure of its own: a plan is a record that a set-up is later held against.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Region
from accounts.roles import Role
from centers.zones import PROVINCE, Zone
from core import clock, letters
from workflow.errors import Conflict, InvalidInput, NotYours

CRITERIA = {"area": "地域面积", "industry_scale": "产业规模", "enterprise_distribution": "企业分布"}


class LayoutPlan(models.Model):
    """全省布局统筹 of a year: what the province asks of the prefectures' plans (HB-26)."""

    year = models.PositiveSmallIntegerField(_("年度"), unique=True)
    guidance = models.TextField(_("布局要求"), max_length=2000, validators=[letters.check])
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("发布时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("全省布局规划")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(name="layout_plan_says_what_it_asks", condition=~Q(guidance="")),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年布局规划"


class PrefecturePlan(models.Model):
    """辖区布局与设点规划: by area, scale of industry and distribution of enterprises, with its sites (HB-27)."""

    layout = models.ForeignKey(LayoutPlan, models.PROTECT, related_name="plans")
    prefecture = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("市（州、林区）"))
    area = models.TextField(_("地域面积"), max_length=1000, blank=True, validators=[letters.check])
    industry_scale = models.TextField(_("产业规模"), max_length=1000, blank=True, validators=[letters.check])
    enterprise_distribution = models.TextField(
        _("企业分布"), max_length=1000, blank=True, validators=[letters.check]
    )
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField(_("编制时间"), null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(_("报送时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("市州布局规划")
        ordering = ["prefecture_id"]
        constraints = [
            models.UniqueConstraint(name="one_plan_per_prefecture_and_year", fields=["layout", "prefecture"]),
            models.CheckConstraint(
                name="submitted_plan_tells_its_three_criteria",
                condition=Q(submitted_at__isnull=True)
                | (~Q(area="") & ~Q(industry_scale="") & ~Q(enterprise_distribution="")),
                violation_error_message="地域面积、产业规模、企业分布三项写齐才能报送。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefecture} {self.layout.year}"


class PlannedSite(models.Model):
    """A zone of the plan, and how many centers it is to have in all."""

    plan = models.ForeignKey(PrefecturePlan, models.CASCADE, related_name="sites")
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="planned", verbose_name=_("开发区（园区）"))
    centers = models.PositiveSmallIntegerField(_("设点数"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("规划设点")
        ordering = ["zone_id"]
        constraints = [
            models.UniqueConstraint(name="one_site_per_zone_in_a_plan", fields=["plan", "zone"]),
            models.CheckConstraint(name="planned_site_has_a_center", condition=Q(centers__gte=1)),
        ]


def prefectures() -> QuerySet[Region]:
    """The 17 divisions of the province."""
    return Region.objects.filter(parent=PROVINCE).order_by("code")


def set_layout(actor: Actor, *, year: int, guidance: str) -> LayoutPlan:
    """The province opens a year: a plan to be drawn for each of its divisions (HB-26)."""
    if not actor.roles & {Role.PROV_OFFICER, Role.PROV_APPROVER} or not _is_of_hubei(actor):
        raise NotYours()
    if not guidance.strip():
        raise InvalidInput({"guidance": ["写明本年度布局的要求。"]})
    with transaction.atomic():
        layout, is_new = LayoutPlan.objects.update_or_create(
            year=year,
            defaults={"guidance": guidance.strip(), "set_by": actor.user, "set_at": clock.now()},
        )
        if is_new:
            PrefecturePlan.objects.bulk_create(
                PrefecturePlan(layout=layout, prefecture=region) for region in prefectures()
            )
    return layout


def save_plan(
    actor: Actor, plan: PrefecturePlan, *, sites: Iterable[tuple[Zone, int]], **criteria: str
) -> None:
    """The prefecture draws its plan, whole: what is no longer named is no longer planned (HB-27)."""
    _require_own(actor, plan, Role.PREF_OFFICER, Role.PREF_APPROVER)
    chosen = list(sites)
    if any(zone.prefecture_id != plan.prefecture_id for zone, _centers in chosen):
        raise InvalidInput({"sites": ["只能规划本辖区的开发区（园区）。"]})
    with transaction.atomic():
        fresh = PrefecturePlan.objects.select_for_update().get(pk=plan.pk)
        if fresh.submitted_at is not None:
            raise Conflict("本年度规划已报送，不能改动。")
        for name in CRITERIA:
            setattr(fresh, name, criteria.get(name, "").strip())
        fresh.drawn_by, fresh.drawn_at = actor.user, clock.now()
        fresh.clean_fields(exclude=["layout", "prefecture", "drawn_by", "submitted_by", "submitted_at"])
        fresh.save()
        fresh.sites.all().delete()
        PlannedSite.objects.bulk_create(
            PlannedSite(plan=fresh, zone=zone, centers=centers) for zone, centers in chosen
        )


def submit_plan(actor: Actor, plan: PrefecturePlan) -> None:
    """The approver of the prefecture sends the plan to the province; not who drew it (HB-27, AMB-G17)."""
    _require_own(actor, plan, Role.PREF_APPROVER)
    with transaction.atomic():
        fresh = (
            PrefecturePlan.objects.select_for_update(of=("self",)).select_related("drawn_by").get(pk=plan.pk)
        )
        if fresh.submitted_at is not None:
            raise Conflict("本年度规划已报送，不用再报。")
        missing = [label for name, label in CRITERIA.items() if not getattr(fresh, name)]
        if missing:
            raise InvalidInput({"plan": [f"还缺{'、'.join(missing)}，写齐三项才能报送（HB-27）。"]})
        if fresh.drawn_by is not None and fresh.drawn_by.person_id == actor.person_id:
            raise InvalidInput({"plan": ["编制人与报送人不能是同一人，请由本单位另一位审批人报送。"]})
        fresh.submitted_by, fresh.submitted_at = actor.user, clock.now()
        fresh.save(update_fields=["submitted_by", "submitted_at"])


def planned_centers(zone: Zone, on: dt.date) -> int:
    """How many centers the submitted plan of that year gives the zone; none where it is not in it."""
    site: Any = PlannedSite.objects.filter(
        zone=zone, plan__layout__year=on.year, plan__submitted_at__isnull=False
    ).first()
    return site.centers if site else 0


def _require_own(actor: Actor, plan: PrefecturePlan, *roles: Role) -> None:
    body = actor.organization
    if body is None or body.region_id != plan.prefecture_id or not actor.roles & set(roles):
        raise NotYours()


def _is_of_hubei(actor: Actor) -> bool:
    return actor.organization is not None and actor.organization.region_id == PROVINCE
