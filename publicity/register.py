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

    Raises `InvalidInput` with sentences by field, `NotMet` when the period is over, `Conflict` when the key was
    used for something else.
    """
    form = ObjectionForm(data=inputs)
    if not form.is_valid():
        raise InvalidInput(
            {name: [str(said) for said in messages] for name, messages in form.errors.items()}, form
        )
    said = form.cleaned_data
    anonymous = said["is_anonymous"]
    told = {
        "is_anonymous": anonymous,
        "objector_name": "" if anonymous else said["objector_name"],
        "contact": "" if anonymous else said["contact"],
        "facts": said["facts"],
    }
    filed = create(
        Objection,
        "file",
        actor=actor,
        parent=posting,
        idempotency_key=idempotency_key,
        parties={Relation.PROVINCE: posting.body("PROV_OFFICER")},
        receipt_code=secrets.token_hex(10),
        **told,
        # The enterprise's name, as on every row of the queue: all postings are called the same.
        title=posting.parent.title,
        region=posting.region,
        rules_on=posting.rules_on,
    )
    # A form gone back to and changed is another objection: the answer to the first one would lose it.
    if filed.parent_id != posting.pk or any(getattr(filed, name) != text for name, text in told.items()):
        raise Conflict(
            "这份表单已经提交过，现在的内容与上次不同，没有提交。要另提一件异议，请再点一次“提交”。"
        )
    return filed


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
