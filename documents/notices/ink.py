"""Our own drawings, seals and borders, in the words of PDF.

They are written as SVG, which every renderer knows. WeasyPrint draws an SVG shape by shape and anew on every page,
which takes as long as all the text beside it; ours know few shapes, so each drawing is put into words once.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

PREFIX = "data:image/svg+xml;base64,"
SVG = "{http://www.w3.org/2000/svg}"
# A quarter of a circle by one curve.
ROUND = 0.5523
COMMAND = re.compile(r"([MLz])([^MLz]*)")
WORD = {"M": "m", "L": "l", "z": "h"}

Style = dict[str, str]


class Unknown(Exception):
    """A drawing with more in it than ours have."""


@dataclass(frozen=True)
class Weave:
    """A rectangle filled with tiles."""

    at: tuple[float, float, float, float]
    tile: tuple[float, float]
    words: bytes


class Ink:
    """A drawing as WeasyPrint asks for its images: how large it is, and that it draw itself."""

    def __init__(self, svg: bytes) -> None:
        root = ElementTree.fromstring(svg)  # noqa: S314  our own words, drawn by us
        if root.tag != f"{SVG}svg" or "viewBox" not in root.attrib:
            raise Unknown(root.tag)
        self.left, self.top, self.width, self.height = map(float, root.attrib["viewBox"].split())
        weaves = {element.attrib["id"]: element for element in root.iter(f"{SVG}pattern")}
        self.parts = list(_parts(root, {}, weaves))

    @property
    def words(self) -> bytes:
        """All of a drawing without weaves, in the units of its `viewBox`."""
        return b"\n".join(part for part in self.parts if isinstance(part, bytes))

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        return self.width, self.height, self.width / self.height

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Onto a page of WeasyPrint's, which has moved to where the drawing stands."""
        across, down = width / self.width, height / self.height
        stream.transform(a=across, d=down, e=-self.left * across, f=-self.top * down)
        for part in self.parts:
            if isinstance(part, bytes):
                stream.stream.append(part)
            else:
                x, y, _, _ = part.at
                placed = type(stream.ctm)(e=x, f=y) @ stream.ctm
                tile = stream.add_pattern(0, 0, *part.tile, *part.tile, placed)
                tile.stream.append(part.words)
                rectangle = " ".join(map(_number, part.at))
                stream.stream.append(f"/Pattern cs /{tile.id} scn {rectangle} re f".encode())


@lru_cache(maxsize=64)
def ink(url: str) -> Ink | None:
    """The drawing in a `data:` address; None where it is not one of ours."""
    try:
        return Ink(base64.b64decode(url.removeprefix(PREFIX))) if url.startswith(PREFIX) else None
    except (Unknown, ValueError, LookupError, ElementTree.ParseError):
        return None


def _parts(
    element: ElementTree.Element, above: Style, weaves: dict[str, ElementTree.Element]
) -> Iterator[bytes | Weave]:
    if element.tag == f"{SVG}defs":
        return
    style = above | {
        name: element.attrib[name] for name in ("fill", "stroke", "stroke-width") if name in element.attrib
    }
    if element.tag in (f"{SVG}svg", f"{SVG}g", f"{SVG}pattern"):
        for child in element:
            yield from _parts(child, style, weaves)
        return
    if woven := re.fullmatch(r"url\(#(\w+)\)", style.get("fill", "")):
        x, y, width, height = (float(element.attrib[name]) for name in ("x", "y", "width", "height"))
        weave = weaves[woven[1]]
        tile = float(weave.attrib["width"]), float(weave.attrib["height"])
        yield Weave(
            (x, y, width, height), tile, b"\n".join(p for p in _parts(weave, {}, {}) if isinstance(p, bytes))
        )
    else:
        yield " ".join((*_colours(style), _shape(element), _painted(style))).encode()


def _colours(style: Style) -> Iterator[str]:
    if (fill := style.get("fill", "#000")) != "none":
        yield f"{_colour(fill)} rg"
    if (stroke := style.get("stroke", "none")) != "none":
        yield f"{_colour(stroke)} RG {style.get('stroke-width', '1')} w"


def _colour(text: str) -> str:
    found = re.fullmatch(r"#(?:(\w\w)(\w\w)(\w\w)|(\w)(\w)(\w))", text)
    if found is None:
        raise Unknown(text)
    parts = found.groups()[:3] if found[1] else [part * 2 for part in found.groups()[3:]]
    return " ".join(_number(int(part, 16) / 255) for part in parts)


def _painted(style: Style) -> str:
    is_filled, is_stroked = style.get("fill", "#000") != "none", style.get("stroke", "none") != "none"
    return {(True, False): "f", (False, True): "S", (True, True): "B", (False, False): "n"}[
        is_filled, is_stroked
    ]


def _shape(element: ElementTree.Element) -> str:
    kind, given = element.tag.removeprefix(SVG), element.attrib
    if kind == "path":
        if set(given["d"]) - set("MLz-. 0123456789"):
            raise Unknown(given["d"][:40])
        return " ".join(f"{points} {WORD[word]}".strip() for word, points in COMMAND.findall(given["d"]))
    if kind == "polyline":
        return _line(given["points"])
    if kind == "rect":
        return " ".join(_number(float(given[name])) for name in ("x", "y", "width", "height")) + " re"
    if kind == "circle":
        return _circle(float(given.get("cx", 0)), float(given.get("cy", 0)), float(given["r"]))
    raise Unknown(kind)


def _line(points: str) -> str:
    first, *others = (point.replace(",", " ") for point in points.split())
    return f"{first} m " + " ".join(f"{point} l" for point in others)


def _circle(x: float, y: float, r: float) -> str:
    """Four curves, as PDF has no circle."""
    k = r * ROUND
    curves = (
        (x + r, y + k, x + k, y + r, x, y + r),
        (x - k, y + r, x - r, y + k, x - r, y),
        (x - r, y - k, x - k, y - r, x, y - r),
        (x + k, y - r, x + r, y - k, x + r, y),
    )
    drawn = " ".join(" ".join(map(_number, curve)) + " c" for curve in curves)
    return f"{_number(x + r)} {_number(y)} m {drawn} h"


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"
