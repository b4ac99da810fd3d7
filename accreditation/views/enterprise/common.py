"""What the pages of an enterprise share: who may open them, which case, which program, how they name it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.actors import Actor
from accounts.models import EnterpriseProfile
from accreditation.procedures.application import ProviderApplication
from accreditation.programs import Program
from core import clock
from workflow.access import cases_visible_to


def enterprise_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Only for who acts for an enterprise; to everybody else who is signed in, the page does not exist."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not actor_of(request).is_enterprise:
            raise Http404("这里是企业办事页面，请切换到企业身份。")
        return view(request, *args, **kwargs)

    return login_required(never_cache(opened))


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def application_of(request: HttpRequest, reference: str) -> ProviderApplication:
    """The application of that reference, for its own enterprise only; 404 like one that does not exist."""
    application = applications_of(actor_of(request)).filter(reference=reference).first()
    if application is None:
        raise Http404("没有这个办件，或您无权查看。")
    return application


def applications_of(actor: Actor):
    """All applications of the enterprise, the newest first."""
    rows = cases_visible_to(actor, ProviderApplication).filter(applicant=actor.organization)
    return rows.select_related(
        "program__province", "round", "applicant", "holder_organization", "claimed_by__person"
    ).order_by("-id")


def programs_open_to(actor: Actor) -> list[Program]:
    """Programs that take applications today, those of the enterprise's own province first."""
    day = clock.today()
    rows = Program.objects.filter(
        Q(last_day=None) | Q(last_day__gte=day), effective_on__lte=day
    ).select_related("province")
    home = actor.organization.region.province_code if actor.organization else ""
    return sorted(rows, key=lambda program: (program.province_id != home, program.pk))


def profile_of(actor: Actor) -> EnterpriseProfile:
    """The standing profile; while nothing was filed, what the register of enterprises knows (feature 2)."""
    profile = (
        EnterpriseProfile.objects.filter(organization=actor.organization)
        .select_related("office_region")
        .first()
    )
    if profile is not None or actor.organization is None:
        return profile or EnterpriseProfile()
    firm = actor.organization
    return EnterpriseProfile(organization=firm, registered_address=firm.address, contact_phone=firm.phone)


def heading_of(application: ProviderApplication) -> str:
    """How the enterprise knows its case: what it applied for, and in which round."""
    name = application.program.name
    return f"{name}（{application.round.name}）" if application.round else name


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks: autosave and the upload with a progress bar."""
    return request.headers.get("Accept", "").startswith("application/json")
