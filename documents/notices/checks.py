"""What a machine must have before it draws notices: fonts, and the library that cuts them fast."""

import ctypes
from typing import Any

from django.core.checks import CheckMessage, Warning, register

from documents.notices import fonts

SUBSETTER = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset.dylib")


@register
def fonts_present(**kwargs: Any) -> list[CheckMessage]:
    """Official paper in the wrong face must not be issued: without the fonts every notice waits undrawn."""
    hint = "Run scripts/faces, or point OFFICIAL_FONT_DIR at a folder with the faces of GB/T 9704."
    absent = [
        Warning(f"No font for {role}: notices cannot be drawn.", hint=hint, id="documents.W001")
        for role in fonts.missing()
    ]
    strange = [
        Warning(f"Noto CJK stands in for {role}: not a face of GB/T 9704.", hint=hint, id="documents.W003")
        for role in fonts.stood_in()
    ]
    return [*absent, *strange]


@register
def subsetter_present(**kwargs: Any) -> list[CheckMessage]:
    """Without it WeasyPrint cuts fonts in Python, and a notice takes six times as long; one set in a whole font of Noto takes seconds."""
    if any(_loads(name) for name in SUBSETTER):
        return []
    return [
        Warning(
            "libharfbuzz-subset is missing: a notice takes six times as long to draw, with whole fonts fifty times.",
            hint="Install libharfbuzz-subset0 (Debian), or harfbuzz (Homebrew).",
            id="documents.W002",
        )
    ]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
