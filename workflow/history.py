"""What happened to a case, in lay words: one ledger, told to each reader as far as it is theirs.

The parties read every step; what bodies keep for themselves (internal notes, who took a case) is not here,
except to the body itself. Whoever is no party, an objector above all, is never named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import OFFICIALS, Role
from core import clock
from core.clauses import clause
from core.prepared import Prepared
from workflow.access import cases_visible_to
from workflow.acts import taken
from workflow.cases import Case
from workflow.ledger import LedgerEntry
from workflow.steps import Step, steps_of

APPLICANTS = (Role.APPLICANT, Role.LEGAL_REP)
OUTCOMES = {"waived": "书面放弃陈述申辩", "stated": "作了陈述申辩", "silent": "逾期没有陈述"}


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `tone` is the kind of actor or of effect, as the ledger component draws it."""

    at: dt.datetime
    title: str
    who: str
    text: str = ""
    tone: str = ""
    digest: str = ""

    @property
    def when(self) -> str:
        moment = clock.local(self.at)
        return moment.strftime("%m-%d %H:%M" if moment.year == clock.today().year else "%Y-%m-%d %H:%M")


def history(case: Case, actor: Actor, *, without: Collection[str] = ()) -> list[Entry]:
    """The entries an actor may read, newest first; `without` names steps of the case that are not theirs to read.

    Those of child cases are among them where the actor may see the child; a step that happened inside another
    step of this case is told by that one.
    """
    parties = {organization.pk for organization in case.bodies().values()}
    entries = [e for e in _entries(case, actor) if e.case_id != case.pk or e.step not in without]
    told = [_step(entry, case, parties) for entry in entries]
    told += [
        _signature(row, case) for row in case.countersignatures.select_related("user__person", "organization")
    ]
    own = case.assignments.filter(organization_id=actor.organization_id or 0)
    told += [
        _assignment(row)
        for row in own.select_related("assigned_to__person", "assigned_by__person", "organization")
    ]
    # Turned round after sorting: of two steps in the same instant the later one comes first, too.
    return sorted(told, key=lambda entry: entry.at)[::-1]


NEWEST = Prepared(
    lambda case: LedgerEntry.objects.filter(case_id=case)
    .select_related("user__person").order_by("-sequence")[:6],
    int,
)  # fmt: skip


def recent(case: Case) -> list[Entry]:
    """The newest steps of the case itself, in one read: what a page shows before the whole history is asked for."""
    parties = {organization.pk: organization for organization in case.bodies().values()}
    rows = NEWEST(case.pk)
    for entry in rows:
        if entry.organization_id in parties:  # read with the parties already
            entry.organization = parties[entry.organization_id]
    return [_step(entry, case, set(parties)) for entry in rows]


def _entries(case: Case, actor: Actor) -> list[LedgerEntry]:
    children = cases_visible_to(actor).filter(parent_id=case.pk).values_list("pk", flat=True)
    rows = LedgerEntry.objects.filter(case_id__in=[case.pk, *children])
    rows = rows.select_related("case", "user__person", "organization").order_by("at", "id")
    return [
        row for row in rows if row.case_id == case.pk or not row.detail["cause"].startswith(f"{case.kind}.")
    ]


def _step(entry: LedgerEntry, case: Case, parties: set[int]) -> Entry:
    of = case if entry.case_id == case.pk else entry.case
    spec = taken(of, entry.step)
    about = "" if of is case else of.title
    own_words = said(entry.detail["said"], spec)
    return Entry(
        at=entry.at,
        title=spec.label,
        who=_who(entry, parties if of is case else parties | {entry.organization_id or 0}),
        text="；".join(words for words in (about, own_words) if words),
        tone=_tone(entry, of, spec),
        digest=f"{entry.hash[:4]}…{entry.hash[-4:]}",
    )


def _who(entry: LedgerEntry, parties: set[int]) -> str:
    if entry.user is None:
        return str(Role(entry.role).label)
    if entry.organization is None or entry.organization_id not in parties:
        return str(Role.VISITOR.label)
    return f"{entry.organization.label} {entry.user.display_name}"


def _tone(entry: LedgerEntry, case: Case, spec: Step) -> str:
    holders = case.procedure.holders
    next_holder = holders.get(entry.to_state)
    moved = entry.from_state != entry.to_state
    if moved and next_holder is None:
        return "" if spec.adverse or entry.role in APPLICANTS else "green"
    if moved and next_holder in APPLICANTS:
        return "amber"
    if moved and next_holder == Role.SYSTEM:
        return "seal"
    if entry.role == Role.DEPARTMENT:
        return "violet"
    return "blue" if entry.role in OFFICIALS else ""


def _signature(row: Any, case: Case) -> Entry:
    """Which step the signature was for, and the words that were signed."""
    title = _("法定代表人签署（%(step)s）") % {"step": steps_of(case)[row.step].label}
    return Entry(row.signed_at, title, f"{row.organization.label} {row.user.display_name}", row.statement)


def _assignment(row: Any) -> Entry:
    by = f"{row.organization.label} {row.assigned_by.display_name}"
    if row.assigned_to is None:
        return Entry(row.at, _("放回待办"), by, row.reason)
    if row.assigned_to_id == row.assigned_by_id:
        return Entry(row.at, _("承办"), by, row.reason)
    return Entry(row.at, _("转给%(name)s") % {"name": row.assigned_to.display_name}, by, row.reason)


# --- What the steps said ------------------------------------------------------------------------------------
def _listed(values: Iterable[Any]) -> str:
    return "、".join(str(value) for value in values)


WORDS: dict[str, Callable[[Any], str]] = {
    "routed_to": lambda value: f"报送{value}",
    "round": lambda value: f"批次：{value}",
    "accepted_on": lambda value: f"受理日 {value}",
    "defects": lambda value: f"{value} 项",
    "number": lambda value: f"第 {value} 次告知" if isinstance(value, int) else f"编号 {value}",
    "asked": lambda value: f"送{_listed(value)}",
    "silent": lambda value: f"逾期未复：{_listed(value)}" if value else "",
    "founded": lambda value: "核查属实" if value else "核查不属实",
    "outcome": lambda value: OUTCOMES[value],
    "opinion": lambda value: f"意见：{value}",
    "proposal": lambda value: str(value),
    "opened_on": lambda value: f"启动日 {value}",
    "ground": lambda value: f"事由：{value}",
    "reason": lambda value: f"理由：{value}" if value else "",
    "clauses": lambda value: f"依据：{_listed(clause(one).label for one in value)}" if value else "",
    "last_day": lambda value: f"公示至 {value}（含当日）",
    "valid_from": lambda value: f"自 {value} 起",
    "valid_until": lambda value: f"有效期至 {value}（含当日）",
    "plaque": lambda value: f"牌匾编号 {value}",
    "handed_on": lambda value: f"授牌日期 {value}",
    "paper": lambda value: f"《{value}》",
    "served_on": lambda value: f"送达日 {value}",
    "corrected": lambda value: f"“{value[0]}”更正为“{value[1]}”",
}


def said(detail: dict[str, Any], spec: Step) -> str:
    """What a step recorded, as one line; a choice made in its form is told by its label."""
    fields = spec.form.base_fields if spec.form else {}
    parts = []
    for key, words in WORDS.items():
        if key in detail:
            labels = dict(getattr(fields.get(key), "choices", ())) if isinstance(detail[key], str) else {}
            parts.append(words(labels.get(detail[key], detail[key]) if labels else detail[key]))
    return "；".join(part for part in parts if part)
