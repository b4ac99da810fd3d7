"""The words of a document, paragraph by paragraph, each under the article it belongs to.

A text is laid in as `regulations/texts/<series>.txt`, one paragraph a line, word for word; where none is laid in,
the catalogue of its clauses stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings

from core.clauses import CLAUSES, Clause


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a document under the article it belongs to, e.g. 附件二（一）6."""

    article: str
    text: str
    level: str  # head, to, chapter, section, item, body, tail
    anchor: str = ""
    clauses: list[str] = field(default_factory=list)


CHAPTER = re.compile(r"([一二三四五六七八九十]+)、")
SECTION = re.compile(r"（([一二三四五六七八九十]+)）")
ITEM = re.compile(r"(\d+)\. ")
CLOSING, PUBLIC = "本通知自印发之日起施行", "此件主动公开"


@cache
def text_of(series: str) -> tuple[Paragraph, ...]:
    """The whole text, paragraph by paragraph; empty where it has not been laid in."""
    path = settings.BASE_DIR / "regulations" / "texts" / f"{series}.txt"
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    placed = list(_placed(lines))
    by_article: dict[str, list[str]] = {}
    for entry in (entry for entry in CLAUSES.values() if entry.series == series):
        by_article.setdefault(article_in(entry.article, {p.article for p in placed}), []).append(entry.id)
    seen: set[str] = set()
    told = []
    for number, paragraph in enumerate(placed):
        first = paragraph.article not in seen
        seen.add(paragraph.article)
        told.append(
            Paragraph(
                paragraph.article,
                paragraph.text,
                paragraph.level,
                anchor=f"p{number}" if first else "",
                clauses=by_article.get(paragraph.article, []) if first else [],
            )
        )
    return tuple(told)


def passage_of(entry: Clause) -> list[Paragraph]:
    """The paragraphs a clause stands in, with the items below them."""
    if entry.is_default:
        return []
    text = text_of(entry.series)
    article = article_in(entry.article, {p.article for p in text})
    exact = [p for p in text if p.article == article]
    if "–" in entry.article:
        return [p for p in text if p.article.startswith(article)]
    return exact


def article_in(article: str, known: set[str]) -> str:
    """The article of the text that a clause names; the next higher one where the text counts less finely."""
    name = article.partition("、（")[0].partition("、落款")[0].partition("–")[0]
    if "–" in article:
        name = re.sub(r"\d+$", "", name)
    while name and name not in known:
        name = re.sub(r"(?:\d+|末段|（[^（）]+）|.)$", "", name)
    return name


def _level_in_head(line: str) -> str:
    """Before the first chapter: names and titles stand in the middle, whom it is for and why do not."""
    if line.endswith("：") and len(line) > 20:
        return "to"
    return "body" if line.endswith("。") else "head"


def _placed(lines: list[str]) -> Iterator[Paragraph]:
    part, chapter, section = "", "", ""
    head = True
    for line in lines:
        if line.startswith("附件") and not line.startswith("附件："):
            part, chapter, section, head = "附件", "", "", True
            yield Paragraph("附件", line, "head")
            continue
        if found := CHAPTER.match(line):
            chapter, section, head = found[1], "", False
            yield Paragraph(f"{part}{chapter}", line, "chapter")
        elif head:
            yield Paragraph(part or "题头", line, _level_in_head(line))
        elif line.startswith(CLOSING):
            chapter = "末段"
            yield Paragraph("末段", line, "body")
        elif chapter == "末段":
            yield Paragraph("末段" if PUBLIC in line else "落款", line, "tail")
        elif found := SECTION.match(line):
            section = f"（{found[1]}）"
            yield Paragraph(f"{part}{chapter}{section}", line, "section")
        elif found := ITEM.match(line):
            yield Paragraph(f"{part}{chapter}{section}{found[1]}", line, "item")
        elif section and part:
            yield Paragraph(f"{part}{chapter}{section}末段", line, "body")
        else:
            yield Paragraph(f"{part}{chapter}{section}", line, "body")
