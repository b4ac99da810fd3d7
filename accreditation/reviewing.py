"""An application under review: how far each material has been looked at, and what is to be corrected.

Each body judges for itself; what the other body found stands beside it. A verdict on a material that was handed in
again since is stale: it counts for nothing until somebody looks again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects

from accreditation.checklist import Point, applicable, clause_of
from accreditation.filing import MATERIAL_OF_SLOT
from accreditation.procedures.application import ProviderApplication
from accreditation.review import MaterialVerdict
from documents.attachments.models import Attachment

TYPED_LABELS = {"fiscal_year": "审计年度"}


@dataclass
class Check:
    """One point with what was found: by one's own body, and by the other."""

    point: Point
    verdict: MaterialVerdict | None = None
    other: MaterialVerdict | None = None
    is_stale: bool = False

    @property
    def value(self) -> str:
        """How the toggle stands: "yes", "no", or "" until somebody touches it."""
        if self.verdict is None or self.is_stale:
            return ""
        return "yes" if self.verdict.ok else "no"


@dataclass
class Sheet:
    """One material as the reviewer sees it."""

    spec: dict[str, Any]
    files: list[Attachment] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.spec["code"]

    @property
    def confidential(self) -> list[Attachment]:
        return [file for file in self.files if file.is_confidential]

    @property
    def is_expected(self) -> bool:
        """What is optional and was not handed in needs no look."""
        return self.spec["required"] or bool(self.files)

    @property
    def unchecked(self) -> list[Check]:
        return [check for check in self.checks if not check.value] if self.is_expected else []

    @property
    def mark(self) -> str:
        """ "no" something is to be corrected, "stale" handed in again, "ok" all in order, "partly", or ""."""
        if any(check.value == "no" for check in self.checks):
            return "no"
        if any(check.is_stale for check in self.checks):
            return "stale"
        if not self.unchecked:
            return "ok" if self.is_expected else "none"
        return "partly" if len(self.unchecked) < len(self.checks) else ""


class Review:
    """The ten materials of an application with the verdicts of one body."""

    def __init__(self, application: ProviderApplication, body_id: int | None):
        self.application, self.body_id = application, body_id
        prefetch_related_objects([application], "materials")

    @cached_property
    def files(self) -> list[Attachment]:
        rows = Attachment.objects.standing().shown_to_others()
        return list(rows.filter(case_id=self.application.pk).order_by("slot", "id"))

    @cached_property
    def sheets(self) -> list[Sheet]:
        own: dict[tuple[str, str], MaterialVerdict] = {}
        others: dict[tuple[str, str], MaterialVerdict] = {}
        verdicts = self.application.material_verdicts.select_related("organization", "officer__person")
        for verdict in verdicts.order_by("at", "id"):
            is_ours = verdict.organization_id == self.body_id
            (own if is_ours else others)[verdict.material, verdict.point] = verdict
        handed_in = self._handed_in()
        sheets = []
        for spec in self.application.program.materials:
            code = spec["code"]
            sheet = Sheet(spec, [f for f in self.files if MATERIAL_OF_SLOT.get(f.slot) == code])
            for point in applicable(self.application, spec):
                mine = own.get((code, point.code))
                is_stale = mine is not None and code in handed_in and mine.at < handed_in[code]
                sheet.checks.append(Check(point, mine, others.get((code, point.code)), is_stale))
            sheets.append(sheet)
        return sheets

    def _handed_in(self) -> dict[str, datetime]:
        """When each material was last handed in: its newest file, or what was typed for it."""
        moments: dict[str, list[datetime]] = defaultdict(list)
        for material in self.application.materials.all():
            moments[material.code].append(material.updated_at)
        for file in self.files:
            moments[MATERIAL_OF_SLOT.get(file.slot, "")].append(file.uploaded_at)
        return {code: max(times) for code, times in moments.items()}

    def sheet(self, code: str) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.code == code), None)

    @property
    def expected(self) -> int:
        """Materials to be looked at: what is optional and was not handed in is not among them."""
        return sum(sheet.is_expected for sheet in self.sheets)

    @property
    def reviewed(self) -> int:
        return sum(sheet.is_expected and not sheet.unchecked for sheet in self.sheets)

    @property
    def unchecked(self) -> int:
        """Points nobody of this body has judged, or judged before the material was handed in again."""
        return sum(len(sheet.unchecked) for sheet in self.sheets)

    @property
    def defects(self) -> list[dict[str, Any]]:
        """What is to be corrected, as one notice would tell it, in the order of the materials."""
        return [
            {
                "material": sheet.code,
                "number": sheet.spec["number"],
                "name": sheet.spec["name"],
                "clause": clause_of(sheet.spec),
                "point": check.point.label,
                "problem": check.verdict.problem,
                "remedy": check.verdict.remedy,
            }
            for sheet in self.sheets
            for check in sheet.checks
            if check.value == "no" and check.verdict is not None
        ]


def typed_in(application: ProviderApplication, code: str) -> list[tuple[str, str]]:
    """What the enterprise ticked and wrote for a material, by label."""
    material = application.material(code)
    rows = [("已具备的内容", "、".join(material.parts)), ("未开展", "、".join(material.not_offered))]
    rows += [(TYPED_LABELS.get(key, str(key)), str(value)) for key, value in material.text.items()]
    rows.append(("说明", material.note))
    return [(label, text) for label, text in rows if text]
