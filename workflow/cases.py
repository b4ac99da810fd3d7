"""The case: one run of a procedure, with its parties and the papers every procedure has.

One concrete table carries what all procedures share, so that the work queue, search, deadlines,
attachments and the ledger hang on it with real foreign keys; a procedure extends it by a table of its own.
Nothing here changes a state: `workflow.steps.perform` does.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from accounts.models import Organization
from accounts.roles import Role
from core import clock
from core.prepared import Prepared
from workflow.relations import RELATION_OF, Relation


class Case(models.Model):
    """One run of a procedure: where it stands, who holds it, until when.

    `version` counts the steps taken and equals the sequence of the newest ledger entry. `queue_at` orders
    the work queue and is empty where nobody has to act. Times are UTC; `rules_on` is the day whose rules
    judge the case (AMB-G21).
    """

    # What a procedure declares.
    State: ClassVar[type[models.TextChoices]]
    holders: ClassVar[dict[Any, Role]] = {}
    prefix: ClassVar[str] = "BJ"
    exclusive: ClassVar[bool] = False  # a subject has at most one open case of this procedure
    unread: ClassVar[tuple[str, ...]] = ()  # steps that are taken without reading the file
    steps: ClassVar[dict[str, Any]] = {}  # filled from its @step lines when the class is complete
    lasting: ClassVar[bool] = False  # a register entry: in the queue only while somebody must act

    kind = models.CharField(_("事项"), max_length=40, editable=False)
    reference = models.CharField(_("受理编号"), max_length=32, unique=True, editable=False)
    title = models.CharField(_("名称"), max_length=200)
    state = FSMField(_("状态"), max_length=32, default="", protected=True, db_index=False)
    came_from = models.CharField(max_length=32, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    ledger_head = models.CharField(max_length=64, blank=True, editable=False)

    root = models.ForeignKey("self", models.PROTECT, null=True, related_name="tree", editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", editable=False)
    applicant = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("申请人")
    )
    region = models.ForeignKey("accounts.Region", models.PROTECT, null=True, blank=True, related_name="+")
    holder_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("承办单位")
    )
    holder_role = models.CharField(_("承办角色"), max_length=16, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The parties once more, as {relation: organization id}: who may act is asked on every step of every case.
    party_ids = models.JSONField(default=dict, editable=False)
    # Set while the case is open where a subject may have only one of its kind; empty otherwise.
    exclusive_key = models.CharField(max_length=80, null=True, editable=False)
    rules_on = models.DateField(_("适用规则日"), null=True, blank=True, editable=False)
    due_at = models.DateTimeField(_("到期"), null=True, blank=True, editable=False)
    queue_at = models.DateTimeField(null=True, editable=False)
    is_overdue = models.BooleanField(default=False, editable=False)
    opened_at = models.DateTimeField(_("建立时间"), default=clock.now, editable=False)
    moved_at = models.DateTimeField(_("最近办理"), default=clock.now, editable=False)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("办件")
        indexes = [
            models.Index(
                name="case_queue",
                fields=["holder_organization", "holder_role", "queue_at", "id"],
                condition=Q(queue_at__isnull=False),
            ),
            models.Index(name="case_by_applicant", fields=["applicant", "-id"]),
            models.Index(name="case_by_kind_state", fields=["kind", "state", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_open_case_per_subject",
                fields=["exclusive_key"],
                violation_error_message="该企业已有同一事项的办件未办结，请先办完或撤回。",
            ),
            models.CheckConstraint(
                name="case_without_a_step_has_no_ledger",
                condition=Q(version=0, ledger_head="") | (Q(version__gt=0) & ~Q(ledger_head="")),
            ),
            models.CheckConstraint(
                name="closed_case_is_held_by_nobody",
                condition=Q(closed_at__isnull=True)
                | Q(holder_organization__isnull=True, holder_role="", queue_at__isnull=True),
            ),
            models.CheckConstraint(
                name="case_is_not_its_own_parent", condition=Q(parent__isnull=True) | ~Q(parent=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def subject_key(self) -> str:
        """What there may be only one open case of, for procedures that are `exclusive`."""
        return f"{self.kind}:{self.applicant_id}"

    # --- what the procedure says about this case -----------------------------------------------------------
    @property
    def procedure(self) -> type[Case]:
        from workflow.steps import PROCEDURES  # the registry is filled by classes that import this module

        return PROCEDURES[self.kind]

    def as_procedure(self) -> Any:
        """This case with the fields of its procedure; the row itself when it already has them."""
        if type(self) is not Case:
            return self
        return self.procedure._default_manager.get(pk=self.pk)

    @property
    def state_label(self) -> str:
        return str(self.procedure.State(self.state).label) if self.state else ""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def holding_role(self) -> Role | None:
        """Who has to act as the case now stands; a procedure overrides it where one of several has to."""
        return self.holders.get(self.state)

    @property
    def root_case_id(self) -> int:
        return self.root_id or self.pk

    def bodies(self) -> dict[str, Any]:
        """The organizations related to this case, by relation; read once per loaded case."""
        if not hasattr(self, "_bodies"):
            self._bodies = {row.relation: row.organization for row in PARTIES(self.pk)}
        return self._bodies

    def body(self, role: Role | str) -> Any:
        """The organization that acts in a role on this case; None where the case has no such body yet."""
        relation = RELATION_OF.get(Role(role))
        return self.bodies().get(relation) if relation else None

    def body_id(self, role: Role | str) -> int | None:
        """As `body`, without reading the organization."""
        relation = RELATION_OF.get(Role(role))
        return self.party_ids.get(relation) if relation else None

    def is_party(self, organization_id: int | None) -> bool:
        return organization_id is not None and organization_id in self.party_ids.values()

    def add_party(self, relation: Relation, organization: Organization) -> None:
        """Relate an organization to the case; the step that does so stores `party_ids` with the case."""
        CaseParty.objects.get_or_create(
            case_id=self.pk, relation=relation, defaults={"organization": organization}
        )
        self.party_ids = {**self.party_ids, str(relation): organization.pk}
        self.__dict__.pop("_bodies", None)

    def replace_party(self, relation: Relation, organization: Organization) -> None:
        """As `add_party`, where another may have stood in the relation before: an operator follows another."""
        CaseParty.objects.filter(case_id=self.pk, relation=relation).update(organization=organization)
        self.add_party(relation, organization)

    def content_digest(self) -> str:
        """Digest of what a countersignature covers; procedures that are signed override it."""
        return ""

    def refresh_from_db(self, using=None, fields=None, from_queryset=None):
        """Reload, state included, without unprotecting the shared field as django_fsm's mixin does."""
        kept = self.__dict__.pop("state", None)
        self.__dict__.pop("_bodies", None)
        try:
            if fields is not None and "state" not in fields:
                fields = [*fields, "state"]
            super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        except BaseException:
            if kept is not None:
                self.__dict__["state"] = kept
            raise


