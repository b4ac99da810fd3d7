"""People, the organizations they act for, and the regions these belong to.

A `Person` is one human; a `User` is a login of that human; a `Membership` is the appointment of a login
to a role in an organization for a time. Who may do what to which case is answered in `workflow.access`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import models as auth
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.roles import (
    ADMINISTRATORS,
    ALSO_HELD_WHERE_ONE_BODY,
    HELD_IN,
    OFFICIALS,
    ONE_IN_A_REGION,
    Kind,
    Role,
)
from core import clock, letters


class Region(models.Model):
    """A division of GB/T 2260, or a zone that acts as one (山西转型综改示范区, 平潭)."""

    class RegionKind(models.TextChoices):
        PROVINCE = "province", _("省")
        PREFECTURE_CITY = "prefecture_city", _("地级市")
        AUTONOMOUS_PREFECTURE = "autonomous_prefecture", _("自治州")
        DIRECTLY_ADMINISTERED = "directly_administered", _("省直辖县级行政区")
        CITY_LEVEL_REVIEWER = "city_level_reviewer", _("视同市级的园区")
        COUNTY = "county", _("县（市、区）")

    code = models.CharField(_("行政区划代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=40, choices=RegionKind.choices)
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
    name = models.CharField(_("名称"), max_length=100, validators=[letters.check])
    short_name = models.CharField(_("简称"), max_length=40, blank=True, validators=[letters.check])
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

    COMPETENCE = ("kind", "region", "field")

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
            models.UniqueConstraint(
                name="one_competent_body_per_region",
                fields=["kind", "region"],
                condition=Q(kind__in=ONE_IN_A_REGION),
                violation_error_message="该地区已登记同类主管部门，一个地区只能有一个。名称有变的，请修改原有机构。",
            ),
            models.UniqueConstraint(
                name="one_department_per_field_and_region",
                fields=["field", "region"],
                condition=Q(kind=Kind.DEPARTMENT) & ~Q(field=""),
                violation_error_message="该地区已登记负责这一职责领域的部门，征求意见时只能找一个。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name

    def is_referred_to(self) -> bool:
        """Whether anything is on record about this body: an appointment, one asked for, a case, a paper."""
        return any(
            relation.related_model._base_manager.filter(**{relation.field.name: self.pk}).exists()
            for relation in self._meta.get_fields(include_hidden=True)
            if isinstance(relation, models.ForeignObjectRel)
        )


class Person(models.Model):
    """One human being, whatever logins they hold: separation of duties is between persons."""

    name = models.CharField(_("姓名"), max_length=50, validators=[letters.check])
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


class UserManager(auth.UserManager["User"]):
    def create_user(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> User:
        """A login without any right; rights come from appointments. Without a password it cannot sign in."""
        user = self.model(username=self.model.normalize_username(username), email=email or "", **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, *args: Any, **kwargs: Any) -> User:
        """Nobody may do everything; `manage.py appoint_administrators` starts a portal."""
        raise NotImplementedError("There are no superusers.")


class User(AbstractUser):
    """A login of a person. What it may do is read from its appointments; there is no right of its own.

    The columns `is_superuser` and `is_staff` do not exist, so no form, import or statement can set them.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    is_superuser = False
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, verbose_name=_("人员"))
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    preferences = models.JSONField(_("偏好"), default=dict, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = _("账号")

    def keep_preference(self, key: str, value: Any) -> None:
        """Keep a choice of this login; two tabs never undo each other's."""
        with transaction.atomic():
            fresh = User.objects.select_for_update().get(pk=self.pk)
            fresh.preferences[key] = value
            fresh.save(update_fields=["preferences"])
        self.preferences = fresh.preferences

    @property
    def display_name(self) -> str:
        return self.person.name if self.person else self.username

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    @cached_property
    def appointments(self) -> list[Membership]:
        """Appointments in force today, the oldest first; read once per request, never longer."""
        return list(
            Membership.objects.in_force()
            .filter(user=self)
            .select_related("organization__region", "user__person")
            .order_by("id")
        )

    @property
    def administers_as(self) -> Role | None:
        """The administrator role this login holds today; nobody holds two."""
        return next((Role(held.role) for held in self.appointments if held.administers), None)

    @property
    def is_staff(self) -> bool:  # type: ignore[override]
        """Django's word for who may enter the admin: the three administrators."""
        return self.administers_as is not None

    @property
    def answers_for_others(self) -> bool:
        """True of officials, evaluators and administrators: they sign in with a second factor."""
        return any(held.role in OFFICIALS or held.administers for held in self.appointments)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, day: dt.date | None = None) -> MembershipQuerySet:
        """Appointments that hold on a day, or today; both edge days count, a revoked one never does."""
        day = day or clock.today()
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, revoked_at__isnull=True
        )


