"""What was said at a hearing of several bodies, and what a decision asks to be carried out (HB-31, AMB-H36)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core import letters
from workflow.cases import Case


class HeardParty(models.Model):
    """A body or enterprise that is heard before a decision; its statement, its waiver, or its silence (AMB-G09)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="heard")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("单位"))
    statement = models.TextField(_("意见"), max_length=4000, blank=True, validators=[letters.check])
    is_waived = models.BooleanField(_("书面放弃"), default=False)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("听取意见")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="one_hearing_per_body_and_case", fields=["case", "organization"]),
            models.CheckConstraint(
                name="answered_hearing_says_or_waives",
                condition=Q(answered_at__isnull=True, statement="", is_waived=False)
                | Q(answered_at__isnull=False, is_waived=True)
                | (Q(answered_at__isnull=False) & ~Q(statement="")),
            ),
        ]

    @property
    def outcome(self) -> str:
        if self.answered_at is None:
            return "未陈述"
        return "书面放弃" if self.is_waived else "已陈述"


class DecisionPoint(models.Model):
    """One thing a decision asks of the county: ticked with its evidence when it is carried out (HB-31)."""

    center = models.ForeignKey("centers.Center", models.PROTECT, related_name="points")
    decision = models.ForeignKey(Case, models.PROTECT, related_name="decision_points")
    number = models.PositiveSmallIntegerField(_("序号"))
    text = models.CharField(_("事项"), max_length=300)
    due_on = models.DateField(_("办结期限"), null=True)
    evidence = models.TextField(_("办理情况和依据"), max_length=1000, blank=True)
    reported_at = models.DateTimeField(_("报告时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("决定事项")
        ordering = ["decision_id", "number"]
        constraints = [
            models.UniqueConstraint(name="one_point_per_number_of_a_decision", fields=["decision", "number"]),
            models.CheckConstraint(
                name="reported_point_has_its_evidence",
                condition=Q(reported_at__isnull=True) | ~Q(evidence=""),
            ),
        ]


def note_point(center: Any, ctx: Any) -> None:
    """A point of the decision is reported as carried out, with what proves it (HB-31)."""
    point = open_points_named(center, ctx.inputs).get()
    point.evidence, point.reported_at = ctx.inputs["evidence"], ctx.now
    point.save(update_fields=["evidence", "reported_at"])
    ctx.record(point=point.number, decision=point.decision.reference)


def open_points_named(center: Any, said: dict[str, Any]) -> Any:
    """The open points that a report names, by number and decision; the decision may be left out where one is open."""
    named = DecisionPoint.objects.filter(center=center, reported_at=None, number=said["number"])
    return named.filter(decision__reference=said["decision"]) if said.get("decision") else named
