"""Letters that official paper cannot show are refused where they are typed.

What can be drawn is a matter of fonts, so `documents`, which lies above, registers who knows when Django starts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
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
    if letter:
        raise ValidationError(
            _("%(letter)s没有字体能印，在公文里会成为空框。请改用能印的字，或者用汉字写明。"),
            params={"letter": named(letter)},
            code="undrawable",
        )


def named(letter: str) -> str:
    """A letter as a message names it, whether or not a screen can show it."""
    shown = "" if unicodedata.category(letter).startswith("C") else letter
    return f"“{shown}”（U+{ord(letter):04X}）"


def undrawable(texts: Iterable[str], *, most: int) -> set[str]:
    """Of many texts the letters that cannot be drawn, at most so many: each costs a question to the press."""
    left, found = set().union(*texts), set[str]()
    while len(found) < most and (letter := _find("".join(sorted(left - found)))):
        found.add(letter)
    return found


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
