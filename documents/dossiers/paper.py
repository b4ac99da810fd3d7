"""A4 in the units of PDF."""

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
