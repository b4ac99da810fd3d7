"""What of the file may come later, and the written promise the legal representative signs for it (FJ-24, AMB-G08)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Role
from accreditation import promising
from accreditation.forms_signing import PromiseForm
from accreditation.procedures.application import ProviderApplication
from accreditation.views.enterprise.common import actor_of, application_of, enterprise_page, heading_of
from accreditation.views.enterprise.signing import representatives
from workflow.errors import Conflict, NotMet


@require_safe
@enterprise_page
def promise(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose, read, sign. Where no promise can be given, the case itself says how things stand."""
    application = application_of(request, reference)
    if not promising.is_possible(application):
        return redirect("my:case", reference)
    return _page(request, application, request.GET.getlist("material"))


@sensitive_post_parameters("password")
@require_POST
@enterprise_page
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """The legal representative promises what is shown; what was typed comes back with what it lacks."""
    actor = actor_of(request)
    application = application_of(request, reference)
    if Role.LEGAL_REP not in actor.roles:
        raise Http404("只有法定代表人能签署。")
    if not promising.is_possible(application):
        raise Conflict(_("没有签署：本件现在不能作容缺承诺。"))
    chosen = request.POST.getlist("materials")
    form = PromiseForm(request.POST, request=request, actor=actor, choices=_choices(application))
    if not form.is_valid():
        return _page(request, application, chosen, 422, form=form, failed=True)
    try:
        promising.sign(application, actor, form.cleaned_data["materials"], seen=form.cleaned_data["digest"])
    except NotMet as unmet:
        return _page(request, application, chosen, 422, refused=unmet.findings, failed=True)
    except Conflict as conflict:
        return _page(request, application, chosen, 409, conflict=conflict.message, failed=True)
    messages.success(request, _("容缺承诺已签署。是否容缺受理由受理单位决定，结果会通知您。"))
    return redirect("my:promise", application.reference)


def _choices(application: ProviderApplication) -> list[tuple[str, str]]:
    return [(gap.code, gap.spec["name"]) for gap in promising.gaps(application) if gap.may_wait]


def _page(
    request: HttpRequest,
    application: ProviderApplication,
    asked: list[str],
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    """The gaps, the words for those chosen, and the signature that stands, if one does."""
    actor = actor_of(request)
    application = application_of(request, application.reference)  # as it is now
    gaps = promising.gaps(application)
    waiting = [gap for gap in gaps if gap.may_wait]
    most = promising.most_items(application)
    missed = [gap.code for gap in waiting if gap.is_missed][:most]
    signature = promising.signature(application)
    wanted = asked or promising.promised(application) or missed
    chosen = [gap.code for gap in waiting if gap.code in wanted]
    covers = bool(signature) and chosen == [
        gap.code for gap in waiting if gap.code in promising.promised(application)
    ]
    initial = {"digest": application.content_digest(), "materials": chosen}
    context = {
        "application": application,
        "heading": heading_of(application),
        "waiting": waiting,
        "statutory": [gap for gap in gaps if not gap.may_wait],
        "chosen": chosen,
        "most": most,
        "too_many": len(chosen) > most,
        "statement": promising.statement(application, chosen) if chosen else "",
        "signature": signature if covers else None,
        "dead_signature": signature is None and bool(application.signatures(promising.STEP)),
        "may_sign": Role.LEGAL_REP in actor.roles,
        "representatives": representatives(actor),
        "form": PromiseForm(initial=initial, choices=_choices(application)),
    } | extra
    return render(request, "accreditation/enterprise/promise.html", context, status=status)
