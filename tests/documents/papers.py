"""What the tests of official paper share: a notice's facts, and how a PDF reads back."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2

from documents.notices.samples import CODE, ENTERPRISE, sample_context

NAME = ENTERPRISE["name"]
FACTS: dict[str, Any] = {
    **sample_context("certificate"),
    **sample_context("receipt"),
    "verification_url": f"https://portal.example/verify/{CODE}/",
}


def facts(**others: Any) -> dict[str, Any]:
    return {**FACTS, **others}


def named(name: str) -> dict[str, Any]:
    """The facts of an enterprise of that name."""
    party = {**ENTERPRISE, "name": name}
    return facts(addressee=party, enterprise=party)


def text_of(pdf: bytes) -> str:
    """The text as a reader's search sees it, without the page numbers, line ends and blanks of the layout."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "".join(re.sub(r"— \d+ —|\s", "", page) for page in pages)


def sizes_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in document]
