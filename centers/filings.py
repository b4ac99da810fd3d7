"""承办企业备案: what is filed of an operator, and what the bodies find about its three conditions (HB-34 to HB-37)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Organization
from accounts.roles import Role
from core import clock, defaults, letters, periods
from core.facts import facts
from core.findings import Finding
from documents.attachments.gate import accept_upload
from documents.attachments.models import Attachment
from documents.attachments.slots import SLOTS
from workflow.cases import Case
from workflow.errors import InvalidInput, NotYours
from workflow.holding import working_on

CLAUSE_OF = {"O1": "HB-34", "O2": "HB-35", "O3": "HB-36"}
EDITABLE = ("preparing", "correction")
JUDGED_IN = ("prefecture_check", "filing")


def conditions() -> dict[str, dict[str, Any]]:
    """The three conditions of article 10(1), each with what is checked, by code."""
    return {row["code"]: row for row in facts("hubei_center")["operator"]["conditions"]}


def checks_of(code: str) -> list[str]:
    row = conditions()[code]
    return list(row.get("checks") or row["lists"])


def slot_of(material: Mapping[str, Any]) -> str:
    return f"operator_{material['code']}"


def materials() -> list[dict[str, Any]]:
    """The seven of article 10(2); the seventh is optional (HB-37)."""
    return list(facts("hubei_center")["operator"]["materials"])


class OperatorFinding(models.Model):
    """What a body found about one condition: every check of it answered, and on which evidence (HB-34 to HB-36)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="operator_findings")
    condition = models.CharField(_("条件"), max_length=4)
    checks = models.JSONField(_("逐项核查"))
    evidence = models.CharField(_("依据"), max_length=300, validators=[letters.check])
    qualification = models.CharField(_("外贸经营者资质的凭据"), max_length=60, blank=True)
    bad_record_on = models.DateField(_("不良记录日期"), null=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("核查时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("承办企业条件核查")
        ordering = ["condition", "at", "id"]
        constraints = [
            models.CheckConstraint(
                name="operator_finding_is_about_one_of_three_conditions",
                condition=Q(condition__in=["O1", "O2", "O3"]),
            ),
            models.CheckConstraint(name="operator_finding_rests_on_evidence", condition=~Q(evidence="")),
        ]


def bad_record_counts(occurred_on: dt.date | None, filed_on: dt.date) -> bool:
    """Inside the thirty-six months before the reference day, both edges inside (HB-36, AMB-H10, AMB-G22)."""
    if occurred_on is None:
        return False
    months = int(defaults.value("HB_OPERATOR_LOOKBACK_MONTHS", filed_on))
    return periods.window_start(filed_on, months) <= occurred_on


def judged(found: OperatorFinding | None, code: str, filed_on: dt.date) -> Finding:
    """One condition as it stands: unanswered, met, or with what fails."""
    clause, name = CLAUSE_OF[code], conditions()[code]["name"]
    if found is None:
        return Finding(clause, None, "待核查", name, f"“{name}”还没有核查结论。", code)
    failed = [check for check, ok in found.checks.items() if not ok]
    if code == "O2" and found.qualification not in defaults.value("HB_TRADE_OPERATOR_EVIDENCE", filed_on):
        failed.append("外贸经营者资质没有认可的凭据")
    if bad_record_counts(found.bad_record_on, filed_on):
        failed.append(f"{found.bad_record_on} 的不良记录在三年内")
    return Finding(
        clause, not failed, "不符合：" + "、".join(failed) if failed else "符合", name,
        f"“{name}”不符合：{'、'.join(failed)}。" if failed else "", code,
    )  # fmt: skip


def findings(filing: Any) -> list[Finding]:
    """The newest finding of the body that examined last, condition by condition."""
    newest = {
        row.condition: row for row in OperatorFinding.objects.filter(case_id=filing.pk).order_by("at", "id")
    }
    return [judged(newest.get(code), code, filing.filed_on or clock.today()) for code in CLAUSE_OF]


def record_finding(
    filing: Case,
    *,
    actor: Actor,
    condition: str,
    checks: Mapping[str, bool | None],
    evidence: str,
    qualification: str = "",
    bad_record_on: dt.date | None = None,
) -> OperatorFinding:
    """An officer of the body that holds the filing answers every check of a condition.

    Raises `InvalidInput` where one is left blank. A qualification that rests on none of the accepted documents is
    recorded and does not count (HB-35, AMB-G16).
    """
    if condition not in CLAUSE_OF:
        raise InvalidInput({"condition": ["没有这项条件，请刷新页面。"]})
    blank = [check for check in checks_of(condition) if checks.get(check) is None]
    if blank:
        raise InvalidInput({"checks": [f"还没有核查：{'、'.join(blank)}，逐项核查后才能记录。"]})
    if not evidence.strip():
        raise InvalidInput({"evidence": ["写明核查的依据。"]})
    if bad_record_on is not None and bad_record_on > clock.today():
        raise InvalidInput({"bad_record_on": ["不良记录日期不能晚于今天。"]})
    with working_on(filing, actor, states=JUDGED_IN) as held:
        return OperatorFinding.objects.create(
            case_id=held.pk, condition=condition, checks={c: bool(checks[c]) for c in checks_of(condition)},
            evidence=evidence.strip()[:300], qualification=qualification, bad_record_on=bad_record_on, organization=actor.organization,
            officer=actor.user, at=clock.now(),
        )  # fmt: skip


def hand_in(filing: Case, actor: Actor, slot: str, file: UploadedFile) -> Attachment:
    """The county, or the operator itself, hands in one of the seven materials while the filing is the county's."""
    if slot not in {slot_of(material) for material in materials()}:
        raise InvalidInput({"file": ["没有这项材料，请刷新页面。"]})
    _require_hands(filing, actor)
    taken = accept_upload(file, SLOTS[slot], filing, actor.user)
    with transaction.atomic():
        fresh = type(filing)._default_manager.select_for_update(of=("case_ptr",)).get(pk=filing.pk)
        _require_hands(fresh, actor)
    return taken


def _require_hands(filing: Case, actor: Actor) -> None:
    ours = actor.organization_id in (filing.body_id(Role.COUNTY_OFFICER), filing.body_id(Role.OPERATOR))
    if not ours or filing.state not in EDITABLE:
        raise NotYours("材料已上报，不能改动。")


def missing_materials(filing: Case) -> list[str]:
    """Required materials without a file that counts (HB-37)."""
    there = set(filing.attachments.standing().values_list("slot", flat=True))
    return [m["name"] for m in materials() if m["required"] and slot_of(m) not in there]
