"""What is asked about somebody's rights, and what a second administrator made of it: see `confirmation`."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organization, Person, User
from accounts.roles import Role
from core import clock


def _asked_once(name: str, *fields: str, **where: None) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        name=name,
        fields=fields,
        condition=Q(outcome="pending", **where),
        violation_error_message=gettext_lazy("同样的申请已在等待确认，不必重复提出。"),
    )


# A week: a second administrator is back from leave by then, and what was asked is still what is wanted.
LASTS = dt.timedelta(days=7)


class RightsRequestQuerySet(models.QuerySet["RightsRequest"]):
    def awaited(self) -> RightsRequestQuerySet:
        """What can still be confirmed."""
        return self.filter(outcome="pending", requested_at__gt=clock.now() - LASTS)

    def over(self) -> RightsRequestQuerySet:
        """What nobody decided in time, marked as such or not yet."""
        late = Q(outcome="pending", requested_at__lte=clock.now() - LASTS)
        return self.filter(late | Q(outcome="expired"))


class RightsRequest(models.Model):
    """One act asked for: on whose login, by whom, and what a second administrator made of it."""

    class Act(models.TextChoices):
        APPOINT = "appoint", gettext_lazy("任职")
        AMEND = "amend", gettext_lazy("更正任职")
        REVOKE = "revoke", gettext_lazy("解除任职")
        ENABLE = "enable", gettext_lazy("重新启用账号")
        LINK = "link", gettext_lazy("发设置密码的链接")
        RESET = "reset", gettext_lazy("重置动态验证码")

    class Outcome(models.TextChoices):
        PENDING = "pending", gettext_lazy("待确认")
        CONFIRMED = "confirmed", gettext_lazy("已确认")
        REFUSED = "refused", gettext_lazy("不同意")
        WITHDRAWN = "withdrawn", gettext_lazy("已撤回")
        EXPIRED = "expired", gettext_lazy("已过期")

    act = models.CharField(gettext_lazy("事项"), max_length=8, choices=Act.choices)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=gettext_lazy("账号"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    # What is asked of an appointment.
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=16, choices=Role.choices, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    appointment = models.CharField(max_length=100, blank=True)
    office = models.CharField(max_length=40, blank=True)

    requested_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=gettext_lazy("申请人")
    )
    requester = models.ForeignKey(Person, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(gettext_lazy("申请时间"))
    outcome = models.CharField(
        gettext_lazy("结果"), max_length=9, choices=Outcome.choices, default=Outcome.PENDING
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("确认人")
    )
    decider = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(gettext_lazy("确认时间"), null=True)

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("权限申请（两人办理）")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="rights_are_confirmed_by_somebody",
                condition=~Q(outcome="confirmed") | Q(decider__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="who_asked_for_rights_did_not_confirm",
                condition=~Q(outcome="confirmed") | ~Q(decider=F("requester")),
            ),
            models.CheckConstraint(
                name="nobody_confirms_their_own_rights",
                condition=~Q(outcome="confirmed") | Q(person__isnull=True) | ~Q(decider=F("person")),
            ),
            models.CheckConstraint(
                name="an_appointment_is_asked_for_with_place_role_and_day",
                condition=~Q(act="appoint")
                | (Q(organization__isnull=False, starts_on__isnull=False) & ~Q(role="")),
            ),
            models.CheckConstraint(
                name="what_is_amended_or_revoked_is_named",
                condition=~Q(act__in=["amend", "revoke"]) | Q(membership__isnull=False),
            ),
            # What awaits confirmation is asked once: of an appointment that is, of one to come, of a login.
            _asked_once("one_pending_request_per_membership", "act", "membership"),
            _asked_once(
                "one_pending_request_per_appointment", "act", "user", "organization", "role", membership=None
            ),
            _asked_once("one_pending_request_per_login", "act", "user", membership=None, organization=None),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_act_display()} {self.user.display_name}（{self.user.username}）{self.terms}".strip()
        )

    @property
    def is_over(self) -> bool:
        """Nobody confirmed it in time; it can be asked for again."""
        return self.outcome == self.Outcome.PENDING and self.requested_at <= clock.now() - LASTS

    @property
    def terms(self) -> str:
        """What exactly is asked, as the one who confirms reads it."""
        if self.membership is not None and self.act == self.Act.REVOKE:
            return f"{self.membership.organization.label} {self.membership.get_role_display()}"
        if self.organization is None:
            return ""
        until = _("至 %s") % self.ends_on if self.ends_on else _("不定期")
        parts = [f"{self.organization.label} {Role(self.role).label}", f"{self.starts_on} 起", until]
        return "，".join([*parts, *filter(None, [self.appointment, self.office])])