class Membership(models.Model):
    """The appointment of a login to a role in an organization, with its first and last day.

    Appointments are kept for good: one is ended by its last day or revoked on the spot, never deleted.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("账号"))
    # The login's person, repeated here because the database compares persons, not logins: see triggers.py.
    person = models.ForeignKey(Person, models.PROTECT, editable=False, related_name="memberships")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name=_("机构")
    )
    role = models.CharField(_("角色"), max_length=16, choices=Role.choices)
    administers = models.BooleanField(_("是管理岗位"), default=False, editable=False)
    starts_on = models.DateField(_("任职起"), default=clock.today)
    ends_on = models.DateField(_("任职止（含当日）"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("解除时间"), null=True, editable=False)
    appointment = models.CharField(_("任职文件"), max_length=100, blank=True)
    office = models.CharField(_("科室"), max_length=40, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="任职止不能早于任职起。",
            ),
            models.UniqueConstraint(
                name="one_standing_membership_per_role",
                fields=["user", "organization", "role"],
                condition=Q(ends_on__isnull=True, revoked_at__isnull=True),
                violation_error_message="该账号在此机构已有这个角色。",
            ),
            models.CheckConstraint(
                name="administrator_marks_agree_with_role",
                condition=Q(role__in=sorted(ADMINISTRATORS), administers=True)
                | (~Q(role__in=sorted(ADMINISTRATORS)) & Q(administers=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization.label} {self.get_role_display()} {self.user.display_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._derive()
        self._check_role()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.user_id and self.organization_id and self.role:
            self._derive()
            self._check_role()
            self._check_administrators()

    def revoke(self) -> None:
        """End the appointment on the spot: the next request of the login no longer has the role."""
        self.revoked_at = clock.now()
        self.save(update_fields=["revoked_at"])

    @property
    def is_in_force(self) -> bool:
        day = clock.today()
        begun = self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
        return begun and self.revoked_at is None

    def _derive(self) -> None:
        if self.user.person_id is None:
            raise ValidationError({"user": _("该账号没有对应的人员，先登记人员再任职。")})
        self.person_id = self.user.person_id
        self.administers = self.role in ADMINISTRATORS

    def _check_role(self) -> None:
        kind = HELD_IN.get(Role(self.role))
        if kind is None:
            raise ValidationError({"role": _("这个角色不能任命。")})
        if self.organization.kind != kind and not self._acts_for_county_and_prefecture():
            place = {"role": Role(self.role).label, "kind": Kind(kind).label}
            raise ValidationError({"role": _("“%(role)s”只能在“%(kind)s”类机构任职。") % place})

    def _acts_for_county_and_prefecture(self) -> bool:
        body = self.organization
        is_one = body.region.kind == Region.RegionKind.DIRECTLY_ADMINISTERED
        return is_one and ALSO_HELD_WHERE_ONE_BODY.get(Role(self.role)) == body.kind

    def _check_administrators(self) -> None:
        """Three administrators are three persons, and none of them does business (三员分立).

        The same is a trigger in the database; here it is a sentence on the form.
        """
        if self.revoked_at is not None:
            return
        others = Membership.objects.filter(person=self.person_id, revoked_at__isnull=True).exclude(pk=self.pk)
        others = others.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=self.starts_on))
        if self.ends_on is not None:
            others = others.filter(starts_on__lte=self.ends_on)
        if not self.administers:
            others = others.filter(administers=True)
        clash = others.select_related("organization", "user__person").first()
        if clash is not None:
            raise ValidationError(
                _(
                    "系统、安全、审计管理员须由不同的人担任，且不兼任业务岗位；%(person)s任职期间已任“%(role)s”（%(organization)s）。"
                )
                % {
                    "person": clash.user.display_name,
                    "role": clash.get_role_display(),
                    "organization": clash.organization.label,
                }
            )


from accounts.profile import EnterpriseProfile, PlatformMode  # noqa: E402 — built on the models above
from accounts.rights import RightsRequest  # noqa: E402 — so that Django finds it
from accounts.signins import FailedSignIn, SignIn, SignInFailure  # noqa: E402 — so that Django finds them

__all__ = [
    "EnterpriseProfile",
    "FailedSignIn",
    "Membership",
    "Organization",
    "Person",
    "PlatformMode",
    "Region",
    "RightsRequest",
    "SignIn",
    "SignInFailure",
    "User",
]
