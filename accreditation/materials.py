"""What the enterprise hands in: the ten materials, its clients, its trade records, its team (annex 2(1)).

The files themselves are `documents` attachments in the slot of a material; earlier versions stay on record.
Correction requests and promises about materials live here too.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock

# Where the files of each material go; a material with parts has a slot a part.
SLOTS_OF = {
    "application_report": ("application_report",),
    "service_process_proof": ("service_process_proof",),
    "client_list_contracts": ("client_contracts",),
    "trade_volume_proof": ("trade_volume_proof",),
    "platform_description": ("platform_description", "platform_authorisation"),
    "licence_and_legal_rep_id": ("business_licence", "legal_rep_id"),
    "staff_qualification": ("staff_qualification",),
    "audit_report": ("audit_report",),
    "truthfulness_statement": ("truthfulness_statement",),
    "other_proof": ("other_proof",),
}
SLOT_OF_PART = {"营业执照": "business_licence", "法人代表身份证": "legal_rep_id"}


class Material(models.Model):
    """One of the ten materials of an application: which of its parts are there, and what was typed for it.

    `parts` are the ticked contents (SX-39, SX-40, SX-44); a service marked in `not_offered` is 未开展.
    """

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.PROTECT, related_name="materials"
    )
    code = models.CharField(_("材料"), max_length=40)
    parts = models.JSONField(_("已具备的内容"), default=list)
    not_offered = models.JSONField(_("未开展的服务"), default=list)
    text = models.JSONField(_("填写内容"), default=dict)
    note = models.TextField(_("说明"), blank=True, max_length=2000)
    updated_at = models.DateTimeField(default=clock.now)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("申报材料")
        constraints = [models.UniqueConstraint(name="one_material_per_code", fields=["application", "code"])]

    def __str__(self) -> str:
        return f"{self.application_id} {self.code}"


class ServedClient(models.Model):
    """A row of the list of enterprises served (material 3, SX-41). One USCC may have several contracts."""

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.PROTECT, related_name="clients"
    )
    row = models.PositiveIntegerField(_("行号"))
    name = models.CharField(_("企业名称"), max_length=100)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    city = models.CharField(_("所在地"), max_length=40, blank=True)
    contract_number = models.CharField(_("合同编号"), max_length=60)
    contract_from = models.DateField(_("合同起"))
    contract_until = models.DateField(_("合同止（含当日）"))
    services = models.CharField(_("服务内容"), max_length=200, blank=True)
    is_producer = models.BooleanField(_("生产企业"), default=False)
    has_trade_record = models.BooleanField(_("有进出口实绩"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("所服务企业")
        ordering = ["row", "id"]
        indexes = [models.Index(name="client_by_uscc", fields=["application", "uscc"])]
        constraints = [
            models.UniqueConstraint(
                name="one_client_row_per_contract", fields=["application", "uscc", "contract_number"]
            ),
            models.CheckConstraint(
                name="contract_ends_after_it_starts",
                condition=Q(contract_until__gte=models.F("contract_from")),
                violation_error_message="合同止不能早于合同起。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TradeRecord(models.Model):
    """A customs declaration or an online transaction (material 4, SX-42). Amounts are yuan."""

    class Kind(models.TextChoices):
        DECLARATION = "declaration", _("报关单")
        ONLINE = "online", _("线上成交记录")

    class Direction(models.TextChoices):
        EXPORT = "export", _("出口")
        IMPORT = "import", _("进口")

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.PROTECT, related_name="trade_records"
    )
    row = models.PositiveIntegerField(_("行号"))
    number = models.CharField(_("报关单号或成交编号"), max_length=60)
    kind = models.CharField(_("凭证类型"), max_length=12, choices=Kind.choices)
    traded_on = models.DateField(_("日期"))
    client_uscc = models.CharField(_("委托企业统一社会信用代码"), max_length=18)
    direction = models.CharField(_("进出口"), max_length=8, choices=Direction.choices)
    amount = models.DecimalField(_("人民币金额（元）"), max_digits=18, decimal_places=2)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(_("核实时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("业务量记录")
        ordering = ["row", "id"]
        indexes = [models.Index(name="trade_record_by_day", fields=["application", "traded_on"])]
        constraints = [
            models.UniqueConstraint(name="one_trade_record_per_number", fields=["application", "number"]),
            models.CheckConstraint(
                name="trade_amount_is_positive",
                condition=Q(amount__gt=0),
                violation_error_message="金额应大于 0。",
            ),
            models.CheckConstraint(
                name="verified_record_names_who_and_when",
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="trade_record_kind_is_known", condition=Q(kind__in=["declaration", "online"])
            ),
        ]

    def __str__(self) -> str:
        return self.number


class TeamMember(models.Model):
    """A member of the professional team with proof of social insurance (SX-30, SX-45)."""

    application = models.ForeignKey("accreditation.ProviderApplication", models.PROTECT, related_name="team")
    name = models.CharField(_("姓名"), max_length=50)
    post = models.CharField(_("岗位"), max_length=50)
    qualification = models.CharField(_("资质"), max_length=100, blank=True)
    is_insured = models.BooleanField(_("有社保参保证明"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("专业服务人员")

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """A row of an uploaded table that could not be taken over, kept with its reasons until it is mended."""

    class Table(models.TextChoices):
        CLIENTS = "clients", _("所服务企业清单")
        TRADE = "trade", _("业务量记录")

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.CASCADE, related_name="rows_to_mend"
    )
    table = models.CharField(max_length=8, choices=Table.choices)
    row = models.PositiveIntegerField(_("行号"))
    values = models.JSONField()
    errors = models.JSONField()

    class Meta:
        verbose_name = verbose_name_plural = _("待改正的行")
        ordering = ["row", "id"]
        constraints = [
            models.UniqueConstraint(name="one_row_to_mend_per_number", fields=["application", "table", "row"])
        ]


class CorrectionRequest(models.Model):
    """一次性告知: one notice of all defects, with a due date; at most one is open (AMB-G07)."""

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.PROTECT, related_name="corrections"
    )
    number = models.PositiveSmallIntegerField(_("第几次"))
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("补正")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_correction_per_application",
                fields=["application"],
                condition=Q(resolved_at__isnull=True),
            ),
            models.UniqueConstraint(name="one_correction_per_number", fields=["application", "number"]),
        ]


class CorrectionItem(models.Model):
    """One defect: which material, what is wrong, how to mend it, and when the enterprise answered it."""

    request = models.ForeignKey(CorrectionRequest, models.PROTECT, related_name="items")
    material = models.CharField(_("材料"), max_length=40)
    problem = models.TextField(_("问题"), max_length=500)
    remedy = models.TextField(_("怎么改"), max_length=500)
    brought_in_by_correction = models.CharField(_("由补正材料新带入的缺陷"), max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(_("补正说明"), max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("补正事项")


class WrittenPromise(models.Model):
    """A missing, non-statutory item promised in writing (FJ-24, AMB-G08).

    The legal representative signs it before the city accepts; not accepted, it binds nobody and asks for nothing.
    """

    application = models.ForeignKey(
        "accreditation.ProviderApplication", models.PROTECT, related_name="promises"
    )
    material = models.CharField(_("材料"), max_length=40)
    promised_at = models.DateTimeField(_("签署时间"))
    accepted_at = models.DateTimeField(_("容缺受理时间"), null=True)
    met_at = models.DateTimeField(_("补交时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("容缺承诺")
        constraints = [
            models.UniqueConstraint(name="one_promise_per_material", fields=["application", "material"]),
            models.CheckConstraint(
                name="promise_is_accepted_before_it_is_met",
                condition=Q(met_at__isnull=True) | Q(accepted_at__isnull=False),
            ),
        ]
