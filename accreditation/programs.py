"""Programs and rounds: what can be applied for, under which document, and when.

What differs between provinces is data: a third province with the same kind of title is a `Program` row and a
fact file, not a new procedure.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Region
from accounts.roles import Kind
from core import defaults
from core.facts import fact, facts


class Program(models.Model):
    """A title that can be applied for. `facts_name` is the fact file in `regulations/` that carries its figures."""

    code = models.SlugField(_("代码"), unique=True)
    name = models.CharField(_("事项名称"), max_length=100)
    title_name = models.CharField(_("称号全称"), max_length=100)
    province = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("省份"))
    document_number = models.CharField(_("依据文号"), max_length=40)
    facts_name = models.CharField(_("规则事实文件"), max_length=60)
    effective_on = models.DateField(_("施行日期"))
    last_day = models.DateField(_("有效期止（含当日）"), null=True, blank=True)
    tolerant_acceptance = models.BooleanField(_("实行容缺受理"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("申报事项")
        constraints = [
            models.CheckConstraint(
                name="program_ends_after_it_takes_effect",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("effective_on")),
                violation_error_message="有效期止不能早于施行日期。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def facts(self) -> Any:
        return facts(self.facts_name)

    def in_force(self, day: dt.date) -> bool:
        """Whether the document takes new applications on a day; its last day counts (SX-24)."""
        return self.effective_on <= day and (self.last_day is None or day <= self.last_day)

    @property
    def tolerates_gaps(self) -> bool:
        """Whether 容缺受理 applies: switched on here, or for the whole province (AMB-G08)."""
        return self.tolerant_acceptance or self.province_id in defaults.value("TOLERANT_ACCEPTANCE_PROVINCES")

    @property
    def materials(self) -> list[dict[str, Any]]:
        return self.facts["materials"]

    def clients_asked(self, day: dt.date | None) -> int:
        """How many different enterprises are to be served (SX-37)."""
        return int(self._threshold("served_enterprises", "SX_MIN_SERVED_ENTERPRISES", day))

    def volume_asked(self, day: dt.date | None) -> Decimal:
        """How many yuan of business are asked for (SX-38)."""
        return self._threshold("trade_volume", "SX_MIN_TRADE_VOLUME", day)

    def _threshold(self, check: str, setting: str, day: dt.date | None) -> Decimal:
        """As the province set it for the document the setting belongs to, else as the program's own document says."""
        if defaults.definition(setting).document == self.facts["document"]["number"]:
            return Decimal(defaults.value(setting, day))
        return Decimal(fact(self.facts_name, "conditions", "C4", "checks", check, "threshold"))

    def department(self) -> Organization:
        """The provincial department that accredits; nothing is filed before there is one."""
        return Organization.objects.get(kind=Kind.PROVINCE_DEPARTMENT, region_id=self.province_id)

    def competent_bodies(self, region: Region | None) -> dict[str, Organization]:
        """Who decides, and who reviews an enterprise whose office is there, by kind; who is not registered is missing.

        The reviewer is the enterprise's city, or the zone itself (SX-50, AMB-S10).
        """
        competent = Q(kind=Kind.PROVINCE_DEPARTMENT, region_id=self.province_id)
        if region is not None and region.province_code == self.province_id:
            competent |= Q(kind=Kind.CITY_BUREAU, region=region)
        return {body.kind: body for body in Organization.objects.filter(competent)}


class Round(models.Model):
    """A time in which a program takes applications; without a closing day it is open-ended (SX-58, AMB-S11)."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="rounds", verbose_name=_("申报事项"))
    name = models.CharField(_("批次"), max_length=100)
    opens_on = models.DateField(_("开放日期"))
    closes_on = models.DateField(_("截止日期（含当日）"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("申报批次")
        ordering = ["-opens_on"]
        constraints = [
            models.CheckConstraint(
                name="round_closes_after_it_opens",
                condition=Q(closes_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                violation_error_message="截止日期不能早于开放日期。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, day: dt.date) -> bool:
        return self.opens_on <= day and (self.closes_on is None or day <= self.closes_on)
