"""Adjusting or abolishing a center (Hubei measures, article 9(4)).

The province acts of its own motion when conditions no longer hold, or on the prefecture's application; county,
prefecture and operator are heard first. workflows.md section 8 is the table this file is held against.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from centers import adjusting
from centers.clocks import ADVERSE_DECISION, PROVINCE_APPROVAL, STATEMENT
from centers.forms import DecisionForm, HearingForm, MotionForm
from centers.notices import ADJUST_REVOKE, PRIOR_NOTICE, RECEIPT
from centers.register import Center
from centers.rules import adjustment as rules
from workflow.cases import Case
from workflow.forms import ReasonForm, StatementForm
from workflow.rules import in_time, statement_over
from workflow.steps import step

PREF_OFFICER, PREF_APPROVER = Role.PREF_OFFICER, Role.PREF_APPROVER
PROV_OFFICER, PROV_APPROVER = Role.PROV_OFFICER, Role.PROV_APPROVER
SYSTEM = Role.SYSTEM


class CenterAdjustment(Case):
    class State(models.TextChoices):
        DRAFT = "draft", _("草拟")
        PROVINCE_REVIEW = "province_review", _("省级审核")
        HEARING = "hearing", _("听取意见")
        DECIDING = "deciding", _("待决定")
        DECIDED = "decided", _("已决定")
        DISMISSED = "dismissed", _("不予调整撤销")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Kind(models.TextChoices):
        ADJUST = "adjust", _("调整")
        REVOKE = "revoke", _("撤销")

    class Origin(models.TextChoices):
        EX_OFFICIO = "ex_officio", _("省厅依职权")
        APPLICATION = "application", _("市州申请")

    holders: ClassVar = {
        State.DRAFT: PREF_OFFICER,
        State.PROVINCE_REVIEW: PROV_OFFICER,
        State.HEARING: SYSTEM,
        State.DECIDING: PROV_APPROVER,
    }
    prefix = "TZ"
    exclusive = True

    service_center = models.ForeignKey(
        Center, models.PROTECT, related_name="adjustments", verbose_name=_("中心")
    )
    measure = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    origin = models.CharField(_("启动方式"), max_length=12, choices=Origin.choices)
    reason = models.TextField(_("理由"), max_length=2000, blank=True)
    facts = models.TextField(_("查明的事实"), max_length=2000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("外贸综合服务中心调整撤销")

    def subject_key(self) -> str:
        return f"CenterAdjustment:{self.service_center_id}"

    def holding_role(self) -> Role | None:
        """A draft lies with whoever began it: the prefecture that applies, the province of its own motion."""
        if self.state == self.State.DRAFT and self.origin == self.Origin.EX_OFFICIO:
            return PROV_OFFICER
        return super().holding_role()

    @property
    def is_abolition(self) -> bool:
        return self.measure == self.Kind.REVOKE

    # fmt: off
    # --- Who begins -----------------------------------------------------------------------------------------
    @step("申请上报", source=State.DRAFT, target=State.PROVINCE_REVIEW, by=PREF_APPROVER, clause=["HB-32", "HB-33"],
          form=MotionForm, requires=[rules.on_application, rules.center_stands], issues=RECEIPT,
          starts=PROVINCE_APPROVAL)
    def apply(self, ctx):
        adjusting.begin(self, ctx)

    @step("依职权启动", source=State.DRAFT, target=State.PROVINCE_REVIEW, by=PROV_OFFICER, clause="HB-31",
          form=MotionForm, requires=[rules.of_own_motion, rules.center_stands, rules.condition_unmet],
          starts=PROVINCE_APPROVAL)
    def open_ex_officio(self, ctx):
        adjusting.begin(self, ctx)

    # --- The hearing ----------------------------------------------------------------------------------------
    @step("告知并听取意见", source=State.PROVINCE_REVIEW, target=State.HEARING, by=PROV_OFFICER,
          clause=["AMB-H36", "AMB-G09"], form=HearingForm, issues=PRIOR_NOTICE, stops=PROVINCE_APPROVAL,
          starts=STATEMENT, consequence=_("告知书送县级、市州商务主管部门和承办企业；期限内可以陈述或书面放弃。"))
    def hear(self, ctx):
        adjusting.open_hearing(self, ctx)

    @step("陈述意见", source=State.HEARING, by=[Role.COUNTY_APPROVER, PREF_APPROVER, Role.OPERATOR], clause="AMB-G09",
          form=StatementForm, requires=[in_time("statement", "AMB-G09"), rules.heard_party_answers])
    def answer_hearing(self, ctx):
        adjusting.note_answer(self, ctx)

    @step("听取意见完毕", source=State.HEARING, target=State.DECIDING, by=PROV_OFFICER, clause="AMB-G09",
          requires=[rules.all_answered], stops=STATEMENT, starts=ADVERSE_DECISION)
    def close_hearing(self, ctx):
        adjusting.close_hearing(self, ctx)

    @step("逾期未陈述", source=State.HEARING, target=State.DECIDING, by=SYSTEM, clause="AMB-G09",
          requires=[statement_over], lapse_of=STATEMENT, starts=ADVERSE_DECISION)
    def lapse_statement(self, ctx):
        adjusting.close_hearing(self, ctx)

    # --- The decision ---------------------------------------------------------------------------------------
    @step("作出决定", source=State.DECIDING, target=State.DECIDED, by=PROV_APPROVER, clause=["HB-31", "HB-33"],
          form=DecisionForm,
          requires=[rules.center_takes_the_decision, rules.hearing_recorded, rules.statements_answered,
                    rules.decision_says_what_follows],
          issues=ADJUST_REVOKE, adverse=True,
          causes=["Center.adjust", "Center.begin_winding_down", "Tender.cancel", "Contract.terminate",
                  "Contract.discard", "OperatorFiling.close", "OperatorChange.close"])
    def decide(self, ctx):
        adjusting.decide(self, ctx)

    @step("不予调整撤销", source=[State.PROVINCE_REVIEW, State.DECIDING], target=State.DISMISSED, by=PROV_APPROVER,
          clause=["HB-31", "HB-32"], form=ReasonForm)
    def dismiss(self, ctx):
        ctx.record(reason=ctx.inputs["reason"])

    @step("撤回申请", source=[State.PROVINCE_REVIEW, State.HEARING], target=State.WITHDRAWN, by=PREF_APPROVER,
          clause="AMB-G11", requires=[rules.on_application])
    def withdraw(self, ctx):
        """Those who were heard are parties, and read it in the history of the case."""
    # fmt: on
