"""What stands ready before a step is taken: an officer's proposal, and the second signature that a step needs."""

from __future__ import annotations

from django.db import transaction

from accounts.actors import Actor
from accounts.roles import Role
from core import clock
from core.findings import Finding
from workflow.cases import Case, Countersignature, Proposal
from workflow.errors import Conflict, NotYours
from workflow.inputs import cleaned, plain
from workflow.refusals import who_was_faster
from workflow.relations import PREPARED_BY
from workflow.rows import locked
from workflow.steps import Step, steps_of


def propose(
    case: Case, step_name: str, *, actor: Actor, expected_version: int | None = None, **inputs
) -> Proposal:
    """An officer prepares a step that the approver of the same body will decide (AMB-G17)."""
    with transaction.atomic():
        fresh = locked(case)
        spec = steps_of(fresh)[step_name]
        preparers = {PREPARED_BY[role] for role in spec.by if role in PREPARED_BY}
        role = next((r for r in preparers & actor.roles if fresh.body_id(r) == actor.organization_id), None)
        if role is None:
            raise NotYours()
        if (
            expected_version is not None and fresh.version != expected_version
        ) or fresh.state not in spec.source:
            raise Conflict(who_was_faster(fresh))
        taken = cleaned(spec, inputs, None)
        # What was prepared before is settled by the new text: one open proposal a step and body.
        fresh.proposals.filter(step=step_name, organization=actor.organization, settled_at=None).update(
            settled_at=clock.now()
        )
        return Proposal.objects.create(
            case=fresh,
            step=step_name,
            inputs={k: plain(v) for k, v in inputs.items() if k in taken},
            case_version=fresh.version,
            prepared_by=actor.user,
            organization=actor.organization,
            prepared_at=clock.now(),
        )


def countersign(
    case: Case, step_name: str, *, actor: Actor, statement: str, seen: str | None = None
) -> Countersignature:
    """The second signature that a step needs, over the content as it now is. Raises `NotYours`, `Conflict`.

    `seen` is the digest of what the signer was shown: nobody signs what changed after they looked.
    """
    with transaction.atomic():
        fresh = locked(case)
        spec = steps_of(fresh)[step_name]
        role = spec.countersigned_by
        if role not in actor.roles or fresh.body_id(role) != actor.organization_id:
            raise NotYours()
        if fresh.state not in spec.source:
            raise Conflict(who_was_faster(fresh))
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


def countersigned(spec: Step, case: Case) -> Finding:
    """Whether the second signature stands over the content as it now is."""
    role = spec.countersigned_by
    signed = Countersignature.objects.filter(
        case_id=case.pk, step=spec.name, role=role, content_digest=case.content_digest()
    ).exists()
    return Finding(
        spec.clauses[0],
        ok=signed,
        measured="已签署" if signed else "未签署",
        required=str(Role(role).label),
        message="" if signed else f"还没有{Role(role).label}对当前内容的签署；内容改动后须重新签署。",
        code="countersigned",
    )
