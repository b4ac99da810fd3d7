"""The enterprise about itself, filed once and reused by every application (SX-02)."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import EnterpriseProfile
from accreditation.forms_profile import ProfileForm, reviewers
from accreditation.views.enterprise.common import (
    actor_of,
    applications_of,
    enterprise_page,
    profile_of,
    programs_open_to,
)
from core import clock
from workflow.views import local_path


@require_http_methods(["GET", "POST"])
@enterprise_page
def profile(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    program = programs_open_to(actor)[0] if programs_open_to(actor) else None
    if program is None:
        return render(request, "accreditation/enterprise/no_program.html")
    onward = local_path(request, request.POST.get("next", "") or request.GET.get("next", ""))
    standing = applications_of(actor).filter(closed_at=None).first()
    context = {
        "program": program,
        "reviewers": reviewers(program),
        "next": onward,
        "standing": standing,
        "agency_first": ("agency_services", "service_kinds"),
    }
    if request.method == "GET":
        form = ProfileForm(instance=profile_of(actor), program=program)
        return render(request, "accreditation/enterprise/profile.html", context | {"form": form})
    with transaction.atomic():
        # Read under the lock what the form is compared with: of two savings the later one is told.
        current = (
            EnterpriseProfile.objects.select_for_update().filter(organization=actor.organization).first()
        )
        form = ProfileForm(request.POST, instance=current or profile_of(actor), program=program)
        stale = current is not None and request.POST.get("seen", "") != current.updated_at.isoformat()
        valid = form.is_valid()
        if valid and not stale:
            form.instance.updated_at = clock.now()
            form.save()
    if current is not None and stale:
        typed = request.POST.copy()
        typed["seen"] = current.updated_at.isoformat()
        form.data = typed
        context["conflict"] = _(
            "没有保存：这一页打开之后，同事已于 %(when)s 保存过企业信息。您填写的内容还在，核对后再存一次，即以您的为准。"
        ) % {"when": clock.local(current.updated_at).strftime("%m-%d %H:%M")}
    if stale or not valid:
        status = 409 if stale else 422
        return render(
            request, "accreditation/enterprise/profile.html", context | {"form": form}, status=status
        )
    messages.success(request, _("企业信息已保存，以后每次申报都会自动带出。"))
    return redirect(onward or "my:profile")
