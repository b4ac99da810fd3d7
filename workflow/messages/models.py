"""A message to one person, and how far the ledger has been told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock


class Kind(models.TextChoices):
    TURN = "turn", _("轮到您办理")
    PAPER = "paper", _("收到文书")
    DUE = "due", _("期限提醒")
    OVERDUE = "overdue", _("逾期提醒")
    DIGEST = "digest", _("每日汇总")


class Channel(models.TextChoices):
    EMAIL = "email", _("电子邮件")
    SMS = "sms", _("短信")


class MessageQuerySet(models.QuerySet["Message"]):
    def unread_by(self, user_id: int) -> MessageQuerySet:
        return self.filter(user_id=user_id, read_at=None)


class Message(models.Model):
    """What one person is told, once per `key`. `text` says which case, what to do and by when; no reasons."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices)
    case = models.ForeignKey("workflow.Case", models.PROTECT, null=True, related_name="+")
    # When the case had last moved, or the deadline, that a message is about; when either has moved on it is stale.
    as_of = models.DateTimeField(null=True)
    deadline = models.ForeignKey("workflow.Deadline", models.PROTECT, null=True, related_name="+")
    title = models.CharField(_("标题"), max_length=200)
    text = models.CharField(_("内容"), max_length=500)
    href = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("消息")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="one_message_per_person_and_key", fields=["user", "key"])]
        indexes = [
            models.Index(name="message_unread", fields=["user"], condition=Q(read_at__isnull=True)),
            models.Index(name="message_of_user", fields=["user", "-id"]),
        ]

    def __str__(self) -> str:
        return self.title


class Copy(models.Model):
    """A copy of a message on its way to a channel. Begun is begun: after a crash it is not sent a second time."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("待发")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发")
        STALE = "stale", _("已无须发送")
        FAILED = "failed", _("没有发出")

    message = models.ForeignKey(Message, models.CASCADE, related_name="copies", verbose_name=_("消息"))
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel.choices)
    status = models.CharField(_("状态"), max_length=8, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("消息发送")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="one_copy_per_message_and_channel", fields=["message", "channel"]),
            models.CheckConstraint(
                name="settled_copy_says_when",
                condition=Q(status__in=["waiting", "sending"], settled_at__isnull=True)
                | Q(status__in=["sent", "stale", "failed"], settled_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="copy_waiting", fields=["due_at"], condition=Q(status="waiting"))]

    def __str__(self) -> str:
        return f"{self.message} {self.channel}"


class Follower(models.Model):
    """How far something that follows the ledger has come: the index of the last entry it has dealt with."""

    name = models.CharField(primary_key=True, max_length=24)
    index = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("台账跟进")
