"""The yardsticks of official paper: plain WeasyPrint with everything new on every page, and a plain merge of PDFs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pikepdf
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration


def drawn(page: str, sheet: str) -> bytes:
    """A page by its HTML and CSS, with the whole font files that the sheet names."""
    fonts = FontConfiguration()
    pdf: bytes = HTML(string=page).write_pdf(
        stylesheets=[CSS(string=sheet, font_config=fonts)], font_config=fonts
    )
    return pdf


def merged(files: Iterable[Path], out: Path) -> int:
    """All pages of all files in one; how many."""
    with pikepdf.new() as volume:
        for file in files:
            with pikepdf.open(file) as source:
                volume.pages.extend(source.pages)
        volume.save(out)
        return len(volume.pages)
