"""/v/: where the QR of a paper leads. Is it ours, and does it still stand? (security guide T11, T12)

A mistyped code and one that was never given out get the same page; the answer holds six facts and no person.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.limits import COMPARISONS, LOOK_UPS, limited
from core import clock
from documents.models import SealCertificate
from documents.notices import codes, comparing, verification
from documents.notices.verification import Standing
from portal.public.directory import NUMBER
from workflow.errors import InvalidInput

LOOKS = {
    # standing: (tone of the mark, icon, tone and word of the badge, headline)
    Standing.IN_FORCE: ("", "check", "green", _("有效"), _("文书真实有效")),
    Standing.EXPIRED: ("grey", "clock-off", "grey", _("已届满"), _("文书真实，有效期已届满")),
    Standing.REVOKED: ("seal", "ban", "sealx", _("已失效"), _("文书已失效")),
    Standing.SUPERSEDED: ("grey", "refresh", "grey", _("已被替换"), _("文书已被新的文书替换")),
    Standing.ALTERED: (
        "seal",
        "alert-triangle",
        "sealx",
        _("与登记不符"),
        _("文件与登记的文书不一致"),
    ),
    Standing.UNKNOWN: ("seal", "question-mark", "grey", _("查无此证"), _("没有查到这份文书")),
}


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """One box for whatever stands on a paper: a verification code or a certificate number."""
    typed = request.GET.get("code", "").strip()[:60]
    upper = typed.upper().replace(" ", "")
    if NUMBER.fullmatch(upper):
        return redirect("portal:register_entry", number=upper)
    if code := typed.replace("/", "").strip():
        return redirect("portal:verify", code=code)
    return render(request, "portal/public/verify.html", {"asking": True})


@require_safe
@never_cache
@limited(LOOK_UPS)
def verify(request: HttpRequest, code: str) -> HttpResponse:
    return _answer(request, verification.verify(code[:60]))


@require_POST
@never_cache
@limited(COMPARISONS)
def compare(request: HttpRequest) -> HttpResponse:
    """A PDF somebody holds, against what was issued: by its hash and its signature. Nothing of it is kept."""
    file = request.FILES.get("file")
    try:
        if file is None:
            raise InvalidInput({"file": [str(_("请选择要比对的 PDF 文件。"))]})
        compared = comparing.compare(file)
    except InvalidInput as invalid:
        context = {"asking": True, "file_errors": invalid.errors["file"]}
        return render(request, "portal/public/verify.html", context, status=422)
    return _answer(request, compared.found, name=file.name, why=compared.why)


@require_safe
@limited(LOOK_UPS)
@cache_control(max_age=3600, public=True)
def certificate(request: HttpRequest, fingerprint: str) -> HttpResponse:
    """The certificate a paper was sealed with, for whoever wants to check the signature by their own program."""
    found = get_object_or_404(SealCertificate, fingerprint=fingerprint)
    answer = HttpResponse(found.certificate, content_type="application/x-pem-file")
    answer["Content-Disposition"] = f'attachment; filename="{fingerprint[:16]}.pem"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _answer(request: HttpRequest, found: verification.Verification, **more: object) -> HttpResponse:
    mark, icon, tone, word, headline = LOOKS[found.standing]
    context = {
        "found": found,
        "facts": found.facts,
        "known": bool(found.facts),
        "mark": mark,
        "icon": icon,
        "tone": tone,
        "word": found.facts.get("word", word) if found.standing is not Standing.ALTERED else word,
        "headline": headline,
        "code": codes.in_groups(found.notice.verification_code) if found.notice else "",
        "now": clock.now(),
    }
    return render(request, "portal/public/verify.html", context | more)
