"""承办企业备案: from the agreement's last signature over prefecture and province to the published list (HB-34 to HB-45).

Filing is a duty: nobody withdraws it, and being late is a mark, not a state. workflows.md section 10 is the table this
file is held against.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from centers import effects, filing_effects
from centers.clocks import (
    CORRECTION,
    FILING,
    FILING_FORWARD,
    FILING_PUBLICATION,
    PROVINCE_APPROVAL,
    STATEMENT,
)
from centers.forms import DefectsForm, FilingNoticeForm, RefusalForm
from centers.notices import CORRECTION as CORRECTION_NOTICE
from centers.notices import FILING_PRIOR_NOTICE, FILING_RECEIPT, FILING_REFUSAL, RECEIPT
from centers.procedures.agreement import TripartiteAgreement
from centers.register import Center
from centers.rules import filing as rules
from centers.rules.setup import correction_round_left, defects_answered
from core import defaults
from workflow.cases import Case
from workflow.forms import StatementForm
from workflow.rules import correction_over, holding_body_acts, in_time, statement_over
from workflow.steps import back_to, step

COUNTY_APPROVER, OPERATOR, SYSTEM = Role.COUNTY_APPROVER, Role.OPERATOR, Role.SYSTEM
PREF_OFFICER, PREF_APPROVER = Role.PREF_OFFICER, Role.PREF_APPROVER
PROV_OFFICER, PROV_APPROVER = Role.PROV_OFFICER, Role.PROV_APPROVER


class OperatorFiling(Case):
    class State(models.TextChoices):
        PREPARING = "preparing", _("待报备")
        PREFECTURE_CHECK = "prefecture_check", _("市州汇总")
        CORRECTION = "correction", _("待补正")
        FILING = "filing", _("省级备案")
        PRIOR_NOTICE = "prior_notice", _("拟不予备案，已告知待陈述")
        FILED = "filed", _("已备案")
        PUBLISHED = "published", _("已公布")
        REFUSED = "refused", _("不予备案")
        CLOSED = "closed", _("已终止")

    holders: ClassVar = {
        State.PREPARING: Role.COUNTY_OFFICER,
        State.PREFECTURE_CHECK: PREF_OFFICER,
        State.CORRECTION: Role.COUNTY_OFFICER,
        State.FILING: PROV_OFFICER,
        State.PRIOR_NOTICE: OPERATOR,
        State.FILED: PROV_OFFICER,
    }
    prefix = "BA"

    service_center = models.ForeignKey(Center, models.PROTECT, related_name="filings", verbose_name=_("中心"))
    agreement = models.OneToOneField(TripartiteAgreement, models.PROTECT, related_name="filing")
    filed_on = models.DateField(_("报备日"), null=True)
    days_late = models.PositiveSmallIntegerField(_("逾期天数"), default=0)
    was_told = models.BooleanField(default=False)
    number = models.CharField(_("备案号"), max_length=40, blank=True)
    published_on = models.DateField(_("公布日"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("承办企业备案")
        constraints = [
            models.UniqueConstraint(name="one_filing_per_number", fields=["number"], condition=~Q(number="")),
            models.CheckConstraint(
                name="published_filing_has_its_number", condition=Q(published_on__isnull=True) | ~Q(number="")
            ),
        ]

    def skips_prefecture(self) -> bool:
        """HB-68, AMB-H32."""
        is_one = self.body_id(Role.COUNTY_OFFICER) == self.body_id(PREF_OFFICER)
        return is_one and bool(defaults.value("HB_SKIP_PREFECTURE_WHEN_SAME_BODY", self.rules_on))

    # fmt: off
    # --- The county -----------------------------------------------------------------------------------------
    @step("启动备案", target=State.PREPARING, clause="HB-44", within="TripartiteAgreement.sign", starts=FILING)
    def start(self, ctx):
        """The days run from the last signature, which is today."""

    @step("报市州", source=State.PREPARING, target=State.PREFECTURE_CHECK, by=COUNTY_APPROVER, clause=["HB-37", "HB-44"],
          requires=[rules.county_and_prefecture_differ, rules.materials_complete, rules.roster_reaches_the_minimums],
          issues=RECEIPT, stops=FILING, starts=FILING_FORWARD)
    def submit(self, ctx):
        filing_effects.hand_over(self, ctx)

    @step("直报省厅", source=State.PREPARING, target=State.FILING, by=COUNTY_APPROVER, clause=["HB-44", "HB-68"],
          requires=[rules.county_and_prefecture_are_one, rules.materials_complete, rules.roster_reaches_the_minimums],
          issues=RECEIPT, stops=FILING, starts=PROVINCE_APPROVAL)
    def submit_direct(self, ctx):
        filing_effects.hand_over(self, ctx)

    @step("提交补正", source=State.CORRECTION, target=back_to(State.PREFECTURE_CHECK, State.FILING), by=COUNTY_APPROVER,
          clause="AMB-G07", requires=[defects_answered], issues=RECEIPT, stops=CORRECTION, resumes="correction")
    def resubmit(self, ctx):
        effects.resolve_correction(self, ctx)

    # --- Prefecture or province -----------------------------------------------------------------------------
    @step("一次性告知补正", source=[State.PREFECTURE_CHECK, State.FILING], target=State.CORRECTION,
          by=[PREF_OFFICER, PROV_OFFICER], clause="AMB-G07", form=DefectsForm,
          requires=[holding_body_acts, correction_round_left], issues=CORRECTION_NOTICE, pauses="correction",
          starts=CORRECTION)
    def request_correction(self, ctx):
        effects.open_correction(self, ctx)
        ctx.notice.update(addressee=self.body(Role.COUNTY_OFFICER), consequence="按现有材料继续办理")

    @step("汇总上报", source=State.PREFECTURE_CHECK, target=State.FILING, by=PREF_APPROVER, clause="HB-44",
          stops=FILING_FORWARD, starts=PROVINCE_APPROVAL)
    def forward(self, ctx):
        self.add_party("province", self.service_center.body(PROV_OFFICER))

    # --- The province ---------------------------------------------------------------------------------------
    @step("予以备案", source=State.FILING, target=State.FILED, by=PROV_APPROVER, clause="HB-45",
          requires=[rules.operator_conditions_met], issues=FILING_RECEIPT, stops=PROVINCE_APPROVAL,
          starts=FILING_PUBLICATION)
    def file(self, ctx):
        filing_effects.file(self, ctx)

    @step("告知拟不予备案", source=State.FILING, target=State.PRIOR_NOTICE, by=PROV_OFFICER, clause="AMB-G09",
          form=FilingNoticeForm, requires=[rules.failed_condition_named], issues=FILING_PRIOR_NOTICE, pauses="statement",
          starts=STATEMENT)
    def serve_prior_notice(self, ctx):
        filing_effects.tell(self, ctx)

    @step("不予备案", source=State.FILING, target=State.REFUSED, by=PROV_APPROVER, clause=["HB-34", "HB-35", "HB-36"],
          form=RefusalForm, requires=[rules.prior_notice_served, rules.failed_condition_named], issues=FILING_REFUSAL,
          adverse=True)
    def refuse(self, ctx):
        filing_effects.refuse(self, ctx)

    @step("公布", source=State.FILED, target=State.PUBLISHED, by=PROV_OFFICER, clause="HB-45", stops=FILING_PUBLICATION,
          causes=["Center.start_operating", "Center.replace_interim"])
    def publish(self, ctx):
        filing_effects.publish(self, ctx)

    # --- The party, and the calendar ------------------------------------------------------------------------
    @step("陈述申辩", source=State.PRIOR_NOTICE, target=State.FILING, by=[OPERATOR, COUNTY_APPROVER], clause="AMB-G09",
          form=StatementForm, requires=[in_time("statement", "AMB-G09")], stops=STATEMENT, resumes="statement")
    def state_case(self, ctx):
        filing_effects.note_statement(self, ctx)

    @step("逾期未陈述", source=State.PRIOR_NOTICE, target=State.FILING, by=SYSTEM, clause="AMB-G09",
          requires=[statement_over], lapse_of=STATEMENT, resumes="statement")
    def lapse_statement(self, ctx):
        ctx.record(outcome="silent")

    @step("补正逾期", source=State.CORRECTION, target=back_to(State.PREFECTURE_CHECK, State.FILING), by=SYSTEM,
          clause="AMB-G07", requires=[correction_over], lapse_of=CORRECTION, resumes="correction")
    def lapse_correction(self, ctx):
        effects.resolve_correction(self, ctx)
        ctx.record(outcome="未补正")

    @step("备案终止", source=list(holders), target=State.CLOSED, clause=["HB-31", "HB-65", "HB-66"],
          within=["CenterAdjustment.decide", "OperatorCancellation.decide_cancel", "Contract.terminate",
                  "Contract.discard", "Contract.expire"])
    def close(self, ctx):
        """The center is abolished, the operator cancelled, or the contract ended."""
    # fmt: on
