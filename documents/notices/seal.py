"""The seal of a demo: the organ's name around a star, and 样章 below it, so that nobody takes it for a real one.

An authority's own seal comes from its seal service; none is ever imitated here, and no national emblem drawn.
Characters are outlines, not text: the name in the seal must not turn up when the text of a notice is extracted.
"""

import base64
import math
from functools import lru_cache
from typing import Any

from fontTools.pens.basePen import BasePen

from documents.notices import fonts

RED = "#d7000f"
UNIT = 40  # of the drawing, in a millimetre
FLAT = 2  # a curve that leaves its chord by less is drawn as the chord
RADIUS = 21.0  # millimetres; provincial departments use seals of 42 mm
RING = 15.4  # where the characters of the name have their middle
WIDEST_ARC = 250.0  # degrees the name may take


@lru_cache(maxsize=64)
def sample_seal(name: str) -> str:
    """The sample seal of an organ as a `data:` URI."""
    step = min(36.0, WIDEST_ARC / max(len(name) - 1, 1))
    size = min(5.6, math.radians(step) * RING * 0.92)
    first = -step * (len(name) - 1) / 2
    outlines = [_star(6.2)]
    outlines += [_outline(c, size, (0.0, -RING), first + step * i) for i, c in enumerate(name)]
    outlines += [_outline("样", 4.2, (-2.3, 13.2)), _outline("章", 4.2, (2.3, 13.2))]
    edge = RADIUS * UNIT
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="42mm" height="42mm"'
        f' viewBox="{-edge:g} {-edge:g} {2 * edge:g} {2 * edge:g}">'
        f'<circle r="{edge - 0.6 * UNIT:g}" fill="none" stroke="{RED}" stroke-width="{1.2 * UNIT:g}"/>'
        f'<path fill="{RED}" d="{"".join(outlines)}"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _star(radius: float) -> str:
    corners = []
    for i in range(10):
        r, angle = radius * UNIT * (1 if i % 2 == 0 else 0.382), math.radians(36 * i)
        corners.append(f"{round(r * math.sin(angle))} {round(-r * math.cos(angle))}")
    return f"M{'L'.join(corners)}z"


def _outline(character: str, size: float, middle: tuple[float, float], turned: float = 0.0) -> str:
    """A character with its middle at a point, turned about the middle of the seal."""
    font = fonts.outlines("biaosong")
    name = font.getBestCmap().get(ord(character))
    if name is None:
        return ""
    pen = _Polygons(font.getGlyphSet(), size / font["head"].unitsPerEm, middle, size, math.radians(turned))
    font.getGlyphSet()[name].draw(pen)
    return "".join(pen.path)


class _Polygons(BasePen):
    """Curves as a few straight pieces: at the size of a seal nobody sees it, and a page weighs half as much."""

    def __init__(
        self, glyphs: Any, scale: float, middle: tuple[float, float], size: float, turned: float
    ) -> None:
        super().__init__(glyphs)
        self.path: list[str] = []
        self._scale = scale
        self._left = middle[0] - size / 2
        self._baseline = middle[1] + size * (fonts.ASCENT - 0.5)
        self._sine, self._cosine = math.sin(turned), math.cos(turned)

    def _point(self, point: tuple[float, float]) -> str:
        x, y = self._left + point[0] * self._scale, self._baseline - point[1] * self._scale
        turned = (x * self._cosine - y * self._sine, x * self._sine + y * self._cosine)
        return f"{round(turned[0] * UNIT)} {round(turned[1] * UNIT)}"

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.path.append("M" + self._point(pt))

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.path.append("L" + self._point(pt))

    def _qCurveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float]) -> None:
        (x0, y0), (x1, y1), (x2, y2) = self._getCurrentPoint(), pt1, pt2
        bulge = math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2) / 4 * self._scale * UNIT
        if bulge > FLAT:
            self._lineTo(((x0 + 2 * x1 + x2) / 4, (y0 + 2 * y1 + y2) / 4))
        self._lineTo(pt2)

    def _closePath(self) -> None:
        self.path.append("z")