class CaseParty(models.Model):
    """An organization's relation to a case: the ground on which its people see it and act on it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    relation = models.CharField(_("关系"), max_length=16, choices=Relation.choices)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("办件关系人")
        indexes = [models.Index(name="party_sees_case", fields=["organization", "case"])]
        constraints = [
            models.UniqueConstraint(name="one_party_per_relation", fields=["case", "relation"]),
        ]


PARTIES = Prepared(lambda case: CaseParty.objects.filter(case_id=case).select_related("organization"), int)


class CaseSeries(models.Model):
    """The last serial of a series of case references, e.g. WZ14-2026."""

    key = models.CharField(max_length=32, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    @classmethod
    def take(cls, key: str) -> str:
        """The next reference of a series, e.g. "WZ14-2026-0037"; call inside the creating transaction."""
        if not cls.objects.filter(key=key).update(last=F("last") + 1):
            CaseSeries.objects.bulk_create([CaseSeries(key=key)], ignore_conflicts=True)
            cls.objects.filter(key=key).update(last=F("last") + 1)
        return f"{key}-{cls.objects.get(key=key).last:04d}"


class Countersignature(models.Model):
    """The second signature a step needs. It covers a digest: when the content changes it is dead, but kept."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="countersignatures")
    step = models.CharField(max_length=40)
    role = models.CharField(max_length=16, choices=Role.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    statement = models.TextField(_("签署文本"))
    content_digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField(_("签署时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("会签")
        constraints = [
            models.UniqueConstraint(
                name="one_countersignature_per_content", fields=["case", "step", "role", "content_digest"]
            )
        ]


class Proposal(models.Model):
    """What an officer prepared for the approver of the same body to decide: a step with its inputs."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="proposals")
    step = models.CharField(max_length=40)
    inputs = models.JSONField(default=dict)
    case_version = models.PositiveIntegerField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(_("拟办时间"))
    settled_at = models.DateTimeField(_("了结时间"), null=True)
    returned_note = models.TextField(_("退回意见"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("拟办")
        constraints = [
            models.UniqueConstraint(
                name="one_open_proposal_per_step",
                fields=["case", "step", "organization"],
                condition=Q(settled_at__isnull=True),
            )
        ]


class Assignment(models.Model):
    """Who took, released or was given a case; the case itself stays with body and role (AMB-G17)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("承办人变动")
        ordering = ["-at", "-id"]


class Watch(models.Model):
    """Somebody follows a case that is in other hands: it stands in their list until they let it go."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="watches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField(_("关注时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("关注")
        constraints = [models.UniqueConstraint(name="one_watch_per_case_and_login", fields=["user", "case"])]


class CaseNote(models.Model):
    """An internal note of one body, kept apart from the file: no other organization ever reads it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("内部备注"), max_length=2000)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("内部备注")
        ordering = ["-at", "-id"]
