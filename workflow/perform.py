"""The only door: `perform()` takes a step of a case, `create()` one that brings a case about, `note()` records an act.

In one transaction the case is locked, the version, the state, the role, the separation of duties, the second
signature, the input and the findings are checked, the step runs, holder and deadlines move, the ledger entry
is chained and the notices and messages are written. Either all of it happened or none of it.
"""

from __future__ import annotations

import datetime as dt
import inspect
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actors import SYSTEM, Actor
from accounts.roles import Role
from core import clock, defaults
from core.findings import Finding
from workflow import ledger, notices, outbox
from workflow.authority import authorise, prepared_creation, preparer
from workflow.cases import Case
from workflow.deadlines import Clocks
from workflow.errors import Conflict, NotMet, NotYours, Refused
from workflow.inputs import cleaned, plain
from workflow.ledger import LedgerEntry, canonical
from workflow.preparing import countersigned
from workflow.refusals import who_was_faster
from workflow.rows import insert, locked, snapshot, store
from workflow.steps import CREATION, Step, steps_of

# A case nobody is bound to a day for comes after all that are, the longest waiting first.
NO_DEADLINE = dt.timedelta(days=36_500)


class Context:
    """What a step's body and its rules may know and do: who acts, when, with what input, and to which effect."""

    def __init__(self, case: Case, spec: Step, actor: Actor, now, *, inputs=None, cause: str = ""):
        self.case, self.step, self.actor, self.now, self.cause = case, spec, actor, now, cause
        self.today = clock.local(now).date()
        self.inputs: dict[str, Any] = inputs or {}
        self.files: Any = None
        self.findings: list[Finding] = []
        self.clocks = Clocks(case, self.today, now)
        self.notice: dict[str, Any] = {}  # what the notices of this step print beside the standard parts
        self.detail: dict[str, Any] = {}  # what the ledger tells the parties beside step and actor
        self.entry: LedgerEntry | None = None
        self.created: list[Case] = []
        self._messages: list[tuple[str, str, dict]] = []

    def record(self, **detail: Any) -> None:
        """Say something in the ledger entry of this step; parties read it, so no personal data."""
        self.detail.update(detail)

    def send(self, topic: str, key: str, **payload: Any) -> None:
        """Ask for an effect outside the database, once per key, after this transaction has committed."""
        self._messages.append((topic, key, payload))

    def create(
        self, procedure: type[Case], step_name: str, *, parties: dict, inputs=None, **fields: Any
    ) -> Any:
        """Bring about a child case inside this step, by a step of its procedure that names this one."""
        child = _create(
            procedure,
            step_name,
            self.actor,
            self.now,
            parent=self.case,
            parties=parties,
            inputs=inputs or {},
            cause=f"{self.case.kind}.{self.step.name}",
            fields=fields,
        )
        self.created.append(child)
        return child

    def cascade(self, case: Case, step_name: str, **inputs: Any) -> bool:
        """Take a step of another case inside this one. Where its state does not allow it, nothing happens.

        Returns whether it happened. The other case is locked; its ledger names this step as the cause.
        """
        other = locked(case)
        spec = steps_of(other)[step_name]
        if other.state not in spec.source:
            return False
        _take(other, spec, self.actor, self.now, inputs=inputs, cause=f"{self.case.kind}.{self.step.name}")
        return True


def perform(
    case: Case,
    step_name: str,
    *,
    actor: Actor,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
    files: Any = None,
    **inputs: Any,
) -> Any:
    """Take a step of a case and return the case as it then stands.

    `expected_version` is the version the person was looking at; `idempotency_key` makes a repeated request
    return the first answer instead of acting twice. Raises `Conflict`, `NotYours`, `InvalidInput`, `NotMet`;
    whatever is raised, nothing has changed.
    """
    try:
        return _perform(case, step_name, actor, expected_version, idempotency_key, files, inputs)
    except (Refused, IntegrityError):
        if done := _done_before(idempotency_key, step_name, actor, inputs, case):
            return done
        raise


def _perform(case, step_name, actor, expected_version, idempotency_key, files, inputs) -> Any:
    with transaction.atomic():
        fresh = locked(case)
        now = clock.now()  # read inside the lock: a period is over or not at the moment the act counts
        spec = steps_of(fresh).get(step_name)
        if spec is None:
            raise Conflict("没有这个办理步骤。请刷新页面后再办。")
        acting = authorise(fresh, spec, actor)
        if expected_version is not None and fresh.version != expected_version:
            raise Conflict(who_was_faster(fresh))
        if fresh.state not in spec.source:
            raise Conflict(who_was_faster(fresh))
        _take(fresh, spec, acting, now, inputs=inputs, files=files, key=idempotency_key)
        return fresh


