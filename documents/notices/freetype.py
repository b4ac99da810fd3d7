"""Outlines as FreeType reads them, which Pango brings along: a twentieth of what fontTools takes for the same.

Each glyph of a face is asked for in the units of its drawing. Nothing is scaled, hinted or drawn here.
"""

import ctypes
import sys
from ctypes import POINTER, Structure, c_char_p, c_int, c_long, c_short, c_ubyte, c_uint, c_ushort, c_void_p
from functools import cache
from pathlib import Path
from typing import Any

NO_SCALE = 1
ON_CURVE, CUBIC = 1, 2

Point = complex
# Start and end of a line, with the two control points between them of a cubic curve.
Segment = tuple[Point, tuple[Point, Point] | None, Point]


class _Generic(Structure):
    _fields_ = [("data", c_void_p), ("finalizer", c_void_p)]


class _Bitmap(Structure):
    _fields_ = [
        ("rows", c_uint),
        ("width", c_uint),
        ("pitch", c_int),
        ("buffer", c_void_p),
        ("num_grays", c_ushort),
        ("pixel_mode", c_ubyte),
        ("palette_mode", c_ubyte),
        ("palette", c_void_p),
    ]


class _Outline(Structure):
    _fields_ = [
        ("n_contours", c_short),
        ("n_points", c_short),
        ("points", POINTER(c_long)),
        ("tags", POINTER(c_ubyte)),
        ("contours", POINTER(c_short)),
        ("flags", c_int),
    ]


class _Slot(Structure):
    _fields_ = [
        ("library", c_void_p),
        ("face", c_void_p),
        ("next", c_void_p),
        ("glyph_index", c_uint),
        ("generic", _Generic),
        ("metrics", c_long * 8),
        ("linear_advances", c_long * 2),
        ("advance", c_long * 2),
        ("format", c_uint),
        ("bitmap", _Bitmap),
        ("bitmap_left", c_int),
        ("bitmap_top", c_int),
        ("outline", _Outline),
    ]


class _Face(Structure):
    _fields_ = [
        ("num_faces", c_long),
        ("face_index", c_long),
        ("face_flags", c_long),
        ("style_flags", c_long),
        ("num_glyphs", c_long),
        ("family_name", c_char_p),
        ("style_name", c_char_p),
        ("num_fixed_sizes", c_int),
        ("available_sizes", c_void_p),
        ("num_charmaps", c_int),
        ("charmaps", c_void_p),
        ("generic", _Generic),
        ("bbox", c_long * 4),
        ("units_per_em", c_ushort),
        ("heights", c_short * 3),
        ("max_advances", c_short * 2),
        ("underline", c_short * 2),
        ("glyph", POINTER(_Slot)),
    ]


class Unreadable(Exception):
    """FreeType does not take the file, or a glyph of it."""


@cache
def _library() -> tuple[Any, c_void_p]:
    freetype = ctypes.CDLL("libfreetype.6.dylib" if sys.platform == "darwin" else "libfreetype.so.6")
    library = c_void_p()
    _asked(freetype.FT_Init_FreeType(ctypes.byref(library)), "FreeType")
    return freetype, library


def _asked(error: int, what: object) -> None:
    if error:
        raise Unreadable(f"{what}: FreeType says {error}")


class Drawings:
    """The outlines of one face of a file."""

    def __init__(self, path: Path, number: int) -> None:
        self._freetype, library = _library()
        self._path, self._face = path, POINTER(_Face)()
        _asked(
            self._freetype.FT_New_Face(library, bytes(path), c_long(number), ctypes.byref(self._face)), path
        )

    def close(self) -> None:
        self._freetype.FT_Done_Face(self._face)

    def contours(self, glyph: int) -> list[list[Segment]]:
        """Each closed contour of a glyph, by its number in the file, in the order it was drawn."""
        _asked(self._freetype.FT_Load_Glyph(self._face, glyph, NO_SCALE), f"{self._path}, glyph {glyph}")
        outline = self._face.contents.glyph.contents.outline
        flat, tags = outline.points[: 2 * outline.n_points], outline.tags[: outline.n_points]
        points = list(map(complex, flat[::2], flat[1::2]))
        closed, begin = [], 0
        for last in outline.contours[: outline.n_contours]:
            closed.append(_segments(points[begin : last + 1], tags[begin : last + 1]))
            begin = last + 1
        return closed


def _segments(points: list[Point], tags: list[int]) -> list[Segment]:
    """Of one contour. What is not on the curve steers it: two points a cubic, one a quadratic piece."""
    if not tags[0] & ON_CURVE:
        # It begins in the middle of a curve: between two of its points, or at the last one.
        is_on = tags[-1] & ON_CURVE
        first = points[-1] if is_on else (points[0] + points[-1]) / 2
        points, tags = [first, *points[:-1]] if is_on else [first, *points], [ON_CURVE, *tags]
    segments: list[Segment] = []
    start = at = points[0]
    steering: list[Point] = []
    for point, tag in zip([*points[1:], start], [*tags[1 : len(points)], ON_CURVE], strict=True):
        if tag & CUBIC and not tag & ON_CURVE:
            steering.append(point)
            continue
        if not tag & ON_CURVE:
            if steering:
                middle = (steering[0] + point) / 2
                segments.append(_raised(at, steering[0], middle))
                at = middle
            steering = [point]
            continue
        if len(steering) == 2:
            segments.append((at, (steering[0], steering[1]), point))
        elif steering:
            segments.append(_raised(at, steering[0], point))
        else:
            segments.append((at, None, point))
        at, steering = point, []
    return segments


def _raised(start: Point, control: Point, end: Point) -> Segment:
    """A quadratic curve as the cubic it is."""
    return start, (start + 2 / 3 * (control - start), end + 2 / 3 * (control - end)), end
