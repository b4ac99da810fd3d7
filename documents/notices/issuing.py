"""A notice is issued with the step that decides, inside its transaction: numbered, addressed, not drawn yet.

Drawing takes longer and waits for no lock: the outbox asks for it after the commit (`drawing`).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts.models import Organization
from accounts.roles import Role
from core import clock
from documents.notices import codes, numbering
from documents.notices.context import Paper, require_grounds
from documents.notices.kinds import Addressee, SignedBy, form_of
from documents.notices.models import Notice
from documents.notices.service import deemed_served_on
from documents.sealing import providers
from workflow import outbox
from workflow.notices import NoticeKind

CERTIFICATE = NoticeKind("certificate", "认定证书")
RENDER = "documents.render"


def issue(kind: NoticeKind, *, case: Any, ctx: Any) -> Notice:
    """Write a notice of the step just taken, numbered, inside the step's transaction.

    The step says what is peculiar to it in `ctx.notice`: the words a template names and, where they differ from the
    rule of the kind, `organ`, `addressee` and `clauses`; with `addressees` each of several gets a notice of its own,
    and the first of them is returned. A decision that accredits and gives a `certificate_number` has
    a certificate written beside it; its subject is the register entry the step created, or the case itself.
    """
    subject = _subject(case, ctx) if kind.code == "accreditation" else None
    to_each = [{**ctx.notice, "addressee": one} for one in ctx.notice.get("addressees", [])]
    notice, *_others = [_write(kind, case, ctx, given, subject=subject) for given in to_each or [ctx.notice]]
    if subject is not None:
        given = {**ctx.notice, "number": ctx.notice["certificate_number"], "decision_number": notice.number}
        _write(CERTIFICATE, case, ctx, given, subject=subject)
    return notice


def paper_of(kind: NoticeKind, case: Any, ctx: Any, given: Mapping[str, Any] | None = None) -> Paper:
    """A notice of a step, taken or only considered: who signs it, to whom it goes."""
    given = ctx.notice if given is None else given
    form = form_of(kind.code)
    addressee = given.get("addressee") or _addressee(form.addressee, case)
    return Paper(
        kind=kind,
        case=case,
        ctx=ctx,
        organ=given.get("organ") or _organ(form.signed_by, case, ctx),
        addressee=addressee if isinstance(addressee, Organization) else None,
        addressee_name=str(addressee or ""),
        given=given,
    )


def _write(kind: NoticeKind, case: Any, ctx: Any, given: Mapping[str, Any], *, subject: Any) -> Notice:
    form, paper = form_of(kind.code), paper_of(kind, case, ctx, given)
    if ctx.actor.is_official:
        # Without a key nothing is decided that could not be issued. An enterprise that files, and a period that
        # ends, do not wait for an office to put its seal in order: their paper follows.
        providers.usable_certificate(paper.organ, ctx.now)
    year, serial, number = numbering.year_of(ctx.now), None, str(given.get("number", ""))
    if form.series is not None:
        serial = numbering.draw(paper.organ.pk, year, form.series)
        number = numbering.written(paper.organ, year, form.series, serial)
    code = codes.new_code()
    context = paper.context(number=number, verification_code=code)
    require_grounds(context, paper)
    is_served = form.addressee is not Addressee.PUBLIC and kind is not CERTIFICATE
    notice = Notice.objects.create(
        case=case,
        entry=ctx.entry,
        subject=subject,
        kind=kind.code,
        title=str(kind.title),
        organ=paper.organ,
        year=year,
        series=form.series or "",
        serial=serial,
        number=number,
        addressee=paper.addressee,
        addressee_name=paper.addressee_name,
        context=context,
        verification_code=code,
        supersedes=_superseded(subject) if kind is CERTIFICATE else None,
        posted_at=ctx.now,
        served_on=deemed_served_on(clock.local(ctx.now).date(), case.rules_on) if is_served else None,
        service_mode=Notice.ServiceMode.DEEMED if is_served else "",
    )
    outbox.send(RENDER, key=f"notice:{notice.pk}", case_id=case.pk, at=ctx.now, notice_id=notice.pk)
    return notice


def _subject(case: Any, ctx: Any) -> Any:
    if "certificate_number" not in ctx.notice:
        return None
    return ctx.created[-1] if ctx.created else case


def _addressee(rule: Addressee, case: Any) -> Organization | str | None:
    if rule is Addressee.APPLICANT:
        return case.applicant
    if rule is Addressee.DEPARTMENT:
        return case.body(Role.DEPARTMENT)
    if rule is Addressee.PROVINCE:
        return case.body(Role.PROV_OFFICER)
    if rule is Addressee.OBJECTOR:
        return case.objector_name
    return None


def _organ(rule: SignedBy, case: Any, ctx: Any) -> Organization:
    if rule is SignedBy.PROVINCE:
        return case.body(Role.PROV_OFFICER)
    if rule is SignedBy.RECEIVING_BODY:
        return case.holder_organization
    if ctx.actor.is_official:
        return ctx.actor.organization
    return _body_that_waited(case, ctx)


def _body_that_waited(case: Any, ctx: Any) -> Organization:
    """When the clock acts while the applicant holds the case, the notice is of the body that handed it to them."""
    steps = case.ledger.filter(sequence__lte=ctx.entry.sequence).order_by("-sequence")
    for state in steps.values_list("from_state", flat=True):
        role = case.holders.get(state)
        if role is not None and role != Role.SYSTEM and case.body_id(role) != case.applicant_id:
            return case.body(role)
    raise LookupError(f"no body has held {case.reference}")


def _superseded(subject: Any) -> Notice | None:
    """The certificate that stands until this one is sealed."""
    standing = Notice.objects.standing().filter(subject=subject, kind=CERTIFICATE.code)
    return standing.order_by("-id").first()


def end(notice: Notice, status: str, *, now: dt.datetime, reason: str = "") -> None:
    """A notice ceases to stand: superseded, revoked, or its number voided. A voided number says why (`reason`)."""
    Notice.objects.filter(pk=notice.pk, ended_at=None).update(
        status=status, status_reason=reason, ended_at=now
    )
    notice.refresh_from_db(fields=["status", "status_reason", "ended_at"])
