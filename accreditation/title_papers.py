"""The papers of a title's later life: what is handed in and found out in its review, its plaque, what restores it.

None of them moves a case; the rules of a step read them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core import clock


class ReviewReport(models.Model):
    """What the holder reports of the last twelve months, in figures (AMB-S13)."""

    review = models.OneToOneField("accreditation.ProviderReview", models.PROTECT, related_name="report")
    served_enterprises = models.PositiveIntegerField(_("近 12 个月服务省内进出口企业（家）"), null=True)
    trade_volume = models.DecimalField(
        _("近 12 个月进出口业务量（元）"), max_digits=16, decimal_places=2, null=True
    )
    note = models.TextField(_("三年来的变化和说明"), max_length=2000, blank=True)
    updated_at = models.DateTimeField(default=clock.now)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("复核报告数据")
        constraints = [
            models.CheckConstraint(
                name="review_volume_not_negative",
                condition=Q(trade_volume__isnull=True) | Q(trade_volume__gte=0),
                violation_error_message="业务量不能是负数。",
            )
        ]


class ReviewMaterial(models.Model):
    """A material the holder confirms as unchanged since the application (AMB-S13)."""

    review = models.ForeignKey("accreditation.ProviderReview", models.PROTECT, related_name="confirmations")
    code = models.CharField(_("材料"), max_length=40)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("确认无变化的材料")
        constraints = [
            models.UniqueConstraint(name="one_confirmation_per_material", fields=["review", "code"])
        ]


class ReviewDefect(models.Model):
    """One defect of a review's papers: what, how to mend it, and the holder's answer (AMB-G07)."""

    review = models.ForeignKey("accreditation.ProviderReview", models.PROTECT, related_name="defects")
    round = models.PositiveSmallIntegerField(_("第几次告知"))
    material = models.CharField(_("材料"), max_length=40)
    problem = models.CharField(_("问题"), max_length=500)
    remedy = models.CharField(_("怎么改"), max_length=500)
    answer = models.TextField(_("补正说明"), max_length=1000, blank=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("复核补正事项")
        ordering = ["round", "id"]


class ReviewVerdict(models.Model):
    """What a body found on one check of the four conditions, with evidence (SX-26–38, AMB-S13).

    Counted checks carry the verified figure and no verdict: the rule compares it with the facts.
    """

    review = models.ForeignKey("accreditation.ProviderReview", models.PROTECT, related_name="verdicts")
    check_code = models.CharField(_("核查项"), max_length=40)
    ok = models.BooleanField(_("符合"), null=True)
    measured = models.DecimalField(_("核实数"), max_digits=16, decimal_places=2, null=True)
    evidence = models.CharField(_("依据"), max_length=300)
    checked_on = models.DateField(_("查询（核实）日期"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("复核核查结论")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="one_review_verdict_per_check_and_body",
                fields=["review", "check_code", "organization"],
            ),
            models.CheckConstraint(
                name="review_verdict_says_yes_no_or_how_many",
                condition=Q(ok__isnull=False, measured__isnull=True)
                | Q(ok__isnull=True, measured__isnull=False, measured__gte=0),
                violation_error_message="每项核查写符合与否，或者核实的数。",
            ),
        ]


class Restoration(models.Model):
    """A title that ended wrongly is to be given again: what set the end aside, prepared for the approver (AMB-G10)."""

    title = models.ForeignKey("accreditation.Accreditation", models.PROTECT, related_name="restorations")
    document = models.CharField(_("撤销原决定的文书文号"), max_length=100)
    decided_by = models.CharField(_("复议机关或法院"), max_length=100)
    decided_on = models.DateField(_("作出日期"))
    reason = models.TextField(_("恢复的理由"), max_length=1000)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(_("拟办时间"))
    restored = models.OneToOneField(
        "accreditation.Accreditation",
        models.PROTECT,
        null=True,
        related_name="restored_on",
        verbose_name=_("恢复后的称号"),
    )
    returned_note = models.CharField(_("退回意见"), max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("恢复称号")
        ordering = ["-prepared_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_restoration_per_title",
                fields=["title"],
                condition=Q(restored__isnull=True, returned_note=""),
                violation_error_message="这个称号已有恢复的拟办，请先办完。",
            )
        ]


class PlaqueReturn(models.Model):
    """The plaque of a title that ended is asked back: a task, no sanction (SX-57, AMB-S27)."""

    title = models.OneToOneField("accreditation.Accreditation", models.PROTECT, related_name="plaque_return")
    asked_on = models.DateField(_("要求交回日期"))
    due_on = models.DateField(_("交回期限（含当日）"))
    returned_on = models.DateField(_("交回日期"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("牌匾交回")
        indexes = [
            models.Index(
                name="plaques_to_come_back", fields=["due_on"], condition=Q(returned_on__isnull=True)
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="plaque_comes_back_after_it_was_asked_for",
                condition=Q(returned_on__isnull=True) | Q(returned_on__gte=models.F("asked_on")),
                violation_error_message="交回日期不能早于要求交回之日。",
            )
        ]
