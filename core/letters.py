"""Letters that official paper cannot show are refused where they are typed.

What can be drawn is a matter of fonts, so `documents`, which lies above, registers who knows when Django starts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_find: Callable[[str], str] = lambda text: ""  # noqa: E731  - until one is registered


def register(find: Callable[[str], str]) -> None:
    """`find(text)` gives the first letter of a text that cannot be drawn, or nothing."""
    global _find
    _find = find


def check(text: str) -> None:
    """Raises `ValidationError` naming the letter. Serves as a validator of fields, too."""
    letter = _find(text)
    if not letter:
        return
    shown = "" if unicodedata.category(letter).startswith("C") else letter
    raise ValidationError(
        _("“%(letter)s”（U+%(code)04X）没有字体能印，在公文里会成为空框。请改用能印的字，或者用汉字写明。"),
        params={"letter": shown, "code": ord(letter)},
        code="undrawable",
    )


def check_all(value: Any) -> None:
    """The same for whatever a form has made of what was typed."""
    for text in _texts(value):
        check(text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
