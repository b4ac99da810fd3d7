"""How the four conditions of an application stood when they were last measured: for lists and case pages.

Measuring takes many reads, so a row of the queue shows what was measured last. A step never trusts this: its rules
measure anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accreditation.rules.conditions import conditions
from core import clock
from core.findings import Finding

if TYPE_CHECKING:
    from accreditation.procedures.application import ProviderApplication

NAMES = {
    "C1": _("（一）机构与管理"),
    "C2": _("（二）平台与团队"),
    "C3": _("（三）合法守信"),
    "C4": _("（四）规模与业务量"),
}


class ConditionSummary(models.Model):
    """`marks` are "ok", "no" or "man" for each of the four conditions, in order, for a row of the queue."""

    application = models.OneToOneField(
        "accreditation.ProviderApplication",
        models.CASCADE,
        primary_key=True,
        related_name="condition_summary",
    )
    marks = models.CharField(max_length=20)
    findings = models.JSONField()
    measured_at = models.DateTimeField(_("测算时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("条件测算")

    def __str__(self) -> str:
        return f"{self.application_id} {self.marks}"

    def by_condition(self) -> list[dict]:
        """The conditions with their findings, as a panel shows them."""
        return [
            {"code": code, "name": NAMES[code], "mark": mark, "findings": found}
            for (code, found), mark in zip(self.findings.items(), self.marks.split(), strict=True)
        ]


def measure(application: ProviderApplication) -> ConditionSummary:
    """Measure the conditions now and keep the result; called when something they depend on was written."""
    found = conditions(application)
    summary, _created = ConditionSummary.objects.update_or_create(
        application_id=application.pk,
        defaults={
            "marks": " ".join(mark_of(findings) for findings in found.values()),
            "findings": {code: [f.as_dict() for f in findings] for code, findings in found.items()},
            "measured_at": clock.now(),
        },
    )
    return summary


def mark_of(findings: list[Finding]) -> str:
    """One unmet check fails a condition; one that waits for a person keeps it open."""
    if any(finding.ok is False for finding in findings):
        return "no"
    return "man" if any(finding.ok is None for finding in findings) else "ok"
