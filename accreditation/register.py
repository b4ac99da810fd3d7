"""What accreditation brings about and what lasts: the title, and bars on applying again.

A title is granted inside the step that decides the application; only steps change it. It is renewed or not kept by
its review, ended by its revocation, or by the calendar. Workflows.md section 4 is the table of its steps.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.roles import Role
from accreditation import rules, selectors
from accreditation import title_effects as effects
from accreditation.clocks import PLAQUE, REVIEW_OPENING, TITLE_END
from accreditation.forms import PlaqueForm, ReasonForm
from accreditation.forms_title import ParticularsForm, ReinstateForm, StrikeOffForm
from accreditation.notices import ACCREDITATION
from accreditation.programs import Program
from accreditation.title_papers import PlaqueReturn
from core import clock
from workflow.cases import Case
from workflow.steps import choose, step


def is_periodic(title: Accreditation, ctx) -> bool:
    return ctx.inputs["is_periodic"]


class Accreditation(Case):
    """The title 山西省省级外贸综合服务企业, or another program's: number, first and last day (SX-56, SX-59)."""

    class State(models.TextChoices):
        ACTIVE = "active", _("有效")
        UNDER_REVIEW = "under_review", _("复核中（仍有效）")
        REVOCATION_PENDING = "revocation_pending", _("拟取消（有效；扶持可暂停）")
        EXPIRED = "expired", _("届满失效")
        REVIEW_FAILED = "review_failed", _("复核未通过")
        REVOKED = "revoked", _("已取消")
        SURRENDERED = "surrendered", _("自愿放弃")
        STRUCK_OFF = "struck_off", _("主体终止注销")

    holders = {
        State.ACTIVE: Role.PROV_OFFICER,
        State.UNDER_REVIEW: Role.PROV_OFFICER,
        State.REVOCATION_PENDING: Role.PROV_OFFICER,
    }
    prefix = "MP"
    lasting = True
    exclusive = True

    program = models.ForeignKey(Program, models.PROTECT, related_name="titles", verbose_name=_("事项"))
    number = models.CharField(_("证书编号"), max_length=40, db_index=True)
    # The title that ended wrongly and is given again by this entry, under its number (AMB-G10).
    restores = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="restored_by")
    title_name = models.CharField(_("称号"), max_length=100)
    valid_from = models.DateField(_("有效期起"))
    valid_until = models.DateField(_("有效期止（含当日）"))
    plaque_number = models.CharField(_("牌匾编号"), max_length=40, blank=True)
    plaque_handed_on = models.DateField(_("授牌日期"), null=True, blank=True)
    plaque_receiver = models.CharField(_("领牌人"), max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("认定名录")
        constraints = [
            models.UniqueConstraint(
                name="one_title_per_number_beside_the_one_it_restores",
                fields=["number"],
                condition=Q(restores__isnull=True),
            ),
            models.CheckConstraint(
                name="accreditation_ends_after_it_starts",
                condition=Q(valid_until__gt=F("valid_from")),
                violation_error_message="有效期止应晚于有效期起。",
            ),
            models.CheckConstraint(
                name="handed_over_plaque_has_number_and_receiver",
                condition=Q(plaque_handed_on__isnull=True) | (~Q(plaque_number="") & ~Q(plaque_receiver="")),
            ),
        ]

    def subject_key(self) -> str:
        return f"Accreditation:{self.program.code}:{self.applicant_id}"

    @property
    def is_in_force(self) -> bool:
        """In force on its last day, no longer on the next, whenever the sweep gets to it (SX-59).

        Unless what is open about it keeps it until it is decided.
        """
        return self.is_open and (
            self.valid_from <= clock.today() <= self.valid_until or self.outlasts_its_term()
        )

    def outlasts_its_term(self) -> bool:
        """Past its last day a title stands while its revocation is undecided, or a review that was filed in time, or
        may still be (SX-63, AMB-S12)."""
        return self.state == self.State.REVOCATION_PENDING or self.is_kept_by_a_review()

    def open_review_case(self):
        """The review of this title that is open, if there is one."""
        return self.reviews.filter(closed_at=None).first()

    def is_kept_by_a_review(self) -> bool:
        """Whether an open review was filed in time, or its materials are not due yet (AMB-S12)."""
        review = self.open_review_case()
        return review is not None and review.keeps_its_title()

    def reviewing_body(self) -> Organization | None:
        """The city or zone of the holder's office, as with an application; else the one that reviewed it (SX-50)."""
        return selectors.reviewing_body_of(self)

    def ask_plaque_back(self, *, asked_on, due_on) -> None:
        PlaqueReturn.objects.get_or_create(title=self, defaults={"asked_on": asked_on, "due_on": due_on})

    # fmt: off
    # The province
    @step("授予称号", target=State.ACTIVE, clause=["SX-56", "SX-57", "SX-59"], within="ProviderApplication.accredit",
          causes="Entitlement.open", starts=[TITLE_END, REVIEW_OPENING, PLAQUE])
    def grant(self, ctx):
        """Number and days were set by the deciding step; `one_open_case_per_subject` keeps titles single."""

    @step("登记授牌", source=list(holders), by=Role.PROV_OFFICER, clause="SX-57", form=PlaqueForm, stops=PLAQUE)
    def hand_over_plaque(self, ctx):
        self.plaque_number = ctx.inputs["plaque_number"]
        self.plaque_handed_on = ctx.inputs["handed_on"]
        self.plaque_receiver = ctx.inputs["receiver"]
        ctx.record(plaque=self.plaque_number, handed_on=self.plaque_handed_on)

    @step("恢复称号", target=State.ACTIVE, by=Role.PROV_APPROVER, clause="AMB-G10", form=ReinstateForm,
          requires=[rules.end_was_set_aside], issues=ACCREDITATION, causes="Entitlement.open",
          starts=[TITLE_END, REVIEW_OPENING])
    def reinstate(self, ctx):
        effects.reinstate_title(self, ctx)

    @step("变更登记事项", source=[State.ACTIVE, State.UNDER_REVIEW], by=Role.PROV_OFFICER, clause="AMB-S22",
          form=ParticularsForm, requires=[rules.particulars_in_time], issues=ACCREDITATION)
    def update_particulars(self, ctx):
        effects.update_particulars(self, ctx)

    # The enterprise
    @step("放弃称号", source=[State.ACTIVE, State.UNDER_REVIEW], target=State.SURRENDERED, by=Role.LEGAL_REP,
          clause="AMB-G11", form=ReasonForm, causes=["Entitlement.end", "ProviderReview.close"],
          consequence=_("称号自今日起终止，证书失效；需要时可以重新申请。"))
    def surrender(self, ctx):
        effects.end_title(self, ctx, "企业自愿放弃称号")
        effects.close_review(self, ctx)
        ctx.record(reason=ctx.inputs["reason"])

    # The province, on what happened to the holder
    @step("启动专项复核", source=State.ACTIVE, target=State.UNDER_REVIEW, by=Role.PROV_OFFICER, clause="AMB-S22",
          form=ReasonForm, requires=[rules.title_has_city, rules.rule_set_in_force], causes="ProviderReview.open")
    def open_ad_hoc_review(self, ctx):
        effects.open_review(self, ctx, kind="ad_hoc")
        ctx.record(reason=ctx.inputs["reason"])

    @step("主体终止注销", source=list(holders), target=State.STRUCK_OFF, by=Role.PROV_APPROVER,
          clause=["SX-60", "AMB-S22"], form=StrikeOffForm, adverse=True,
          causes=["Entitlement.end", "ProviderReview.close", "RevocationCase.close"])
    def strike_off(self, ctx):
        effects.end_title(self, ctx, "企业主体终止")
        effects.close_review(self, ctx)
        effects.close_revocations(self, ctx)
        ctx.record(reason=ctx.inputs["extract"])

    # Its review and its revocation
    @step("续展", source=State.UNDER_REVIEW, target=State.ACTIVE, clause="AMB-S12", within="ProviderReview.pass",
          issues=ACCREDITATION,
          restarts=[TITLE_END.when("periodic", is_periodic), REVIEW_OPENING.when("periodic", is_periodic)])
    def renew(self, ctx):
        """From the day after the old last day where the review was the periodic one."""
        self.valid_until = ctx.inputs["until"]
        ctx.notice.update(effects.described(self), is_renewal=True, clauses=["SX-59", "SX-61"])
        ctx.record(number=self.number, valid_until=self.valid_until)

    @step("复核不通过", source=State.UNDER_REVIEW, target=State.REVIEW_FAILED, clause="SX-62",
          within="ProviderReview.fail", causes="Entitlement.end", adverse=True)
    def fail(self, ctx):
        effects.end_title(self, ctx, "复核未通过")

    @step("立案取消", source=[State.ACTIVE, State.UNDER_REVIEW], target=State.REVOCATION_PENDING, clause="SX-63",
          within="RevocationCase.open")
    def open_revocation(self, ctx):
        """It stands until the decision; nobody outside is told."""

    @step("不予取消，称号保留", source=State.REVOCATION_PENDING, clause=["SX-63", "AMB-S12"],
          within="RevocationCase.dismiss", causes=["Entitlement.end", "ProviderReview.close"],
          target=choose(effects.kept_as, active="it was active and its last day is not over",
                        under_review="a review is open",
                        expired="the last day is over and no review was filed in time"))
    def keep(self, ctx):
        if effects.kept_as(self, ctx) == "expired":
            effects.end_title(self, ctx, "有效期届满")
            effects.close_review(self, ctx)

    @step("取消", source=State.REVOCATION_PENDING, target=State.REVOKED,
          clause=["SX-63", "SX-64", "SX-65", "SX-66", "SX-67", "SX-68", "SX-69"],
          within="RevocationCase.decide_revoke", causes=["Entitlement.end", "ProviderReview.close"], adverse=True)
    def revoke(self, ctx):
        effects.end_title(self, ctx, "认定资格已取消")
        effects.close_review(self, ctx)

    # The calendar
    @step("启动三年复核", source=State.ACTIVE, target=State.UNDER_REVIEW, by=Role.SYSTEM, clause=["SX-61", "AMB-S12"],
          requires=[rules.review_is_due, rules.rule_set_in_force, rules.title_has_city], lapse_of=REVIEW_OPENING,
          causes="ProviderReview.open")
    def open_review(self, ctx):
        effects.open_review(self, ctx, kind="periodic")

    @step("有效期届满", source=[State.ACTIVE, State.UNDER_REVIEW], target=State.EXPIRED, by=Role.SYSTEM,
          clause=["SX-59", "AMB-S12", "AMB-S14"], requires=[rules.title_is_over, rules.no_review_keeps_it],
          lapse_of=TITLE_END, causes=["Entitlement.end", "ProviderReview.close"])
    def expire(self, ctx):
        """The day after the last day; the wording is neutral: nobody did anything wrong."""
        effects.end_title(self, ctx, "有效期届满")
        effects.close_review(self, ctx)
    # fmt: on


class Bar(models.Model):
    """A time in which an enterprise may not apply again, through its last day (SX-64, AMB-G08, AMB-G11)."""

    class Reason(models.TextChoices):
        FALSE_MATERIALS = "false_materials", _("申报材料虚假")
        BROKEN_PROMISE = "broken_promise", _("容缺承诺未履行")

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="bars")
    reason = models.CharField(_("原因"), max_length=20, choices=Reason.choices)
    imposed_on = models.DateField(_("起始日期"))
    last_day = models.DateField(_("限制至（含当日）"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("申报限制")
        constraints = [
            models.CheckConstraint(
                name="bar_ends_after_it_starts", condition=Q(last_day__gt=F("imposed_on"))
            ),
            models.UniqueConstraint(name="one_bar_per_case_and_reason", fields=["case", "reason"]),
        ]

    def __str__(self) -> str:
        return f"{self.organization} 至 {self.last_day}"
