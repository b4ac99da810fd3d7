"""Columns on a terminal."""

import unicodedata


def padded(text: str, width: int) -> str:
    """The text with blanks up to so many columns; a Chinese letter takes two."""
    taken = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * (width - taken)
