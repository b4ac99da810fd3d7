"""Taking a case, giving it back, handing it to a colleague; and writing the papers of a case one holds.

A case is held by a body and a role. Who of them works on it is a courtesy between colleagues that the
screens show and the history keeps; it neither gives nor takes a right (AMB-G17).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.models import Membership, User
from core import clock
from workflow.access import holds
from workflow.authority import authorise
from workflow.cases import Assignment, Case, CaseNote, Watch
from workflow.errors import Conflict, InvalidInput, NotYours
from workflow.rows import locked
from workflow.steps import steps_of


def claim(case: Case, *, actor: Actor) -> None:
    """Take a case nobody has taken. Raises `Conflict` with the colleague's name when somebody has."""
    with transaction.atomic():
        fresh = _held(case, actor)
        taken = Case.objects.filter(pk=fresh.pk, claimed_by=None).update(claimed_by=actor.user)
        if not taken and fresh.claimed_by_id != actor.user.pk:
            raise Conflict(f"本件已由{fresh.claimed_by}承办。需要您办，请他转办给您。")
        if taken:
            _note_assignment(fresh, actor, actor.user, "")


def release(case: Case, *, actor: Actor) -> None:
    """Give a case one has taken back to the colleagues."""
    with transaction.atomic():
        fresh = _held(case, actor)
        if Case.objects.filter(pk=fresh.pk, claimed_by=actor.user).update(claimed_by=None):
            _note_assignment(fresh, actor, None, "")


def reassign(case: Case, *, actor: Actor, to: User, reason: str) -> None:
    """Hand a case to a colleague of the same body who may work on it; enterprises and offices alike.

    Raises `InvalidInput` when the colleague holds no such appointment today.
    """
    with transaction.atomic():
        fresh = _held(case, actor)
        entitled = Membership.objects.in_force().filter(
            user=to, organization_id=actor.organization_id, role=fresh.holder_role
        )
        if not entitled.exists():
            raise InvalidInput({"to": [f"{to}在本单位没有办理本件的角色，请另选同事。"]})
        Case.objects.filter(pk=fresh.pk).update(claimed_by=to)
        _note_assignment(fresh, actor, to, reason)


def colleagues(case: Case, actor: Actor):
    """Logins of the actor's organization that may work on the case in the role that holds it."""
    return (
        User.objects.filter(
            memberships__in=Membership.objects.in_force().filter(
                organization_id=actor.organization_id, role=case.holder_role
            )
        )
        .select_related("person")
        .distinct()
        .order_by("id")
    )


def return_proposal(case: Case, step: str, *, actor: Actor, note: str) -> None:
    """The approver gives a prepared step back to the officer with what is to be changed."""
    if not 5 <= len(note.strip()) <= 1000:
        raise InvalidInput({"note": ["写明要改什么，5 至 1000 字。"]})
    with transaction.atomic():
        fresh = locked(case)
        spec = steps_of(fresh).get(step)
        if spec is None:
            raise NotYours()
        authorise(fresh, spec, actor)
        returned = fresh.proposals.filter(
            step=step, organization_id=actor.organization_id, settled_at=None
        ).update(settled_at=clock.now(), returned_note=note.strip())
        if not returned:
            raise Conflict("这件拟办已经办理、退回或撤换。请刷新页面。")


def add_note(case: Case, *, actor: Actor, text: str) -> CaseNote:
    """An internal note for one's own body. Raises `NotYours` for who may not see the case."""
    if not case.is_party(actor.organization_id) or not text.strip():
        raise NotYours()
    return CaseNote.objects.create(
        case_id=case.pk, organization=actor.organization, author=actor.user, text=text.strip(), at=clock.now()
    )


def watch(case: Case, *, actor: Actor) -> None:
    """Follow a case one may see, whoever holds it; asked twice it is followed once."""
    Watch.objects.get_or_create(case_id=case.pk, user=actor.user, defaults={"since": clock.now()})


def let_go(case: Case, *, actor: Actor) -> None:
    """Follow it no longer."""
    Watch.objects.filter(case_id=case.pk, user=actor.user).delete()


@contextmanager
def working_on(case: Case, actor: Actor, *, states: Iterable[str] | None = None) -> Iterator[Any]:
    """Write the papers of a case one holds (a draft, verdicts, checks), under its lock.

    Papers are what a step will be judged on; they never move the case. Raises `NotYours` for who does not
    hold it, `Conflict` when it is no longer in one of `states`. Officer and approver of the holding body alike
    may write; what one of them wrote carries their name.
    """
    with transaction.atomic():
        fresh = _held(case, actor, any_role=True)
        if states is not None and fresh.state not in set(states):
            raise Conflict(f"本件现为“{fresh.state_label}”，这部分已不能改动。")
        yield fresh


@contextmanager
def written_under_lock(case: Case) -> Iterator[Any]:
    """As `working_on`, for papers whose own rule says who may write them now, whoever holds the case."""
    with transaction.atomic():
        yield locked(case)


def _held(case: Case, actor: Actor, any_role: bool = False) -> Any:
    fresh = locked(case)
    ours = fresh.holder_organization_id is not None and fresh.holder_organization_id == actor.organization_id
    if not (ours if any_role else holds(fresh, actor)):
        if fresh.is_party(actor.organization_id):
            raise Conflict(f"本件现为“{fresh.state_label}”，不在您手里，不能改动。")
        raise NotYours()
    return fresh


def _note_assignment(case: Case, actor: Actor, to: User | None, reason: str) -> None:
    Assignment.objects.create(
        case=case,
        assigned_to=to,
        assigned_by=actor.user,
        organization=actor.organization,
        reason=reason,
        at=clock.now(),
    )
