"""The bound dossier of an application, for its enterprise and for the offices that are its parties."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.limits import DOSSIERS, limited
from accreditation import dossier
from accreditation.procedures.application import ProviderApplication
from accreditation.views.desk.frame import application_of as application_of_office
from accreditation.views.enterprise.common import application_of, enterprise_page
from documents.attachments import store
from documents.dossiers.binding import BindingFailed
from documents.notices.fonts import FontMissing
from documents.notices.render import RenderingFailed
from workflow.errors import Refused
from workflow.views import for_officials


@require_safe
@limited(DOSSIERS)
@enterprise_page
def of_enterprise(request: HttpRequest, reference: str) -> HttpResponseBase:
    return _volume(request, application_of(request, reference))


@require_safe
@limited(DOSSIERS)
@never_cache
@for_officials
def of_office(request: HttpRequest, reference: str) -> HttpResponseBase:
    return _volume(request, application_of_office(request.actor, reference))  # type: ignore[attr-defined]


def _volume(request: HttpRequest, application: ProviderApplication) -> FileResponse:
    """Bound anew each time, for this reader; the file is gone once it has been sent."""
    with TemporaryDirectory(dir=store.quarantine()) as folder:
        volume = Path(folder) / "volume.pdf"
        try:
            dossier.bind_dossier(application, request.actor, volume)  # type: ignore[attr-defined]
        except (BindingFailed, RenderingFailed, FontMissing) as error:
            raise Refused(
                _("案卷这次没有装订成功，材料都在。请过几分钟再试；仍不成功，请逐个下载文件。")
            ) from error
        content = volume.open("rb")  # the response closes it; the name may go before
    name = f"{application.reference}-案卷.pdf"
    answer = FileResponse(content, filename=name, content_type="application/pdf", as_attachment=True)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
