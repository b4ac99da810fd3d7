"""All materials of an application in one bound volume, in the order and under the names of the regulation (SX-49)."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Organization
from accreditation.procedures.application import ProviderApplication
from accreditation.reviewing import Review, typed_in
from accreditation.reviewing import Sheet as Reviewed
from accreditation.sheets import SHEETS
from documents.attachments import store
from documents.attachments.confidentiality import may_open
from documents.attachments.images import DRAWABLE
from documents.attachments.models import Attachment
from documents.dossiers.binding import Bound, Chapter, Entry, Leaf, bind
from documents.dossiers.cross_page_seal import cross_page_seal
from documents.notices.render import render_pdf
from workflow.relations import Relation


def bind_dossier(application: ProviderApplication, actor: Actor, out: Path) -> Bound:
    """Write the volume to a file, with what this reader may have of it: copies of identity papers are for their owner
    alone, everybody else looks at each in the portal, which records it (SX-44).

    Raises `documents.dossiers.binding.BindingFailed`.
    """
    with TemporaryDirectory(dir=store.quarantine()) as folder, ExitStack() as copies:
        chapters = [
            _chapter(application, actor, number, sheet, copies)
            for number, sheet in enumerate(Review(application, None).sheets, start=1)
        ]
        # A real seal is pressed on the printed copies; a demo shows where it goes.
        seal = cross_page_seal(_applicant(application).name) if settings.DEMO else None
        return bind(out, _cover(application), _contents, chapters, folder=Path(folder), seal=seal)


def _chapter(
    application: ProviderApplication, actor: Actor, number: int, sheet: Reviewed, copies: ExitStack
) -> Chapter:
    left_out = {file: why for file in sheet.files if (why := _why_not(application, actor, file))}
    leaves = []
    for file in sheet.files:
        if file not in left_out:
            path = copies.enter_context(store.local_copy(file.sha256))
            leaves.append(Leaf(file.shown_name, path, file.type_code))
    is_open = all(may_open(actor, file) for file in sheet.files)
    context = {
        "number": number,
        "name": sheet.spec["name"],
        "required": sheet.spec["required"],
        "leaves": leaves,
        "left_out": [
            (file.shown_name if may_open(actor, file) else _("一个文件"), why)
            for file, why in left_out.items()
        ],
        "typed": typed_in(application, sheet.code),
        "table": _table(application, sheet.code) if is_open else {},
    }
    return Chapter(f"{number}　{sheet.spec['name']}", render_pdf("dossiers/chapter.html", context), leaves)


def _why_not(application: ProviderApplication, actor: Actor, file: Attachment) -> str:
    """Why a file is not in this reader's volume; nothing where it is."""
    if not may_open(actor, file):
        return _("已标为保密，不向本册的阅读者提供")
    if file.place.personal and actor.organization_id != application.applicant_id:
        return _("含个人信息，请在系统中逐件查看")
    if file.type_code not in DRAWABLE:
        return _("表格文件，读入的各行列在下面；原文件请在系统中下载")
    return ""


def _table(application: ProviderApplication, code: str) -> dict[str, Any]:
    """The rows that were imported, as they count."""
    sheet = SHEETS.get(code)
    rows = list(sheet.rows_of(application)) if sheet else []
    if sheet is None or not rows:
        return {}
    return {
        "title": _("%(name)s（%(count)s 行）") % {"name": sheet.name, "count": len(rows)},
        "heads": [column.heading for column in sheet.columns],
        "rows": [[_cell(row, column.code) for column in sheet.columns] for row in rows],
    }


def _cell(row: Any, code: str) -> str:
    named = getattr(row, f"get_{code}_display", None)
    value = named() if named else getattr(row, code)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _applicant(application: ProviderApplication) -> Organization:
    return application.bodies()[Relation.APPLICANT]


def _cover(application: ProviderApplication) -> bytes:
    reviewer = application.bodies().get(Relation.CITY)
    filed = application.first_submitted_on
    context = {
        "program": application.program.name,
        "applicant": _applicant(application),
        "reference": application.reference,
        "reviewer": reviewer.name if reviewer else "",
        "submitted": filed.isoformat() if filed else _("草稿，尚未提交"),
    }
    return render_pdf("dossiers/cover.html", context)


def _contents(entries: list[Entry]) -> bytes:
    unreadable = [entry.title for entry in entries if not entry.page]
    return render_pdf("dossiers/contents.html", {"entries": entries, "unreadable": unreadable})
