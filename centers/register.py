"""What lasts: the center itself. Only steps of procedures change it.

The steps of tender, agreement, contract and operator arrive with their procedures.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from centers.papers import Premises
from centers.zones import Zone
from workflow.cases import Case
from workflow.steps import step

COUNTY_OFFICER = Role.COUNTY_OFFICER


class Center(Case):
    """外贸综合服务中心: a place in a zone, with premises of the county, run by an operator under contract (HB-03, HB-04)."""

    class State(models.TextChoices):
        APPROVED = "approved", _("已核准待采购")
        TENDERING = "tendering", _("采购中")
        CONTRACTED = "contracted", _("已签约待备案")
        OPERATING = "operating", _("运营中")
        VACANT = "vacant", _("承办空缺")
        ADJUSTING = "adjusting", _("调整中")
        WINDING_DOWN = "winding_down", _("清算中")
        REVOKED = "revoked", _("已撤销")

    holders: ClassVar = {
        State.APPROVED: COUNTY_OFFICER,
        State.TENDERING: COUNTY_OFFICER,
        State.CONTRACTED: COUNTY_OFFICER,
        State.OPERATING: COUNTY_OFFICER,
        State.VACANT: COUNTY_OFFICER,
        State.ADJUSTING: COUNTY_OFFICER,
        State.WINDING_DOWN: COUNTY_OFFICER,
    }
    prefix = "ZX"
    lasting = True

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="centers", verbose_name=_("开发区（园区）"))
    number = models.CharField(_("中心编号"), max_length=40, unique=True)
    is_additional = models.BooleanField(_("增设"), default=False)
    approved_on = models.DateField(_("核准日"))
    ended_on = models.DateField(_("撤销日"), null=True, blank=True)
    premises = models.OneToOneField(
        Premises, models.PROTECT, related_name="center", verbose_name=_("场地"), null=True
    )

    class Meta:
        verbose_name = verbose_name_plural = _("外贸综合服务中心")
        constraints = [
            models.UniqueConstraint(
                name="one_regular_center_per_zone",
                fields=["zone"],
                condition=Q(is_additional=False, ended_on__isnull=True),
                violation_error_message="该园区已有服务中心，原则上每个园区一个。",
            ),
            models.CheckConstraint(
                name="center_ends_after_its_approval",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("approved_on")),
            ),
        ]

    # fmt: off
    # --- The province ---------------------------------------------------------------------------------------
    @step("登记入册", target=State.APPROVED, clause="HB-30", within="CenterSetup.approve")
    def register(self, ctx):
        """Number, zone and premises were set by the approval; `one_regular_center_per_zone` keeps it single."""
    # fmt: on
