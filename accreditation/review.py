"""What the bodies find out: verdicts on materials and conditions, credit checks, inquiries, the evaluation.

These are papers of a case: they are written under its lock by whoever's body holds it, and a step's rules
read them. None of them moves the case.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization


class Verdict(models.Model):
    """What is common to verdicts: whose, by whom, when; one body has one standing verdict on a subject."""

    ok = models.BooleanField(_("符合"))
    note = models.TextField(_("说明"), max_length=1000, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class MaterialVerdict(Verdict):
    """The checklist point of a material: in order, or what is wrong and how to mend it."""

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.PROTECT, related_name="material_verdicts"
    )
    material = models.CharField(_("材料"), max_length=40)
    point = models.CharField(_("核对要点"), max_length=60)
    problem = models.TextField(_("问题"), max_length=500, blank=True)
    remedy = models.TextField(_("怎么改"), max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("材料核对")
        constraints = [
            models.UniqueConstraint(
                name="one_material_verdict_per_point",
                fields=["application", "material", "point", "organization"],
            ),
            models.CheckConstraint(
                name="defect_says_what_and_how",
                condition=Q(ok=True) | (~Q(problem="") & ~Q(remedy="")),
                violation_error_message="要补正的，问题和怎么改都要写。",
            ),
        ]


class CriterionVerdict(Verdict):
    """A reviewer's finding on a condition a machine cannot judge (SX-03, SX-27, SX-28, SX-36)."""

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.PROTECT, related_name="criterion_verdicts"
    )
    criterion = models.CharField(_("条件"), max_length=40)
    evidence = models.CharField(_("证据"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("条件核实")
        constraints = [
            models.UniqueConstraint(
                name="one_criterion_verdict_per_body", fields=["application", "criterion", "organization"]
            )
        ]


class CreditCheck(models.Model):
    """One query of a register: which, where, on which day, and what it said (SX-33–35, AMB-G19)."""

    class Subject(models.TextChoices):
        VIOLATION = "violation", _("违法违规")
        LISTING = "listing", _("失信名单")
        DOWNGRADE = "downgrade", _("下调管理类别或信用等级")

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.PROTECT, related_name="credit_checks"
    )
    subject = models.CharField(_("类别"), max_length=10, choices=Subject.choices)
    item = models.CharField(_("查询项"), max_length=40)  # 海关 …, 失信联合惩戒名单 …, 管理类别 …
    source = models.CharField(_("来源"), max_length=100)
    queried_on = models.DateField(_("查询日期"))
    is_hit = models.BooleanField(_("有记录"))
    occurred_on = models.DateField(_("发生日期"), null=True, blank=True)
    is_current = models.BooleanField(_("目前仍在列"), default=False)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("信用核查")
        ordering = ["subject", "item", "at", "id"]
        indexes = [models.Index(name="credit_check_by_item", fields=["application", "subject", "item"])]
        constraints = [
            models.CheckConstraint(
                name="credit_hit_is_dated_or_current",
                condition=Q(is_hit=False) | Q(occurred_on__isnull=False) | Q(is_current=True),
                violation_error_message="有记录的，写明发生日期，或注明目前仍在列。",
            )
        ]


class Inquiry(models.Model):
    """A suspicion of false material: opened by one person, concluded by another (SX-64, SX-69, AMB-G17)."""

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.PROTECT, related_name="inquiries"
    )
    fact = models.TextField(_("线索事实"), max_length=1000)
    source = models.CharField(_("线索来源"), max_length=200)
    opened_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    is_founded = models.BooleanField(_("属实"), null=True)
    finding = models.TextField(_("核查结论"), max_length=1000, blank=True)
    closed_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("虚假材料核查")
        constraints = [
            models.UniqueConstraint(
                name="one_open_inquiry_per_application",
                fields=["application"],
                condition=Q(closed_at__isnull=True),
                violation_error_message="本件已有核查未结束。",
            ),
            models.CheckConstraint(
                name="who_opened_an_inquiry_did_not_close_it",
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=models.F("opened_by")),
            ),
            models.CheckConstraint(
                name="concluded_inquiry_has_a_finding",
                condition=Q(closed_at__isnull=True, is_founded__isnull=True)
                | (Q(closed_at__isnull=False, is_founded__isnull=False) & ~Q(finding="")),
            ),
        ]


class EvaluationRecord(models.Model):
    """The provincial joint evaluation: who sat, how they voted, the minutes, the answers (SX-54, AMB-S20)."""

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.PROTECT, related_name="evaluation_records"
    )
    held_on = models.DateField(_("评定日期"))
    members = models.JSONField(_("参加人员及意见"))  # [{"name", "organization", "vote"}]
    minutes = models.TextField(_("评定纪要"), max_length=4000)
    answers = models.TextField(_("对不同意见的处理"), max_length=2000, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("联合评定记录")
        ordering = ["recorded_at", "id"]


class HearingRecord(models.Model):
    """告知与陈述申辩: what the party was told, and what it answered, waived or let lapse (AMB-G09)."""

    facts = models.TextField(_("拟处理的事实"), max_length=2000)
    ground = models.CharField(_("理由"), max_length=200)
    clauses = models.JSONField(_("依据条款"))
    evidence = models.TextField(_("证据清单"), max_length=2000)
    opened_at = models.DateTimeField()
    statement = models.TextField(_("陈述申辩"), max_length=4000, blank=True)
    is_waived = models.BooleanField(_("书面放弃"), default=False)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["opened_at", "id"]


class Hearing(HearingRecord):
    """Before a refusal."""

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.PROTECT, related_name="hearings"
    )

    class Meta(HearingRecord.Meta):
        verbose_name = verbose_name_plural = _("陈述申辩")
        constraints = [
            models.UniqueConstraint(
                name="one_open_hearing_per_application",
                fields=["application"],
                condition=Q(settled_at__isnull=True),
            )
        ]


class TitleHearing(HearingRecord):
    """Before a title is revoked or not kept: of a revocation case, or of a review."""

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="title_hearings")

    class Meta(HearingRecord.Meta):
        verbose_name = verbose_name_plural = _("称号陈述申辩")
        constraints = [
            models.UniqueConstraint(
                name="one_open_hearing_per_title_case",
                fields=["case"],
                condition=Q(settled_at__isnull=True),
            )
        ]
