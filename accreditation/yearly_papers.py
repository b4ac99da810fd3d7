"""What a holder reports of a year, whom it coached, and what the province holds for it (SX-07 to SX-10, SX-22, SX-23)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Region


class SelfReport(models.Model):
    """The voluntary report of a holder on a calendar year; silence has no effect on the title (SX-22, AMB-S26)."""

    title = models.ForeignKey("accreditation.Accreditation", models.PROTECT, related_name="self_reports")
    year = models.PositiveSmallIntegerField(_("年度"))
    incubated = models.PositiveIntegerField(_("孵化外贸企业（家）"), default=0)
    self_operating = models.PositiveIntegerField(_("转为自营进出口的客户（家）"), default=0)
    note = models.TextField(_("其他情况"), max_length=2000, blank=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(_("报送时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("年度自报")
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(name="one_self_report_per_year", fields=["title", "year"])]

    def __str__(self) -> str:
        return f"{self.title_id} {self.year}"


class ServiceSite(models.Model):
    """A center a holder set up with a county, and who works there (SX-08)."""

    report = models.ForeignKey(SelfReport, models.CASCADE, related_name="sites")
    name = models.CharField(_("中心名称"), max_length=100)
    county = models.CharField(_("所在县（市、区）"), max_length=40)
    staff = models.PositiveIntegerField(_("派驻人员（人）"))

    class Meta:
        verbose_name = verbose_name_plural = _("服务中心")


class TrainingRecord(models.Model):
    """Training to order with a school of the province (SX-10)."""

    report = models.ForeignKey(SelfReport, models.CASCADE, related_name="trainings")
    school = models.CharField(_("学校"), max_length=100)
    city = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("学校所在市"))
    programme = models.CharField(_("培养项目"), max_length=100)
    trainees = models.PositiveIntegerField(_("培养人数"))

    class Meta:
        verbose_name = verbose_name_plural = _("订单式培养")
        constraints = [
            models.CheckConstraint(
                name="training_has_trainees",
                condition=Q(trainees__gte=1),
                violation_error_message="培养人数至少 1 人。",
            )
        ]


class CoachingEntry(models.Model):
    """A client that was helped towards AEO: on the coaching list once, whoever helped and how often (SX-07)."""

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    report = models.ForeignKey(SelfReport, models.SET_NULL, null=True, related_name="coached")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("AEO 培育名单")


class PublicEvent(models.Model):
    """A training or guidance the province holds for enterprises (SX-23)."""

    class Kind(models.TextChoices):
        GUIDANCE = "guidance", _("政策辅导")
        TRAINING = "training", _("业务培训")
        MATCHING = "matching", _("供需对接")
        PUBLICITY = "publicity", _("宣传推介")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=100)
    held_on = models.DateField(_("日期"))
    place = models.CharField(_("地点"), max_length=100, blank=True)
    text = models.TextField(_("内容"), max_length=1000, blank=True)
    organiser = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("主办单位"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("活动培训")
        ordering = ["-held_on", "-id"]
