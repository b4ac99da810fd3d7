"""The annual contract: one a year inside a cycle of three, assessed before its end, renewed or procured anew.

Hubei measures, article 10(3), second paragraph; workflows.md section 11 is the table this file is held against.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from centers import contracting
from centers.clocks import ASSESSMENT_DUE, CONTRACT_ASSESSMENT, CONTRACT_END
from centers.cycles import ProcurementCycle
from centers.forms import AssessmentForm, NonRenewalForm, RenewalForm, TerminationForm
from centers.notices import ASSESSMENT
from centers.procedures.agreement import TripartiteAgreement
from centers.register import Center
from centers.rules import contract as rules
from workflow.cases import Case
from workflow.forms import ReasonForm
from workflow.ledger import canonical, sm3
from workflow.steps import choose, step

COUNTY_APPROVER, SYSTEM = Role.COUNTY_APPROVER, Role.SYSTEM


class Contract(Case):
    class State(models.TextChoices):
        DRAFT = "draft", _("拟定")
        ACTIVE = "active", _("履行中")
        ASSESSMENT = "assessment", _("年度末期评估")
        EXPIRING = "expiring", _("已决定，待期满")
        RENEWED = "renewed", _("期满已续签")
        NOT_RENEWED = "not_renewed", _("期满未续签")
        COMPLETED = "completed", _("周期届满")
        LAPSED = "lapsed", _("期满未评估")
        TERMINATED = "terminated", _("提前终止")
        VOID = "void", _("未签作废")

    class Renewal(models.TextChoices):
        UNDECIDED = "", _("未决定")
        RENEW = "renew", _("续签")
        END = "end", _("不续签")

    holders: ClassVar = {
        State.DRAFT: COUNTY_APPROVER,
        State.ACTIVE: Role.COUNTY_OFFICER,
        State.ASSESSMENT: COUNTY_APPROVER,
        State.EXPIRING: SYSTEM,
    }
    prefix = "HT"

    service_center = models.ForeignKey(
        Center, models.PROTECT, related_name="contracts", verbose_name=_("中心")
    )
    agreement = models.ForeignKey(TripartiteAgreement, models.PROTECT, related_name="contracts")
    cycle = models.ForeignKey(ProcurementCycle, models.PROTECT, related_name="contracts")
    number = models.PositiveSmallIntegerField(_("周期内第几份"))
    first_day = models.DateField(_("首日"))
    last_day = models.DateField(_("末日（含当日）"))
    amount = models.DecimalField(_("合同金额（元）"), max_digits=14, decimal_places=2, null=True)
    signed_on = models.DateField(_("签订日"), null=True)
    ended_on = models.DateField(_("提前终止日（含当日）"), null=True)
    renewal = models.CharField(_("续签决定"), max_length=8, choices=Renewal.choices, blank=True)
    renewal_reasons = models.TextField(_("续签或不续签的理由"), max_length=2000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("承办合同")
        constraints = [
            models.CheckConstraint(
                name="operator_contract_ends_after_it_starts",
                condition=Q(last_day__gt=F("first_day")),
                violation_error_message="合同末日应晚于首日。",
            ),
            models.UniqueConstraint(
                name="one_signed_contract_per_number_of_a_cycle",
                fields=["cycle", "number"],
                condition=Q(signed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="contract_number_is_within_a_cycle", condition=Q(number__gte=1, number__lte=3)
            ),
        ]

    def content_digest(self) -> str:
        """What the operator's signature covers: the days, the amount, under which award."""
        terms = [self.first_day, self.last_day, self.amount, self.cycle_id, self.number]
        return sm3(canonical([str(one) for one in terms]).encode())

    @property
    def through(self) -> dt.date:
        return self.ended_on or self.last_day

    # fmt: off
    @step("拟定合同", target=State.DRAFT, clause=["HB-40", "HB-43"], within=["TripartiteAgreement.sign", "Contract.renew"])
    def prepare(self, ctx):
        """The first contract begins with the cycle, the next one the day after the last."""

    @step("签订合同", source=State.DRAFT, target=State.ACTIVE, by=COUNTY_APPROVER, countersigned_by=Role.OPERATOR,
          clause=["HB-04", "HB-39", "HB-40", "HB-67"],
          requires=[rules.no_longer_than_a_year, rules.inside_the_cycle, rules.within_the_number_of_contracts,
                    rules.no_other_contract_then],
          causes=["Center.start_operating", "Center.install_interim"], starts=[CONTRACT_END, CONTRACT_ASSESSMENT])
    def sign(self, ctx):
        self.signed_on = ctx.today
        contracting.start_operating(self, ctx)

    @step("进入年度末期评估", source=State.ACTIVE, target=State.ASSESSMENT, by=SYSTEM, clause=["HB-42", "AMB-H16"],
          requires=[rules.assessment_is_open], lapse_of=CONTRACT_ASSESSMENT, causes="Center.order_retender",
          starts=ASSESSMENT_DUE)
    def open_assessment(self, ctx):
        contracting.order_where_last(self, ctx)

    @step("记录评估结果", source=State.ASSESSMENT, by=COUNTY_APPROVER, clause="HB-41", form=AssessmentForm,
          requires=[rules.not_yet_assessed, rules.operator_heard_when_failed], issues=ASSESSMENT, stops=ASSESSMENT_DUE)
    def record_assessment(self, ctx):
        contracting.record_assessment(self, ctx)

    @step("续签", source=State.ASSESSMENT, target=State.EXPIRING, by=COUNTY_APPROVER, clause="HB-41", form=RenewalForm,
          requires=[rules.assessed, rules.reasons_where_failed, rules.another_year_in_the_cycle],
          causes="Contract.prepare")
    def renew(self, ctx):
        contracting.renew(self, ctx)

    @step("不予续签", source=State.ASSESSMENT, target=State.EXPIRING, by=COUNTY_APPROVER, clause=["HB-41", "HB-42"],
          form=NonRenewalForm, requires=[rules.assessed, rules.assessed_as_failed], causes="Center.order_retender")
    def not_renew(self, ctx):
        contracting.not_renew(self, ctx)

    @step("合同期满", source=[State.ASSESSMENT, State.EXPIRING], by=SYSTEM, clause=["HB-39", "HB-41", "HB-42"],
          requires=[rules.contract_is_over], lapse_of=CONTRACT_END,
          target=choose(contracting.how_it_ended, renewed="renewal was decided", not_renewed="non-renewal was decided",
                        completed="the cycle is over", lapsed="the county decided nothing"),
          causes=["Center.vacate", "TripartiteAgreement.end", "OperatorFiling.close"])
    def expire(self, ctx):
        contracting.settle_the_day_after(self, ctx, self.last_day)

    @step("提前终止", source=[State.ACTIVE, State.ASSESSMENT, State.EXPIRING], target=State.TERMINATED, by=COUNTY_APPROVER,
          clause=["HB-46", "HB-65", "HB-66"], form=TerminationForm, requires=[rules.ends_on_a_day_of_it],
          within=["CenterAdjustment.decide", "OperatorCancellation.decide_cancel"],
          causes=["OperatorChange.register", "OperatorFiling.close", "Center.vacate", "TripartiteAgreement.end",
                  "Contract.discard"])
    def terminate(self, ctx):
        contracting.terminate(self, ctx)

    @step("未签作废", source=State.DRAFT, target=State.VOID, by=COUNTY_APPROVER, clause="HB-42", form=ReasonForm,
          within=["Contract.terminate", "CenterAdjustment.decide", "OperatorCancellation.decide_cancel"],
          causes=["Center.vacate", "TripartiteAgreement.end", "OperatorFiling.close"])
    def discard(self, ctx):
        contracting.settle_the_day_after(self, ctx, self.first_day - dt.timedelta(days=1))
    # fmt: on


class ContractAssessment(models.Model):
    """年度末期评估 of the county: passed or not, and why; the operator is heard when it did not (HB-41, AMB-H15)."""

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="assessment")
    is_passed = models.BooleanField(_("合格"))
    grounds = models.TextField(_("评估依据"), max_length=2000)
    heard = models.TextField(_("承办企业的意见"), max_length=2000, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("年度末期评估")
        constraints = [
            models.CheckConstraint(
                name="failed_assessment_heard_the_operator", condition=Q(is_passed=True) | ~Q(heard="")
            ),
            models.CheckConstraint(name="assessment_says_on_what_it_rests", condition=~Q(grounds="")),
        ]
