"""Steps and the one door through which a case moves.

`@step(...)` on a method of a procedure declares one row of its step table; `perform()` takes that step.
Buttons, forms, permissions, the queue, the ledger and the diagram are all read from these declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models.signals import class_prepared
from django.dispatch import receiver
from django.utils.functional import Promise
from django_fsm import GET_STATE, transition

from accounts.roles import Role
from core.clauses import clause as known_clause
from workflow.cases import Case
from workflow.clocks import Clock
from workflow.notices import NoticeKind

PROCEDURES: dict[str, type[Case]] = {}
CREATION = ""  # the state of a case that its creating step has not yet placed


def without(holders: Iterable[Any], *left_out: Any) -> list[Any]:
    """Every open state except those named: "any open state except …" of the step tables."""
    return [state for state in holders if state not in left_out]


@dataclass(frozen=True)
class Choose:
    """A target picked by a condition; `when` words the condition of each, as in the step table."""

    states: tuple[str, ...]
    pick: Callable[[Any, Any], str]
    when: dict[str, str] = field(default_factory=dict)
    back: bool = False


def choose(pick: Callable[[Any, Any], str], **when: str) -> Choose:
    """`target=choose(lambda case, ctx: …, refused="if accepted", not_accepted="if not yet")`."""
    return Choose(tuple(when), pick, when)


def back_to(*states: Any) -> Choose:
    """Back to the state from which the present one was entered."""
    return Choose(tuple(str(s) for s in states), lambda case, ctx: case.came_from, back=True)


@dataclass(frozen=True)
class Step:
    """One row of a step table. `requires` are functions returning findings; see `step` for the rest.

    `method` is the method that declares it: its name, with the usual underscore where that is a word of Python.
    """

    name: str
    label: str
    source: tuple[str, ...]
    target: str | Choose | None
    by: tuple[Role, ...]
    clauses: tuple[str, ...]
    countersigned_by: Role | None = None
    requires: tuple[Callable[..., Any], ...] = ()
    form: type[forms.Form] | None = None
    issues: tuple[NoticeKind, ...] = ()
    starts: tuple[Clock, ...] = ()
    stops: tuple[Clock, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    restarts: tuple[Clock, ...] = ()
    extends: tuple[tuple[Clock, str], ...] = ()
    lapse_of: tuple[Clock, ...] = ()
    within: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    consequence: str | Promise = ""
    adverse: bool = False
    method: str = ""

    @property
    def creates(self) -> bool:
        return self.source == (CREATION,)

    @property
    def targets(self) -> tuple[str, ...]:
        if self.target is None:
            return self.source
        return self.target.states if isinstance(self.target, Choose) else (self.target,)


def _many(value: Any) -> tuple:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple | set | frozenset) else (value,)


def step(
    label: str,
    *,
    source: Any = CREATION,
    target: Any = None,
    by: Any = (),
    clause: str | Sequence[str],
    countersigned_by: Role | None = None,
    requires: Sequence[Callable[..., Any]] = (),
    form: type[forms.Form] | None = None,
    issues: Any = (),
    starts: Any = (),
    stops: Any = (),
    pauses: Any = (),
    resumes: Any = (),
    restarts: Any = (),
    extends: Any = (),
    lapse_of: Any = (),
    within: Any = (),
    causes: Any = (),
    consequence: str | Promise = "",
    adverse: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a method of a procedure as a step.

    `source` none means the step creates the case; `target` none means the case stays where it is.
    `by` are the roles that may take it; `within` names the steps of other procedures inside whose transaction
    it happens instead, `causes` the steps it sets off there. `consequence` tells the person what follows.
    Raises `core.clauses.UnknownClause` at import when a clause is not in the catalogue.
    """
    clauses = _many(clause)
    for one in clauses:
        known_clause(one)
    sources = tuple(str(s) for s in _many(source)) or (CREATION,)
    chosen = target if isinstance(target, Choose) or target is None else str(target)

    def declare(method: Callable[..., Any]) -> Callable[..., Any]:
        spec = Step(
            name=method.__name__.removesuffix("_"),
            method=method.__name__,
            label=label,
            source=sources,
            target=chosen,
            by=_many(by),
            countersigned_by=countersigned_by,
            clauses=clauses,
            requires=tuple(requires),
            form=form,
            issues=_many(issues),
            starts=_many(starts),
            stops=_many(stops),
            pauses=_many(pauses),
            resumes=_many(resumes),
            restarts=_many(restarts),
            extends=tuple(extends),
            lapse_of=_many(lapse_of),
            within=_many(within),
            causes=_many(causes),
            consequence=consequence,
            adverse=adverse,
        )
        moves_to = (
            GET_STATE(_pick(chosen), states=list(chosen.states)) if isinstance(chosen, Choose) else chosen
        )
        wrapped = transition(field="state", source=list(sources), target=moves_to)(method)
        wrapped.step = spec
        return wrapped

    return declare


def _pick(target: Choose) -> Callable[..., str]:
    # django_fsm asks for the state after the body has run, with the arguments of the call.
    return lambda case, ctx: target.pick(case, ctx)


@receiver(class_prepared)
def register_procedure(sender: type, **kwargs: Any) -> None:
    """A concrete subclass of `Case` is a procedure; its steps stand in the order it declares them."""
    if (
        isinstance(sender, type)
        and issubclass(sender, Case)
        and sender is not Case
        and not sender._meta.abstract
    ):
        PROCEDURES[sender.__name__] = sender
        declared = [member.step for member in vars(sender).values() if hasattr(member, "step")]
        sender.steps = {spec.name: spec for spec in declared}


def steps_of(case_or_class: Case | type[Case]) -> dict[str, Step]:
    """The steps of a procedure by name, in the order they are declared."""
    procedure = case_or_class if isinstance(case_or_class, type) else case_or_class.procedure
    return procedure.steps
