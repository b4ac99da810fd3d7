"""The border and the rosette of a certificate: thin woven lines in gold, drawn by arithmetic."""

import base64
import math
from functools import cache

GOLD, PALE = "#b8872f", "#eadfc0"
WIDTH, HEIGHT = 297.0, 210.0  # of the sheet, in millimetres
EDGE, BAND = 8.0, 8.0  # from the edge of the paper to the border; breadth of the woven band
WAVE = 7.0  # length of one wave of the weave


@cache
def frame() -> str:
    """Everything behind the text of a certificate, as one `data:` URI."""
    middle = EDGE + BAND / 2
    weave = "".join(
        _waves(length, amplitude, turn)
        for length, turn in (
            (WIDTH - 2 * EDGE - 2 * BAND, f"translate({EDGE + BAND} {middle})"),
            (WIDTH - 2 * EDGE - 2 * BAND, f"translate({EDGE + BAND} {HEIGHT - middle})"),
            (HEIGHT - 2 * EDGE - 2 * BAND, f"translate({middle} {EDGE + BAND}) rotate(90)"),
            (HEIGHT - 2 * EDGE - 2 * BAND, f"translate({WIDTH - middle} {EDGE + BAND}) rotate(90)"),
        )
        for amplitude in (3.0, -3.0, 1.4, -1.4)
    )
    corners = "".join(
        f'<circle cx="{x}" cy="{y}" r="{r}"/>'
        for x in (middle, WIDTH - middle)
        for y in (middle, HEIGHT - middle)
        for r in (3.4, 2.5, 1.6)
    )
    rules = "".join(
        f'<rect x="{inset}" y="{inset}" width="{WIDTH - 2 * inset}" height="{HEIGHT - 2 * inset}" stroke-width="{width}"/>'
        for inset, width in ((EDGE, 0.9), (EDGE + BAND, 0.4), (EDGE + BAND + 1.3, 0.15))
    )
    rosette = "".join(
        f'<ellipse rx="46" ry="15" transform="translate({WIDTH / 2} 108) rotate({angle})"/>'
        for angle in range(0, 180, 9)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<g fill="none" stroke="{PALE}" stroke-width="0.12">{rosette}</g>'
        f'<g fill="none" stroke="{GOLD}" stroke-width="0.2">{weave}{corners}{rules}</g></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _waves(length: float, amplitude: float, transform: str) -> str:
    """A sine along a side, as half waves that fit it exactly."""
    halves = 2 * round(length / WAVE)
    half = length / halves
    # Control points at this share of a half wave make a Bézier that no eye tells from a sine.
    reach = half * 0.3642
    bow = amplitude * math.pi / 2 * 0.3642 * 2 / 1.0
    path = "M0 0" + "".join(
        f"c{reach:.2f} {sign * bow:.2f} {half - reach:.2f} {sign * bow:.2f} {half:.2f} 0"
        for sign in (1, -1) * (halves // 2)
    )
    return f'<path transform="{transform}" d="{path}"/>'
