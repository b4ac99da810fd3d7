"""What support rests on and what became of it: evidence with its source, requests, lists handed to banks (SX-13–20)."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization


def new_token() -> str:
    return secrets.token_urlsafe(24)


class SupportEvidence(models.Model):
    """A fact about a holder that an item asks for, as the department that knows it said on a day."""

    class Kind(models.TextChoices):
        AEO = "aeo", _("海关 AEO 高级认证")
        TAX_CONFIRMED = "tax_confirmed", _("符合退（免）税无纸化条件")
        TAX_CLASS_ONE = "tax_class_one", _("出口退税管理类别一类")
        NOTICE_61 = "notice_61", _("符合税务总局公告2016年第61号第三条第一款")
        HUIFA_11 = "huifa_11", _("汇发〔2020〕11号规定的外综服企业")
        GOOD_CREDIT = "good_credit", _("信用良好且有贸易便利化需求")

    title = models.ForeignKey("accreditation.Accreditation", models.PROTECT, related_name="support_evidence")
    kind = models.CharField(_("事实"), max_length=16, choices=Kind.choices)
    holds = models.BooleanField(_("具备"))
    source = models.CharField(_("来源"), max_length=200)
    checked_on = models.DateField(_("核对日期"))
    recorded_by = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("登记单位")
    )
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("扶持事项依据")
        ordering = ["recorded_at", "id"]
        indexes = [models.Index(name="evidence_of_title", fields=["title", "kind"])]
        constraints = [models.CheckConstraint(name="evidence_names_its_source", condition=~Q(source=""))]


class SupportRequest(models.Model):
    """A holder asks to use an item; the responsible department answers (SX-16, SX-18)."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("已享受")
        DECLINED = "declined", _("未同意，可再申请")

    title = models.ForeignKey("accreditation.Accreditation", models.PROTECT, related_name="support_requests")
    item = models.CharField(_("事项"), max_length=60)
    department = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    note = models.TextField(_("说明"), max_length=1000, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_on = models.DateField(_("申请日期"))
    due_on = models.DateField(_("办结期限（含当日）"), null=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, blank=True)
    answer = models.TextField(_("答复"), max_length=1000, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("扶持事项申请")
        ordering = ["requested_on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_request_per_item",
                fields=["title", "item"],
                condition=Q(outcome=""),
                violation_error_message="这个事项已申请，等责任单位答复。",
            ),
            models.CheckConstraint(
                name="answered_request_says_what_and_when",
                condition=Q(outcome="", answered_on__isnull=True)
                | (~Q(outcome="") & ~Q(answer="") & Q(answered_on__gte=F("requested_on"))),
            ),
        ]


class ListSubscriber(models.Model):
    """A financial institution that is handed the list of holders; the token is its key to it (SX-19)."""

    name = models.CharField(_("机构名称"), max_length=100, unique=True)
    province = models.ForeignKey("accounts.Region", models.PROTECT, related_name="+", verbose_name=_("省份"))
    token = models.CharField(_("访问密钥"), max_length=64, unique=True, default=new_token, editable=False)
    is_active = models.BooleanField(_("推送中"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("名单接收机构")

    def __str__(self) -> str:
        return self.name


class ListDelivery(models.Model):
    """One change of the list as one institution got it: a title came in, or went out (SX-19)."""

    class Change(models.TextChoices):
        IN = "in", _("移入")
        OUT = "out", _("移出")

    subscriber = models.ForeignKey(ListSubscriber, models.PROTECT, related_name="deliveries")
    title = models.ForeignKey("accreditation.Accreditation", models.PROTECT, related_name="+")
    change = models.CharField(_("变动"), max_length=3, choices=Change.choices)
    delivered_at = models.DateTimeField(_("推送时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("名单推送记录")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="one_delivery_per_change", fields=["subscriber", "title", "change"])
        ]
