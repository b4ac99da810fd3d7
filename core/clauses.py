"""The clause catalogue: what every rule, step, refusal and test cites.

A clause of a regulation carries its document and article. An ambiguity, where the texts are silent and the
portal had to choose, is cited in the same way. What cites and what proves a clause is found by
`core.traceability`.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from core.facts import UnknownFact, fact, facts

__all__ = ["CITATION", "CLAUSES", "Clause", "UnknownClause", "UnknownFact", "clause", "fact", "facts"]

CITATION = re.compile(r"\b(?:(?:SX|HB|NW|FJ|TY)-\d{2}|AMB-[A-Z]\d{2})\b")


class UnknownClause(LookupError):
    """Nothing in the catalogue goes by this id."""


@dataclass(frozen=True, slots=True)
class Clause:
    id: str
    label: str
    document: str
    article: str
    source: str
    summary_en: str

    @property
    def series(self) -> str:
        """The document's short code, the first part of the id."""
        return self.id.partition("-")[0]

    @property
    def is_default(self) -> bool:
        """The portal's own choice where the texts are silent."""
        return self.series == "AMB"

    def __str__(self) -> str:
        return f"{self.id} {self.label}"


def clause(id: str) -> Clause:
    try:
        return CLAUSES[id]
    except KeyError:
        raise UnknownClause(id) from None


def _of_the_texts() -> dict[str, Clause]:
    names = Clause.__slots__
    return {row["id"]: Clause(**{name: row[name] for name in names}) for row in facts("clauses")["clauses"]}


def _of_the_defaults() -> dict[str, Clause]:
    settings: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in facts("settings_defaults")["settings"]:
        settings[row["ambiguity"]].append(row)
    return {
        id: Clause(
            id=id,
            label="、".join(row["label"] for row in rows),
            document=rows[0]["document"],
            article=rows[0]["source"],
            source=f"条文未定，按默认参数 {id}",
            summary_en="Default where the text is silent: " + ", ".join(row["key"] for row in rows),
        )
        for id, rows in settings.items()
    }


CLAUSES: Mapping[str, Clause] = MappingProxyType(_of_the_texts() | _of_the_defaults())
