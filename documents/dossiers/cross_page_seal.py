"""The seal across the edges of all sheets (骑缝章): who takes a sheet out or puts one in breaks it (SX-49).

It is the sample seal of a demo, by the very outlines that stand on notices; a real one comes from its seal service.
"""

from __future__ import annotations

from typing import Any

from documents.dossiers.paper import MM
from documents.notices.ink import ink
from documents.notices.seal import RADIUS, UNIT, sample_seal


def cross_page_seal(name: str) -> dict[str, Any]:
    """The sample seal of a body as the binder draws it: the side of its square in points, and PDF's own words."""
    drawing = ink(sample_seal(name))
    if drawing is None:
        raise ValueError("The sample seal is drawn in another way than this reads.")
    side, scale = 2 * RADIUS * MM, MM / UNIT
    placed = f"{scale:.6f} 0 0 {-scale:.6f} {side / 2:.3f} {side / 2:.3f} cm"
    return {"side": side, "drawing": f"q {placed} {drawing.words.decode()} Q"}
