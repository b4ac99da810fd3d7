"""What stands in the middle of the review: the pages of a file as pictures, the rows of a table, what was typed.

Which file, which page, how wide and turned how far stand in the address, so that everything works without a script.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from accounts.actors import Actor
from accreditation.procedures.application import ProviderApplication
from accreditation.reviewing import Sheet, typed_in
from documents.attachments.confidentiality import may_open
from documents.attachments.images import DRAWABLE
from documents.attachments.models import Attachment

TABLE_OF = {"client_list_contracts": "clients", "trade_volume_proof": "trade"}
WIDTHS = {"fit": 1100, "large": 1800}
TURNS = (0, 90, 180, 270)
ROWS = 50


@dataclass(frozen=True)
class Source:
    """One thing of a material that can be looked at: a file, the table read from it, or what was typed."""

    key: str
    label: str
    file: Attachment | None = None

    @property
    def is_drawn(self) -> bool:
        return self.file is not None and self.file.type_code in DRAWABLE


def sources_of(application: ProviderApplication, sheet: Sheet) -> list[Source]:
    found = [Source(file.key, file.shown_name, file) for file in sheet.files if file.type_code in DRAWABLE]
    if sheet.code in TABLE_OF:
        found.insert(0, Source("table", "清单数据" if sheet.code == "client_list_contracts" else "逐笔记录"))
    if typed_in(application, sheet.code):
        found.append(Source("typed", "填写的内容"))
    found += [
        Source(file.key, file.shown_name, file) for file in sheet.files if file.type_code not in DRAWABLE
    ]
    return found


@dataclass
class Viewer:
    """The middle pane for one request."""

    application: ProviderApplication
    sheet: Sheet
    query: QueryDict
    actor: Actor

    def __post_init__(self) -> None:
        self.sources = sources_of(self.application, self.sheet)
        asked = self.query.get("file", "")
        self.source = next(
            (s for s in self.sources if s.key == asked), self.sources[0] if self.sources else None
        )
        pages = (self.source and self.source.file and self.source.file.pages) or 1
        self.pages = pages
        self.page = min(max(_number(self.query.get("page", ""), 1), 1), pages)
        self.width = self.query.get("width", "")
        self.width = self.width if self.width in WIDTHS else "fit"
        turn = _number(self.query.get("turn", ""), 0)
        self.turn = turn if turn in TURNS else 0
        self.is_revealed = self.query.get("reveal") == "1"

    @cached_property
    def is_withheld(self) -> bool:
        """A confidential file is told of, and shown only to who handles the case."""
        return bool(self.source and self.source.file and not may_open(self.actor, self.source.file))

    @property
    def is_personal(self) -> bool:
        return bool(self.source and self.source.file and self.source.file.place.personal)

    @property
    def shows_page(self) -> bool:
        drawn = self.source and self.source.is_drawn and (self.is_revealed or not self.is_personal)
        return bool(drawn) and not self.is_withheld

    @property
    def picture(self) -> str:
        """Address of the picture of this page."""
        if self.source is None or self.source.file is None:
            return ""
        home = f"/desk/cases/{self.application.reference}/files/{self.source.key}"
        turned = f"&turn={self.turn}" if self.turn else ""
        return f"{home}/{self.page}.png?width={WIDTHS[self.width]}{turned}"

    def address(self, **changes: Any) -> str:
        """This review page with something changed in the middle; the tab on the right stays."""
        kept = {
            "file": self.source.key if self.source else "",
            "page": self.page if self.page > 1 else "",
            "width": self.width if self.width != "fit" else "",
            "turn": self.turn or "",
            "reveal": "1" if self.is_revealed else "",
            "tab": self.query.get("tab", ""),
        } | changes
        return "?" + urlencode({name: value for name, value in kept.items() if value})

    @property
    def previous_page(self) -> str:
        return self.address(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_page(self) -> str:
        return self.address(page=self.page + 1) if self.page < self.pages else ""

    @property
    def other_width(self) -> str:
        return self.address(width="large" if self.width == "fit" else "")

    @property
    def turned(self) -> str:
        return self.address(turn=(self.turn + 90) % 360)

    @property
    def revealed(self) -> str:
        return self.address(reveal="1")

    @property
    def choices(self) -> list[dict[str, Any]]:
        return [
            {"source": source, "href": self.address(file=source.key, page="", turn="", reveal=""),
             "current": source is self.source}
            for source in self.sources
        ]  # fmt: skip

    @property
    def earlier(self) -> list[Attachment]:
        """The versions the file replaced, as far as the reader may open them; they stay on record."""
        versions = self.source.file.earlier_versions() if self.source and self.source.file else []
        return [file for file in versions if file.is_cleared and may_open(self.actor, file)]

    @property
    def typed(self) -> list[tuple[str, str]]:
        return typed_in(self.application, self.sheet.code)

    def table(self) -> dict[str, Any]:
        """A page of the rows read from the uploaded table, the window they count in beside them."""
        kind = TABLE_OF.get(self.sheet.code)
        if kind is None or self.source is None or self.source.key != "table":
            return {}
        after = _number(self.query.get("rows", ""), 0)
        manager: Any = self.application.clients if kind == "clients" else self.application.trade_records
        rows = manager.filter(row__gt=after).order_by("row", "id")
        if kind == "trade" and self.query.get("only") == "open":
            rows = rows.filter(verified_at=None)
        found = list(
            rows.select_related("verified_by__person")[: ROWS + 1] if kind == "trade" else rows[: ROWS + 1]
        )
        start, end = self.application.volume_window()
        return {
            "kind": kind,
            "rows": found[:ROWS],
            "next": self.address(rows=found[ROWS - 1].row) if len(found) > ROWS else "",
            "first": self.address() if after else "",
            "start": start,
            "end": end,
        }


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else otherwise