def create(
    procedure: type[Case],
    step_name: str,
    *,
    actor: Actor,
    parties: dict,
    parent: Case | None = None,
    idempotency_key: str | None = None,
    inputs: dict | None = None,
    prepared_by: int | None = None,
    cause: str = "",
    **fields: Any,
) -> Any:
    """Bring about a case by a creating step that a person takes (an objection, an import).

    `prepared_by` is the person who prepared what an approver now brings about: there is no case yet on which a
    proposal could stand (AMB-G17).
    `cause` is a step of another procedure inside which this one happens, where that was taken elsewhere and is only
    entered here (an award of the procurement platform); whoever enters it answers for who may.
    """
    inputs = inputs or {}
    try:
        return _create_by_hand(
            procedure, step_name, actor, parties, parent, idempotency_key, inputs, cause, fields, prepared_by
        )
    except (Refused, IntegrityError):
        if done := _done_before(idempotency_key, step_name, actor, inputs, parent=parent):
            return done
        raise


def _create_by_hand(
    procedure, step_name, actor, parties, parent, idempotency_key, inputs, cause, fields, prepared_by
) -> Any:
    with transaction.atomic():
        if parent is not None:
            parent = locked(parent)
        spec = steps_of(procedure)[step_name]
        may = cause in spec.within if cause else set(spec.by) & (set(actor.roles) | {Role.VISITOR})
        if not may:
            raise NotYours()
        return _create(
            procedure,
            step_name,
            actor,
            clock.now(),
            parent=parent,
            parties=parties,
            inputs=inputs,
            cause=cause,
            fields=fields,
            key=idempotency_key,
            prepared_by=prepared_creation(spec, actor, prepared_by),
        )


def open_draft(procedure: type[Case], *, actor: Actor, parties: dict, **fields: Any) -> Any:
    """The first save by its holder: a case in its first state, with no step taken yet (version 0)."""
    with transaction.atomic():
        first = next(iter(procedure.State))
        case = insert(procedure, first.value, clock.now(), None, parties, fields)
        case.holder_role = case.holding_role()
        case.holder_organization = case.body(case.holder_role)
        Case.objects.filter(pk=case.pk).update(
            holder_role=case.holder_role,
            holder_organization=case.holder_organization,
            queue_at=case.opened_at + NO_DEADLINE,
        )
        return case


def note(case: Case, act: Step, *, actor: Actor, **said: Any) -> Case:
    """Record an act that is no step (`workflow.acts`) in the ledger of a case, open or closed. It moves nothing.

    Call it inside the transaction that does what is recorded. Raises `NotYours` for who has no role for it.
    """
    role = next((role for role in act.by if role in actor.roles), None)
    if role is None:
        raise NotYours()
    with transaction.atomic():
        fresh = locked(case)
        before = snapshot(fresh)
        fresh.version += 1
        detail = {
            "clauses": list(act.clauses),
            "cause": "",
            "findings": [],
            "inputs": _digest({}),
            "said": said,
        }
        entry = ledger.append(
            fresh, step=act.name, from_state=fresh.state, actor=actor.acting_as(role), prepared_by=None,
            detail=detail, key=None, at=clock.now(),
        )  # fmt: skip
        store(fresh, before, entry)
        return fresh


def note_service(case: Case, served_on: Callable[[], dt.date]) -> None:
    """A notice of the case was served: the clocks that run from service are computed anew (AMB-G20).

    The case does not move; only how long its holder still has. `served_on` is asked once the case is locked: of two
    who are served at once, the second sees the first.
    """
    with transaction.atomic():
        fresh = locked(case)
        now = clock.now()
        clocks = Clocks(fresh, clock.local(now).date(), now)
        clocks.served(served_on())
        if clocks.touched:
            due_at = clocks.due_at()
            queue_at = due_at if fresh.queue_at is not None and not fresh.lasting else fresh.queue_at
            Case.objects.filter(pk=fresh.pk).update(due_at=due_at, queue_at=queue_at)


def findings_for(case: Case, step_name: str, actor: Actor = SYSTEM, **inputs: Any) -> list[Finding]:
    """What the step requires, measured now: the same findings a refusal would carry, met and unmet."""
    spec = steps_of(case)[step_name]
    return _measure(spec, Context(case, spec, actor, clock.now(), inputs=inputs))


# --- taking a step ------------------------------------------------------------------------------------------
def _take(
    case, spec: Step, actor: Actor, now, *, inputs, cause="", files=None, key=None, prepared_by=None
) -> None:
    ctx = Context(case, spec, actor, now, cause=cause)
    ctx.files = files
    may_be_open = True
    if not cause and not spec.creates:
        prepared_by, may_be_open = preparer(case, spec, actor)
    ctx.inputs = cleaned(spec, inputs, files)
    ctx.findings = _measure(spec, ctx)
    failed = [finding for finding in ctx.findings if not finding.ok]
    if failed:
        raise NotMet(failed)
    before, from_state = snapshot(case), case.state
    getattr(case, spec.method)(ctx)
    case.version += 1
    case.moved_at = now
    if case.state != from_state:
        case.came_from = from_state
    _move_clocks(case, spec, ctx)
    _move_holder(case, ctx)
    ctx.entry = ledger.append(
        case,
        step=spec.name,
        from_state=from_state,
        actor=actor,
        prepared_by=prepared_by,
        detail=_detail(spec, ctx, inputs),
        key=key,
        at=now,
    )
    store(case, before, ctx.entry)
    if may_be_open and not spec.creates:
        _settle_proposals(case, spec, from_state, now)
    for kind in _applicable_notices(spec, ctx):
        notices.issue(kind, case, ctx)
    for topic, message_key, payload in ctx._messages:
        outbox.send(topic, key=message_key, case_id=case.pk, at=now, **payload)


