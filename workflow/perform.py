"""The only door: `perform()` takes a step of a case, `create()` takes one that brings a case about.

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

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.actors import SYSTEM, Actor
from accounts.roles import Role
from core import clock, defaults, letters
from core.findings import Finding
from core.prepared import Prepared
from workflow import ledger, notices, outbox, storage
from workflow.cases import Case, CaseParty, CaseSeries, Countersignature, Proposal
from workflow.deadlines import Clocks
from workflow.errors import Conflict, InvalidInput, NotMet, NotYours
from workflow.ledger import LedgerEntry, canonical
from workflow.relations import PREPARED_BY, RELATION_OF
from workflow.steps import CREATION, PROCEDURES, Step, steps_of

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
        other = _locked(case)
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
    return _once(
        idempotency_key,
        lambda: _perform(case, step_name, actor, expected_version, idempotency_key, files, inputs),
    )


def _perform(case, step_name, actor, expected_version, idempotency_key, files, inputs) -> Any:
    with transaction.atomic():
        fresh = _locked(case)
        now = clock.now()  # read inside the lock: a period is over or not at the moment the act counts
        if idempotency_key and _already_done(fresh, step_name, actor, idempotency_key, inputs):
            return fresh
        spec = steps_of(fresh).get(step_name)
        if spec is None:
            raise Conflict("没有这个办理步骤。请刷新页面后再办。")
        acting = authorise(fresh, spec, actor)
        if expected_version is not None and fresh.version != expected_version:
            raise Conflict(_who_was_faster(fresh))
        if fresh.state not in spec.source:
            raise Conflict(_who_was_faster(fresh))
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
    **fields: Any,
) -> Any:
    """Bring about a case by a creating step that a person takes (an objection, an import)."""
    return _once(
        idempotency_key,
        lambda: _create_by_hand(
            procedure, step_name, actor, parties, parent, idempotency_key, inputs or {}, fields
        ),
    )


def _create_by_hand(procedure, step_name, actor, parties, parent, idempotency_key, inputs, fields) -> Any:
    with transaction.atomic():
        if parent is not None:
            parent = _locked(parent)
        if idempotency_key:
            done = LedgerEntry.objects.filter(idempotency_key=idempotency_key).first()
            if done:
                return done.case.as_procedure()
        spec = steps_of(procedure)[step_name]
        if not set(spec.by) & (set(actor.roles) | {Role.VISITOR}):
            raise NotYours()
        return _create(
            procedure,
            step_name,
            actor,
            clock.now(),
            parent=parent,
            parties=parties,
            inputs=inputs,
            cause="",
            fields=fields,
            key=idempotency_key,
        )


def _once(key: str | None, act: Callable[[], Any]) -> Any:
    """Requests of one case wait for its lock; one that used the same key on another case is seen when it commits.

    Tried again, the act then finds what the key was used for and answers accordingly.
    """
    try:
        return act()
    except IntegrityError:
        if not key or not ENTRY_OF_REQUEST(key):
            raise
    return act()


def open_draft(procedure: type[Case], *, actor: Actor, parties: dict, **fields: Any) -> Any:
    """The first save by its holder: a case in its first state, with no step taken yet (version 0)."""
    with transaction.atomic():
        first = next(iter(procedure.State))
        case = _insert(procedure, first.value, clock.now(), None, parties, fields)
        case.holder_role = procedure.holders[first]
        case.holder_organization = case.body(case.holder_role)
        Case.objects.filter(pk=case.pk).update(
            holder_role=case.holder_role,
            holder_organization=case.holder_organization,
            queue_at=case.opened_at + NO_DEADLINE,
        )
        return case


def note_service(case: Case, day: dt.date) -> None:
    """A notice of the case was served on a day: the clocks that run from service are computed anew (AMB-G20).

    The case does not move; only how long its holder still has.
    """
    with transaction.atomic():
        fresh = _locked(case)
        now = clock.now()
        clocks = Clocks(fresh, clock.local(now).date(), now)
        clocks.served(day)
        if clocks.touched:
            due_at = clocks.due_at()
            queue_at = due_at if fresh.queue_at is not None and not fresh.lasting else fresh.queue_at
            Case.objects.filter(pk=fresh.pk).update(due_at=due_at, queue_at=queue_at)


def propose(
    case: Case, step_name: str, *, actor: Actor, expected_version: int | None = None, **inputs
) -> Proposal:
    """An officer prepares a step that the approver of the same body will decide (AMB-G17)."""
    with transaction.atomic():
        fresh = _locked(case)
        spec = steps_of(fresh)[step_name]
        preparers = {PREPARED_BY[role] for role in spec.by if role in PREPARED_BY}
        role = next((r for r in preparers & actor.roles if fresh.body_id(r) == actor.organization_id), None)
        if role is None:
            raise NotYours()
        if (
            expected_version is not None and fresh.version != expected_version
        ) or fresh.state not in spec.source:
            raise Conflict(_who_was_faster(fresh))
        cleaned = _cleaned(spec, inputs, None)
        # What was prepared before is settled by the new text: one open proposal a step and body.
        fresh.proposals.filter(step=step_name, organization=actor.organization, settled_at=None).update(
            settled_at=clock.now()
        )
        return Proposal.objects.create(
            case=fresh,
            step=step_name,
            inputs={k: _plain(v) for k, v in inputs.items() if k in cleaned},
            case_version=fresh.version,
            prepared_by=actor.user,
            organization=actor.organization,
            prepared_at=clock.now(),
        )


# Who took a part in a case: by preparing a step of it, or by taking one; the last first.
PROPOSALS = Prepared(
    lambda case: Proposal.objects.filter(case_id=case).order_by("-pk")
    .values_list("prepared_by__person_id", "organization_id", "step", "settled_at"),
    int,
)  # fmt: skip
TAKEN = Prepared(
    lambda case: LedgerEntry.objects.filter(case_id=case).order_by("-sequence")
    .values_list("person_id", "organization_id", "role", "prepared_by_id"),
    int,
)  # fmt: skip
ENTRY_OF_REQUEST = Prepared(lambda key: LedgerEntry.objects.filter(idempotency_key=key).order_by(), str)


# --- who may ------------------------------------------------------------------------------------------------
def authorise(case: Case, spec: Step, actor: Actor) -> Actor:
    """The actor in the role that lets them take this step of this case. Raises `NotYours`."""
    for role in spec.by:
        if role == Role.SYSTEM and actor is SYSTEM:
            return actor
        if role == Role.OBJECTOR and case.is_objector(actor):  # type: ignore[attr-defined]
            return actor.acting_as(role)
        if role in actor.roles and role in RELATION_OF and case.body_id(role) == actor.organization_id:
            return actor.acting_as(role)
    if case.is_party(actor.organization_id):
        raise NotYours(_whose_turn(case, spec))
    raise NotYours()


def open_steps(case: Case, actor: Actor) -> list[Step]:
    """The steps this actor may take now, in the order the procedure declares them."""
    found = []
    for spec in steps_of(case).values():
        if case.state not in spec.source or spec.creates or not spec.by:
            continue
        try:
            authorise(case, spec, actor)
        except NotYours:
            continue
        found.append(spec)
    return found


def findings_for(case: Case, step_name: str, actor: Actor = SYSTEM, **inputs: Any) -> list[Finding]:
    """What the step requires, measured now: the same findings a refusal would carry, met and unmet."""
    spec = steps_of(case)[step_name]
    return _measure(spec, Context(case, spec, actor, clock.now(), inputs=inputs))


def preparer(case: Case, spec: Step, actor: Actor) -> tuple[int | None, bool]:
    """The person who prepared what this approver decides, and whether by a proposal still open.

    None where the step needs no preparation. Raises `NotMet` when nobody prepared it, when the approver did so
    themselves, or when they took a part in the case before for another body (AMB-G17).
    """
    officer = PREPARED_BY.get(actor.role)
    if officer is None or actor is SYSTEM:
        return None, False
    ours, taken, prepared = actor.organization_id, TAKEN(case.pk), PROPOSALS(case.pk)
    elsewhere = {who for who, body, *_ in prepared if body != ours}
    elsewhere |= {who for person, body, _, helper in taken if body != ours for who in (person, helper)}
    if actor.person_id in elsewhere:
        raise NotMet(
            [
                _four_eyes(
                    "您在本件前面的环节为其他单位办理过，应当回避，请由本单位另一位审批人办理。", actor.name
                )
            ]
        )
    proposals = [(who, settled) for who, body, step, settled in prepared if (body, step) == (ours, spec.name)]
    proposed_by = [who for who, settled_at in proposals if settled_at is None]
    officers = [person for person, body, role, _ in taken if (body, role) == (ours, officer)]
    person = next(iter(proposed_by + officers), None)
    if person is None:
        raise NotMet([_four_eyes("本单位还没有经办人拟办，请经办人先办理或送审。", "尚无拟办人")])
    # Whose proposal a colleague's took the place of has prepared the matter as well.
    if actor.person_id in {person, *officers, *(who for who, _ in proposals)}:
        raise NotMet([_four_eyes("拟办人与审批人不能是同一人，请由本单位另一位审批人办理。", actor.name)])
    return person, bool(proposed_by)


def _four_eyes(message: str, measured: str) -> Finding:
    return Finding("AMB-G17", ok=False, measured=measured, required="经办与审批为不同的人", message=message)


# --- taking a step ------------------------------------------------------------------------------------------
def _take(case, spec: Step, actor: Actor, now, *, inputs, cause="", files=None, key=None) -> None:
    ctx = Context(case, spec, actor, now, cause=cause)
    ctx.files = files
    prepared_by, was_proposed = preparer(case, spec, actor) if not cause else (None, False)
    ctx.inputs = _cleaned(spec, inputs, files)
    ctx.findings = _measure(spec, ctx)
    failed = [finding for finding in ctx.findings if not finding.ok]
    if failed:
        raise NotMet(failed)
    before, from_state = _snapshot(case), case.state
    getattr(case, spec.name)(ctx)
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
    _store(case, before, ctx.entry)
    if was_proposed:
        case.proposals.filter(step=spec.name, settled_at=None).update(settled_at=now)
    for kind in _applicable_notices(spec, ctx):
        notices.issue(kind, case, ctx)
    for topic, message_key, payload in ctx._messages:
        outbox.send(topic, key=message_key, case_id=case.pk, at=now, **payload)


def _measure(spec: Step, ctx: Context) -> list[Finding]:
    found: list[Finding] = []
    if spec.countersigned_by:
        found.append(_countersigned(spec, ctx))
    for rule in spec.requires:
        result = rule(ctx.case, ctx) if len(inspect.signature(rule).parameters) > 1 else rule(ctx.case)
        found.extend([result] if isinstance(result, Finding) else result)
    return found


def _countersigned(spec: Step, ctx: Context) -> Finding:
    role = spec.countersigned_by
    signed = Countersignature.objects.filter(
        case_id=ctx.case.pk, step=spec.name, role=role, content_digest=ctx.case.content_digest()
    ).exists()
    return Finding(
        spec.clauses[0],
        ok=signed,
        measured="已签署" if signed else "未签署",
        required=str(Role(role).label),
        message="" if signed else f"还没有{Role(role).label}对当前内容的签署；内容改动后须重新签署。",
        code="countersigned",
    )


def countersign(
    case: Case, step_name: str, *, actor: Actor, statement: str, seen: str | None = None
) -> Countersignature:
    """The second signature that a step needs, over the content as it now is. Raises `NotYours`, `Conflict`.

    `seen` is the digest of what the signer was shown: nobody signs what changed after they looked.
    """
    with transaction.atomic():
        fresh = _locked(case)
        spec = steps_of(fresh)[step_name]
        role = spec.countersigned_by
        if role not in actor.roles or fresh.body_id(role) != actor.organization_id:
            raise NotYours()
        if fresh.state not in spec.source:
            raise Conflict(_who_was_faster(fresh))
        digest = fresh.content_digest()
        if seen is not None and seen != digest:
            raise Conflict("没有签署：这一页打开之后材料有改动。请重新核对下面的内容，再签署。")
        signature, _ = Countersignature.objects.get_or_create(
            case=fresh,
            step=step_name,
            role=role,
            content_digest=digest,
            defaults={
                "user": actor.user,
                "organization": actor.organization,
                "statement": statement,
                "signed_at": clock.now(),
            },
        )
        return signature


def _cleaned(spec: Step, inputs: dict[str, Any], files) -> dict[str, Any]:
    if spec.form is None:
        return dict(inputs)
    form = spec.form(data=inputs, files=files)
    form.full_clean()
    for name, value in list(form.cleaned_data.items()):  # what is said in a step is printed in a notice
        try:
            letters.check_all(value)
        except ValidationError as refusal:
            form.add_error(name if name in form.fields else None, refusal)
    if not form.is_valid():
        raise InvalidInput({name: list(messages) for name, messages in form.errors.items()}, form)
    return form.cleaned_data


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
    role = case.holders.get(case.state)
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
        "inputs": ledger.sm3(canonical({k: _plain(v) for k, v in sorted(inputs.items())}).encode()),
        "said": ctx.detail,
    }


def _plain(value: Any) -> Any:
    """A value as the ledger digests it and a proposal keeps it: rows by key, files by name, the rest as is."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return str(getattr(value, "pk", None) or value)


