"""What was filed, by whom and when; and who looked at what concerns a person.

An attachment is never changed: a new version replaces the earlier one, which is kept. The bytes lie in
`store`. Whether it is confidential may change while its material may; each change stays on record.
"""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from core import clock
from documents.attachments import names
from documents.attachments.slots import SLOTS, Slot
from documents.attachments.types import FILE_TYPES

MOST_REASON_LETTERS = 200


def stated_where_confidential(name: str) -> models.CheckConstraint:
    """A reason stands exactly where something is confidential; a reason of spaces is none (feature 15)."""
    return models.CheckConstraint(
        name=name,
        condition=Q(is_confidential=False, confidential_reason="")
        | Q(GreaterThan(Length(Trim("confidential_reason")), 0), is_confidential=True),
        violation_error_message="标为保密的，须写明理由；不保密的，不写理由。",
    )


def random_key() -> str:
    """96 random bits for the address of a file: nobody guesses one, nobody counts them."""
    return secrets.token_urlsafe(12)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def standing(self) -> "AttachmentQuerySet":
        """What counts now: neither replaced nor withdrawn."""
        return self.filter(withdrawn_at=None, replaced_by=None)

    def in_slot(self, slot: Slot) -> "AttachmentQuerySet":
        return self.filter(slot=slot.code)

    def shown_to_others(self) -> "AttachmentQuerySet":
        """Without those the virus scanner has not cleared, of which only their owner may know."""
        return self.exclude(scan__in=Attachment.NOT_CLEARED)


class Attachment(models.Model):
    class Scan(models.TextChoices):
        NO_SCANNER = "no_scanner", _("未配置杀毒软件")
        CLEAN = "clean", _("未发现病毒")
        WAITING = "waiting", _("等待扫描")
        INFECTED = "infected", _("发现病毒")

    NOT_CLEARED = (Scan.WAITING, Scan.INFECTED)

    key = models.CharField(max_length=16, unique=True, default=random_key, editable=False)
    case = models.ForeignKey(
        "workflow.Case",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("办件"),
    )
    slot = models.CharField(_("材料项"), max_length=40)
    name = models.CharField(_("文件名"), max_length=255)
    sha256 = models.CharField(_("文件摘要"), max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    content_type = models.CharField(_("格式"), max_length=100)
    pages = models.PositiveIntegerField(_("页数"), null=True, blank=True)
    warnings = models.JSONField(_("提醒"), default=list, blank=True)
    scan = models.CharField(_("病毒扫描"), max_length=12, choices=Scan.choices, default=Scan.NO_SCANNER)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("上传人"),
    )
    uploaded_at = models.DateTimeField(_("上传时间"), default=clock.now)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("替换的版本"),
    )
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    is_confidential = models.BooleanField(_("保密"), default=False)
    confidential_reason = models.CharField(_("保密理由"), max_length=MOST_REASON_LETTERS, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("附件")
        ordering = ["id"]
        indexes = [models.Index(fields=["case", "slot"], name="attachment_by_case_and_slot")]
        constraints = [
            models.CheckConstraint(
                name="attachment_does_not_replace_itself",
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")),
                violation_error_message="附件不能替换自身。",
            ),
            models.CheckConstraint(name="attachment_is_not_empty", condition=Q(size__gt=0)),
            stated_where_confidential("confidential_attachment_states_its_reason"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def place(self) -> Slot:
        return SLOTS[self.slot]

    @property
    def type_code(self) -> str:
        return next(kind.code for kind in FILE_TYPES.values() if kind.content_type == self.content_type)

    @property
    def shown_name(self) -> str:
        """The user's name for the file, short enough for a screen and a download; its ending stays."""
        return names.shown(self.name)

    @property
    def is_cleared(self) -> bool:
        return self.scan not in self.NOT_CLEARED

    @property
    def is_standing(self) -> bool:
        return self.withdrawn_at is None and not hasattr(self, "replaced_by")

    def earlier_versions(self) -> list["Attachment"]:
        """What this one replaced, newest first."""
        versions = []
        version = self.replaces
        while version is not None:
            versions.append(version)
            version = version.replaces
        return versions

    def withdraw(self) -> None:
        """Takes it back: it no longer counts and can still be seen. The second time changes nothing."""
        Attachment.objects.filter(pk=self.pk, withdrawn_at=None).update(withdrawn_at=clock.now())
        self.refresh_from_db(fields=["withdrawn_at"])


class ConfidentialityChange(models.Model):
    """One time an enterprise marked a file as confidential, stated another reason, or took the mark off."""

    attachment = models.ForeignKey(
        Attachment, models.PROTECT, related_name="confidentiality_changes", verbose_name=_("附件")
    )
    is_confidential = models.BooleanField(_("保密"))
    confidential_reason = models.CharField(_("保密理由"), max_length=MOST_REASON_LETTERS, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("标注人")
    )
    at = models.DateTimeField(_("标注时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("文件保密标注记录")
        ordering = ["id"]
        constraints = [stated_where_confidential("confidentiality_change_states_its_reason")]

    def __str__(self) -> str:
        return f"{self.attachment} {self.confidential_reason}"


class AttachmentView(models.Model):
    """One look at a file that holds personal data: by whom, when, for what (SX-44, AMB-G18)."""

    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="views", verbose_name=_("附件"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("查看人")
    )
    at = models.DateTimeField(_("查看时间"), default=clock.now, db_index=True)
    reason = models.CharField(_("事由"), max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = _("个人信息查看记录")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.attachment} {self.user}"
