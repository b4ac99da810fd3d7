"""An outline in fewer points than it was drawn with.

The free faces were traced from paper: a character is a hundred short curves where twenty would do, and a document
that carries them weighs three times what it needs to. Neighbours that continue each other are joined into one
quadratic curve, as TrueType has them, where it stays within a tolerance of every one of them.
"""

from typing import Any

from fontTools.cu2qu import curve_to_quadratic
from fontTools.pens.basePen import BasePen
from fontTools.pens.ttGlyphPen import TTGlyphPen

# Cosine of the angle beyond which two neighbours meet in a corner, which is kept.
SMOOTH = 0.97
# A neighbour shorter than this, in units of the drawing, is a slip of the tracing.
DUST = 0.05

Point = complex


class Segment:
    """A line or a cubic curve between two points: its directions at both ends, and points that stand for it."""

    __slots__ = ("control", "end", "leaves", "start", "through", "towards")

    def __init__(self, start: Point, control: tuple[Point, Point] | None, end: Point) -> None:
        self.start, self.control, self.end = start, control, end
        if control is None:
            self.towards = self.leaves = end - start
            self.through: tuple[Point, ...] = ((start + end) / 2, end)
        else:
            first, second = control
            self.towards = first - start or second - start or end - start
            self.leaves = end - second or end - first or end - start
            self.through = ((start + 3 * (first + second) + end) / 8, end)


def simplified(glyph: Any, *, scale: float, tolerance: float) -> Any:
    """A glyph of any font as a TrueType one on a grid of another size."""
    contours = _Contours(scale)
    glyph.draw(contours)
    pen = TTGlyphPen(None)
    for segments in contours.closed:
        _draw(segments, pen, tolerance)
    drawn = pen.glyph()
    drawn.coordinates.toInt()
    return drawn


class _Contours(BasePen):
    """Collects closed contours as segments."""

    def __init__(self, scale: float) -> None:
        super().__init__(None)
        self.closed: list[list[Segment]] = []
        self._scale = scale
        self._segments: list[Segment] = []
        self._at = self._first = 0j

    def _point(self, pt: tuple[float, float]) -> Point:
        return complex(pt[0] * self._scale, pt[1] * self._scale)

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self._segments = []
        self._at = self._first = self._point(pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self._add(None, self._point(pt))

    def _curveToOne(
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._add((self._point(pt1), self._point(pt2)), self._point(pt3))

    def _add(self, control: tuple[Point, Point] | None, end: Point) -> None:
        if abs(end - self._at) > DUST:
            self._segments.append(Segment(self._at, control, end))
            self._at = end

    def _closePath(self) -> None:
        self._add(None, self._first)
        if len(self._segments) > 1:
            self.closed.append(self._segments)


def _draw(segments: list[Segment], pen: TTGlyphPen, tolerance: float) -> None:
    """One contour, begun in a corner if it has one: there nothing is joined."""
    corner = next((i for i, one in enumerate(segments) if not _continues(segments[i - 1], one)), 0)
    segments = segments[corner:] + segments[:corner]
    pen.moveTo(_pair(segments[0].start))
    at, count = 0, len(segments)
    while at < count:
        reach, control = at, None
        while reach < count and (reach == at or _continues(segments[reach - 1], segments[reach])):
            joined = segments[at : reach + 1]
            fits, through = _joined(joined, tolerance)
            if not fits:
                break
            control, reach = through, reach + 1
        if reach == at:
            curve = [segments[at].start, *(segments[at].control or ()), segments[at].end]
            pen.qCurveTo(*curve_to_quadratic([_pair(point) for point in curve], tolerance)[1:])
            reach = at + 1
        elif control is None:
            pen.lineTo(_pair(segments[reach - 1].end))
        else:
            pen.qCurveTo(_pair(control), _pair(segments[reach - 1].end))
        at = reach
    pen.closePath()


def _continues(one: Segment, other: Segment) -> bool:
    a, b = one.leaves, other.towards
    return a.real * b.real + a.imag * b.imag > SMOOTH * abs(a) * abs(b)


def _joined(segments: list[Segment], tolerance: float) -> tuple[bool, Point | None]:
    """Whether one line, or one curve with the control point returned, stands for all of them."""
    start, end = segments[0].start, segments[-1].end
    points = [point for segment in segments for point in segment.through]
    chord = end - start
    length = abs(chord)
    if length and all(abs(_cross(chord, point - start)) <= tolerance / 2 * length for point in points):
        return True, None
    towards, leaves = segments[0].towards, segments[-1].leaves
    turn = _cross(towards, leaves)
    if abs(turn) < 0.01 * abs(towards) * abs(leaves):
        return False, None
    forth, back = _cross(chord, leaves) / turn, _cross(towards, chord) / turn
    if min(forth * abs(towards), back * abs(leaves)) < DUST:
        return False, None
    return _is_near(points, start, start + forth * towards, end, tolerance), start + forth * towards


def _is_near(points: list[Point], start: Point, control: Point, end: Point, tolerance: float) -> bool:
    """Whether all lie along a parabola: in the basis of its two legs it is (a + b)² = 4b."""
    first, second = control - start, end - control
    area = _cross(first, second)
    for point in points:
        offset = point - start
        a, b = _cross(offset, second) / area, _cross(first, offset) / area
        both = a + b
        if abs((both * both - 4 * b) * area) > tolerance * abs(2 * both * second - (2 * both - 4) * first):
            return False
    return True


def _cross(a: Point, b: Point) -> float:
    return a.real * b.imag - a.imag * b.real


def _pair(point: Point) -> tuple[float, float]:
    return point.real, point.imag
