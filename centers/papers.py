"""What is laid before the bodies about a center: premises, defects to be put right, what was found on the spot."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core import letters
from workflow.cases import Case


class Premises(models.Model):
    """场地: given by the county free of charge, whatever the county itself pays for it (HB-17, HB-18, HB-19)."""

    class Mode(models.TextChoices):
        PUBLIC = "public_building", _("整合公建配套")
        NEW = "new_building", _("新建")
        EXCHANGE = "exchange", _("置换")
        LEASE = "lease", _("租赁")
        OTHER = "other", _("其他方式")

    setup = models.OneToOneField(
        "centers.CenterSetup", models.PROTECT, related_name="premises", verbose_name=_("设立申请")
    )
    provider = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("提供单位"))
    address = models.CharField(_("地址"), max_length=120, validators=[letters.check])
    area = models.DecimalField(_("面积（平方米）"), max_digits=8, decimal_places=2)
    mode = models.CharField(_("提供方式"), max_length=16, choices=Mode.choices)
    mode_text = models.CharField(_("方式说明"), max_length=100, blank=True, validators=[letters.check])
    charge = models.DecimalField(_("向中心收取的费用（元/年）"), max_digits=12, decimal_places=2, default=0)
    county_rent = models.DecimalField(
        _("县级支付的租金（元/年）"), max_digits=12, decimal_places=2, default=0
    )

    class Meta:
        verbose_name = verbose_name_plural = _("服务中心场地")
        constraints = [
            models.CheckConstraint(
                name="premises_cost_the_center_nothing",
                condition=Q(charge=0),
                violation_error_message="场地须免费提供给中心，向中心收取的费用应为 0。",
            ),
            models.CheckConstraint(
                name="premises_have_an_area_and_no_negative_rent",
                condition=Q(area__gt=0, county_rent__gte=0),
                violation_error_message="面积应大于 0，租金不能为负。",
            ),
            models.CheckConstraint(
                name="other_way_of_premises_is_told",
                condition=~Q(mode="other") | ~Q(mode_text=""),
                violation_error_message="选“其他方式”的，写明是什么方式。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.area}㎡"


class Correction(models.Model):
    """一次性告知 of a case of centers: every defect in one notice (AMB-G07)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="center_corrections")
    number = models.PositiveSmallIntegerField(_("次数"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("告知时间"))
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("服务中心补正")
        constraints = [
            models.UniqueConstraint(
                name="one_open_correction_per_center_case",
                fields=["case"],
                condition=Q(resolved_at__isnull=True),
            )
        ]


class Defect(models.Model):
    """One point to be put right, and what was done about it."""

    correction = models.ForeignKey(Correction, models.PROTECT, related_name="defects")
    point = models.CharField(_("事项"), max_length=24)
    problem = models.TextField(_("问题"), max_length=500)
    remedy = models.TextField(_("怎么改"), max_length=500)
    answer = models.TextField(_("补正说明"), max_length=1000, blank=True, validators=[letters.check])

    class Meta:
        verbose_name = verbose_name_plural = _("服务中心补正事项")
        constraints = [
            models.CheckConstraint(
                name="center_defect_says_what_and_how", condition=~Q(problem="") & ~Q(remedy="")
            )
        ]


class Inspection(models.Model):
    """实地核查: what an officer found on the spot; `unmet` names the clauses found not to hold (HB-06)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="inspections")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("单位"))
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    inspected_on = models.DateField(_("核查日期"))
    note = models.TextField(_("核查情况"), max_length=2000, validators=[letters.check])
    unmet = models.JSONField(_("不符合的条款"), default=list)
    at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("实地核查")
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(name="inspection_tells_what_was_found", condition=~Q(note=""))]
