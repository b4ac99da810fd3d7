"""What happens to a notice: issued with the step, drawn afterwards, posted, read or served on paper, ended.

`issue` runs inside the transaction of the deciding step and only writes rows. Drawing takes longer and waits for no
lock: the outbox asks for it after the commit, and whoever opens the notice earlier has it drawn then.
"""

import datetime as dt
import hashlib
import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.actors import Actor
from accounts.models import Organization
from accounts.roles import Role
from core import calendar, clock, defaults
from documents.attachments import store
from documents.notices import codes, numbering
from documents.notices.context import Paper, require_grounds
from documents.notices.fonts import FontMissing
from documents.notices.kinds import Addressee, SignedBy, form_of, template_of
from documents.notices.models import SHELF, Notice
from documents.notices.render import RenderingFailed, render_pdf
from documents.sealing import providers
from documents.sealing.certificates import NotSigned
from documents.sealing.models import SealCertificate
from documents.sealing.providers import KeyUnavailable
from workflow import outbox
from workflow.deadlines import Deadline
from workflow.errors import InvalidInput, NotYours, Refused
from workflow.notices import NoticeKind
from workflow.perform import note_service

CERTIFICATE = NoticeKind("certificate", "认定证书")
RENDER = "documents.render"
log = logging.getLogger(__name__)


# --- Issuing -------------------------------------------------------------------------------------------------


def issue(kind: NoticeKind, *, case: Any, ctx: Any) -> Notice:
    """Write a notice of the step just taken, numbered, inside the step's transaction.

    The step says what is peculiar to it in `ctx.notice`: the words a template names and, where they differ from the
    rule of the kind, `organ`, `addressee` and `clauses`. A step that gives a `certificate_number` has a certificate
    written beside the decision; its subject is the register entry the step created, or the case itself.
    """
    subject = _subject(case, ctx)
    notice = _write(kind, case, ctx, ctx.notice, subject=subject)
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


# --- Drawing and sealing ------------------------------------------------------------------------------------


@outbox.handler(RENDER)
def render_notice(notice_id: int) -> None:
    """Draw a notice, have it sealed by its organ and keep it. Of two at once the first stays.

    Until then it is issued to nobody. What went wrong stands on it in words (`render_error`); it is tried again by
    the outbox, by whoever opens it, and by hand. Its number stays the one it was given by its step.
    """
    notice = Notice.objects.select_related("organ").get(pk=notice_id)
    if notice.is_ready:
        return
    try:
        drawn = render_pdf(template_of(notice.kind), notice.context)
        certificate = providers.usable_certificate(notice.organ, clock.now())
        sealed = providers.provider().seal(
            drawn, notice.organ, reason=f"{notice.number} {notice.title}".strip()
        )
        digest = _kept(sealed)
    except (RenderingFailed, FontMissing, Refused, NotSigned, OSError) as failure:
        Notice.objects.filter(pk=notice_id, pdf_sha256="").update(render_error=_in_words(failure))
        raise
    with transaction.atomic():
        waiting = Notice.objects.filter(pk=notice_id, pdf_sha256="")
        first = waiting.update(
            pdf_sha256=digest,
            drawn_sha256=hashlib.sha256(drawn).hexdigest(),
            certificate=SealCertificate.entered(notice.organ, certificate),
            rendered_at=clock.now(),
            render_error="",
        )
        if first:
            _in_force(notice)


def _in_force(notice: Notice) -> None:
    """A sealed paper takes the place of those it supersedes: not before, for until then they are what there is."""
    replaced = Q(pk=notice.supersedes_id)
    if notice.kind == CERTIFICATE.code:
        replaced |= Q(pk__lt=notice.pk, subject=notice.subject, kind=notice.kind)
    for old in Notice.objects.standing().filter(replaced):
        end(old, Notice.Status.SUPERSEDED, now=clock.now())
    Notice.objects.filter(pk=notice.pk, status=Notice.Status.DRAFT).update(status=Notice.Status.ACTIVE)
    if notice.render_error:
        _posted_late(notice)


def _kept(pdf: bytes) -> str:
    digest = hashlib.sha256(pdf).hexdigest()
    with tempfile.NamedTemporaryFile(dir=store.quarantine()) as file:
        file.write(pdf)
        file.flush()
        store.keep(Path(file.name), digest, shelf=SHELF)
    return digest