def _measure(spec: Step, ctx: Context) -> list[Finding]:
    found: list[Finding] = []
    if spec.countersigned_by:
        found.append(countersigned(spec, ctx.case))
    for rule in spec.requires:
        result = rule(ctx.case, ctx) if _asks_for_context(rule) else rule(ctx.case)
        found.extend([result] if isinstance(result, Finding) else result)
    return found


@cache
def _asks_for_context(rule: Callable[..., Any]) -> bool:
    return len(inspect.signature(rule).parameters) > 1


def _move_clocks(case: Case, spec: Step, ctx: Context) -> None:
    for timer in spec.lapse_of:
        ctx.clocks.lapse(timer.code)
    for timer in spec.stops:
        if timer.applies is None or timer.applies(case, ctx):
            ctx.clocks.stop(timer)
    for reason in spec.resumes:
        ctx.clocks.resume(reason)
    if case.state not in case.holders:
        ctx.clocks.stop_all()
    for reason in spec.pauses:
        ctx.clocks.pause(reason)
    for timer in (*spec.starts, *spec.restarts):
        if timer.applies is None or timer.applies(case, ctx):
            ctx.clocks.start(timer)
    for timer, setting in spec.extends:
        ctx.clocks.extend(timer, int(defaults.value(setting, case.rules_on)))


def _move_holder(case: Case, ctx: Context) -> None:
    role = case.holding_role()
    if role is None:
        case.holder_organization, case.holder_role, case.claimed_by = None, "", None
        case.closed_at, case.due_at, case.queue_at, case.is_overdue = ctx.now, None, None, False
        case.exclusive_key = None
        return
    held_by = case.body_id(role)
    if held_by != case.holder_organization_id or role != case.holder_role:
        case.claimed_by_id = None
    case.holder_organization_id, case.holder_role = held_by, role
    if ctx.clocks.touched:
        case.due_at = ctx.clocks.due_at()
        case.is_overdue = case.due_at is not None and case.due_at <= ctx.now
    if role == Role.SYSTEM or held_by is None:
        case.queue_at = None
    elif case.lasting:
        case.queue_at = ctx.clocks.body_due_at() if ctx.clocks.touched else case.queue_at
    else:
        case.queue_at = case.due_at or case.moved_at + NO_DEADLINE


def _detail(spec: Step, ctx: Context, inputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "clauses": list(spec.clauses),
        "cause": ctx.cause,
        "findings": [f.as_dict() for f in ctx.findings],
        "inputs": _digest(inputs),
        "said": ctx.detail,
    }


def _settle_proposals(case: Case, spec: Step, from_state: str, now) -> None:
    """What was prepared is settled by the step itself, and by any that leaves the state it was prepared for."""
    waiting = case.proposals.filter(settled_at=None)
    if case.state == from_state:
        waiting = waiting.filter(step=spec.name)
    waiting.update(settled_at=now)


def _applicable_notices(spec: Step, ctx: Context):
    """Of notices worded "a or b" in the table, the one the body named; of others, all."""
    chosen = ctx.notice.get("kind")
    return [kind for kind in spec.issues if chosen is None or kind.code == chosen]


def _create(
    procedure, step_name, actor, now, *, parent, parties, inputs, cause, fields, key=None, prepared_by=None
) -> Any:
    spec = steps_of(procedure)[step_name]
    case = insert(procedure, CREATION, now, parent, parties, fields)
    _take(case, spec, actor, now, inputs=inputs, cause=cause, key=key, prepared_by=prepared_by)
    return case


def _done_before(
    key: str | None,
    step_name: str,
    actor: Actor,
    inputs: dict,
    case: Case | None = None,
    *,
    parent: Case | None = None,
) -> Any:
    """The case as it now stands, where the request that is refused has been answered before; else nothing.

    Nobody looks for the key before a step: the ledger holds it once, so that a repeated request is refused at
    the latest there, and is looked up here. Raises `Conflict` when the key was used for something else.
    """
    entry = LedgerEntry.objects.filter(idempotency_key=key).first() if key else None
    if entry is None:
        return None
    same_person = entry.user_id == (actor.user.pk if actor.user else None)
    same_case = entry.case_id == case.pk if case else parent is None or entry.case.parent_id == parent.pk
    if not (
        same_case and same_person and entry.step == step_name and entry.detail["inputs"] == _digest(inputs)
    ):
        raise Conflict("这个请求编号已用于另一次办理。请刷新页面后再办。")
    return entry.case.as_procedure()


def _digest(inputs: dict[str, Any]) -> str:
    return ledger.sm3(canonical({name: plain(value) for name, value in sorted(inputs.items())}).encode())


def new_key() -> str:
    """A fresh idempotency key for a form about to be shown."""
    return uuid.uuid4().hex
