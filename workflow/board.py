"""What an official can do with a case on one page: steps to take, steps to prepare, decisions prepared by others."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor
from core import prepared
from core.clauses import CLAUSES
from workflow.authority import open_steps
from workflow.cases import Case, Proposal
from workflow.steps import Step, steps_of
from workflow.views import may_prepare

DRAFTS = prepared.Prepared(
    lambda case, body: Proposal.objects.filter(case_id=case, organization_id=body)
    .select_related("prepared_by__person").order_by("-id")[:20],
    int, int,
)  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """A step an officer has prepared, as the approver reads it. `note` says why it was returned, if it was."""

    proposal: Proposal
    step: Step
    may_decide: bool
    words: list[tuple[str, str]]
    href: str  # where the approver decides it

    @property
    def note(self) -> str:
        return self.proposal.returned_note


def preparable_steps(case: Case, actor: Actor, taken: Iterable[Step]) -> list[Step]:
    """Steps of the present state that the actor prepares for the approver of their body."""
    own = {spec.name for spec in taken}
    return [
        spec
        for spec in steps_of(case).values()
        if case.state in spec.source
        and spec.by
        and not spec.creates
        and spec.name not in own
        and may_prepare(case, spec, actor)
    ]


def prepared_steps(case: Case, actor: Actor, taken: Iterable[Step]) -> list[Prepared]:
    """What waits for the approver of the actor's body, and what the approver has given back since the last step."""
    may = {spec.name for spec in taken}
    found = []
    for proposal in DRAFTS(case.pk, actor.organization_id):
        is_open = proposal.settled_at is None
        was_returned = bool(proposal.returned_note) and proposal.case_version == case.version
        spec = steps_of(case).get(proposal.step)
        if spec is not None and (is_open or was_returned):
            found.append(
                Prepared(
                    proposal,
                    spec,
                    is_open and spec.name in may,
                    in_words(spec, proposal.inputs),
                    f"/cases/{case.reference}/steps/{spec.name}/",
                )
            )
    return found


def in_words(spec: Step, inputs: dict[str, Any]) -> list[tuple[str, str]]:
    """Prepared inputs with the labels of their form: choices and clauses by their words."""
    said = []
    for name, field in (spec.form.base_fields if spec.form else {}).items():
        value = inputs.get(name)
        if value in (None, "", []):
            continue
        choices = dict(getattr(field, "choices", ()) or ())
        values = value if isinstance(value, list) else [value]
        said.append((str(field.label), "、".join(_word(one, choices) for one in values)))
    return said


def _word(value: Any, choices: dict[Any, Any]) -> str:
    if isinstance(value, dict):
        return "：".join(str(one) for one in value.values() if one)
    if isinstance(value, str) and value in CLAUSES:
        return CLAUSES[value].label
    return str(choices.get(value, value))


def step_links(case: Case, specs: Iterable[Step], *, leads_on: Collection[str]) -> list[dict[str, Any]]:
    """Steps as links to their pages, those that lead the case on before the others."""
    ordered = sorted(specs, key=lambda spec: spec.name not in leads_on)
    return [
        {
            "label": spec.label,
            "href": f"/cases/{case.reference}/steps/{spec.name}/",
            "leads": spec.name in leads_on,
            "step": spec,
        }
        for spec in ordered
    ]


def board(case: Case, actor: Actor) -> dict[str, Any]:
    """Steps and prepared decisions of a case, for its page."""
    taken = open_steps(case, actor)
    return {
        "steps": taken,
        "prepares": preparable_steps(case, actor, taken),
        "prepared": prepared_steps(case, actor, taken),
    }
