"""Consultation of a department, one child case each: peers of the city (SX-52), joint evaluators (SX-54).

The department sees only what was sent; silence after the limit is recorded and does not block.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.roles import Role
from accreditation import forms, rules
from accreditation.clocks import JOINT_REPLY, PEER_REPLY
from accreditation.notices import CONSULTATION
from core.findings import Finding
from workflow.cases import Case
from workflow.steps import step


def reply_is_overdue(consultation: Consultation, ctx) -> Finding:
    """The department's time is over (AMB-S07, AMB-S20)."""
    code = "peer_reply" if consultation.stage == "peer" else "joint_reply"
    return rules.lapsed(consultation, ctx, code, "AMB-S07" if consultation.stage == "peer" else "AMB-S20")


class Consultation(Case):
    class State(models.TextChoices):
        PENDING = "pending", _("待复函")
        OVERDUE = "overdue", _("逾期未复")
        ANSWERED = "answered", _("已复函")
        CANCELLED = "cancelled", _("已取消")

    holders = {State.PENDING: Role.DEPARTMENT, State.OVERDUE: Role.DEPARTMENT}
    prefix = "YJ"

    class Stage(models.TextChoices):
        PEER = "peer", _("同级部门")
        JOINT = "joint", _("会同评定")

    stage = models.CharField(_("阶段"), max_length=6, choices=Stage.choices)
    department = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("部门"))
    question = models.TextField(_("征求意见的问题"), max_length=1000)
    sent = models.JSONField(
        _("随函材料与事实"), default=dict
    )  # what the department may see, frozen when sent
    opinion = models.CharField(_("意见"), max_length=24, blank=True)
    reasons = models.TextField(_("理由或条件"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("复函时间"), null=True)
    was_late = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("征求意见")
        constraints = [
            models.CheckConstraint(
                name="objecting_opinion_gives_reasons",
                condition=~Q(opinion__in=["object", "agree_with_conditions"]) | ~Q(reasons=""),
                violation_error_message="不同意或附条件同意的，写明理由或条件。",
            )
        ]

    @property
    def needs_answer(self) -> bool:
        """Whether the asking body must say how it dealt with this opinion."""
        return self.opinion in ("object", "agree_with_conditions")

    @property
    def opinion_label(self) -> str:
        return dict(forms.OPINIONS).get(self.opinion, "")

    # fmt: off
    @step("发出征求意见函", target=State.PENDING, clause=["SX-52", "SX-54"], issues=CONSULTATION,
          within=["ProviderApplication.consult", "ProviderApplication.consult_joint"],
          starts=[PEER_REPLY.when("peer department", lambda case, ctx: case.stage == "peer"),
                  JOINT_REPLY.when("joint evaluator", lambda case, ctx: case.stage == "joint")])
    def send(self, ctx):
        ctx.notice.update(question=self.question, sent=self.sent)

    @step("复函", source=[State.PENDING, State.OVERDUE], target=State.ANSWERED, by=Role.DEPARTMENT,
          clause=["SX-52", "SX-54"], form=forms.ConsultationAnswerForm, stops=[PEER_REPLY, JOINT_REPLY])
    def answer(self, ctx):
        self.was_late = self.state == self.State.OVERDUE
        self.opinion, self.reasons, self.answered_at = ctx.inputs["opinion"], ctx.inputs["reasons"], ctx.now
        ctx.record(opinion=self.opinion)

    @step("逾期未复", source=State.PENDING, target=State.OVERDUE, by=Role.SYSTEM, clause=["AMB-S07", "AMB-S20"],
          requires=[reply_is_overdue], lapse_of=[PEER_REPLY, JOINT_REPLY])
    def mark_overdue(self, ctx):
        """The parent may go on; a late answer is kept and shown until the parent decides."""

    @step("取消征求意见", source=[State.PENDING, State.OVERDUE], target=State.CANCELLED, by=Role.SYSTEM,
          clause=["SX-52", "SX-54"],
          within=["ProviderApplication.send_back", "ProviderApplication.refuse", "ProviderApplication.withdraw"])
    def cancel(self, ctx):
        """The parent ended or was sent back; the department is told."""
    # fmt: on