def _applicable_notices(spec: Step, ctx: Context):
    """Of notices worded "a or b" in the table, the one the body named; of others, all."""
    chosen = ctx.notice.get("kind")
    return [kind for kind in spec.issues if chosen is None or kind.code == chosen]


# --- storing ------------------------------------------------------------------------------------------------
def _locked(case: Case) -> Any:
    """The case as it now is, with its procedure's fields, its row locked.

    The root of its tree is locked first, so that two acts on one tree wait for each other and never deadlock.
    """
    if (
        case.root_id and connection.features.has_select_for_update
    ):  # SQLite: BEGIN IMMEDIATE has locked already
        Case.objects.select_for_update().filter(pk=case.root_id).values_list("pk").first()
    found = _row_of(PROCEDURES[case.kind])(case.pk)
    if not found:
        raise Case.DoesNotExist(f"{case.kind} {case.pk}")
    return found[0]


@cache
def _row_of(procedure: type[Case]) -> Prepared:
    return Prepared(
        lambda pk: procedure._default_manager.select_for_update(of=("case_ptr",)).filter(pk=pk).order_by(),
        int,
    )


def _snapshot(case: Case) -> dict[str, Any]:
    return {f.attname: getattr(case, f.attname) for f in case._meta.concrete_fields}


def _store(case: Case, before: dict[str, Any], entry: LedgerEntry) -> None:
    """Write what the step changed and its entry, the shared row by compare-and-swap on state and version."""
    changed = {name: value for name, value in _snapshot(case).items() if value != before[name]}
    where = {"id": case.pk, "state": before["state"], "version": before["version"]}
    if not storage.move(case, changed, where, entry):
        raise Conflict(_who_was_faster(Case.objects.get(pk=case.pk)))


