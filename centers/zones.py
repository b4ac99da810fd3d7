"""Zones: the places where a center can be, of a listed kind and level, in a county under a prefecture of Hubei.

Kind and level stand apart, for the articles ask now for the one, now for the other (AMB-H05). What a prefecture asks
beyond the province stands here too (HB-69).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Region
from core import letters

PROVINCE = "420000"


class Zone(models.Model):
    """开发区（园区）: one of the kinds of articles 3 and 9(2), national, provincial or other (HB-02, HB-03, AMB-H04)."""

    class Kind(models.TextChoices):
        HIGHTECH = "hightech_zone", _("高新产业园区")
        ETDZ = "etdz", _("经济技术开发区")
        INDUSTRIAL = "industrial_zone", _("工业园区")
        UPGRADING = "upgrading_base", _("外贸转型升级基地")
        CBEC_PILOT = "cbec_pilot_zone", _("跨境电商综试区")
        CBEC_PARK = "cbec_park", _("跨境电商产业园")
        MARKET = "market_procurement_pilot", _("市场采购贸易试点")

    class Level(models.TextChoices):
        NATIONAL = "national", _("国家级")
        PROVINCIAL = "provincial", _("省级")
        OTHER = "other", _("其他")

    name = models.CharField(_("名称"), max_length=60, validators=[letters.check])
    kind = models.CharField(_("类型"), max_length=24, choices=Kind.choices)
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    county = models.ForeignKey(Region, models.PROTECT, related_name="zones", verbose_name=_("县（市、区）"))
    prefecture = models.ForeignKey(
        Region, models.PROTECT, related_name="prefecture_zones", verbose_name=_("市（州、林区）")
    )
    committee = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("管委会")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("开发区（园区）")
        ordering = ["prefecture_id", "county_id", "name"]
        constraints = [
            models.UniqueConstraint(
                name="one_zone_of_a_name_in_a_county",
                fields=["county", "name"],
                violation_error_message="该县（市、区）已登记同名的开发区（园区）。",
            ),
            models.CheckConstraint(
                name="zone_lies_in_hubei",
                condition=Q(prefecture__gt=PROVINCE, prefecture__lt="430000", county__gt=PROVINCE)
                & Q(county__lt="430000"),
                violation_error_message="本办法只适用于湖北省内的开发区（园区），请核对行政区划。",
            ),
            models.CheckConstraint(
                name="zone_is_of_a_listed_kind_and_level",
                condition=Q(
                    kind__in=[
                        "hightech_zone",
                        "etdz",
                        "industrial_zone",
                        "upgrading_base",
                        "cbec_pilot_zone",
                        "cbec_park",
                        "market_procurement_pilot",
                    ],
                    level__in=["national", "provincial", "other"],
                ),
                violation_error_message="请从列出的园区类型和级别中选择。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_national(self) -> bool:
        return self.level == self.Level.NATIONAL

    @property
    def label(self) -> str:
        """国家级经济技术开发区, as an officer calls it."""
        level = "" if self.level == self.Level.OTHER else self.get_level_display()
        return f"{level}{self.get_kind_display()}"


class LocalThreshold(models.Model):
    """What the detailed rules of a prefecture ask beyond the province's minimum, from a day on (HB-69)."""

    class Measure(models.TextChoices):
        AREA_NATIONAL = "area_national", _("国家级经开区、高新区场地面积（平方米）")
        AREA_OTHER = "area_other", _("其他园区场地面积（平方米）")
        STAFF_NATIONAL = "staff_national", _("国家级园区派驻人数（人）")
        STAFF_OTHER = "staff_other", _("其他园区派驻人数（人）")

    prefecture = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("市（州、林区）"))
    measure = models.CharField(_("指标"), max_length=16, choices=Measure.choices)
    value = models.DecimalField(_("要求"), max_digits=8, decimal_places=2)
    document = models.CharField(_("细则名称和文号"), max_length=200, validators=[letters.check])
    effective_on = models.DateField(_("生效日期"))
    set_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("登记人"))

    class Meta:
        verbose_name = verbose_name_plural = _("市州细则标准")
        ordering = ["prefecture_id", "measure", "effective_on"]
        constraints = [
            models.UniqueConstraint(
                name="one_local_threshold_from_a_day_on",
                fields=["prefecture", "measure", "effective_on"],
                violation_error_message="该指标自这一天起已有标准，请另选生效日期。",
            ),
            models.CheckConstraint(name="local_threshold_names_its_document", condition=~Q(document="")),
        ]

    def __str__(self) -> str:
        return f"{self.prefecture} {self.get_measure_display()} {self.value}"
