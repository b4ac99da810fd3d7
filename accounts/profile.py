"""What an enterprise says about itself once, and every application reuses (SX-02)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Region
from core import clock, letters


class PlatformMode(models.TextChoices):
    OWN = "own", _("自建")
    LICENSED = "licensed", _("授权使用第三方平台")


class EnterpriseProfile(models.Model):
    """An enterprise's standing particulars. An application freezes a copy at submission."""

    organization = models.OneToOneField(Organization, models.PROTECT, related_name="profile")
    legal_representative = models.CharField(
        _("法定代表人"), max_length=50, blank=True, validators=[letters.check]
    )
    established_on = models.DateField(_("成立日期"), null=True, blank=True)
    registered_address = models.CharField(
        _("注册地址"), max_length=200, blank=True, validators=[letters.check]
    )
    office_region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("省内主要办事机构所在地"),
        help_text=_("在综改示范区内的，选综改示范区"),
    )
    office_address = models.CharField(
        _("办事机构地址"), max_length=200, blank=True, validators=[letters.check]
    )
    contact_name = models.CharField(_("联系人"), max_length=50, blank=True, validators=[letters.check])
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    platform_mode = models.CharField(_("信息平台"), max_length=10, choices=PlatformMode.choices, blank=True)
    platform_name = models.CharField(_("平台名称"), max_length=100, blank=True, validators=[letters.check])
    platform_url = models.CharField(_("平台网址"), max_length=200, blank=True)
    contract_model = models.CharField(
        _("服务合同模式"), max_length=200, blank=True, validators=[letters.check]
    )
    agency_services = models.JSONField(_("代办业务"), default=list, blank=True)
    service_kinds = models.JSONField(_("“一站式”服务"), default=list, blank=True)
    other_service = models.CharField(
        _("其他服务说明"), max_length=200, blank=True, validators=[letters.check]
    )
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("企业基本情况")
        constraints = [
            models.CheckConstraint(
                name="platform_mode_is_own_or_licensed",
                condition=models.Q(platform_mode__in=["", *PlatformMode.values]),
            )
        ]

    def __str__(self) -> str:
        return self.organization.name
