"""Binds the files of a case into one A4 volume: cover, contents with page numbers, a divider before each chapter,
every file behind it (SX-49).

What others drew is opened by the confined children alone (`preparing`, `stitching`). What cannot be read is named in
the contents, and the rest is bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2

from documents import confined

SECONDS, MEGABYTES = 20, 768  # of each child; a browser waits for all of them
MOST_CASUALTIES = 3  # children ended by a file
LARGEST_VOLUME = 600 * 1024 * 1024
MOST_FILES = 512
ENTRIES_TO_A_SHEET = 22  # of the contents, about: titles of two rows take more
MOST_LENGTHS = 4


class BindingFailed(Exception):
    """No volume came of it. Nothing was kept; it may be tried again."""


@dataclass(frozen=True)
class Leaf:
    """A file as it was filed; `kind` is the type of an attachment: pdf, jpeg or png."""

    title: str
    path: Path
    kind: str


@dataclass(frozen=True)
class Chapter:
    """A part of the volume: the sheets written for it, its divider first, and the files behind them."""

    title: str
    sheets: bytes
    leaves: Sequence[Leaf] = ()


@dataclass(frozen=True)
class Entry:
    """A line of the contents; `page` is 0 where the file could not be read."""

    title: str
    page: int
    is_chapter: bool


@dataclass(frozen=True)
class Bound:
    """What came of it: how many pages, and the titles of what could not be read."""

    pages: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    title: str
    path: Path
    pages: int
    level: int  # in the outline; 0: not in it
    is_strange: bool = False

    def told(self) -> dict[str, Any]:
        return {"path": str(self.path), "title": self.title, "level": self.level, "strange": self.is_strange}


def bind(
    out: Path,
    cover: bytes,
    contents: Callable[[list[Entry]], bytes],
    chapters: Sequence[Chapter],
    *,
    folder: Path,
    seal: dict[str, Any] | None = None,
) -> Bound:
    """Write the volume to a file. `contents` draws the list of what stands on which page; `folder` holds the pieces
    meanwhile. Raises `BindingFailed`.
    """
    parts = _parts(chapters, folder)
    front = _own("封面", cover, folder, level=0)
    for _ in range(MOST_CASUALTIES):
        entries, listed = _listed(contents, parts, front.pages, folder)
        bound = [front, listed, *(part for part in parts if part.pages)]
        answer = _ask("stitch", parts=[part.told() for part in bound], seal=seal, out=str(out))
        if "pages" in answer:
            return Bound(answer["pages"], tuple(entry.title for entry in entries if not entry.page))
        at = answer.get("values", answer).get("at")
        if at is None:
            break
        # It could be read and not be placed: it is left out, and what stands behind it moves up.
        parts = [replace(part, pages=0) if part is bound[at] else part for part in parts]
    raise BindingFailed(f"stitch: {answer}")


def _listed(
    contents: Callable[[list[Entry]], bytes], parts: list[_Part], before: int, folder: Path
) -> tuple[list[Entry], _Part]:
    """The contents stand before what they list: drawn for the length they should have, and again if it is another."""
    length = max(1, -(-len(parts) // ENTRIES_TO_A_SHEET))
    for _ in range(MOST_LENGTHS):
        entries = _entries(parts, before + length)
        listed = _own("目录", contents(entries), folder, level=1)
        if listed.pages == length:
            return entries, listed
        length = listed.pages
    raise BindingFailed("the contents change their length with the numbers in them")


def _parts(chapters: Sequence[Chapter], folder: Path) -> list[_Part]:
    leaves = [leaf for chapter in chapters for leaf in chapter.leaves]
    places = [folder / f"leaf-{number}.pdf" for number, _ in enumerate(leaves)]
    pages = _prepared(
        [(str(leaf.path), leaf.kind, str(place)) for leaf, place in zip(leaves, places, strict=True)]
    )
    prepared = iter(zip(leaves, places, pages, strict=True))
    parts = []
    for chapter in chapters:
        parts.append(_own(chapter.title, chapter.sheets, folder, level=1))
        for _ in chapter.leaves:
            leaf, place, count = next(prepared)
            is_strange = leaf.kind == "pdf"
            parts.append(_Part(leaf.title, leaf.path if is_strange else place, count, 2, is_strange))
    return parts


def _prepared(files: list[tuple[str, str, str]]) -> list[int]:
    """How many sheets each file gave. One that ends the child is left out, and the rest is taken up behind it."""
    pages: list[int] = []
    for _ in range(MOST_CASUALTIES):
        if len(pages) >= len(files):
            break
        answer = _ask("prepare", files=files[len(pages) :])
        pages += answer.get("pages", [])
        if len(pages) < len(files):
            pages.append(0)
    return pages + [0] * (len(files) - len(pages))


def _own(title: str, sheets: bytes, folder: Path, *, level: int) -> _Part:
    with pypdfium2.PdfDocument(sheets) as drawn:
        count = len(drawn)
    path = folder / f"own-{len(list(folder.iterdir()))}.pdf"
    path.write_bytes(sheets)
    return _Part(title, path, count, level)


def _entries(parts: list[_Part], before: int) -> list[Entry]:
    entries, page = [], before + 1
    for part in parts:
        entries.append(Entry(part.title, page if part.pages else 0, part.level == 1))
        page += part.pages
    return entries


def _ask(task: str, **request: Any) -> dict[str, Any]:
    return confined.run(
        task,
        request,
        seconds=SECONDS,
        megabytes=MEGABYTES,
        largest_file=LARGEST_VOLUME,
        open_files=MOST_FILES,
    )
