"""Objection 异议 to a posting: anyone, in the period, with name and facts; anonymous ones are kept as leads.

The objector's name is visible to the handlers only, and the handler took no part in the review (AMB-G17).
"""

from __future__ import annotations

import secrets
from typing import cast

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core.findings import Finding
from publicity import forms
from publicity.clocks import OBJECTION as OBJECTION_CLOCK
from publicity.notices import OBJECTION_REPLY
from workflow.authority import people_with_a_part
from workflow.cases import Case
from workflow.steps import choose, step


def posting_still_open(objection: Objection, ctx) -> Finding:
    """The posting runs and its last day is not over, both read under the lock (SX-55, AMB-G06)."""
    posting = objection.parent.as_procedure()
    ok = posting.state == "posted" and ctx.today <= posting.last_day
    return Finding(
        "AMB-G06",
        ok,
        ctx.today,
        f"{posting.posted_on} 至 {posting.last_day}",
        ""
        if ok
        else f"公示期到 {posting.last_day} 24 时止，已不能提出异议；认定后发现问题，可向省商务厅反映。",
        "posting_still_open",
    )


def applicant_was_heard(objection: Objection) -> Finding:
    """The enterprise concerned was heard before an objection is sustained (AMB-G06)."""
    ok = objection.heard_at is not None
    return Finding(
        "AMB-G06",
        ok,
        objection.heard_at or "未听取",
        "听取申请人意见",
        "" if ok else "还没有听取被异议企业的意见。",
        "applicant_was_heard",
    )


def handler_uninvolved(objection: Objection, ctx) -> Finding:
    """Who handles an objection took no part in the case it is about: no step, no draft of one, no verdict (AMB-G17)."""
    who = ctx.actor.person_id
    took_part = who in people_with_a_part(cast("int", objection.parent.parent_id))
    return Finding(
        "AMB-G17",
        not took_part,
        ctx.actor.name,
        "未参与本件审核的人",
        "您参与过本件的审核，异议须由未参与的同事处理。" if took_part else "",
        "handler_uninvolved",
    )


def not_yet_extended(objection: Objection, ctx) -> Finding:
    deadline = ctx.clocks.live.get("objection")
    ok = deadline is not None and deadline.extended_by == 0
    return Finding(
        "AMB-G06",
        ok,
        deadline.extended_by if deadline else "",
        "只延长一次",
        "" if ok else "处理期限只能延长一次。",
        "not_yet_extended",
    )


class Objection(Case):
    class State(models.TextChoices):
        RECEIVED = "received", _("已收到")
        INQUIRY = "inquiry", _("核查中")
        LEAD = "lead", _("匿名线索，存查")
        REJECTED = "rejected", _("不予受理")
        SUSTAINED = "sustained", _("异议成立")
        DISMISSED = "dismissed", _("异议不成立")
        RETRACTED = "retracted", _("已撤回")
        MOOT = "moot", _("案件已终止")

    holders = {State.RECEIVED: Role.PROV_OFFICER, State.INQUIRY: Role.PROV_OFFICER}
    prefix = "YY"

    receipt_code = models.CharField(_("回执码"), max_length=32, unique=True)
    is_anonymous = models.BooleanField(default=False)
    objector_name = models.CharField(_("异议人"), max_length=100, blank=True)
    contact = models.CharField(_("联系方式"), max_length=100, blank=True)
    facts = models.TextField(_("事实和理由"), max_length=4000)
    heard_at = models.DateTimeField(_("听取申请人意见"), null=True)
    hearing_record = models.TextField(_("申请人意见"), blank=True)
    findings = models.TextField(_("核查结论"), blank=True)
    about = models.CharField(_("涉及"), max_length=16, blank=True)
    cured_at = models.DateTimeField(_("已更正公示"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("异议")
        constraints = [
            models.CheckConstraint(
                name="counted_objection_names_who_and_how_to_reach",
                condition=Q(is_anonymous=True) | (~Q(objector_name="") & ~Q(contact="")),
            ),
            models.CheckConstraint(name="objection_states_facts", condition=~Q(facts="")),
        ]

    def is_objector(self, actor) -> bool:
        """Whoever shows the code of the receipt is the objector."""
        return bool(actor.receipt_code) and secrets.compare_digest(actor.receipt_code, self.receipt_code)

    # fmt: off
    # --- Anyone ---------------------------------------------------------------------------------------------
    @step("提出异议", by=[Role.VISITOR, Role.APPLICANT, Role.OPERATOR], clause=["SX-55", "AMB-G06"],
          target=choose(lambda case, ctx: "lead" if case.is_anonymous else "received",
                        received="real name, contact and facts are given", lead="anonymous"),
          requires=[posting_still_open], causes="ProviderApplication.open_objection",
          starts=OBJECTION_CLOCK.when("→ received", lambda case, ctx: case.state == "received"))
    def file(self, ctx):
        if not self.is_anonymous:
            ctx.cascade(self.parent.parent, "open_objection")

    @step("撤回异议", source=[State.RECEIVED, State.INQUIRY], target=State.RETRACTED, by=Role.OBJECTOR, clause="AMB-G06")
    def retract(self, ctx):
        """The office may go on of its own motion."""

    # --- The province ---------------------------------------------------------------------------------------
    @step("受理核查", source=State.RECEIVED, target=State.INQUIRY, by=Role.PROV_OFFICER, clause="AMB-G06",
          requires=[handler_uninvolved])
    def admit(self, ctx):
        """The enterprise concerned is asked for its side, without learning who objected."""

    @step("异议不予受理", source=State.RECEIVED, target=State.REJECTED, by=Role.PROV_APPROVER, clause="AMB-G06",
          form=forms.ReasonForm, requires=[handler_uninvolved], issues=OBJECTION_REPLY)
    def reject(self, ctx):
        self.findings = ctx.inputs["reason"]
        ctx.notice.update(outcome="rejected", findings=self.findings)

    @step("延长处理期限", source=State.INQUIRY, by=Role.PROV_APPROVER, clause="AMB-G06", form=forms.ReasonForm,
          requires=[not_yet_extended, handler_uninvolved], extends=[(OBJECTION_CLOCK, "OBJECTION_EXTENSION_WORKING_DAYS")])
    def extend(self, ctx):
        ctx.record(reason=ctx.inputs["reason"])

    @step("异议成立", source=State.INQUIRY, target=State.SUSTAINED, by=Role.PROV_APPROVER, clause=["AMB-G06", "AMB-G17"],
          form=forms.SustainForm, requires=[applicant_was_heard, handler_uninvolved], issues=OBJECTION_REPLY)
    def sustain(self, ctx):
        self.findings, self.about = ctx.inputs["findings"], ctx.inputs["about"]
        ctx.notice.update(outcome="sustained", findings=self.findings)

    @step("异议不成立", source=State.INQUIRY, target=State.DISMISSED, by=Role.PROV_APPROVER, clause=["AMB-G06", "AMB-G17"],
          form=forms.ConclusionForm, requires=[handler_uninvolved], issues=OBJECTION_REPLY)
    def dismiss(self, ctx):
        self.findings = ctx.inputs["findings"]
        ctx.notice.update(outcome="dismissed", findings=self.findings)

    @step("案件终止", source=[State.RECEIVED, State.INQUIRY], target=State.MOOT, by=Role.SYSTEM,
          clause=["AMB-G06", "AMB-G11"], within=["ProviderApplication.refuse", "ProviderApplication.withdraw"],
          issues=OBJECTION_REPLY)
    def moot(self, ctx):
        ctx.notice.update(outcome="moot", findings=_("所涉申请已终止，不再作出认定。"))
    # fmt: on
