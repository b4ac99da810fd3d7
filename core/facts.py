"""The figures of the regulations, as `regulations/*.yaml` records them: one file per document.

Facts only. What a text leaves open is a default (`core.defaults`).
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

REGULATIONS = Path(__file__).resolve().parent.parent / "regulations"


class UnknownFact(LookupError):
    """The document holds no such entry."""


@cache
def facts(document: str) -> dict[str, Any]:
    """All that is recorded of a document; read once, to be read only."""
    text = (REGULATIONS / f"{document}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)


def fact(document: str, *path: str | int) -> Any:
    """One entry; a list is entered by the `code`, `id`, `key` or `number` of its member."""
    found: Any = facts(document)
    for name in path:
        try:
            found = _member(found, name) if isinstance(found, list) else found[name]
        except (KeyError, TypeError):
            raise UnknownFact(f"{document}: {' / '.join(map(str, path))}") from None
    return found


def _member(entries: list[Any], name: str | int) -> Any:
    for entry in entries:
        if isinstance(entry, dict) and name in (entry.get(key) for key in ("code", "id", "key", "number")):
            return entry
    raise KeyError(name)