def _insert(procedure, state: str, now, parent: Case | None, parties: dict, fields: dict) -> Any:
    province = next((o.region.province_code[:2] for o in parties.values() if o is not None), "00")
    series = f"{procedure.prefix}{province}-{clock.local(now).year}"
    case = procedure(
        kind=procedure.__name__,
        reference=CaseSeries.take(series),
        state=state,
        opened_at=now,
        moved_at=now,
        parent_id=parent.pk if parent else None,
        root_id=parent.root_case_id if parent else None,
        **fields,
    )
    if procedure.exclusive:
        case.exclusive_key = case.subject_key()
        if Case.objects.filter(exclusive_key=case.exclusive_key).exists():
            raise Conflict("该企业已有同一事项的办件未办结，请先办完或撤回，再新办。")
    case.party_ids = {str(relation): organization.pk for relation, organization in parties.items()}
    case.save(force_insert=True)
    CaseParty.objects.bulk_create(
        CaseParty(case_id=case.pk, relation=relation, organization=organization)
        for relation, organization in parties.items()
    )
    return case


def _create(procedure, step_name, actor, now, *, parent, parties, inputs, cause, fields, key=None) -> Any:
    spec = steps_of(procedure)[step_name]
    case = _insert(procedure, CREATION, now, parent, parties, fields)
    _take(case, spec, actor, now, inputs=inputs, cause=cause, key=key)
    return case


