"""A notice is drawn, sealed and kept; only then is it there for anyone. Whatever fails is tried again.

The outbox asks for it after the commit of the step; whoever opens a notice earlier has it drawn then.
"""

import hashlib
import logging
import tempfile
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from core import clock
from documents.attachments import store
from documents.notices.fonts import FontMissing
from documents.notices.issuing import CERTIFICATE, RENDER, end
from documents.notices.kinds import template_of
from documents.notices.models import SHELF, Notice
from documents.notices.render import RenderingFailed, render_pdf
from documents.notices.service import posted_late, tell_addressee
from documents.sealing import providers
from documents.sealing.certificates import NotSigned
from documents.sealing.models import SealCertificate
from documents.sealing.providers import KeyUnavailable
from workflow import outbox
from workflow.errors import Refused
from workflow.rows import locked

log = logging.getLogger(__name__)
FAILURES = (RenderingFailed, FontMissing, Refused, NotSigned, OSError)


@outbox.handler(RENDER, tireless=True)
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
    except FAILURES as failure:
        with transaction.atomic():
            posted_late(
                notice
            )  # nobody can have read it; what runs from its service does not run out meanwhile
            Notice.objects.filter(pk=notice_id, pdf_sha256="").update(render_error=_in_words(failure))
        raise
    with transaction.atomic():
        if notice.render_error:
            locked(notice.case)  # its clocks move with it
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
        posted_late(notice)
    tell_addressee(notice)


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


class NotDrawn(Refused):
    """The paper is decided and numbered; its file does not exist yet."""

    status = 422


def pdf_of(notice: Notice) -> bytes:
    """The PDF of a notice, drawn now if the outbox has not come to it yet. Raises `NotDrawn`."""
    if not notice.is_ready:
        try:
            render_notice(notice.pk)
        except FAILURES as failure:
            log.exception("notice %s was not drawn", notice.pk)
            words = f"文书 {notice.number} 已经作出，版式文件还没有生成。请一分钟后再打开。"
            raise NotDrawn(words) from failure
        notice.refresh_from_db()
    return notice.pdf()
