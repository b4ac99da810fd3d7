"""The review of a title, every three years in principle: a shorter walk than the application (annex 3(2)).

Opened by the calendar 180 days before the last day; filed in time it keeps the title until it is decided.
Workflows.md section 5 is the table this file is held against.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from accreditation import forms, rules
from accreditation import forms_title as title_forms
from accreditation import title_effects as effects
from accreditation.clocks import (
    ADVERSE_DECISION,
    CITY_REVIEW,
    COMPLETENESS,
    CORRECTION,
    PROVINCE_EVALUATION,
    REVIEW_MATERIALS,
    STATEMENT,
)
from accreditation.notices import (
    ACCEPTANCE,
    RECEIPT,
    REVIEW_FAILED,
    REVIEW_OPENING,
    REVIEW_PASSED,
    REVIEW_PRIOR_NOTICE,
)
from accreditation.notices import CORRECTION as CORRECTION_NOTICE
from accreditation.programs import Program
from core import clock
from workflow.cases import Case, Countersignature
from workflow.deadlines import HOLD
from workflow.ledger import canonical, sm3
from workflow.steps import back_to, step

APPLICANT, LEGAL_REP = Role.APPLICANT, Role.LEGAL_REP
CITY_OFFICER, CITY_APPROVER = Role.CITY_OFFICER, Role.CITY_APPROVER
PROV_OFFICER, PROV_APPROVER = Role.PROV_OFFICER, Role.PROV_APPROVER
SYSTEM = Role.SYSTEM


class ProviderReview(Case):
    class State(models.TextChoices):
        OPENED = "opened", _("待报送")
        SUBMITTED = "submitted", _("已报送待受理")
        CORRECTION = "correction", _("待补正")
        CITY_CHECK = "city_check", _("市级核查")
        PROVINCIAL_CHECK = "provincial_check", _("省级复核")
        HEARING = "hearing", _("拟不通过听取意见")
        DECIDING = "deciding", _("待决定")
        PASSED = "passed", _("通过")
        FAILED = "failed", _("不通过")
        CLOSED = "closed", _("已终止")

    holders = {
        State.OPENED: APPLICANT,
        State.SUBMITTED: CITY_OFFICER,
        State.CORRECTION: APPLICANT,
        State.CITY_CHECK: CITY_OFFICER,
        State.PROVINCIAL_CHECK: PROV_OFFICER,
        State.HEARING: APPLICANT,
        State.DECIDING: PROV_APPROVER,
    }
    prefix = "FH"
    exclusive = True

    class Kind(models.TextChoices):
        PERIODIC = "periodic", _("三年复核")
        AD_HOC = "ad_hoc", _("专项复核")

    register_entry = models.ForeignKey(
        "accreditation.Accreditation", models.PROTECT, related_name="reviews", verbose_name=_("称号")
    )
    program = models.ForeignKey(Program, models.PROTECT, related_name="+", verbose_name=_("适用规则"))
    review_kind = models.CharField(_("复核类型"), max_length=8, choices=Kind.choices)
    opened_on = models.DateField(_("启动日"))
    filed_on = models.DateField(_("报送日"), null=True)
    received_on = models.DateField(_("材料收到日"), null=True)
    is_unfiled = models.BooleanField(_("未报送"), default=False)
    opinion = models.TextField(_("市级核查意见"), blank=True)
    proposal = models.CharField(_("市级建议"), max_length=4, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("省级外贸综合服务企业复核")
        constraints = [
            models.CheckConstraint(
                name="filed_review_is_not_unfiled",
                condition=models.Q(filed_on__isnull=True) | models.Q(is_unfiled=False),
            )
        ]

    def subject_key(self) -> str:
        return f"ProviderReview:{self.register_entry_id}"

    # fmt: off
    @step("启动复核", target=State.OPENED, clause="SX-61", issues=REVIEW_OPENING, starts=REVIEW_MATERIALS,
          within=["Accreditation.open_review", "Accreditation.open_ad_hoc_review"])
    def open(self, ctx):
        effects.tell_of_review(self, ctx)

    # --- The enterprise -------------------------------------------------------------------------------------
    @step("报送复核材料", source=State.OPENED, target=State.SUBMITTED, by=APPLICANT, countersigned_by=LEGAL_REP,
          clause=["AMB-S12", "AMB-S13"],
          requires=[rules.in_time("review_materials", "AMB-S12"), rules.review_materials_settled],
          issues=RECEIPT, stops=REVIEW_MATERIALS, starts=COMPLETENESS,
          consequence=_("报送后由市级部门核查；在期限内报送的，复核结果作出前称号继续有效。"))
    def submit(self, ctx):
        self.filed_on = self.received_on = ctx.today

    @step("提交补正", source=State.CORRECTION, target=back_to(State.SUBMITTED, State.CITY_CHECK, State.PROVINCIAL_CHECK),
          by=APPLICANT, countersigned_by=LEGAL_REP, clause="AMB-G07",
          requires=[rules.review_defects_answered, rules.review_materials_settled], issues=RECEIPT, stops=CORRECTION,
          resumes="correction")
    def resubmit(self, ctx):
        self.defects.filter(resolved_at=None).update(resolved_at=ctx.now)
        self.received_on = ctx.today

    @step("陈述申辩", source=State.HEARING, target=State.DECIDING, by=[APPLICANT, LEGAL_REP], clause="AMB-G09",
          form=forms.StatementForm, requires=[rules.in_time("statement", "AMB-G09")], stops=STATEMENT,
          starts=ADVERSE_DECISION)
    def state_case(self, ctx):
        effects.settle_hearing(self, ctx, ctx.inputs["statement"], is_waived=ctx.inputs["is_waived"])

    @step("逾期补报复核材料", source=[State.HEARING, State.DECIDING], target=State.SUBMITTED, by=APPLICANT,
          countersigned_by=LEGAL_REP, clause="AMB-S12",
          requires=[rules.was_not_filed, rules.title_not_over, rules.review_materials_settled], issues=RECEIPT,
          stops=[STATEMENT, ADVERSE_DECISION], starts=COMPLETENESS)
    def late_submit(self, ctx):
        self.filed_on = self.received_on = ctx.today
        self.is_unfiled = False
        effects.settle_hearing(self, ctx, "", is_waived=False)

    # --- Its city -------------------------------------------------------------------------------------------
    @step("受理", source=State.SUBMITTED, target=State.CITY_CHECK, by=CITY_OFFICER, clause=["SX-51", "SX-61"],
          requires=[rules.review_materials_settled], issues=ACCEPTANCE, stops=COMPLETENESS, starts=CITY_REVIEW)
    def take_up(self, ctx):
        ctx.record(accepted_on=ctx.today)
        ctx.notice["accepted_on"] = ctx.today

    @step("报省复核", source=State.CITY_CHECK, target=State.PROVINCIAL_CHECK, by=CITY_APPROVER,
          clause=["SX-61", "AMB-S13"], form=title_forms.ForwardForm, requires=[rules.review_findings_recorded],
          stops=CITY_REVIEW, starts=PROVINCE_EVALUATION)
    def forward(self, ctx):
        self.opinion, self.proposal = ctx.inputs["opinion"], ctx.inputs["proposal"]
        ctx.record(proposal=ctx.inputs["proposal"])

    # --- City or province -----------------------------------------------------------------------------------
    @step("一次性告知补正", source=[State.SUBMITTED, State.CITY_CHECK, State.PROVINCIAL_CHECK], target=State.CORRECTION,
          by=[CITY_OFFICER, PROV_OFFICER], clause="AMB-G07", form=forms.DefectsForm,
          requires=[rules.holding_body_acts, rules.review_correction_round_left], issues=CORRECTION_NOTICE,
          pauses="correction", starts=CORRECTION)
    def request_correction(self, ctx):
        effects.list_defects(self, ctx)

    # --- The province ---------------------------------------------------------------------------------------
    @step("告知拟不通过", source=State.PROVINCIAL_CHECK, target=State.HEARING, by=PROV_OFFICER,
          clause=["SX-62", "AMB-G09"], form=title_forms.FailNoticeForm, requires=[rules.failed_review_finding_named],
          issues=REVIEW_PRIOR_NOTICE, stops=PROVINCE_EVALUATION, starts=STATEMENT)
    def propose_fail(self, ctx):
        effects.tell_of_failing(self, ctx, **ctx.inputs)

    @step("复核通过", source=[State.PROVINCIAL_CHECK, State.DECIDING], target=State.PASSED, by=PROV_APPROVER,
          clause=["AMB-S12", "AMB-S14"], form=title_forms.PassForm,
          requires=[rules.title_under_review, rules.review_not_on_hold, rules.review_findings_ok_or_answered,
                    rules.review_checks_fresh, rules.rule_set_in_force],
          issues=REVIEW_PASSED, causes="Accreditation.renew",
          consequence=_("称号自原有效期届满次日起续展，换发证书。"))
    def pass_(self, ctx):
        effects.renew_title(self, ctx)

    @step("复核不通过", source=State.DECIDING, target=State.FAILED, by=PROV_APPROVER, clause=["SX-62", "AMB-S14"],
          form=title_forms.FailForm, adverse=True,
          requires=[rules.title_under_review, rules.review_not_on_hold, rules.told_and_heard,
                    rules.each_point_answered, rules.rule_set_in_force],
          issues=REVIEW_FAILED, causes="Accreditation.fail",
          consequence=_("称号自今日起不再保留，证书失效，扶持政策同日停止。"))
    def fail(self, ctx):
        effects.fail_title(self, ctx)

    # --- The calendar ---------------------------------------------------------------------------------------
    @step("逾期未报送", source=State.OPENED, target=State.HEARING, by=SYSTEM, clause=["AMB-S12", "AMB-G09"],
          requires=[rules.review_materials_over], issues=REVIEW_PRIOR_NOTICE, lapse_of=REVIEW_MATERIALS,
          starts=STATEMENT)
    def lapse(self, ctx):
        self.is_unfiled = True
        effects.tell_of_silence(self, ctx, "未在期限内报送复核材料")

    @step("补正逾期", source=State.CORRECTION, target=State.HEARING, by=SYSTEM, clause=["AMB-G07", "AMB-G09"],
          requires=[rules.correction_over], issues=REVIEW_PRIOR_NOTICE, lapse_of=CORRECTION,
          stops=[COMPLETENESS, CITY_REVIEW, PROVINCE_EVALUATION], resumes="correction", starts=STATEMENT)
    def lapse_correction(self, ctx):
        effects.tell_of_silence(self, ctx, "未在期限内补正复核材料")

    @step("逾期视为受理", source=State.SUBMITTED, target=State.CITY_CHECK, by=SYSTEM, clause="AMB-G07",
          requires=[rules.completeness_over], issues=ACCEPTANCE, lapse_of=COMPLETENESS, starts=CITY_REVIEW)
    def deem_accepted(self, ctx):
        ctx.record(accepted_on=self.received_on)
        ctx.notice["accepted_on"] = self.received_on

    @step("逾期未陈述", source=State.HEARING, target=State.DECIDING, by=SYSTEM, clause="AMB-G09",
          requires=[rules.statement_over], lapse_of=STATEMENT, starts=ADVERSE_DECISION)
    def lapse_statement(self, ctx):
        effects.settle_hearing(self, ctx, "", is_waived=False)

    # --- Inside steps of other cases ------------------------------------------------------------------------
    @step("中止复核", source=list(holders), clause="SX-63", within="RevocationCase.open", pauses=HOLD)
    def hold(self, ctx):
        """All its clocks stand still until the revocation is decided, those of the party as well."""

    @step("恢复复核", source=list(holders), clause="SX-63", within="RevocationCase.dismiss", resumes=HOLD)
    def release(self, ctx):
        """The clocks go on with what was left of them."""

    @step("终止复核", source=list(holders), target=State.CLOSED, clause=["SX-59", "SX-63", "AMB-G11"],
          within=["Accreditation.revoke", "Accreditation.keep", "Accreditation.expire", "Accreditation.surrender",
                  "Accreditation.strike_off"])
    def close(self, ctx):
        """The title ended; there is nothing left to review."""
    # fmt: on

    # --- What the rules ask of a review ---------------------------------------------------------------------
    def keeps_its_title(self) -> bool:
        """Past the last day: filed, or still to be filed in time; held, its clocks stand still (AMB-S12, SX-63)."""
        is_awaited = self.state == self.State.OPENED and (self.due_at is None or self.due_at > clock.now())
        return self.filed_on is not None or is_awaited

    @property
    def hearings(self):
        return self.title_hearings

    @property
    def is_on_hold(self) -> bool:
        return self.pauses.filter(reason=HOLD, ended_on=None).exists()

    def content_digest(self) -> str:
        """Digest of what the legal representative signs for: figures, confirmations, files, answers."""
        return sm3(canonical(effects.signed_content(self)).encode())

    def signatures(self, step_name: str) -> list[Countersignature]:
        rows = Countersignature.objects.filter(case_id=self.pk, step=step_name, role=LEGAL_REP)
        return list(rows.select_related("user__person").order_by("-id"))

    def is_signed(self, step_name: str) -> bool:
        signed = [signature.content_digest for signature in self.signatures(step_name)]
        return bool(signed) and self.content_digest() in signed
