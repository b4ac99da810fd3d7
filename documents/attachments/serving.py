"""Handing a file out. The caller has already asked whether this person may see the case.

A download is never run by a browser: attachment, the stored type, no sniffing, sandboxed. Whoever looks at a
file with personal data is written down first, here, so that no page can forget to.
"""

from typing import TypeVar

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from documents.attachments import names, store
from documents.attachments.images import page_image
from documents.attachments.models import Attachment, AttachmentView

AnyResponse = TypeVar("AnyResponse", HttpResponse, FileResponse)


def serve(attachment: Attachment, *, viewer: User | None, reason: str = "") -> FileResponse:
    """The file itself, as a download under its user's name."""
    _log_personal(attachment, viewer, reason or _("下载原文件"))
    response = FileResponse(
        store.opened(attachment.sha256),
        as_attachment=True,
        filename=names.shown(attachment.name),
        content_type=attachment.content_type,
    )
    return harmless(response)


def serve_page(
    attachment: Attachment, page: int, *, viewer: User | None, width: int = 1100, reason: str = ""
) -> HttpResponse:
    """One page as a picture, for the viewer beside the checklist."""
    _log_personal(attachment, viewer, reason or _("在线查看第 %(page)s 页") % {"page": page})
    picture = page_image(attachment, page, width, viewer=viewer.display_name if viewer else "")
    return harmless(HttpResponse(picture, content_type="image/png"))


def log_view(attachment: Attachment, viewer: User | None, reason: str) -> AttachmentView:
    """Writes down one look at a file (SX-44, AMB-G18)."""
    return AttachmentView.objects.create(attachment=attachment, user=viewer, reason=reason[:200])


def _log_personal(attachment: Attachment, viewer: User | None, reason: str) -> None:
    if attachment.place.personal:
        log_view(attachment, viewer, reason)


def harmless(response: AnyResponse) -> AnyResponse:
    """Of what strangers drew a browser runs nothing and keeps nothing."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
