"""Setting up a center, or another in the same zone (Hubei measures, articles 6, 7 and 9(1) to (3)).

The county asks, its prefecture examines and forwards, the province approves; where county and prefecture are one
body it goes straight to the province. workflows.md section 7 is the table this file is held against.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.roles import Kind, Role
from centers import effects, forms, layout
from centers.clocks import CORRECTION, PREFECTURE_REVIEW, PROVINCE_APPROVAL
from centers.notices import CENTER_APPROVAL, NON_ACCEPTANCE, RECEIPT, REFUSAL
from centers.notices import CORRECTION as CORRECTION_NOTICE
from centers.papers import Premises
from centers.rules import setup as rules
from centers.selectors import standing_centers
from centers.thresholds import Staffing
from centers.zones import PROVINCE, Zone
from core import clock, defaults
from workflow.cases import Case
from workflow.reading import read_once
from workflow.rules import correction_over, holding_body_acts
from workflow.steps import back_to, step

COUNTY_OFFICER, COUNTY_APPROVER = Role.COUNTY_OFFICER, Role.COUNTY_APPROVER
PREF_OFFICER, PREF_APPROVER = Role.PREF_OFFICER, Role.PREF_APPROVER
PROV_OFFICER, PROV_APPROVER = Role.PROV_OFFICER, Role.PROV_APPROVER
SUPPORTS = {
    "support_traders": "实绩外贸企业数量规模较大",
    "support_finance": "财政支持",
    "support_premises": "场地支持",
    "support_equipment": "设备支持",
}


class CenterSetup(Case):
    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PREFECTURE_REVIEW = "prefecture_review", _("市州审核")
        CORRECTION = "correction", _("待补正")
        PROVINCE_REVIEW = "province_review", _("省级审核")
        APPROVED = "approved", _("已核准")
        REFUSED = "refused", _("不予核准")
        NOT_ACCEPTED = "not_accepted", _("不予受理")
        WITHDRAWN = "withdrawn", _("已撤回")

    holders: ClassVar = {
        State.DRAFT: COUNTY_OFFICER,
        State.PREFECTURE_REVIEW: PREF_OFFICER,
        State.CORRECTION: COUNTY_OFFICER,
        State.PROVINCE_REVIEW: PROV_OFFICER,
    }
    prefix = "SL"
    exclusive = True

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="setups", verbose_name=_("开发区（园区）"))
    is_additional = models.BooleanField(_("增设"), default=False)
    need = models.TextField(_("设立的必要性"), max_length=2000, blank=True)
    planned_staff = models.PositiveSmallIntegerField(_("计划派驻人数"), default=0)
    planned_experienced = models.PositiveSmallIntegerField(_("其中从事国际贸易3年以上"), default=0)
    planned_declarants = models.PositiveSmallIntegerField(_("其中报关员"), default=0)
    planned_linguists = models.PositiveSmallIntegerField(_("其中外语人员"), default=0)
    active_traders = models.PositiveIntegerField(_("园区实绩外贸企业数（家）"), null=True, blank=True)
    support_traders = models.TextField(_("实绩外贸企业数量规模较大的依据"), max_length=500, blank=True)
    support_finance = models.TextField(_("财政支持的依据"), max_length=500, blank=True)
    support_premises = models.TextField(_("场地支持的依据"), max_length=500, blank=True)
    support_equipment = models.TextField(_("设备支持的依据"), max_length=500, blank=True)
    first_submitted_on = models.DateField(_("首次提交日"), null=True)
    approved_on = models.DateField(_("核准日"), null=True)
    edited_at = models.DateTimeField(null=True, editable=False)
    edited_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = verbose_name_plural = _("外贸综合服务中心设立申请")
        constraints = [
            models.CheckConstraint(
                name="approved_addition_has_its_four_supports",
                condition=Q(is_additional=False)
                | Q(approved_on__isnull=True)
                | (
                    ~Q(support_traders="")
                    & ~Q(support_finance="")
                    & ~Q(support_premises="")
                    & ~Q(support_equipment="")
                ),
                violation_error_message="增设须四项支持都有依据。",
            ),
            models.CheckConstraint(
                name="approved_setup_was_submitted",
                condition=Q(approved_on__isnull=True) | Q(first_submitted_on__isnull=False),
            ),
        ]

    # fmt: off
    # --- The county ---------------------------------------------------------------------------------------
    @step("上报市州", source=State.DRAFT, target=State.PREFECTURE_REVIEW, by=COUNTY_APPROVER,
          clause=["HB-03", "HB-17", "HB-18", "HB-19", "HB-20", "HB-21", "HB-27", "HB-28", "HB-29", "HB-30"],
          requires=[rules.county_and_prefecture_differ, rules.examining_body_found, rules.conditions],
          issues=RECEIPT, starts=PREFECTURE_REVIEW, consequence=_("上报后由市州商务局审核，内容不能再改。"))
    def submit(self, ctx):
        effects.fix_rules_and_route(self, ctx)

    @step("直报省厅", source=State.DRAFT, target=State.PROVINCE_REVIEW, by=COUNTY_APPROVER,
          clause=["HB-68", "AMB-H32"],
          requires=[rules.county_and_prefecture_are_one, rules.examining_body_found, rules.conditions],
          issues=RECEIPT, starts=PROVINCE_APPROVAL,
          consequence=_("县级与市州为同一机关，直接报省商务厅审核，内容不能再改。"))
    def submit_direct(self, ctx):
        effects.fix_rules_and_route(self, ctx)

    @step("提交补正", source=State.CORRECTION, target=back_to(State.PREFECTURE_REVIEW, State.PROVINCE_REVIEW),
          by=COUNTY_APPROVER, clause="AMB-G07", requires=[rules.defects_answered], issues=RECEIPT,
          stops=CORRECTION, resumes="correction")
    def resubmit(self, ctx):
        effects.resolve_correction(self, ctx)

    @step("撤回申请", source=list(holders), target=State.WITHDRAWN, by=COUNTY_APPROVER, clause="AMB-G11",
          consequence=_("撤回后本次申请终止，需要时可以重新申请。"))
    def withdraw(self, ctx):
        """Prefecture and province, as far as they know of it, read it in the history of the case."""

    # --- Prefecture or province ---------------------------------------------------------------------------
    @step("一次性告知补正", source=[State.PREFECTURE_REVIEW, State.PROVINCE_REVIEW], target=State.CORRECTION,
          by=[PREF_OFFICER, PROV_OFFICER], clause="AMB-G07", form=forms.DefectsForm,
          requires=[holding_body_acts, rules.correction_round_left], issues=CORRECTION_NOTICE,
          pauses="correction", starts=CORRECTION)
    def request_correction(self, ctx):
        effects.open_correction(self, ctx)

    @step("不予受理", source=[State.PREFECTURE_REVIEW, State.PROVINCE_REVIEW], target=State.NOT_ACCEPTED,
          by=[PREF_APPROVER, PROV_APPROVER], clause=["HB-03", "HB-30", "AMB-G07"], form=forms.NonAcceptanceForm,
          requires=[holding_body_acts], issues=NON_ACCEPTANCE, adverse=True)
    def reject_acceptance(self, ctx):
        ctx.notice.update(ctx.inputs)

    # --- The prefecture -------------------------------------------------------------------------------------
    @step("审核上报", source=State.PREFECTURE_REVIEW, target=State.PROVINCE_REVIEW, by=PREF_APPROVER, clause="HB-30",
          form=forms.OpinionForm, requires=[rules.conditions, rules.nothing_found_wanting],
          stops=PREFECTURE_REVIEW, starts=PROVINCE_APPROVAL)
    def forward(self, ctx):
        self.add_party("province", self.body_above(Kind.PROVINCE_DEPARTMENT))
        ctx.record(opinion=ctx.inputs["opinion"])

    @step("不予核准（市州）", source=State.PREFECTURE_REVIEW, target=State.REFUSED, by=PREF_APPROVER, clause="HB-27",
          form=forms.RefusalForm, requires=[rules.has_a_ground_to_refuse], issues=REFUSAL, adverse=True)
    def refuse_prefecture(self, ctx):
        effects.tell_refusal(self, ctx)

    # --- The province ---------------------------------------------------------------------------------------
    @step("核准设立", source=State.PROVINCE_REVIEW, target=State.APPROVED, by=PROV_APPROVER,
          clause=["HB-29", "HB-30"], form=forms.ApprovalForm,
          requires=[rules.conditions, rules.nothing_found_wanting], issues=CENTER_APPROVAL, causes="Center.register",
          consequence=_("核准即认定：中心编号入册，县级可以启动采购。"))
    def approve(self, ctx):
        effects.register_center(self, ctx)

    @step("不予核准", source=State.PROVINCE_REVIEW, target=State.REFUSED, by=PROV_APPROVER, clause="HB-30",
          form=forms.RefusalForm, requires=[rules.has_a_ground_to_refuse], issues=REFUSAL, adverse=True)
    def refuse(self, ctx):
        effects.tell_refusal(self, ctx)

    # --- The calendar ---------------------------------------------------------------------------------------
    @step("补正逾期", source=State.CORRECTION, target=State.NOT_ACCEPTED, by=Role.SYSTEM, clause="AMB-G07",
          requires=[correction_over], issues=NON_ACCEPTANCE, lapse_of=CORRECTION, adverse=True)
    def lapse_correction(self, ctx):
        ctx.notice.update(reason=_("补正期限届满，没有提交补正材料。"), clauses=["AMB-G07"])
    # fmt: on

    # --- What the rules ask of a set-up -----------------------------------------------------------------------
    def subject_key(self) -> str:
        return f"CenterSetup:{self.zone_id}"

    @read_once
    def own_premises(self) -> Premises | None:
        return Premises.objects.filter(setup=self.pk).first()

    def planned_staffing(self) -> Staffing:
        return Staffing(
            self.planned_staff, self.planned_experienced, self.planned_declarants, self.planned_linguists
        )

    def supports(self) -> dict[str, str]:
        """The evidence of each of the four supports, by its name in the text (HB-29)."""
        return {label: getattr(self, name) for name, label in SUPPORTS.items()}

    @read_once
    def standing_centers(self) -> int:
        """How many centers the zone has."""
        return standing_centers(self.zone).count()

    @read_once
    def planned_centers(self) -> int:
        """How many the submitted plan of the year of the request gives the zone (HB-27)."""
        return layout.planned_centers(self.zone, self.rules_on or clock.today())

    def skips_prefecture(self) -> bool:
        """Where the county's body is the prefecture's, there is no step in between (HB-68, AMB-H32)."""
        county = self.body_id(COUNTY_OFFICER)
        prefecture = self.body_above(Kind.PREFECTURE_BUREAU)
        is_one = prefecture is not None and prefecture.pk == county
        return is_one and bool(defaults.value("HB_SKIP_PREFECTURE_WHEN_SAME_BODY", self.rules_on))

    @read_once
    def body_above(self, kind: Kind) -> Organization | None:
        """The prefecture's bureau of the zone, or the department of the province."""
        region = self.zone.prefecture_id if kind == Kind.PREFECTURE_BUREAU else PROVINCE
        return Organization.objects.filter(kind=kind, region_id=region).select_related("region").first()
