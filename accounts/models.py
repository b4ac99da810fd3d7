"""People, the organizations they act for, and the regions these belong to.

A `Person` is one human; a `User` is a login of that human; a `Membership` is the appointment of a login
to a role in an organization for a time. Who may do what to which case is answered in `workflow.access`.
"""

import hashlib
import hmac

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import ADMINISTRATORS, Kind, Role
from core import clock


class Region(models.Model):
    """A division of GB/T 2260, or a zone that acts as one (山西转型综改示范区, 平潭)."""

    code = models.CharField(_("行政区划代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("上级"))

    class Meta:
        verbose_name = verbose_name_plural = _("行政区划")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def province_code(self) -> str:
        """Code of the province this region lies in, e.g. "140000"; a zone's is its parent's."""
        return f"{self.code[:2]}0000" if self.code.isdigit() else str(self.parent_id)


class Organization(models.Model):
    """Any body a person can act for: an enterprise, a bureau, a consulted department, the platform."""

    kind = models.CharField(_("类别"), max_length=24, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, null=True, blank=True, unique=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("所在地区"))
    department_code = models.CharField(
        _("部门代码"), max_length=24, blank=True, help_text=_("责任单位登记表中的代码，如 SX-CUSTOMS")
    )
    field = models.CharField(_("职责领域"), max_length=24, blank=True, help_text=_("如 海关、税务"))
    document_code = models.CharField(_("发文代字"), max_length=16, blank=True)
    aliases = models.JSONField(_("其他文件用名"), default=list, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("联系电话"), max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("机构")
        ordering = ["region_id", "kind", "id"]
        indexes = [models.Index(fields=["kind", "region"], name="organization_by_kind_region")]
        constraints = [
            models.CheckConstraint(
                name="enterprise_has_uscc",
                condition=~Q(kind=Kind.ENTERPRISE) | Q(uscc__isnull=False),
                violation_error_message="企业必须填写统一社会信用代码。",
            ),
            models.UniqueConstraint(
                name="one_department_record_per_code",
                fields=["department_code"],
                condition=~Q(department_code=""),
                violation_error_message="该部门代码已登记。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name


class Person(models.Model):
    """One human being, whatever logins they hold: separation of duties is between persons."""

    name = models.CharField(_("姓名"), max_length=50)
    key = models.CharField(_("身份标识"), max_length=64, unique=True, help_text=_("证件号码的加密摘要"))

    class Meta:
        verbose_name = verbose_name_plural = _("人员")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def key_of(id_number: str) -> str:
        """Keyed hash of an ID number: finds the same human again without keeping the number."""
        secret = settings.PERSON_HASH_KEY.encode()
        return hmac.new(secret, id_number.strip().upper().encode(), hashlib.sha256).hexdigest()


class User(AbstractUser):
    """A login of a person."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, verbose_name=_("人员"))
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    preferences = models.JSONField(_("偏好"), default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("账号")

    @property
    def display_name(self) -> str:
        return self.person.name if self.person else self.username

    def __str__(self) -> str:
        return self.display_name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, on=None) -> "MembershipQuerySet":
        """Appointments that hold on a day (today unless told); both edge days count."""
        day = on or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class Membership(models.Model):
    """The appointment of a login to a role in an organization, with its first and last day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("账号"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name=_("机构")
    )
    role = models.CharField(_("角色"), max_length=16, choices=Role.choices)
    administers = models.BooleanField(_("是管理岗位"), default=False, editable=False)
    starts_on = models.DateField(_("任职起"), default=clock.today)
    ends_on = models.DateField(_("任职止（含当日）"), null=True, blank=True)
    appointment = models.CharField(_("任职文件"), max_length=100, blank=True)
    office = models.CharField(_("科室"), max_length=40, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职")
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="任职止不能早于任职起。",
            ),
            models.UniqueConstraint(
                name="one_standing_membership_per_role",
                fields=["user", "organization", "role"],
                condition=Q(ends_on__isnull=True),
                violation_error_message="该账号在此机构已有这个角色。",
            ),
            models.CheckConstraint(
                name="administrator_marks_agree_with_role",
                condition=Q(role__in=sorted(ADMINISTRATORS), administers=True)
                | (~Q(role__in=sorted(ADMINISTRATORS)) & Q(administers=False)),
            ),
            models.UniqueConstraint(
                name="one_administrator_role_per_login",
                fields=["user"],
                condition=Q(administers=True, ends_on__isnull=True),
                violation_error_message="系统、安全、审计管理员须由不同的人担任。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization.label} {self.get_role_display()} {self.user.display_name}"

    def save(self, *args, **kwargs):
        self.administers = self.role in ADMINISTRATORS
        super().save(*args, **kwargs)
