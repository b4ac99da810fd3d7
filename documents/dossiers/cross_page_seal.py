"""The seal across the edges of all sheets (骑缝章): who takes a sheet out or puts one in breaks it (SX-49).

It is the sample seal of a demo, by the very outlines that stand on notices; a real one comes from its seal service.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from documents.notices.seal import RADIUS, UNIT, sample_seal

MM = 72 / 25.4
COMMAND = re.compile(r"([MLz])([-\d. ]*)")


def cross_page_seal(name: str) -> dict[str, Any]:
    """The sample seal of a body as the binder draws it: the side of its square in points, and PDF's own words."""
    svg = base64.b64decode(sample_seal(name).partition(",")[2]).decode()
    stroke, red = re.search(r'stroke-width="(\d+)"', svg), re.search(r'fill="#(\w{6})"', svg)
    circle, path = re.search(r'<circle r="([\d.]+)"', svg), re.search(r' d="([^"]+)"', svg)
    if not (stroke and red and circle and path):
        raise ValueError("The sample seal is drawn in another way than this reads.")
    colour = " ".join(f"{int(red[1][i : i + 2], 16) / 255:.3f}" for i in (0, 2, 4))
    side, scale = 2 * RADIUS * MM, MM / UNIT
    placed = f"{scale:.6f} 0 0 {-scale:.6f} {side / 2:.3f} {side / 2:.3f} cm"
    drawn = f"{_circle(float(circle[1]), stroke[1])} {_filled(path[1])}"
    return {"side": side, "drawing": f"q {placed} {colour} RG {colour} rg {drawn} Q"}


def _circle(r: float, stroke: str) -> str:
    """Four curves, as PDF has no circle."""
    k = r * 0.5523
    return (
        f"{stroke} w {r} 0 m {r} {k} {k} {r} 0 {r} c {-k} {r} {-r} {k} {-r} 0 c "
        f"{-r} {-k} {-k} {-r} 0 {-r} c {k} {-r} {r} {-k} {r} 0 c s"
    )


def _filled(path: str) -> str:
    """A path of straight lines in PDF's words. Raises `ValueError` for any other."""
    if set(path) - set("MLz-. 0123456789"):
        raise ValueError("The sample seal is drawn with curves.")
    words = [
        f"{points} {'m' if command == 'M' else 'l'}" if points else "h"
        for command, points in COMMAND.findall(path)
    ]
    return f"{' '.join(words)} f"
