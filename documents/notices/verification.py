"""Anyone may ask whether a notice is ours and how it stands now. The answer holds no personal data.

A certificate says what the register says: the app that keeps the register tells us how to read it
(`register_subject`), so this one needs to know none of them.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core import clock
from documents.notices import codes
from documents.notices.models import Notice


class Standing(TextChoices):
    IN_FORCE = "in_force", _("有效")
    EXPIRED = "expired", _("已过期")
    REVOKED = "revoked", _("已撤销")
    SUPERSEDED = "superseded", _("已被替换")
    ALTERED = "altered", _("与登记不符")
    UNKNOWN = "unknown", _("查无此证")


@dataclass(frozen=True)
class Verification:
    """How it stands, and what of it may be told: plain values under the names of the screen's labels."""

    standing: Standing
    facts: dict[str, Any] = field(default_factory=dict)
    notice: Notice | None = None


# Reads the register entry a notice is about: its standing today and the facts the public may see.
SubjectReader = Callable[[Any, dt.date], tuple[Standing, dict[str, Any]]]
_readers: dict[str, SubjectReader] = {}
STANDING_OF = {
    Notice.Status.DRAFT: Standing.UNKNOWN,  # not sealed: nobody was given it
    Notice.Status.ACTIVE: Standing.IN_FORCE,
    Notice.Status.SUPERSEDED: Standing.SUPERSEDED,
    Notice.Status.REVOKED: Standing.REVOKED,
    Notice.Status.VOIDED: Standing.REVOKED,
}
# Whose addressee is a person: the name is not for the public.
TO_A_PERSON = {"objection_reply"}


def register_subject(kind: str, reader: SubjectReader) -> None:
    """Called once by the app that keeps a register: how entries of this procedure are read."""
    _readers[kind] = reader


def verify(typed: str, *, on: dt.date | None = None) -> Verification:
    """What a code, typed or scanned, stands for today. An unknown and a mistyped code look the same."""
    try:
        code = codes.normalise(typed)
    except codes.MistypedCode:
        return Verification(Standing.UNKNOWN)
    notice = (
        Notice.objects.select_related("organ", "subject", "superseded_by")
        .filter(verification_code=code)
        .first()
    )
    if notice is None:
        return Verification(Standing.UNKNOWN)
    return of_notice(notice, on or clock.today())


def of_notice(notice: Notice, today: dt.date) -> Verification:
    """The same answer for a notice already found, say by the number of a certificate."""
    standing = STANDING_OF[Notice.Status(notice.status)]
    if standing is Standing.UNKNOWN:
        return Verification(standing)
    facts: dict[str, Any] = {
        "title": notice.title,
        "number": notice.number,
        "organ": notice.organ.name,
        "issued_on": clock.local(notice.posted_at).date(),
        "issued_to": "" if notice.kind in TO_A_PERSON else notice.addressee_name,
        "sha256": notice.pdf_sha256,
        "sealed_at": notice.rendered_at,
        "fingerprint": notice.certificate_id or "",
    }
    if notice.ended_at:
        facts |= {"ended_on": clock.local(notice.ended_at).date(), "reason": notice.status_reason}
    if notice.status == Notice.Status.SUPERSEDED and hasattr(notice, "superseded_by"):
        facts["superseded_by"] = notice.superseded_by.number
    if notice.subject and standing is Standing.IN_FORCE:
        standing, of_subject = _readers[notice.subject.kind](notice.subject, today)
        facts |= of_subject
    return Verification(standing, facts, notice)
