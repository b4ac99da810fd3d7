"""The bound dossier of an application, for its enterprise and for the offices that are its parties."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.limits import DOSSIERS, too_many
from accreditation import dossier
from accreditation.procedures.application import ProviderApplication
from accreditation.views.desk.frame import application_of as application_of_office
from accreditation.views.enterprise.common import application_of, enterprise_page
from documents.attachments import store
from documents.attachments.serving import harmless
from documents.dossiers.binding import BindingFailed
from documents.notices.fonts import FontMissing
from documents.notices.render import RenderingFailed
from workflow.errors import Refused
from workflow.views import for_officials


@require_GET
@enterprise_page
def of_enterprise(request: HttpRequest, reference: str) -> HttpResponseBase:
    return _volume(request, application_of(request, reference))


@require_GET
@never_cache
@for_officials
def of_office(request: HttpRequest, reference: str) -> HttpResponseBase:
    return _volume(request, application_of_office(request.actor, reference))  # type: ignore[attr-defined]


def _volume(request: HttpRequest, application: ProviderApplication) -> HttpResponseBase:
    """Bound anew each time, for this reader; the file is gone once it has been sent."""
    actor = request.actor  # type: ignore[attr-defined]
    if wait := DOSSIERS.spend(f"user {actor.user.pk}"):
        return too_many(request, wait)
    with _one_at_a_time(), TemporaryDirectory(dir=store.quarantine()) as folder:
        volume = Path(folder) / "volume.pdf"
        try:
            dossier.bind_dossier(application, actor, volume)
        except (BindingFailed, RenderingFailed, FontMissing) as error:
            raise Refused(
                _("案卷这次没有装订成功，材料都在。请过几分钟再试；仍不成功，请逐个下载文件。")
            ) from error
        content = volume.open("rb")  # the response closes it; the name may go before
    name = f"{application.reference}-案卷.pdf"
    return harmless(FileResponse(content, filename=name, content_type="application/pdf", as_attachment=True))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A volume takes a processor and memory for some seconds; of many at once the pages of everybody would wait."""
    with (store.quarantine() / "binding.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(_("正在装订另一份案卷。请过半分钟再点一次。")) from None
        yield
