"""The border and the rosette of a certificate: thin woven lines in gold, drawn by arithmetic."""

import base64
import math
from functools import cache

GOLD, PALE = "#b8872f", "#e6dcb8"
WIDTH, HEIGHT = 297.0, 210.0  # of the sheet, in millimetres
EDGE, BAND = 8.0, 8.0  # from the edge of the paper to the border; breadth of the woven band
WAVE, SINES, AMPLITUDE = (
    6.0,
    6,
    3.4,
)  # of the weave: length of a wave, how many beside each other, their height
CIRCLES, RADIUS, OFF_CENTRE = 36, 40.0, 15.0  # of the rosette: a ring of circles about an empty middle


@cache
def frame() -> str:
    """Everything behind the text of a certificate, as one `data:` URI."""
    middle, inner = EDGE + BAND / 2, EDGE + BAND
    rules = "".join(
        f'<rect x="{inset}" y="{inset}" width="{WIDTH - 2 * inset}" height="{HEIGHT - 2 * inset}" stroke-width="{width}"/>'
        for inset, width in ((EDGE, 0.9), (inner, 0.4), (inner + 1.3, 0.15))
    )
    corners = "".join(
        f'<circle cx="{x}" cy="{y}" r="{radius}"/>'
        for x in (middle, WIDTH - middle)
        for y in (middle, HEIGHT - middle)
        for radius in (3.4, 2.8, 2.2, 1.2)
    )
    across, down = WIDTH - 2 * inner, HEIGHT - 2 * inner
    bands = "".join(
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="url(#{weave})"/>'
        for x, y, width, height, weave in (
            (inner, EDGE, across, BAND, "across"),
            (inner, HEIGHT - inner, across, BAND, "across"),
            (EDGE, inner, BAND, down, "down"),
            (WIDTH - inner, inner, BAND, down, "down"),
        )
    )
    rosette = "".join(
        f'<circle cx="{WIDTH / 2 + OFF_CENTRE * math.cos(angle):.2f}" cy="{108 + OFF_CENTRE * math.sin(angle):.2f}" r="{RADIUS}"/>'
        for angle in (math.tau * i / CIRCLES for i in range(CIRCLES))
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<defs>{_weave('across', across)}{_weave('down', down)}</defs>{bands}"
        f'<g fill="none" stroke="{PALE}" stroke-width="0.1">{rosette}</g>'
        f'<g fill="none" stroke="{GOLD}" stroke-width="0.2">{corners}{rules}</g></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _weave(name: str, length: float) -> str:
    """A tile of the band along a side of that length: one wave of each sine, repeated so often that it fits."""
    wave = length / round(length / WAVE)
    paths = "".join(_wave(wave, i / SINES, is_down=name == "down") for i in range(SINES))
    width, height = (BAND, wave) if name == "down" else (wave, BAND)
    return (
        f'<pattern id="{name}" patternUnits="userSpaceOnUse" width="{width:.5f}" height="{height:.5f}">'
        f'<g fill="none" stroke="{GOLD}" stroke-width="0.12">{paths}</g></pattern>'
    )


def _wave(length: float, phase: float, *, is_down: bool) -> str:
    """A sine a little longer than its tile, so that it meets its continuation."""
    steps = [i / 24 for i in range(-1, 26)]
    points = [(t * length, BAND / 2 + AMPLITUDE * math.sin(math.tau * (t + phase))) for t in steps]
    return f'<polyline points="{" ".join(f"{y:.2f},{x:.2f}" if is_down else f"{x:.2f},{y:.2f}" for x, y in points)}"/>'
