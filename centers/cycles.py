"""采购服务周期: three years of an operator for a center, on the record of an award (HB-38, HB-39).

The law has the tender held on the designated procurement platform; what is kept here of it are its numbers: the
announcement's, the award's. The cycle brings the agreement of three parties about.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Organization
from accounts.roles import Kind, Role
from core import clock, letters, periods
from core.facts import fact
from workflow.errors import Conflict, InvalidInput, NotYours
from workflow.perform import create
from workflow.relations import Relation
from workflow.rows import locked


class ProcurementCycle(models.Model):
    service_center = models.ForeignKey("centers.Center", models.PROTECT, related_name="cycles")
    operator = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("承办企业"))
    first_day = models.DateField(_("周期首日"))
    last_day = models.DateField(_("周期末日（含当日）"))
    ended_on = models.DateField(_("提前结束日（含当日）"), null=True)
    platform = models.CharField(_("采购平台"), max_length=60, validators=[letters.check])
    announcement_number = models.CharField(_("招标公告编号"), max_length=60, validators=[letters.check])
    award_number = models.CharField(_("中标通知书编号"), max_length=60, validators=[letters.check])
    awarded_on = models.DateField(_("中标日"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("采购服务周期")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                name="procurement_cycle_ends_after_it_starts", condition=Q(last_day__gt=F("first_day"))
            ),
            models.UniqueConstraint(name="one_cycle_per_award", fields=["platform", "award_number"]),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} 至 {self.last_day}"

    @property
    def through(self) -> dt.date:
        """The last day it really runs."""
        return self.ended_on or self.last_day


def last_day_of_cycle(first: dt.date) -> dt.date:
    """Three years in principle, the first day counted: from 2025-07-01 through 2028-06-30 (HB-39)."""
    return periods.last_day_of_term(first, int(fact("hubei_center", "procurement", "cycle_years")))


def record_award(
    center: Any, actor: Actor, *, operator: Organization, first_day: dt.date, **award: Any
) -> Any:
    """The county enters the award of the designated platform; the agreement of three parties is there to be drawn up.

    Returns the agreement. Raises `InvalidInput` by field, `Conflict` where a cycle runs already.
    """
    from centers.procedures.agreement import TripartiteAgreement  # a cycle brings its agreement about

    with transaction.atomic():
        fresh = locked(center)
        if (
            Role.COUNTY_OFFICER not in actor.roles
            or fresh.body_id(Role.COUNTY_OFFICER) != actor.organization_id
        ):
            raise NotYours()
        if fresh.state not in ("approved", "vacant"):
            raise Conflict(f"中心现为“{fresh.state_label}”，现在不能登记新的中标结果。")
        if operator.kind != Kind.ENTERPRISE:
            raise InvalidInput({"operator": ["承办企业应是已在平台登记的企业。"]})
        committee = fresh.zone.committee
        if committee is None:
            raise InvalidInput({"operator": ["园区还没有登记管委会，三方协议缺一方；请联系省商务厅登记。"]})
        if award["awarded_on"] > clock.today():
            raise InvalidInput({"awarded_on": ["中标日不能晚于今天。"]})
        try:
            with transaction.atomic():
                cycle = ProcurementCycle.objects.create(
                    service_center=fresh, operator=operator, first_day=first_day, last_day=last_day_of_cycle(first_day),
                    recorded_by=actor.user, recorded_at=clock.now(), **award,
                )  # fmt: skip
        except IntegrityError as refusal:
            raise Conflict(
                "这个中心在这段时间已有采购周期，或者这份中标通知书已登记过。请核对日期和编号。"
            ) from refusal
        return create(
            TripartiteAgreement,
            "prepare",
            actor=actor.acting_as(Role.COUNTY_OFFICER),
            cause="Tender.award",
            parent=fresh,
            parties={
                Relation.COUNTY: actor.organization,
                Relation.PREFECTURE: fresh.body(Role.PREF_OFFICER),
                Relation.PROVINCE: fresh.body(Role.PROV_OFFICER),
                Relation.ZONE: committee,
                Relation.OPERATOR: operator,
            },
            service_center=fresh,
            cycle=cycle,
            applicant=operator,
            region=fresh.region,
            title=fresh.title,
            rules_on=clock.today(),
        )
