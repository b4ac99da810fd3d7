"""Tells one application from filing to plaque while it is lived: when, who, which step, where it stands, which papers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core import clock
from documents.notices.drawing import pdf_of
from documents.notices.issuing import CERTIFICATE
from documents.notices.models import Notice
from portal.demo.screen import padded
from workflow.acts import taken
from workflow.cases import Case
from workflow.ledger import LedgerEntry
from workflow.relations import Relation
from workflow.steps import PROCEDURES

HEADS = ("时间", "谁", "办件", "步骤", "办理后", "文书")
WIDTHS = (16, 36, 27, 20, 22, 0)
KINDS = {
    "ProviderApplication": "申请",
    "Consultation": "征求意见",
    "Publicity": "公示",
    "Objection": "异议",
    "Accreditation": "名录",
}


def line(*cells: str) -> str:
    return "  ".join(padded(cell, width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


class Teller:
    """Reads on in the ledger, entry by entry."""

    def __init__(self) -> None:
        self._read = 0

    def news(self) -> Iterator[str]:
        rows = LedgerEntry.objects.filter(pk__gt=self._read).order_by("pk")
        for entry in rows.select_related("case", "user__person", "organization"):
            self._read = entry.pk
            yield told(entry)


def told(entry: LedgerEntry) -> str:
    procedure = PROCEDURES[entry.case.kind]
    who = (
        f"{entry.organization.label} {entry.user}"
        if entry.user and entry.organization
        else entry.get_role_display()
    )
    papers = Notice.objects.filter(entry=entry).order_by("pk")
    return line(
        clock.local(entry.at).strftime("%Y-%m-%d %H:%M"),
        who,
        _what(entry.case),
        str(taken(entry.case, entry.step).label),
        str(procedure.State(entry.to_state).label),
        "、".join(f"{paper.title} {paper.number}".strip() for paper in papers),
    )


def _what(case: Case) -> str:
    """Which case it is in the tree of the application; a consultation says of whom."""
    department = case.bodies().get(Relation.DEPARTMENT)
    return f"{KINDS[case.kind]} {department.label}" if department else KINDS[case.kind]


def certificate(folder: Path) -> tuple[str, Path]:
    """The number of the certificate, and where its PDF now lies."""
    notice = Notice.objects.filter(kind=CERTIFICATE.code).latest("pk")
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{notice.number}.pdf"
    place.write_bytes(pdf_of(notice))
    return notice.number, place