def _already_done(case: Case, step_name: str, actor: Actor, key: str, inputs: dict) -> bool:
    found = ENTRY_OF_REQUEST(key)
    if not found:
        return False
    entry = found[0]
    digest = ledger.sm3(canonical({k: _plain(v) for k, v in sorted(inputs.items())}).encode())
    same_person = entry.user_id == (actor.user.pk if actor.user else None)
    if (
        entry.case_id != case.pk
        or entry.step != step_name
        or entry.detail["inputs"] != digest
        or not same_person
    ):
        raise Conflict("这个请求编号已用于另一次办理。请刷新页面后再办。")
    return True


def new_key() -> str:
    """A fresh idempotency key for a form about to be shown."""
    return uuid.uuid4().hex


# --- words --------------------------------------------------------------------------------------------------
def _who_was_faster(case: Case) -> str:
    last = case.ledger.select_related("user__person", "organization").order_by("-sequence").first()
    now_at = f"本件现为“{case.state_label}”。"
    if last is None:
        return f"页面内容已过时，没有办理。{now_at}请刷新后再办。"
    who = f"{last.organization.label if last.organization else ''}{last.user or Role(last.role).label}"
    when = clock.local(last.at).strftime("%m-%d %H:%M")
    label = steps_of(case)[last.step].label
    return f"没有办理：{who} 已于 {when} 办理“{label}”，{now_at}您填写的内容还在，请刷新核对后再办。"


def _whose_turn(case: Case, spec: Step) -> str:
    roles = "、".join(str(role.label) for role in spec.by) or "系统"
    return f"“{spec.label}”由{roles}办理，您不能代办。"