def _in_words(failure: Exception) -> str:
    """What the office is told; the log has the rest."""
    if isinstance(failure, KeyUnavailable):
        return failure.message
    if isinstance(failure, NotSigned):
        return "签章没有完成，请稍后重试；仍不成功的，请联系平台管理员检查签章服务。"
    if isinstance(failure, FontMissing):
        return "服务器缺少公文字体，请联系平台管理员装好字体后重试。"
    if isinstance(failure, OSError):
        return "文件没有存下来，可能是存储空间不足，请联系平台管理员。"
    return "版式文件没有生成，请稍后重试；仍不成功的，请联系平台管理员。"


def _posted_late(notice: Notice) -> None:
    """A paper that could not be made was not there to be read: it counts as posted, and is served, from now on."""
    now = clock.now()
    today = clock.local(now).date()
    if clock.local(notice.posted_at).date() == today:
        return
    late = Notice.objects.filter(pk=notice.pk)
    late.update(posted_at=now)
    unserved = late.filter(service_mode=Notice.ServiceMode.DEEMED)
    moved = bool(unserved.update(served_on=deemed_served_on(today, notice.case.rules_on)))
    _settled(notice, moved)


class NotDrawn(Refused):
    """The paper is decided and numbered; its file does not exist yet."""

    status = 422


def pdf_of(notice: Notice) -> bytes:
    """The PDF of a notice, drawn now if the outbox has not come to it yet. Raises `NotDrawn`."""
    if not notice.is_ready:
        try:
            render_notice(notice.pk)
        except (RenderingFailed, FontMissing, Refused, NotSigned, OSError) as failure:
            log.exception("notice %s was not drawn", notice.pk)
            words = f"文书 {notice.number} 已经作出，版式文件还没有生成。请一分钟后再打开。"
            raise NotDrawn(words) from failure
        notice.refresh_from_db()
    return notice.pdf()


# --- Service (AMB-G20) ---------------------------------------------------------------------------------------


def deemed_served_on(posted_on: dt.date, rules_on: dt.date | None = None) -> dt.date:
    """The day on which an unread notice counts as served."""
    days = int(defaults.value("NOTICE_DEEMED_SERVED_WORKING_DAYS", rules_on))
    return calendar.add_working_days(posted_on, days)


def read(notice: Notice, *, actor: Actor, now: dt.datetime) -> bool:
    """The addressee opens it. Returns whether that moved the day of service; the second opening never does."""
    if notice.addressee_id is None or actor.organization_id != notice.addressee_id or notice.read_at:
        return False
    with transaction.atomic():
        first = Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now, read_by=actor.user)
        today = clock.local(now).date()
        earlier = Notice.objects.filter(
            pk=notice.pk, service_mode=Notice.ServiceMode.DEEMED, served_on__gt=today
        )
        moved = bool(first and earlier.update(served_on=today, service_mode=Notice.ServiceMode.PORTAL))
        return _settled(notice, moved)


def enter_paper_service(notice: Notice, *, day: dt.date, actor: Actor, now: dt.datetime) -> bool:
    """An officer of the issuing organ enters the day a paper copy was handed over; it prevails.

    Returns whether the day of service moved. Raises `NotYours`, `InvalidInput`.
    """
    if actor.organization_id != notice.organ_id or not actor.is_official:
        raise NotYours()
    if notice.served_on is None:
        raise InvalidInput({"day": ["这份文书面向社会公布，没有送达日可填。"]})
    if not clock.local(notice.posted_at).date() <= day <= clock.local(now).date():
        raise InvalidInput({"day": ["纸质送达日应在文书发布之日与今天之间，请核对送达回证。"]})
    with transaction.atomic():
        moved = bool(Notice.objects.filter(pk=notice.pk).exclude(served_on=day).update(served_on=day))
        Notice.objects.filter(pk=notice.pk).update(service_mode=Notice.ServiceMode.PAPER)
        return _settled(notice, moved)


def _settled(notice: Notice, moved: bool) -> bool:
    """After service: the object as it now is, and where the day moved, the clocks that this notice started."""
    notice.refresh_from_db(fields=["read_at", "read_by", "served_on", "service_mode"])
    if moved and notice.served_on and _starts_a_clock(notice):
        note_service(notice.case, notice.served_on)
    return moved


def _starts_a_clock(notice: Notice) -> bool:
    """Whether a clock of this notice's step still runs from its service; not one that a later notice started."""
    is_latest = not Notice.objects.filter(case_id=notice.case_id, kind=notice.kind, pk__gt=notice.pk).exists()
    clocks = Deadline.objects.filter(
        case_id=notice.case_id,
        code__in=list(notice.context["deadlines"]),
        runs_from_service=True,
        ended_at=None,
    )
    return is_latest and clocks.exists()
