"""What lasts: the center itself. Only steps of procedures change it.

The steps of tender, agreement, contract and operator arrive with their procedures.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from centers import forms
from centers.clocks import INTERIM_OPERATOR, RETENDER, WIND_DOWN
from centers.hearing import note_point
from centers.papers import Premises
from centers.rules import adjustment as rules
from centers.zones import Zone
from workflow.cases import Case
from workflow.relations import Relation
from workflow.steps import back_to, choose, step

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

    def contract_on(self, day: dt.date) -> Any:
        """The contract signed for a day, if there is one (HB-04)."""
        signed = self.contracts.filter(signed_on__isnull=False, first_day__lte=day)
        return next((one for one in signed if day <= one.through), None)

    def had_an_operator(self) -> bool:
        return self.contracts.filter(signed_on__isnull=False).exists()

    # fmt: off
    # --- The province ---------------------------------------------------------------------------------------
    @step("登记入册", target=State.APPROVED, clause="HB-30", within="CenterSetup.approve")
    def register(self, ctx):
        """Number, zone and premises were set by the approval; `one_regular_center_per_zone` keeps it single."""

    # --- Procurement, agreement, contract -------------------------------------------------------------------
    @step("启动采购", source=[State.APPROVED, State.VACANT], target=State.TENDERING, clause=["HB-38", "HB-42"],
          within="Tender.publish", stops=RETENDER)
    def start_tender(self, ctx):
        """The task to procure, if there was one, is done."""

    @step("采购未成", source=State.TENDERING, clause=["HB-42", "AMB-H12", "AMB-H31"],
          target=choose(lambda case, ctx: "vacant" if case.had_an_operator() else "approved",
                        approved="it never had an operator", vacant="it had"),
          within=["Tender.declare_failed", "Tender.resolve_challenge", "Tender.decline", "Tender.cancel"],
          starts=RETENDER)
    def end_tender(self, ctx):
        """It is the county's to procure anew."""

    @step("三方协议生效", source=State.TENDERING, target=State.CONTRACTED, clause="HB-43", within="Tender.sign")
    def sign_agreement(self, ctx):
        """The operator is there; what is missing is the published filing."""
        self.replace_party(Relation.OPERATOR, self.cycles.select_related("operator").last().operator)

    @step("开始运营", source=State.CONTRACTED, target=State.OPERATING, clause=["HB-04", "HB-45"],
          within=["OperatorFiling.publish", "Contract.sign"])
    def start_operating(self, ctx):
        """The filing is published, the contract in force."""

    @step("责成重新采购", source=[State.OPERATING, State.CONTRACTED, State.ADJUSTING, State.VACANT],
          clause=["HB-42", "AMB-H31"],
          within=["Contract.open_assessment", "Contract.not_renew", "OperatorChange.refuse"],
          starts=RETENDER.when("none running", lambda case, ctx: "retender" not in ctx.clocks.live))
    def order_retender(self, ctx):
        """One task, however many reasons there are for it."""

    @step("承办空缺", source=[State.OPERATING, State.CONTRACTED, State.ADJUSTING], target=State.VACANT,
          clause=["HB-42", "HB-46", "AMB-H31"],
          within=["Contract.expire", "Contract.terminate", "Contract.discard", "Center.end_interim"],
          stops=INTERIM_OPERATOR,
          starts=RETENDER.when("none running", lambda case, ctx: "retender" not in ctx.clocks.live))
    def vacate(self, ctx):
        """No contract is in force on the next day."""

    # --- A decision to adjust -------------------------------------------------------------------------------
    @step("决定调整", source=[State.APPROVED, State.CONTRACTED, State.OPERATING, State.VACANT], target=State.ADJUSTING,
          clause="HB-31", within="CenterAdjustment.decide")
    def adjust(self, ctx):
        """What has to change, and by when, the decision has listed."""

    @step("报告调整情况", source=State.ADJUSTING, by=Role.COUNTY_APPROVER, clause="HB-31", form=forms.PointForm,
          requires=[rules.point_is_open])
    def report_adjustment(self, ctx):
        note_point(self, ctx)

    @step("确认调整完成", source=State.ADJUSTING,
          target=back_to(State.APPROVED, State.CONTRACTED, State.OPERATING, State.VACANT), by=Role.PROV_OFFICER,
          clause="HB-31", requires=[rules.every_point_carried_out])
    def finish_adjusting(self, ctx):
        """The center goes on as it was before the decision."""

    # --- A decision to abolish ------------------------------------------------------------------------------
    @step("开始清算", source=[State.APPROVED, State.TENDERING, State.CONTRACTED, State.OPERATING, State.VACANT,
                            State.ADJUSTING], target=State.WINDING_DOWN, clause=["HB-31", "AMB-H36"],
          within="CenterAdjustment.decide", stops=[RETENDER, INTERIM_OPERATOR], starts=WIND_DOWN)
    def begin_winding_down(self, ctx):
        """Contracts, staff, assets and money are the four items the decision has listed."""

    @step("报告清算情况", source=State.WINDING_DOWN, by=Role.COUNTY_APPROVER, clause=["HB-31", "AMB-H36"],
          form=forms.PointForm, requires=[rules.point_is_open])
    def report_settlement(self, ctx):
        note_point(self, ctx)

    @step("清算完毕，撤销", source=State.WINDING_DOWN, target=State.REVOKED, by=Role.PREF_APPROVER,
          clause=["HB-31", "AMB-H36"], requires=[rules.every_point_carried_out, rules.nothing_still_binds])
    def settle(self, ctx):
        self.ended_on = ctx.today
    # fmt: on
