"""三方合作协议: county, zone committee and operator sign in any order; it holds from the last signature (HB-43).

workflows.md section 10 is the table this file is held against. Until tenders are held here, the award comes from the
designated platform (`centers.cycles`), and the center is told by this procedure what a tender would tell it.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.roles import Role
from centers import contracting
from centers.cycles import ProcurementCycle
from centers.forms import AgreementForm, SignatureForm
from centers.register import Center
from centers.rules import contract as rules
from workflow.cases import Case
from workflow.forms import ReasonForm
from workflow.relations import Relation
from workflow.steps import choose, step

COUNTY_APPROVER, ZONE, OPERATOR = Role.COUNTY_APPROVER, Role.ZONE, Role.OPERATOR
# Who signs, in the order in which the case is shown to wait for them.
PARTIES = {Relation.COUNTY: COUNTY_APPROVER, Relation.ZONE: ZONE, Relation.OPERATOR: OPERATOR}


class TripartiteAgreement(Case):
    class State(models.TextChoices):
        DRAFT = "draft", _("拟定")
        SIGNING = "signing", _("签署中")
        EFFECTIVE = "effective", _("已生效")
        ENDED = "ended", _("已终止")
        VOID = "void", _("作废")

    holders: ClassVar = {
        State.DRAFT: Role.COUNTY_OFFICER,
        State.SIGNING: COUNTY_APPROVER,
        State.EFFECTIVE: Role.COUNTY_OFFICER,
    }
    prefix = "XY"

    service_center = models.ForeignKey(
        Center, models.PROTECT, related_name="agreements", verbose_name=_("中心")
    )
    cycle = models.OneToOneField(ProcurementCycle, models.PROTECT, related_name="agreement")
    uses = models.JSONField(_("资金用途"), default=list)
    terms = models.TextField(_("协议内容"), max_length=4000, blank=True)
    effective_on = models.DateField(_("生效日"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("三方合作协议")
        constraints = [
            models.CheckConstraint(
                name="effective_agreement_lists_uses_of_money",
                condition=Q(effective_on__isnull=True) | ~Q(uses=[]),
                violation_error_message="协议应列明资金用途。",
            )
        ]

    def holding_role(self) -> Role | None:
        """While it is being signed, the first of the three who has not."""
        if self.state == self.State.SIGNING:
            return next((role for relation, role in PARTIES.items() if relation not in self.signed()), None)
        return super().holding_role()

    def signed(self) -> set[str]:
        return set(self.signatures.values_list("relation", flat=True))

    # fmt: off
    @step("拟定协议", target=State.DRAFT, clause="HB-43", within=["Tender.award", "OperatorChange.approve"])
    def prepare(self, ctx):
        """The award names the operator; the center is being procured for until the third signature."""
        ctx.cascade(self.service_center, "start_tender")
        ctx.record(operator=self.cycle.operator.name, award=self.cycle.award_number)

    @step("交付签署", source=State.DRAFT, target=State.SIGNING, by=COUNTY_APPROVER, clause=["HB-43", "HB-54"],
          form=AgreementForm, consequence=_("交付签署后文本不能再改，三方可以不分先后签署。"))
    def offer(self, ctx):
        self.uses, self.terms = ctx.inputs["uses"], ctx.inputs["terms"]

    @step("签署协议", source=State.SIGNING, by=[COUNTY_APPROVER, ZONE, OPERATOR], clause=["HB-43", "HB-67"],
          form=SignatureForm, requires=[rules.not_yet_signed],
          target=choose(lambda case, ctx: "effective" if case.signed() == set(PARTIES) else "signing",
                        signing="fewer than three have signed", effective="it is the third"),
          causes=["Tender.sign", "OperatorFiling.start", "Contract.prepare"])
    def sign(self, ctx):
        contracting.sign_agreement(self, ctx)

    @step("协议终止", source=State.EFFECTIVE, target=State.ENDED, clause="HB-42",
          within=["Contract.expire", "Contract.terminate", "Contract.discard"])
    def end(self, ctx):
        """No contract of the cycle is left."""

    @step("作废", source=[State.DRAFT, State.SIGNING], target=State.VOID, by=COUNTY_APPROVER, clause="AMB-H11",
          form=ReasonForm, within=["Tender.decline", "Tender.cancel"])
    def discard(self, ctx):
        contracting.undo_award(self, ctx)
    # fmt: on


class AgreementSignature(models.Model):
    """One of the three signatures; each party signs once, for the text as it was offered (HB-43)."""

    agreement = models.ForeignKey(TripartiteAgreement, models.PROTECT, related_name="signatures")
    relation = models.CharField(_("一方"), max_length=16, choices=Relation.choices)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("签署时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("三方协议签署")
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="each_party_signs_an_agreement_once", fields=["agreement", "relation"]
            ),
            models.CheckConstraint(
                name="agreement_is_signed_by_its_three_parties",
                condition=Q(relation__in=["county", "zone", "operator"]),
            ),
        ]
