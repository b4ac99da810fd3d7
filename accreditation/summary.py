"""How the four conditions of an application stood when they were last measured: for lists and case pages.

Measuring takes many reads, so a row of the queue shows what was measured last. A step never trusts this: its rules
measure anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accreditation.rules.conditions import conditions
from core import clock
from core.clauses import clause
from core.findings import Finding
from core.money import in_wan

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

    @property
    def mark_list(self) -> list[str]:
        return self.marks.split()

    def by_condition(self) -> list[Condition]:
        """The conditions with their findings, as a panel shows them."""
        return [
            Condition(NAMES[code], mark, [Line.of(finding) for finding in found])
            for (code, found), mark in zip(self.findings.items(), self.marks.split(), strict=True)
        ]


@dataclass(frozen=True)
class Line:
    """One finding in words. `measured` and `required` are set where a bar can show them."""

    clause: str
    ok: bool | None
    text: str
    measured: float | None = None
    required: float | None = None
    required_text: str = ""

    @classmethod
    def of(cls, finding: dict[str, Any]) -> Line:
        cited, text = clause(finding["clause"]), finding["message"]
        if finding["code"] == "serves_enough_enterprises":
            required = int(finding["required"])
            text = text or f"计入的省内进出口企业 {finding['measured']} 家"
            return cls(
                cited.article, finding["ok"], text, finding["measured"], required, f"要求 {required} 家"
            )
        if finding["code"] == "trade_volume_reached":
            measured, required_volume = Decimal(finding["measured"]), Decimal(finding["required"])
            text = text or f"已核实业务量 {in_wan(measured)}"
            return cls(
                cited.article,
                finding["ok"],
                text,
                float(measured),
                float(required_volume),
                f"要求 {in_wan(required_volume)}",
            )
        # What a person judged carries its own name; several such checks share a clause.
        judged = str(finding["measured"]).startswith(("符合", "不符合", "待人工核实"))
        name = finding["required"] if judged else cited.label
        return cls(cited.article, finding["ok"], text or f"{name}：{finding['measured']}")


@dataclass(frozen=True)
class Condition:
    """One of the four conditions: its mark and what stands behind it."""

    name: str | Promise
    mark: str
    lines: list[Line]

    @property
    def text(self) -> str:
        """One sentence for a narrow place: what stands in the way, else that nothing does."""
        failed = [line.text for line in self.lines if line.ok is False]
        waiting = sum(line.ok is None for line in self.lines)
        if failed:
            return failed[0]
        return f"{waiting} 项待核实" if waiting else f"{len(self.lines)} 项均符合"

    @property
    def gauges(self) -> list[Line]:
        return [line for line in self.lines if line.required is not None]


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
