"""Application for accreditation as a provincial foreign-trade service enterprise (Shanxi, annex 2(2)).

The enterprise files, its city reviews, consults and recommends, the province evaluates, publicises, accredits.
Grouped by who acts, in the order a case lives it; workflows.md section 1 is the table this file is held against.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.profile import EnterpriseProfile
from accounts.roles import Kind, Role
from accreditation import effects, forms, rules, selectors
from accreditation.clocks import (
    CITY_REFUSAL,
    CITY_REVIEW,
    COMPLETENESS,
    CORRECTION,
    DECISION,
    PROMISE,
    PROVINCE_EVALUATION,
    STATEMENT,
)
from accreditation.materials import CorrectionRequest, Material
from accreditation.notices import (
    ACCEPTANCE,
    ACCREDITATION,
    NON_ACCEPTANCE,
    NOT_RECOMMENDED,
    PRIOR_NOTICE,
    RECEIPT,
    RECOMMENDATION,
    REFUSAL,
    TOLERANT_ACCEPTANCE,
)
from accreditation.notices import (
    CORRECTION as CORRECTION_NOTICE,
)
from accreditation.programs import Program, Round
from core import defaults, periods
from workflow.cases import Case, Countersignature
from workflow.ledger import canonical, sm3
from workflow.reading import read_once
from workflow.steps import back_to, choose, step, without

APPLICANT, LEGAL_REP = Role.APPLICANT, Role.LEGAL_REP
CITY_OFFICER, CITY_APPROVER = Role.CITY_OFFICER, Role.CITY_APPROVER
PROV_OFFICER, PROV_APPROVER = Role.PROV_OFFICER, Role.PROV_APPROVER
SYSTEM = Role.SYSTEM


class ProviderApplication(Case):
    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已提交待受理")
        CORRECTION = "correction", _("待补正")
        INITIAL_REVIEW = "initial_review", _("市级初审")
        PEER_CONSULTATION = "peer_consultation", _("征求同级部门意见")
        RECOMMENDATION = "recommendation", _("拟推荐")
        CITY_REFUSED = "city_refused", _("不予推荐（可申请复查）")
        PROVINCIAL_EVALUATION = "provincial_evaluation", _("省级会同评定")
        PUBLICITY = "publicity", _("公示中")
        OBJECTION_INQUIRY = "objection_inquiry", _("异议（线索）核查")
        PRIOR_NOTICE = "prior_notice", _("拟不予认定，已告知待陈述")
        DECISION = "decision", _("待决定")
        ACCREDITED = "accredited", _("已认定")
        REFUSED = "refused", _("不予认定")
        NOT_ACCEPTED = "not_accepted", _("不予受理")
        WITHDRAWN = "withdrawn", _("已撤回")

    holders = {
        State.DRAFT: APPLICANT,
        State.SUBMITTED: CITY_OFFICER,
        State.CORRECTION: APPLICANT,
        State.INITIAL_REVIEW: CITY_OFFICER,
        State.PEER_CONSULTATION: CITY_OFFICER,
        State.RECOMMENDATION: CITY_APPROVER,
        State.CITY_REFUSED: APPLICANT,
        State.PROVINCIAL_EVALUATION: PROV_OFFICER,
        State.PUBLICITY: SYSTEM,
        State.OBJECTION_INQUIRY: PROV_OFFICER,
        State.PRIOR_NOTICE: APPLICANT,
        State.DECISION: PROV_APPROVER,
    }
    prefix = "WZ"
    exclusive = True
    unread = ("extend_promise",)
    PROMISED = [
        State.INITIAL_REVIEW,
        State.CORRECTION,
        State.PEER_CONSULTATION,
        State.RECOMMENDATION,
        State.CITY_REFUSED,
        State.PROVINCIAL_EVALUATION,
        State.PRIOR_NOTICE,
    ]

    program = models.ForeignKey(Program, models.PROTECT, related_name="applications", verbose_name=_("事项"))
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="+", verbose_name=_("批次"))
    first_submitted_on = models.DateField(_("首次提交日"), null=True)
    received_on = models.DateField(_("材料收到日"), null=True)
    accepted_on = models.DateField(_("受理日"), null=True)
    review_opened_at = models.DateTimeField(null=True)
    evaluation_opened_at = models.DateTimeField(null=True)
    profile_snapshot = models.JSONField(_("提交时的企业情况"), default=dict)
    paper_copies = models.PositiveSmallIntegerField(_("收到纸质装订材料份数"), null=True)
    opinion_summary = models.TextField(_("同级部门意见汇总"), blank=True)
    recommendation_opinion = models.TextField(_("推荐意见"), blank=True)
    was_sent_back = models.BooleanField(default=False)
    was_reviewed_again = models.BooleanField(_("复查件"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("省级外贸综合服务企业认定申请")
        constraints = [
            models.CheckConstraint(
                name="accepted_application_was_submitted",
                condition=Q(accepted_on__isnull=True) | Q(first_submitted_on__isnull=False),
            )
        ]

    # fmt: off
    # --- The enterprise -------------------------------------------------------------------------------------
    @step("提交申请", source=State.DRAFT, target=State.SUBMITTED, by=APPLICANT, countersigned_by=LEGAL_REP,
          clause=["SX-24", "SX-39", "SX-40", "SX-41", "SX-42", "SX-43", "SX-44", "SX-45", "SX-46", "SX-47", "SX-48",
                  "SX-50", "SX-58"],
          requires=[rules.round_open, rules.policy_in_force, rules.reviewing_body_found, rules.deciding_body_found,
                    rules.no_active_title, rules.no_bar, rules.materials_complete, rules.client_list_valid,
                    rules.trade_records_valid, rules.statement_signed],
          issues=RECEIPT, starts=COMPLETENESS, consequence=_("提交后由市级部门受理，材料不能再改。"))
    def submit(self, ctx):
        effects.fix_rules_and_route(self, ctx)

    @step("补交容缺材料", source=PROMISED, by=APPLICANT, clause=["FJ-24", "AMB-G08"], form=forms.PromisedItemForm,
          requires=[rules.promised_item_handed_in, rules.in_time("promise", "AMB-G08")],
          stops=PROMISE.when("last item", lambda case, ctx: not selectors.open_promises(case)))
    def meet_promise(self, ctx):
        self.promises.filter(material=ctx.inputs["material"]).update(met_at=ctx.now)

    @step("提交补正", source=State.CORRECTION,
          target=back_to(State.SUBMITTED, State.INITIAL_REVIEW, State.PROVINCIAL_EVALUATION),
          by=APPLICANT, countersigned_by=LEGAL_REP, clause=["SX-47", "AMB-G07"],
          requires=[rules.defects_answered, rules.statement_signed], issues=RECEIPT, stops=CORRECTION,
          resumes="correction")
    def resubmit(self, ctx):
        effects.resolve_correction(self, ctx)

    @step("申请复查", source=State.CITY_REFUSED, target=State.PROVINCIAL_EVALUATION, by=APPLICANT, clause="AMB-S08",
          form=forms.ReasonForm, requires=[rules.in_time("city_refusal", "AMB-S08"), rules.not_yet_asked_for_review],
          issues=RECEIPT, stops=CITY_REFUSAL, starts=PROVINCE_EVALUATION)
    def ask_review(self, ctx):
        self.was_reviewed_again, self.evaluation_opened_at = True, ctx.now

    @step("陈述申辩", source=State.PRIOR_NOTICE,
          target=back_to(State.PROVINCIAL_EVALUATION, State.OBJECTION_INQUIRY, State.DECISION),
          by=[APPLICANT, LEGAL_REP], clause="AMB-G09", form=forms.StatementForm,
          requires=[rules.in_time("statement", "AMB-G09")], stops=STATEMENT, resumes="statement")
    def state_case(self, ctx):
        effects.settle_hearing(self, ctx, ctx.inputs["statement"], ctx.inputs["is_waived"])

    @step("撤回申请", source=list(holders), target=State.WITHDRAWN, by=APPLICANT, clause="AMB-G11",
          requires=[rules.no_open_inquiry],
          causes=["Consultation.cancel", "Publicity.terminate", "Objection.moot"],
          consequence=_("撤回后本次申请终止，需要时可以重新申请。"))
    def withdraw(self, ctx):
        effects.end_children(self, ctx)

    # --- Its city -------------------------------------------------------------------------------------------
    @step("受理", source=State.SUBMITTED, target=State.INITIAL_REVIEW, by=CITY_OFFICER, clause="SX-51",
          requires=[rules.checklist_complete], issues=ACCEPTANCE, stops=COMPLETENESS, starts=CITY_REVIEW)
    def accept(self, ctx):
        effects.open_review(self, ctx, accepted_on=ctx.today)

    @step("容缺受理", source=State.SUBMITTED, target=State.INITIAL_REVIEW, by=CITY_OFFICER, countersigned_by=LEGAL_REP,
          clause=["FJ-24", "AMB-G08"], form=forms.TolerantAcceptanceForm, requires=[rules.tolerance_possible],
          issues=TOLERANT_ACCEPTANCE, stops=COMPLETENESS, starts=[CITY_REVIEW, PROMISE])
    def accept_tolerant(self, ctx):
        effects.note_promises(self, ctx)
        effects.open_review(self, ctx, accepted_on=ctx.today)

    @step("不予受理", source=State.SUBMITTED, target=State.NOT_ACCEPTED, by=CITY_APPROVER,
          clause=["SX-50", "SX-58", "AMB-G07"], form=forms.NonAcceptanceForm, issues=NON_ACCEPTANCE, adverse=True)
    def reject_acceptance(self, ctx):
        ctx.notice.update(ctx.inputs)

    @step("一次性告知补正", source=[State.SUBMITTED, State.INITIAL_REVIEW, State.PROVINCIAL_EVALUATION],
          target=State.CORRECTION, by=[CITY_OFFICER, PROV_OFFICER], clause="AMB-G07", form=forms.DefectsForm,
          requires=[rules.holding_body_acts, rules.correction_round_left], issues=CORRECTION_NOTICE,
          pauses="correction", starts=CORRECTION)
    def request_correction(self, ctx):
        effects.open_correction(self, ctx)

    @step("征求同级部门意见", source=State.INITIAL_REVIEW, target=State.PEER_CONSULTATION, by=CITY_OFFICER,
          clause="SX-52", form=forms.QuestionForm, requires=[rules.conditions_recorded], pauses="consultation",
          causes="Consultation.send")
    def consult(self, ctx):
        effects.ask_departments(self, ctx, "peer")

    @step("汇总意见", source=State.PEER_CONSULTATION, target=State.RECOMMENDATION, by=CITY_OFFICER,
          clause=["SX-52", "AMB-S07"], form=forms.SummaryForm, requires=[rules.consultations_in("peer", "SX-52")],
          resumes="consultation")
    def close_consultation(self, ctx):
        self.opinion_summary = ctx.inputs["summary"]
        ctx.record(silent=effects.silent_departments(self, "peer"))

    @step("推荐上报", source=State.RECOMMENDATION, target=State.PROVINCIAL_EVALUATION, by=CITY_APPROVER,
          clause=["SX-49", "SX-53"], form=forms.OpinionForm,
          requires=[rules.negative_opinions_answered("peer", "SX-53"), rules.paper_received, rules.all_conditions_met,
                    rules.capabilities_rated, rules.credit_checks_fresh, rules.no_open_inquiry],
          issues=RECOMMENDATION, stops=CITY_REVIEW, starts=PROVINCE_EVALUATION)
    def recommend(self, ctx):
        self.recommendation_opinion, self.evaluation_opened_at = ctx.inputs["opinion"], ctx.now
        ctx.notice.update(ctx.inputs, silent=effects.silent_departments(self, "peer"),
                          consultations=effects.opinions(self, "peer"))

    @step("退回初审", source=State.RECOMMENDATION, target=State.INITIAL_REVIEW, by=CITY_APPROVER,
          clause=["SX-51", "AMB-G17"], form=forms.ReasonForm)
    def return_to_review(self, ctx):
        self.review_opened_at = ctx.now
        ctx.record(reason=ctx.inputs["reason"])

    @step("不予推荐", source=State.RECOMMENDATION, target=State.CITY_REFUSED, by=CITY_APPROVER,
          clause=["AMB-S08", "AMB-G09"], form=forms.RefuseRecommendationForm,
          requires=[rules.city_may_refuse, rules.failed_condition_named], issues=NOT_RECOMMENDED, adverse=True,
          stops=CITY_REVIEW, starts=CITY_REFUSAL)
    def refuse_recommendation(self, ctx):
        ctx.notice.update(ctx.inputs)
        ctx.record(reason=ctx.inputs["reason"], clauses=ctx.inputs["clauses"])

    # --- City or province -----------------------------------------------------------------------------------
    @step("延长容缺期限", source=PROMISED, by=[CITY_OFFICER, PROV_OFFICER], clause="AMB-G08", form=forms.ReasonForm,
          requires=[rules.promise_not_yet_extended], extends=[(PROMISE, "TOLERANT_EXTENSION_WORKING_DAYS")])
    def extend_promise(self, ctx):
        ctx.record(reason=ctx.inputs["reason"])

    @step("提出材料真实性核查", source=without(holders, State.DRAFT), by=[CITY_OFFICER, PROV_OFFICER],
          clause=["SX-64", "SX-69"], form=forms.InquiryForm, requires=[rules.no_inquiry_open_already])
    def open_inquiry(self, ctx):
        effects.open_inquiry(self, ctx)

    @step("作出核查结论", source=without(holders, State.DRAFT), by=[CITY_APPROVER, PROV_APPROVER],
          clause=["SX-64", "SX-69", "AMB-G17"], form=forms.InquiryConclusionForm,
          requires=[rules.inquiry_open, rules.inquirer_is_another])
    def close_inquiry(self, ctx):
        effects.close_inquiry(self, ctx)

    # --- The province ---------------------------------------------------------------------------------------
    @step("征求会同部门意见", source=State.PROVINCIAL_EVALUATION, by=PROV_OFFICER, clause=["SX-54", "AMB-S20"],
          form=forms.QuestionForm, requires=[rules.dossier_complete, rules.joint_not_yet_asked],
          pauses="consultation", causes="Consultation.send")
    def consult_joint(self, ctx):
        effects.ask_departments(self, ctx, "joint")

    @step("汇总会同意见", source=State.PROVINCIAL_EVALUATION, by=PROV_OFFICER, clause=["SX-54", "AMB-S20"],
          requires=[rules.consultations_in("joint", "SX-54")], resumes="consultation")
    def close_joint(self, ctx):
        ctx.record(silent=effects.silent_departments(self, "joint"))

    @step("退回市级", source=State.PROVINCIAL_EVALUATION, target=State.INITIAL_REVIEW, by=PROV_OFFICER, clause="SX-54",
          form=forms.ReasonForm, requires=[rules.not_sent_back_before], causes="Consultation.cancel",
          resumes="consultation", stops=PROVINCE_EVALUATION, starts=CITY_REVIEW)
    def send_back(self, ctx):
        self.was_sent_back, self.review_opened_at = True, ctx.now
        effects.cancel_consultations(self, ctx)
        ctx.record(reason=ctx.inputs["reason"])

    @step("公示", source=State.PROVINCIAL_EVALUATION, target=State.PUBLICITY, by=PROV_APPROVER,
          clause=["SX-54", "SX-55"], form=forms.PublicationForm,
          requires=[rules.consultations_in("joint", "SX-54"), rules.negative_opinions_answered("joint", "SX-54"),
                    rules.evaluation_recorded, rules.all_conditions_met, rules.promises_met, rules.no_open_inquiry],
          causes="Publicity.post", stops=[PROVINCE_EVALUATION, PROMISE], resumes="consultation",
          consequence=_("发布后不可撤改，只能另发更正；公示期满无异议再作决定。"))
    def publicise(self, ctx):
        effects.post_publicity(self, ctx)

    @step("转入线索核查", source=State.PUBLICITY, target=State.OBJECTION_INQUIRY, by=PROV_OFFICER,
          clause=["SX-21", "SX-69"], form=forms.FindingForm, requires=[rules.nothing_objected])
    def hold_publicity(self, ctx):
        """The public period runs on; the case waits for what the department found to be cleared up."""

    @step("收到异议", source=State.PUBLICITY, target=State.OBJECTION_INQUIRY, clause="AMB-G06", within="Objection.file")
    def open_objection(self, ctx):
        """Further objections join: the case is then already in inquiry and stays there."""

    @step("异议处理完毕", source=State.OBJECTION_INQUIRY, by=PROV_OFFICER, clause=["SX-55", "AMB-G06"],
          target=choose(effects.after_objections, publicity="the public period still runs", decision="it is over"),
          requires=[rules.objections_concluded, rules.no_open_inquiry, rules.no_sustained_objection_uncured],
          starts=DECISION.when("→ decision", lambda case, ctx: case.state == "decision"))
    def close_objections(self, ctx):
        """Every reply is out; whether the public period still runs says where the case goes."""

    @step("更正后重新公示", source=State.OBJECTION_INQUIRY, target=State.PUBLICITY, by=PROV_APPROVER,
          clause=["SX-55", "AMB-G05", "AMB-G06"], form=forms.RepublicationForm,
          requires=[rules.objections_concluded, rules.sustained_only_on_content, rules.publicity_is_over],
          causes="Publicity.post")
    def republicise(self, ctx):
        effects.cure_objections(self, ctx)
        effects.post_publicity(self, ctx)

    @step("公示期满", source=State.PUBLICITY, target=State.DECISION, clause="SX-55", within="Publicity.end",
          requires=[rules.publicity_is_over, rules.objections_concluded], starts=DECISION)
    def end_publicity(self, ctx):
        """The calendar acts; nobody presses a button."""

    @step("告知拟不予认定", source=[State.PROVINCIAL_EVALUATION, State.OBJECTION_INQUIRY, State.DECISION],
          target=State.PRIOR_NOTICE, by=PROV_OFFICER, clause="AMB-G09", form=forms.PriorNoticeForm,
          requires=[rules.ground_for_refusal], issues=PRIOR_NOTICE, pauses="statement", starts=STATEMENT)
    def serve_prior_notice(self, ctx):
        effects.open_hearing(self, ctx)

    @step("不予认定", source=[State.PROVINCIAL_EVALUATION, State.OBJECTION_INQUIRY, State.DECISION],
          target=State.REFUSED, by=PROV_APPROVER, clause=["SX-69", "AMB-G09"], form=forms.RefusalForm,
          requires=[rules.hearing_held, rules.each_point_answered], issues=REFUSAL, adverse=True,
          causes=["Publicity.terminate", "Objection.moot", "Consultation.cancel"])
    def refuse(self, ctx):
        effects.refuse(self, ctx)

    @step("认定", source=State.DECISION, target=State.ACCREDITED, by=PROV_APPROVER,
          clause=["SX-56", "SX-57", "SX-59"], form=forms.DecisionForm,
          requires=[rules.credit_checks_fresh, rules.promises_met, rules.no_active_title,
                    rules.no_sustained_objection_uncured, rules.no_open_inquiry],
          issues=ACCREDITATION, causes="Accreditation.grant",
          consequence=_("作出认定决定并制发证书；称号自今日起三年有效。"))
    def accredit(self, ctx):
        effects.grant_title(self, ctx)

    # --- The calendar ---------------------------------------------------------------------------------------
    @step("逾期视为受理", source=State.SUBMITTED, target=State.INITIAL_REVIEW, by=SYSTEM, clause="AMB-G07",
          requires=[rules.completeness_over], issues=ACCEPTANCE, lapse_of=COMPLETENESS, starts=CITY_REVIEW)
    def deem_accepted(self, ctx):
        effects.open_review(self, ctx, accepted_on=self.received_on)

    @step("补正逾期", source=State.CORRECTION, by=SYSTEM, clause="AMB-G07", requires=[rules.correction_over],
          target=choose(lambda case, ctx: "refused" if case.accepted_on else "not_accepted",
                        not_accepted="not yet accepted", refused="accepted"),
          issues=[NON_ACCEPTANCE, REFUSAL], lapse_of=CORRECTION, adverse=True)
    def lapse_correction(self, ctx):
        effects.end_children(self, ctx)
        ctx.notice.update(kind="refusal" if self.accepted_on else "non_acceptance",
                          reason=_("补正期限届满，没有提交补正材料。"), clauses=["AMB-G07"])

    @step("容缺承诺逾期", source=PROMISED, target=State.REFUSED, by=SYSTEM, clause=["FJ-24", "AMB-G08"],
          requires=[rules.promise_over], issues=REFUSAL, lapse_of=PROMISE, adverse=True)
    def lapse_promise(self, ctx):
        effects.end_children(self, ctx)
        effects.bar(self, ctx, "broken_promise")
        ctx.notice.update(reason=_("容缺承诺的材料逾期没有补交。"), clauses=["FJ-24"])

    @step("不予推荐生效", source=State.CITY_REFUSED, target=State.REFUSED, by=SYSTEM, clause="AMB-S08",
          requires=[rules.city_refusal_over], lapse_of=CITY_REFUSAL)
    def lapse_city_refusal(self, ctx):
        """The notice of the city has become final."""

    @step("逾期未陈述", source=State.PRIOR_NOTICE,
          target=back_to(State.PROVINCIAL_EVALUATION, State.OBJECTION_INQUIRY, State.DECISION),
          by=SYSTEM, clause="AMB-G09", requires=[rules.statement_over], lapse_of=STATEMENT, resumes="statement")
    def lapse_statement(self, ctx):
        effects.settle_hearing(self, ctx, "", is_waived=False)
    # fmt: on

    # --- What the rules ask of an application ---------------------------------------------------------------
    @read_once
    def profile(self) -> EnterpriseProfile | None:
        """The enterprise's particulars: its standing profile until submission, the frozen copy afterwards."""
        if self.profile_snapshot:
            return EnterpriseProfile(organization=self.applicant, **self.profile_snapshot)
        return (
            EnterpriseProfile.objects.filter(organization=self.applicant)
            .select_related("office_region")
            .first()
        )

    @read_once
    def competent_bodies(self) -> dict[str, Organization]:
        profile = self.profile()
        return self.program.competent_bodies(profile.office_region if profile else None)

    def reviewing_body(self) -> Organization | None:
        return self.competent_bodies().get(Kind.CITY_BUREAU)

    def material(self, code: str) -> Material:
        """The material of that code; an empty one where nothing has been saved yet."""
        known = {m.code: m for m in self.materials.all()}
        return known.get(code) or Material(application=self, code=code)

    def volume_window(self) -> tuple[date, date]:
        """First and last day whose business counts: the twelve months ending the day before first submission.

        Until then, before today. A correction does not move it (SX-38, AMB-S05).
        """
        reference = rules.today_or(self.first_submitted_on)
        months = defaults.value("SX_VOLUME_WINDOW_MONTHS", self.rules_on)
        return periods.window_start(reference, months), date.fromordinal(reference.toordinal() - 1)

    def compliance_window_start(self) -> date:
        return rules.compliance_window_start(rules.today_or(self.first_submitted_on))

    @read_once
    def open_correction(self) -> CorrectionRequest | None:
        return self.corrections.filter(resolved_at=None).first()

    def inquiry_standing(self) -> str:
        """ "open", "founded" or "none"."""
        newest = self.inquiries.order_by("-opened_at", "-id").first()
        if newest and newest.closed_at is None:
            return "open"
        return "founded" if self.inquiries.filter(is_founded=True).exists() else "none"

    @read_once
    def content_digest(self) -> str:
        """Digest of everything the legal representative signs for: change any of it and the signature is dead."""
        return sm3(canonical(effects.signed_content(self)).encode())

    @read_once
    def signatures(self, step_name: str) -> list[Countersignature]:
        """The newest first; one over other content than the present is dead and kept (SX-47)."""
        rows = Countersignature.objects.filter(case_id=self.pk, step=step_name, role=LEGAL_REP)
        return list(rows.select_related("user__person").order_by("-id"))

    def is_signed(self, step_name: str) -> bool:
        """Where nobody signed at all, the content need not be read to know."""
        signed = [signature.content_digest for signature in self.signatures(step_name)]
        return bool(signed) and self.content_digest() in signed
