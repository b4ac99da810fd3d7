"""Doors for who is outside the office: filing an objection, and telling the enterprise's side of one."""

from __future__ import annotations

import secrets

from django.db import transaction

from accounts.actors import Actor
from core import clock
from publicity.forms import ObjectionForm
from publicity.models import Objection, Publicity
from workflow.errors import Conflict, InvalidInput, NotYours
from workflow.perform import create
from workflow.relations import Relation


def file_objection(
    posting: Publicity, *, actor: Actor, idempotency_key: str | None = None, **inputs
) -> Objection:
    """Lodge an objection; returns it with its receipt code (80 random bits).

    Raises `InvalidInput` with sentences by field, `NotMet` when the period is over.
    """
    form = ObjectionForm(data=inputs)
    if not form.is_valid():
        raise InvalidInput({name: list(messages) for name, messages in form.errors.items()}, form)
    said = form.cleaned_data
    anonymous = said["is_anonymous"]
    return create(
        Objection,
        "file",
        actor=actor,
        parent=posting,
        idempotency_key=idempotency_key,
        parties={Relation.PROVINCE: posting.body("PROV_OFFICER")},
        receipt_code=secrets.token_hex(10),
        is_anonymous=anonymous,
        objector_name="" if anonymous else said["objector_name"],
        contact="" if anonymous else said["contact"],
        facts=said["facts"],
        # The enterprise's name, as on every row of the queue: all postings are called the same.
        title=posting.parent.title,
        region=posting.region,
        rules_on=posting.rules_on,
    )


def hear_applicant(objection: Objection, *, actor: Actor, text: str) -> None:
    """Keep the enterprise's side of an objection under inquiry, told by itself or taken down by the office."""
    if not text.strip():
        raise InvalidInput({"text": ["请写明企业的意见。"]})
    with transaction.atomic():
        applicant = objection.parent.parent.applicant
        if actor.organization not in (applicant, objection.body("PROV_OFFICER")):
            raise NotYours()
        heard = Objection.objects.filter(pk=objection.pk, state="inquiry").update(
            heard_at=clock.now(), hearing_record=text.strip()
        )
        if not heard:
            raise Conflict("这件异议已有结论或尚未进入核查，意见没有记入。")
