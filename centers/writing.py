"""What the county writes of its own request: begins it, fills it in, answers what is to be put right.

Papers are written under the lock of the case, while it is the county's to write.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.roles import Role
from centers.papers import Defect, Premises
from centers.procedures.setup import CenterSetup
from centers.selectors import open_defects
from centers.zones import Zone
from core import clock
from workflow.cases import Case
from workflow.errors import Conflict, InvalidInput, NotYours
from workflow.holding import working_on
from workflow.perform import open_draft
from workflow.relations import Relation

EDITABLE = (CenterSetup.State.DRAFT, CenterSetup.State.CORRECTION)
OF_THE_REQUEST = (
    "need", "planned_staff", "planned_experienced", "planned_declarants", "planned_linguists", "active_traders",
    "support_traders", "support_finance", "support_premises", "support_equipment",
)  # fmt: skip
OF_THE_PREMISES = ("address", "area", "mode", "mode_text", "charge", "county_rent")


def begin(zone: Zone, actor: Actor, *, is_additional: bool = False) -> CenterSetup:
    """Open a request of the county for a zone of its own; the second click finds the one already open."""
    body = actor.organization
    may = actor.roles & {Role.COUNTY_OFFICER, Role.COUNTY_APPROVER}
    if body is None or not may or body.region_id != zone.county_id:
        raise NotYours("只能为本县（市、区）的开发区（园区）申请设立中心。")
    standing = CenterSetup.objects.filter(zone=zone, closed_at=None).first()
    if standing is not None:
        return standing
    opened = open_draft(
        CenterSetup,
        actor=actor,
        parties={Relation.COUNTY: body},
        zone=zone,
        is_additional=is_additional,
        applicant=body,
        region=zone.county,
        title=f"{zone.name}外贸综合服务中心",
    )
    return cast(CenterSetup, opened)


def seen_version(setup: CenterSetup) -> str:
    """What a form carries so that a stale one is noticed; empty while nothing was saved."""
    return setup.edited_at.isoformat() if setup.edited_at else ""


def save_request(setup: Case, actor: Actor, *, seen: str, **content: Any) -> CenterSetup:
    """Save request, premises and answers as they were typed.

    Raises `Conflict` when a colleague saved since the page was shown, `InvalidInput` by field.
    """
    with working_on(setup, actor, states=EDITABLE) as held:
        fresh = cast(CenterSetup, held)
        if seen != seen_version(fresh):
            raise Conflict(
                f"没有保存：这一页打开之后，{fresh.edited_by or '同事'}保存过本申请。您填写的内容还在，核对后再存一次。"
            )
        for name in OF_THE_REQUEST:
            if name in content:
                setattr(fresh, name, content[name])
        fresh.edited_at, fresh.edited_by = clock.now(), actor.user
        CenterSetup.objects.filter(pk=fresh.pk).update(
            edited_at=fresh.edited_at,
            edited_by=fresh.edited_by,
            **{name: getattr(fresh, name) for name in OF_THE_REQUEST},
        )
        if any(name in content for name in OF_THE_PREMISES):
            _save_premises(fresh, actor, content)
        for defect in open_defects(fresh):
            if (answer := content.get(f"answer_{defect.pk}")) is not None:
                Defect.objects.filter(pk=defect.pk).update(answer=answer.strip())
        return fresh


def _save_premises(setup: CenterSetup, actor: Actor, content: dict[str, Any]) -> None:
    premises = setup.own_premises() or Premises(setup=setup, provider=actor.organization, charge=Decimal(0))
    for name in OF_THE_PREMISES:
        if name in content:
            setattr(premises, name, content[name])
    try:
        premises.full_clean()
    except ValidationError as refusal:
        raise InvalidInput(
            {name: [str(m) for m in messages] for name, messages in refusal.message_dict.items()}
        ) from refusal
    premises.save()
