"""An outline in fewer points than it was drawn with.

The free faces were traced from paper: a character is a hundred short curves where twenty would do, and a document
that carries them weighs three times what it needs to. Neighbours that continue each other are joined into one
quadratic curve, as TrueType has them, where it stays within a tolerance of every one of them.

Twenty-five thousand glyphs pass through here on installation, so the loops are plain. A point is a complex number:
of two of them, `(a.conjugate() * b).imag` is the area between them, and the `.real` part tells whether they agree.
"""

from array import array
from itertools import accumulate
from math import floor

from fontTools.cu2qu import curve_to_quadratic
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphCoordinates
from fontTools.ttLib.tables.ttProgram import Program

from documents.notices.freetype import Point, Segment

# Cosine of the angle beyond which two neighbours meet in a corner, which is kept.
SMOOTH = 0.97
# A neighbour shorter than this, in steps of the grid, is a slip of the tracing.
DUST = 0.05
# Legs of a curve longer than this many times the way it stands for overshoot it: a hairpin, not a bend.
OVERSHOOT = 1.15


def simplified(contours: list[list[Segment]], *, scale: float, tolerance: float) -> Glyph:
    """A glyph on a grid of `scale` steps to the unit of its drawing; `tolerance` counts in steps."""
    points: list[tuple[int, int]] = []
    flags, ends = array("B"), []
    for segments in contours:
        if len(segments := _without_dust(segments, DUST / scale)) > 1:
            drawn = _Contour(segments, tolerance / scale, DUST / scale).drawn()
            points += [(floor(at.real * scale + 0.5), floor(at.imag * scale + 0.5)) for at, _ in drawn]
            flags.extend([is_on for _, is_on in drawn])
            ends.append(len(points) - 1)
    glyph = Glyph()
    glyph.numberOfContours, glyph.endPtsOfContours = len(ends), ends
    glyph.coordinates, glyph.flags = GlyphCoordinates(points), flags
    glyph.program = Program()
    glyph.program.fromBytecode(b"")
    return glyph


def _without_dust(segments: list[Segment], dust: float) -> list[Segment]:
    kept: list[Segment] = []
    at = segments[0][0]
    for _, control, end in segments:
        if abs(end - at) > dust:
            kept.append((at, control, end))
            at = end
    # What the dust took from the end.
    if abs(segments[0][0] - at) > dust:
        kept.append((at, None, segments[0][0]))
    return kept


class _Contour:
    """One contour, begun in a corner if it has one: there nothing is joined."""

    def __init__(self, segments: list[Segment], tolerance: float, dust: float) -> None:
        towards, leaves = _directions(segments)
        joins = [
            (before.conjugate() * after).real > SMOOTH * abs(before) * abs(after)
            for before, after in zip([leaves[-1], *leaves], towards, strict=False)
        ]
        corner = joins.index(False) if False in joins else 0
        self.segments = segments[corner:] + segments[:corner]
        self.towards = towards[corner:] + towards[:corner]
        self.leaves = leaves[corner:] + leaves[:corner]
        self.joins = joins[corner:] + joins[:corner]
        # Two points that stand for each segment: its middle and its end.
        self.through: list[Point] = []
        for start, control, end in self.segments:
            middle = (start + 3 * (control[0] + control[1]) + end) / 8 if control else (start + end) / 2
            self.through += (middle, end)
        self.way = [0.0, *accumulate(abs(end - start) for start, _, end in self.segments)]
        self.tolerance, self.dust = tolerance, dust

    def drawn(self) -> list[tuple[Point, int]]:
        """Its points in order, each with whether the curve goes through it."""
        segments, joins = self.segments, self.joins
        points: list[tuple[Point, int]] = []
        at, count = 0, len(segments)
        while at < count:
            reach, control = at, None
            while reach < count and (reach == at or joins[reach]):
                fits, through = self._joined(at, reach)
                if not fits:
                    break
                control, reach = through, reach + 1
            if reach == at:
                start, steered, end = segments[at]
                curve = [(point.real, point.imag) for point in (start, *(steered or ()), end)]
                *steering, last = curve_to_quadratic(curve, self.tolerance)[1:]
                points += [(complex(*point), 0) for point in steering]
                points.append((complex(*last), 1))
                reach = at + 1
            else:
                if control is not None:
                    points.append((control, 0))
                points.append((segments[reach - 1][2], 1))
            at = reach
        # The last point is where it began.
        return [points[-1], *points[:-1]]

    def _joined(self, at: int, reach: int) -> tuple[bool, Point | None]:
        """Whether one line, or one curve with the control point returned, stands for all of them."""
        start, end = self.segments[at][0], self.segments[reach][2]
        points = self.through[2 * at : 2 * reach + 2]
        chord = end - start
        across, most = chord.conjugate(), self.tolerance / 2 * abs(chord)
        if chord:
            base = (across * start).imag
            for point in points:
                if not -most <= (across * point).imag - base <= most:
                    break
            else:
                return True, None
        towards, leaves = self.towards[at], self.leaves[reach]
        turn = (towards.conjugate() * leaves).imag
        if abs(turn) < 0.01 * abs(towards) * abs(leaves):
            return False, None
        forth, back = (across * leaves).imag / turn, -(across * towards).imag / turn
        first, second = forth * abs(towards), back * abs(leaves)
        if first < self.dust or second < self.dust:
            return False, None
        if first + second > OVERSHOOT * (self.way[reach + 1] - self.way[at]):
            return False, None
        control = start + forth * towards
        return _is_near(points, start, control, end, self.tolerance), control


def _directions(segments: list[Segment]) -> tuple[list[Point], list[Point]]:
    """Where each segment sets out to, and where it arrives from."""
    towards, leaves = [], []
    for start, control, end in segments:
        if control is None:
            towards.append(end - start)
            leaves.append(end - start)
        else:
            first, second = control
            towards.append(first - start or second - start or end - start)
            leaves.append(end - second or end - first or end - start)
    return towards, leaves


def _is_near(points: list[Point], start: Point, control: Point, end: Point, tolerance: float) -> bool:
    """Whether all lie along a parabola: in the basis of its two legs it is (a + b)² = 4b."""
    first, second = control - start, end - control
    bend = second - first
    area = (first.conjugate() * second).imag
    of_both, of_second = -bend.conjugate() / area, first.conjugate() / area
    strict = abs(area) / 2 / tolerance
    for point in points:
        offset = point - start
        both = (of_both * offset).imag
        if abs(both * both - 4 * (of_second * offset).imag) * strict > abs(both * bend + 2 * first):
            return False
    return True
