"""Revocation of a title: a lead, its investigation, prior notice, statement, decision (Shanxi, annex 3(3)).

Whatever the day of the facts, once a title stands its revocation is this case (SX-69); nothing revokes by itself.
Workflows.md section 6 is the table this file is held against.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.roles import Role
from accreditation import forms, rules
from accreditation import forms_title as title_forms
from accreditation import title_effects as effects
from accreditation.clocks import ADVERSE_DECISION, STATEMENT
from accreditation.notices import REVOCATION, REVOCATION_PRIOR_NOTICE
from workflow.cases import Case
from workflow.steps import step

APPLICANT, LEGAL_REP = Role.APPLICANT, Role.LEGAL_REP
PROV_OFFICER, PROV_APPROVER = Role.PROV_OFFICER, Role.PROV_APPROVER


class RevocationCase(Case):
    class State(models.TextChoices):
        LEAD = "lead", _("线索")
        INVESTIGATING = "investigating", _("核查中")
        PRIOR_NOTICE = "prior_notice", _("已告知待陈述")
        DECIDING = "deciding", _("待决定")
        REVOKED = "revoked", _("已取消")
        DISMISSED = "dismissed", _("不予取消")
        CLOSED = "closed", _("主体终止，案件终结")

    holders = {
        State.LEAD: PROV_OFFICER,
        State.INVESTIGATING: PROV_OFFICER,
        State.PRIOR_NOTICE: APPLICANT,
        State.DECIDING: PROV_APPROVER,
    }
    prefix = "QX"
    UNDER_WAY = (State.INVESTIGATING, State.PRIOR_NOTICE, State.DECIDING)

    register_entry = models.ForeignKey(
        "accreditation.Accreditation", models.PROTECT, related_name="revocations", verbose_name=_("称号")
    )
    ground = models.CharField(_("情形"), max_length=40, choices=title_forms.GROUNDS)
    facts = models.TextField(_("线索事实"), max_length=2000)
    source = models.CharField(_("来源"), max_length=200)
    support_suspended_at = models.DateTimeField(_("暂停扶持时间"), null=True)
    reporter = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name=_("报告单位")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("取消认定资格")
        constraints = [
            # Both are empty for the moment between the row and the step that writes them.
            models.CheckConstraint(
                name="revocation_names_ground_and_source",
                condition=Q(ground="", source="") | (~Q(ground="") & ~Q(source="")),
            )
        ]

    # fmt: off
    # --- Whoever learns of it -------------------------------------------------------------------------------
    @step("报告线索", target=State.LEAD, by=[Role.DEPARTMENT, Role.CITY_OFFICER, PROV_OFFICER, Role.SYSTEM],
          clause=["SX-21", "SX-65"], form=title_forms.LeadForm)
    def report(self, ctx):
        effects.note_lead(self, ctx)

    # --- The province ---------------------------------------------------------------------------------------
    @step("立案核查", source=State.LEAD, target=State.INVESTIGATING, by=PROV_OFFICER, clause="SX-63",
          form=title_forms.FirstCheckForm, requires=[rules.title_can_be_questioned],
          causes=["Accreditation.open_revocation", "ProviderReview.hold"],
          consequence=_("称号在决定作出前继续有效；正在进行的三年复核中止计时。"))
    def open(self, ctx):
        effects.question_title(self, ctx)

    @step("线索不予立案", source=State.LEAD, target=State.DISMISSED, by=PROV_APPROVER, clause="SX-60",
          form=forms.ReasonForm)
    def drop(self, ctx):
        ctx.record(reason=ctx.inputs["reason"])

    @step("暂停扶持政策", source=list(UNDER_WAY), by=PROV_APPROVER, clause="AMB-S25", form=forms.ReasonForm,
          causes="Entitlement.suspend")
    def suspend_entitlements(self, ctx):
        effects.suspend_support(self, ctx)

    @step("告知拟取消", source=State.INVESTIGATING, target=State.PRIOR_NOTICE, by=PROV_OFFICER,
          clause=["SX-67", "AMB-G09"], form=title_forms.RevocationNoticeForm, requires=[rules.ground_evidenced],
          issues=REVOCATION_PRIOR_NOTICE, starts=STATEMENT)
    def serve_prior_notice(self, ctx):
        effects.tell_of_revocation(self, ctx)

    # --- The enterprise -------------------------------------------------------------------------------------
    @step("陈述申辩", source=State.PRIOR_NOTICE, target=State.DECIDING, by=[APPLICANT, LEGAL_REP], clause="AMB-G09",
          form=forms.StatementForm, requires=[rules.in_time("statement", "AMB-G09")], stops=STATEMENT,
          starts=ADVERSE_DECISION)
    def state_case(self, ctx):
        effects.settle_hearing(self, ctx, ctx.inputs["statement"], is_waived=ctx.inputs["is_waived"])

    # --- The calendar ---------------------------------------------------------------------------------------
    @step("逾期未陈述", source=State.PRIOR_NOTICE, target=State.DECIDING, by=Role.SYSTEM, clause="AMB-G09",
          requires=[rules.statement_over], lapse_of=STATEMENT, starts=ADVERSE_DECISION)
    def lapse_statement(self, ctx):
        effects.settle_hearing(self, ctx, "", is_waived=False)

    # --- The province decides -------------------------------------------------------------------------------
    @step("退回核查", source=State.DECIDING, target=State.INVESTIGATING, by=PROV_APPROVER, clause="AMB-G09",
          form=title_forms.NewFactsForm, stops=ADVERSE_DECISION,
          consequence=_("有新的事实的，核查后应当重新告知，再听取陈述申辩。"))
    def reinvestigate(self, ctx):
        ctx.record(reason=ctx.inputs["new_facts"])

    @step("取消认定资格", source=State.DECIDING, target=State.REVOKED, by=PROV_APPROVER,
          clause=["SX-63", "SX-64", "SX-65", "SX-66", "SX-67", "SX-68", "SX-69"], form=title_forms.RevocationForm,
          requires=[rules.told_and_heard, rules.each_point_answered], issues=REVOCATION, adverse=True,
          causes="Accreditation.revoke",
          consequence=_("称号自今日起终止，证书失效，扶持政策同日停止，公开名录立即更新。"))
    def decide_revoke(self, ctx):
        effects.revoke(self, ctx)

    @step("不予取消", source=[State.INVESTIGATING, State.DECIDING], target=State.DISMISSED, by=PROV_APPROVER,
          clause=["SX-63", "AMB-S25"], form=forms.ReasonForm,
          causes=["Accreditation.keep", "ProviderReview.release", "Entitlement.restore"])
    def dismiss(self, ctx):
        effects.keep_title(self, ctx)

    @step("主体终止结案", source=list(holders), target=State.CLOSED, clause="SX-60", within="Accreditation.strike_off")
    def close(self, ctx):
        """The holder no longer exists; what was found stays on the record."""
    # fmt: on

    @property
    def hearings(self):
        return self.title_hearings
