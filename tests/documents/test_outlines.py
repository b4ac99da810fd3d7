"""What a cut is made of: outlines as the font has them, in fewer points, never further away than it may be."""

from contextlib import closing
from itertools import pairwise

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from documents.notices import fonts
from documents.notices.freetype import Drawings, Unreadable
from documents.notices.outlines import simplified

GRID, TOLERANCE = fonts.TEXT_GRID
# Straight, curved, in two parts, with holes; rare ones where the font has no others.
CHARACTERS = "一国鸣&a§〇" + fonts.RARE_IN_NAMES[:3]


@pytest.fixture(params=["fangsong", "kai rare"])
def drawn(request):
    """A font of cubic curves and one of quadratic ones: fontTools' reading, and ours."""
    role, _, rare = request.param.partition(" ")
    found = fonts._found(fonts.FACE[role].spare) if rare else fonts._source(fonts.FACE[role])
    number, font = fonts._open(*found)
    with font, closing(Drawings(found[0], number)) as drawings:
        yield font, drawings


def of_characters(font: TTFont) -> list[str]:
    cmap = font.getBestCmap()
    return [cmap[ord(one)] for one in CHARACTERS if ord(one) in cmap]


def ends(font: TTFont, name: str) -> list[list[complex]]:
    """Where each piece of a contour ends, as fontTools reads it; a curve's implied points are not told."""
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    contours: list[list[complex]] = []
    for what, points in pen.value:
        if what == "moveTo":
            contours.append([])
        contours[-1] += [complex(*points[-1])] if points else []
    return contours


def test_freetype_reads_what_the_font_says(drawn):
    font, drawings = drawn
    for name in (names := of_characters(font)):
        ours = [{segment[2] for segment in contour} for contour in drawings.contours(font.getGlyphID(name))]

        assert [set(contour) - ours[i] for i, contour in enumerate(ends(font, name))] == [set()] * len(ours)
    assert len(names) >= 7


def test_a_curve_goes_on_where_the_last_one_ended_and_back_to_its_start(drawn):
    font, drawings = drawn
    for name in of_characters(font):
        for contour in drawings.contours(font.getGlyphID(name)):
            assert [one[2] for one in contour] == [one[0] for one in contour[1:]] + [contour[0][0]]


def along(start: complex, controls: list[complex], end: complex) -> list[complex]:
    """Points of a line, or of a quadratic or cubic curve."""
    found = []
    for quarter in range(5):
        left = [start, *controls, end]
        while len(left) > 1:
            left = [a + (b - a) * quarter / 4 for a, b in pairwise(left)]
        found += left
    return found


def outline_of(glyph) -> list[list[complex]]:
    """Points all along each contour of a TrueType glyph: between two that steer lies one in the middle."""
    found, begin = [], 0
    for last in glyph.endPtsOfContours:
        points = [complex(*at) for at in glyph.coordinates[begin : last + 1]]
        flags = list(glyph.flags[begin : last + 1])
        assert flags[0]
        contour, at, steering = [], points[0], []
        for point, is_on in [*zip(points[1:], flags[1:], strict=True), (points[0], 1)]:
            end = point if is_on else (steering[0] + point) / 2 if steering else None
            if end is not None:
                contour += along(at, steering, end)
                at, steering = end, []
            if not is_on:
                steering = [point]
        found.append(contour)
        begin = last + 1
    return found


def distance(point: complex, start: complex, end: complex) -> float:
    """Of a point from a line that ends."""
    if start == end:
        return abs(point - start)
    share = ((point - start) * (end - start).conjugate()).real / abs(end - start) ** 2
    return abs(point - start - min(max(share, 0), 1) * (end - start))


def test_what_is_joined_stays_where_it_was_and_takes_fewer_points(drawn):
    font, drawings = drawn
    scale = GRID / font["head"].unitsPerEm
    for name in of_characters(font)[1:4]:
        contours = drawings.contours(font.getGlyphID(name))
        glyph = simplified(contours, scale=scale, tolerance=TOLERANCE)
        pieces = [piece for contour in outline_of(glyph) for piece in pairwise(contour)]
        before = [
            scale * point
            for contour in contours
            if len(contour) > 1
            for start, control, end in contour
            for point in along(start, list(control or ()), end)[2::2]
        ]

        # At the middle and the end of each. The distance is reckoned roughly, and points move to the grid.
        strayed = max(min(distance(point, *piece) for piece in pieces) for point in before)
        assert strayed < 2 * TOLERANCE
        assert len(glyph.flags) < sum(3 if control else 1 for c in contours for _, control, _ in c), name


def test_a_file_that_is_no_font_is_told(tmp_path):
    (tmp_path / "字体.ttf").write_bytes(b"no font")

    with pytest.raises(Unreadable, match="字体"):
        Drawings(tmp_path / "字体.ttf", 0)
