"""The documents behind the portal and their clauses, as the public reads them.

What a document is stands in its fact file, its words in `passages`; which steps rest on a clause is read from the
declarations, so these pages cannot say anything else than the code does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import defaults
from core.clauses import CLAUSES, Clause
from core.facts import facts
from workflow.steps import PROCEDURES, Step, steps_of

# The document of each series of clauses, by its fact file; the one the procedures of this portal rest on first.
FACTS = {
    "SX": "shanxi_provider",
    "HB": "hubei_center",
    "NW": "integration_plan",
    "FJ": "aeo_measures",
    "TY": "cbec_zone",
}
STATUS = {
    "in_force": ("green", "circle-check", _("现行有效")),
    "draft": ("amber", "pencil", _("征求意见稿")),
    "horizon_passed": ("grey", "clock-off", _("规划期已过")),
    "abolished": ("sealx", "ban", _("废止")),
    "expired": ("grey", "clock-off", _("有效期已满")),
}


GOVERNMENTS = {"省政府办公厅": "山西省人民政府办公厅"}  # no department, so not in the registry


@dataclass(frozen=True)
class Document:
    """A document as it is listed. `series` is the first part of its clauses' ids; an abolished one has none."""

    series: str
    title: str
    number: str
    issuers: tuple[str, ...]
    promulgated_on: dt.date | None
    last_day: dt.date | None = None
    status: str = "in_force"
    replaced_by: str = ""
    replaces: str = ""
    annex: str = ""
    is_public: bool = True

    @property
    def look(self) -> tuple[str, str, str | Promise]:
        """Tone, icon and word of the badge."""
        return STATUS[self.status]

    @property
    def name(self) -> str:
        """As it is cited: 《title》（number）."""
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")


def documents(today: dt.date) -> list[Document]:
    """The documents in force, drafted or past, each with the one it replaced behind it."""
    listed: list[Document] = []
    for series in FACTS:
        document = document_of(series, today)
        listed.append(document)
        if document.replaces:
            listed.append(
                Document(
                    series="",
                    title="关于促进外贸综合服务企业发展的实施意见",
                    number=document.replaces,
                    issuers=(),
                    promulgated_on=None,
                    status="abolished",
                    replaced_by=document.number,
                )
            )
    return listed


def document_of(series: str, today: dt.date) -> Document:
    """The document of a series. Raises KeyError for a series nobody knows."""
    known: dict[str, Any] = facts(FACTS[series])["document"]
    last_day = known.get("last_day_in_force")
    status = known["status"]
    if status == "in_force" and last_day and today > last_day:
        status = "expired"
    return Document(
        series=series,
        title=known["title"].removesuffix("（征求意见稿）"),
        number=known["number"] or "",
        issuers=tuple(_full_name(series, name) for name in known.get("issuers") or [known["issuer"]]),
        promulgated_on=known["promulgated_on"],
        last_day=last_day,
        status=status,
        replaces=known.get("replaces", ""),
        annex=known.get("annex_title", ""),
    )


def _full_name(series: str, name: str) -> str:
    """A body by its own name, as the registry of departments has it; documents use short ones."""
    if name in GOVERNMENTS:
        return GOVERNMENTS[name]
    province = {"HB": "HB", "FJ": "FJ"}.get(series, "SX")
    for row in facts("departments")["departments"]:
        if row["code"].startswith(f"{province}-") and name in (row["name"], *row.get("aliases", [])):
            return str(row.get("full_name", row["name"]))
    return name


def clauses_of(series: str) -> list[Clause]:
    return [entry for entry in CLAUSES.values() if entry.series == series]


# --- What rests on a clause --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Use:
    """A step that rests on a clause: of which procedure, by whom, to what effect."""

    procedure: str
    matter: str
    step: Step

    @property
    def by(self) -> str:
        return "、".join(str(role.label) for role in self.step.by) or "系统"


def uses_of(clause_id: str) -> list[Use]:
    return [
        Use(name, str(procedure._meta.verbose_name), spec)
        for name, procedure in PROCEDURES.items()
        for spec in steps_of(procedure).values()
        if clause_id in spec.clauses
    ]


def texts_beside(uses: list[Use]) -> list[Clause]:
    """The clauses of documents that the same steps rest on: what a default of the portal fills a gap in."""
    ids = dict.fromkeys(id for use in uses for id in use.step.clauses)
    return [CLAUSES[id] for id in ids if not CLAUSES[id].is_default]


def registered_facts(entry: Clause) -> list[tuple[str, str]]:
    """What the fact files carry under the article of a clause: name and what is said of it."""
    if entry.is_default:
        return []
    found = []
    for row in _rows(facts(FACTS[entry.series])):
        if _squeezed(row.get("source", "")) == _squeezed(f"{entry.document} {entry.article}"):
            found += [
                (told["name"], _in_words(told))
                for told in (row.get("checks") or [row])
                if isinstance(told, dict) and told.get("name")
            ]
    return found


def values_of(clause_id: str, today: dt.date) -> list[tuple[str, Any, str]]:
    """For a default of the portal: what has been set, its value today and its unit."""
    return [
        (one.label, defaults.value(key, today), one.unit or "")
        for key, one in defaults.DEFINITIONS.items()
        if one.ambiguity == clause_id
    ]


def _rows(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for entry in value:
            yield from _rows(entry)


def _squeezed(text: str) -> str:
    return text.replace(" ", "")


def _in_words(row: dict[str, Any]) -> str:
    threshold, unit = row.get("threshold"), row.get("unit", "")
    if threshold is not None:
        if unit == "元" and threshold % 10_000 == 0:
            threshold, unit = f"{threshold // 10_000}", "万元"
        return f"{threshold} {unit}（含本数）" if row.get("operator") == "gte" else f"{threshold} {unit}"
    for key in ("summary", "note"):
        if row.get(key):
            return str(row[key])
    for key in ("contents", "required", "parts", "accepted_forms", "domains", "lists", "objects", "allowed"):
        if isinstance(row.get(key), list):
            return "、".join(row[key])
    return ""
