"""Hands files in: each content passes the real gate once, and is then the same file in other cases' hands.

Looking into a file takes a process of its own and a third of a second; a demo of some five hundred files would
load for minutes. The store keeps contents by their hash, so a second row for the same content is all that is left
to do, and no file of the demo has escaped the gate.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actors import Actor
from accreditation import filing, imports
from accreditation.materials import ImportRow
from accreditation.procedures.application import ProviderApplication
from accreditation.sheets import Sheet
from core import clock
from documents.attachments.models import Attachment
from portal.demo import papers, words
from portal.demo.plan import Firm
from portal.demo.tables import Table

# What is scanned for each slot: the name of the file, and the pages for a company.
SCANS: dict[str, tuple[str, Callable[[str], words.Pages]]] = {
    "application_report": ("申请报告", words.application_report),
    "service_process_proof": ("服务运营流程及证明", words.service_process_proof),
    "client_contracts": ("服务合同节选", words.client_contracts),
    "trade_volume_proof": ("近12个月进出口额证明", words.trade_volume_proof),
    "platform_description": ("平台功能模块说明", words.platform_description),
    "platform_authorisation": ("平台使用授权书", words.platform_authorisation),
    "staff_qualification": ("专业服务人员资质及参保证明", words.staff_qualification),
    "audit_report": ("审计报告", words.audit_report),
    "other_proof": ("信保合作协议", words.other_proof),
}
OWN = ("application_report", "business_licence", "legal_rep_id")


class Shelf:
    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._kept: dict[tuple[str, ...], Attachment] = {}
        self._imported: dict[tuple[str, str, dt.date], tuple[Attachment, ProviderApplication]] = {}

    def hand_in(
        self,
        application: ProviderApplication,
        actor: Actor,
        firm: Firm,
        slot: str,
        *,
        variant: str = "",
        replaces: Attachment | None = None,
    ) -> Attachment:
        """A file into a slot, drawn for this firm if it has papers of its own, else for anybody."""
        owner = firm.name if firm.has_own_papers and slot in OWN else words.ANYBODY
        known = self._kept.get((slot, owner, variant))
        if known is None:
            name, content = _drawn(slot, owner, variant, firm)
            file = SimpleUploadedFile(name, content)
            known = filing.hand_in(application, actor, slot, file, replaces=replaces)
            self._kept[slot, owner, variant] = known
            return known
        return _again(known, application, actor, replaces)

    def take_table(
        self, application: ProviderApplication, actor: Actor, sheet: Sheet, variant: str, made_on: dt.date
    ) -> None:
        """A table by the real importer the first time; then the same rows for another application."""
        known = sheet.table, variant, made_on
        if known not in self._imported:
            name, content = Table(sheet, made_on, variant, self._seed).file()
            imports.take(application, actor, sheet, SimpleUploadedFile(name, content))
            file = application.attachments.standing().get(slot=sheet.slot)
            self._imported[known] = file, application
            return
        file, earlier = self._imported[known]
        _again(file, application, actor)
        _copy(sheet.rows_of(earlier), application)
        _copy(ImportRow.objects.filter(application=earlier, table=sheet.table), application)


def _drawn(slot: str, owner: str, variant: str, firm: Firm) -> tuple[str, bytes]:
    own = owner == firm.name
    legal_representative = firm.legal_representative if own else "王某某"
    if slot == "business_licence":
        code = firm.uscc if own else "（样本代码）"
        return "营业执照.jpg", papers.licence(
            owner, code, legal_representative, firm.address if own else "山西省"
        )
    if slot == "legal_rep_id":
        return "法定代表人身份证.png", papers.identity_card(legal_representative)
    title, pages = SCANS[slot]
    written = words.audit_report_without_notes if variant == "short" else pages
    return f"{title}.pdf", papers.scan(title, owner, written(owner))


def _again(
    known: Attachment, application: ProviderApplication, actor: Actor, replaces: Attachment | None = None
) -> Attachment:
    return Attachment.objects.create(
        case=application,
        slot=known.slot,
        name=known.name,
        sha256=known.sha256,
        size=known.size,
        content_type=known.content_type,
        pages=known.pages,
        warnings=known.warnings,
        scan=known.scan,
        uploaded_by=actor.user,
        uploaded_at=clock.now(),
        replaces=replaces,
    )


def _copy(rows: Any, application: ProviderApplication) -> None:
    copies = list(rows)
    for row in copies:
        row.pk, row.application = None, application
        if hasattr(row, "verified_by_id"):
            row.verified_by, row.verified_at = None, None
        row._state.adding = True
    rows.model._default_manager.bulk_create(copies)
