"""What supervision writes down about a title: findings of departments, problems of its holder (SX-21, SX-60, SX-70)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization


class DepartmentFinding(models.Model):
    """What a department found about a holder: a penalty, a listing, a downgrade, fraud (SX-21, SX-65, SX-66).

    It revokes nothing by itself; it leads to a lead, once, on the ground it offers.
    """

    class Kind(models.TextChoices):
        PENALTY = "penalty", _("行政处罚（含警告）")
        LISTING = "listing", _("列入失信名单")
        DOWNGRADE = "downgrade", _("下调管理类别或信用等级")
        FRAUD = "fraud", _("骗取出口退税")
        OTHER = "other", _("其他违法违规")

    title = models.ForeignKey("accreditation.Accreditation", models.PROTECT, related_name="findings")
    kind = models.CharField(_("情形"), max_length=10, choices=Kind.choices)
    organ = models.CharField(_("作出机关"), max_length=100)
    document_number = models.CharField(_("文书文号"), max_length=100, blank=True)
    occurred_on = models.DateField(_("作出日期"))
    facts = models.CharField(_("内容"), max_length=1000)
    reported_by = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("报送单位")
    )
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(_("报送时间"))
    lead = models.OneToOneField(
        "accreditation.RevocationCase",
        models.PROTECT,
        null=True,
        related_name="finding",
        verbose_name=_("线索"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("部门监管信息")
        ordering = ["-reported_at", "-id"]
        indexes = [
            models.Index(name="findings_without_a_lead", fields=["id"], condition=Q(lead__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_finding_per_document",
                fields=["title", "kind", "organ", "document_number", "occurred_on"],
                violation_error_message="这条监管信息已经报送过。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document_number}"


class ProblemTicket(models.Model):
    """A difficulty of a holder, for one or more departments to solve; no time limit is invented (SX-70)."""

    title = models.ForeignKey("accreditation.Accreditation", models.PROTECT, related_name="problems")
    subject = models.CharField(_("事项"), max_length=100)
    text = models.TextField(_("困难和问题"), max_length=2000)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(_("提出时间"))
    closed_at = models.DateTimeField(_("办结时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("困难问题")
        ordering = ["filed_at", "id"]

    def __str__(self) -> str:
        return self.subject


class TicketRouting(models.Model):
    """A department a problem was sent to, and its answer."""

    ticket = models.ForeignKey(ProblemTicket, models.PROTECT, related_name="routings")
    department = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("部门"))
    answer = models.TextField(_("答复"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("问题转办")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="one_routing_per_department", fields=["ticket", "department"]),
            models.CheckConstraint(
                name="answered_problem_has_an_answer",
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]
