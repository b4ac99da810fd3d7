"""What accreditation brings about and what lasts: the title, and bars on applying again.

A title is granted inside the step that decides the application; only steps change it. The steps of review and
revocation arrive with their procedures.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.roles import Role
from accreditation.clocks import PLAQUE, TITLE_END
from accreditation.forms import PlaqueForm
from accreditation.programs import Program
from accreditation.rules import title_is_over
from core import clock
from workflow.cases import Case
from workflow.steps import step


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
    number = models.CharField(_("证书编号"), max_length=40, unique=True)
    title_name = models.CharField(_("称号"), max_length=100)
    valid_from = models.DateField(_("有效期起"))
    valid_until = models.DateField(_("有效期止（含当日）"))
    plaque_number = models.CharField(_("牌匾编号"), max_length=40, blank=True)
    plaque_handed_on = models.DateField(_("授牌日期"), null=True, blank=True)
    plaque_receiver = models.CharField(_("领牌人"), max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("认定名录")
        constraints = [
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
        """In force on its last day, no longer on the next, whenever the sweep gets to it (SX-59)."""
        return self.is_open and self.valid_from <= clock.today() <= self.valid_until

    # The province
    @step(
        "授予称号",
        target=State.ACTIVE,
        clause=["SX-56", "SX-57", "SX-59"],
        within="ProviderApplication.accredit",
        causes="Entitlement.open",
        starts=[TITLE_END, PLAQUE],
    )
    def grant(self, ctx):
        """Number and days were set by the deciding step; `one_open_case_per_subject` keeps titles single."""

    @step(
        "登记授牌", source=list(holders), by=Role.PROV_OFFICER, clause="SX-57", form=PlaqueForm, stops=PLAQUE
    )
    def hand_over_plaque(self, ctx):
        self.plaque_number = ctx.inputs["plaque_number"]
        self.plaque_handed_on = ctx.inputs["handed_on"]
        self.plaque_receiver = ctx.inputs["receiver"]
        ctx.record(plaque=self.plaque_number, handed_on=self.plaque_handed_on)

    # The calendar
    @step(
        "有效期届满",
        source=[State.ACTIVE, State.UNDER_REVIEW],
        target=State.EXPIRED,
        by=Role.SYSTEM,
        clause=["SX-59", "AMB-S12", "AMB-S14"],
        requires=[title_is_over],
        lapse_of=TITLE_END,
        causes=["Entitlement.end", "ProviderReview.close"],
    )
    def expire(self, ctx):
        """The day after the last day; the wording is neutral: nobody did anything wrong."""


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
