"""A notice: what was printed, under which number, to whom, when it was served, and how it stands now."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.attachments import store
from documents.notices import codes

SHELF = "notices"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, case_id: int) -> "NoticeQuerySet":
        return self.filter(case_id=case_id).select_related("organ", "addressee")

    def standing(self) -> "NoticeQuerySet":
        """Those that have not ended, issued or about to be."""
        return self.filter(ended_at=None)

    def numbered(self) -> "NoticeQuerySet":
        """The register of numbers, in order; a voided number stands in it with its reason."""
        return self.exclude(serial=None).order_by("organ_id", "-year", "series", "-serial")


class Notice(models.Model):
    """One official notice.

    `context` holds every fact that is printed, frozen when the step was taken, so that drawing it again gives the
    same bytes (`drawn_sha256`). A draft has its number but no PDF yet and is nothing anyone can rely on; sealed by
    its organ it is issued, and the PDF is kept by its hash and never changed.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("生成中")
        ACTIVE = "active", _("有效")
        SUPERSEDED = "superseded", _("已被替换")
        REVOKED = "revoked", _("已撤销")
        VOIDED = "voided", _("号码作废")

    class ServiceMode(models.TextChoices):
        DEEMED = "deemed", _("视为送达")
        PORTAL = "portal", _("在线查阅")
        PAPER = "paper", _("纸质送达")

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="notices", verbose_name=_("办件"))
    entry = models.ForeignKey("workflow.LedgerEntry", models.PROTECT, null=True, related_name="notices")
    subject = models.ForeignKey(
        "workflow.Case",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("登记事项"),
        help_text=_("核验时以其现状为准"),
    )
    kind = models.CharField(_("文书种类"), max_length=32)
    title = models.CharField(_("文书名称"), max_length=200)

    organ = models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", verbose_name=_("发文机关")
    )
    year = models.PositiveSmallIntegerField(_("年份"))
    series = models.CharField(_("文种代字"), max_length=8, blank=True)
    serial = models.PositiveIntegerField(_("序号"), null=True)
    number = models.CharField(_("文号"), max_length=60, blank=True)

    addressee = models.ForeignKey(
        "accounts.Organization", models.PROTECT, null=True, related_name="+", verbose_name=_("受送达单位")
    )
    addressee_name = models.CharField(_("受送达人"), max_length=120, blank=True)
    context = models.JSONField(_("印制内容"))
    verification_code = models.CharField(_("核验码"), max_length=24, unique=True, default=codes.new_code)

    status = models.CharField(_("状态"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    status_reason = models.CharField(_("状态说明"), max_length=300, blank=True)
    ended_at = models.DateTimeField(_("失效时间"), null=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name=_("替换的文书")
    )

    posted_at = models.DateTimeField(_("发布时间"))
    read_at = models.DateTimeField(_("查阅时间"), null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("查阅人")
    )
    served_on = models.DateField(_("送达日"), null=True)
    service_mode = models.CharField(_("送达方式"), max_length=8, choices=ServiceMode.choices, blank=True)

    drawn_sha256 = models.CharField(_("签章前摘要"), max_length=64, blank=True)
    pdf_sha256 = models.CharField(_("文件摘要"), max_length=64, blank=True, db_index=True)
    certificate = models.ForeignKey(
        "documents.SealCertificate",
        models.PROTECT,
        null=True,
        related_name="notices",
        verbose_name=_("签章证书"),
    )
    rendered_at = models.DateTimeField(_("生成时间"), null=True)
    render_error = models.CharField(_("生成失败原因"), max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("文书")
        ordering = ["-id"]
        indexes = [
            models.Index(name="notice_of_case", fields=["case", "-id"]),
            models.Index(name="notice_to_addressee", fields=["addressee", "-id"]),
            models.Index(
                name="notice_of_subject", fields=["subject", "kind"], condition=Q(subject__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_notice_per_serial",
                fields=["organ", "year", "series", "serial"],
                violation_error_message="该文号已使用。",
            ),
            models.UniqueConstraint(
                name="one_notice_per_number",
                fields=["number"],
                condition=Q(serial__isnull=False),
                violation_error_message="该文号已使用。",
            ),
            models.UniqueConstraint(
                name="one_certificate_in_force_per_subject",
                fields=["subject"],
                condition=Q(kind="certificate", status="active"),
                violation_error_message="这项登记已有一张有效的证书，新的证书生效时旧的才被替换。",
            ),
            models.CheckConstraint(
                name="numbered_notice_has_its_number", condition=Q(serial__isnull=True) | ~Q(number="")
            ),
            models.CheckConstraint(
                name="active_notice_has_its_pdf", condition=~Q(status="active") | ~Q(pdf_sha256="")
            ),
            models.CheckConstraint(
                name="active_notice_is_sealed", condition=~Q(status="active") | Q(certificate__isnull=False)
            ),
            models.CheckConstraint(
                name="ended_notice_says_when",
                condition=Q(status__in=["draft", "active"], ended_at__isnull=True)
                | Q(status__in=["superseded", "revoked", "voided"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="voided_number_has_a_reason", condition=~Q(status="voided") | ~Q(status_reason="")
            ),
            models.CheckConstraint(
                name="served_notice_says_how",
                condition=Q(served_on__isnull=True, service_mode="")
                | (Q(served_on__isnull=False) & ~Q(service_mode="")),
            ),
            models.CheckConstraint(
                name="notice_does_not_supersede_itself",
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def is_ready(self) -> bool:
        return bool(self.pdf_sha256)

    @property
    def is_standing(self) -> bool:
        return self.ended_at is None

    @property
    def file_name(self) -> str:
        return f"{self.number or self.case.reference} {self.title}.pdf"

    def pdf(self) -> bytes:
        """The kept bytes. Raises FileNotFoundError while there are none: see `drawing.pdf_of`."""
        if not self.is_ready:
            raise FileNotFoundError(self)
        with store.opened(self.pdf_sha256, shelf=SHELF) as file:
            return file.read()
