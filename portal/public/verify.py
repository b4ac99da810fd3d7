"""/v/: where the QR of a paper leads. Is it ours, and does it still stand? (security guide T11, T12)

A mistyped code and one that was never given out get the same page; the answer holds six facts and no person.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.limits import LOOK_UPS, limited
from core import clock
from documents.notices import codes, verification
from documents.notices.verification import Standing
from portal.public.directory import NUMBER

LOOKS = {
    # standing: (tone of the mark, icon, tone and word of the badge, headline)
    Standing.IN_FORCE: ("", "check", "green", _("有效"), _("文书真实有效")),
    Standing.EXPIRED: ("grey", "clock-off", "grey", _("已届满"), _("文书真实，有效期已届满")),
    Standing.REVOKED: ("seal", "ban", "sealx", _("已失效"), _("文书已失效")),
    Standing.SUPERSEDED: ("grey", "refresh", "grey", _("已被替换"), _("文书已被新的文书替换")),
    Standing.UNKNOWN: ("seal", "question-mark", "grey", _("查无此证"), _("没有查到这份文书")),
}


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """One box for whatever stands on a paper: a verification code or a certificate number."""
    typed = request.GET.get("code", "").strip()[:60]
    upper = typed.upper().replace(" ", "")
    if NUMBER.fullmatch(upper):
        return redirect("portal:register_entry", number=upper)
    if typed:
        return redirect("portal:verify", code=typed.replace("/", ""))
    return render(request, "portal/public/verify.html", {"asking": True})


@require_safe
@never_cache
@limited(LOOK_UPS)
def verify(request: HttpRequest, code: str) -> HttpResponse:
    found = verification.verify(code[:60])
    mark, icon, tone, word, headline = LOOKS[found.standing]
    context = {
        "found": found,
        "facts": found.facts,
        "known": found.standing is not Standing.UNKNOWN,
        "mark": mark,
        "icon": icon,
        "tone": tone,
        "word": found.facts.get("word", word),
        "headline": headline,
        "code": codes.in_groups(found.notice.verification_code) if found.notice else "",
        "now": clock.now(),
    }
    return render(request, "portal/public/verify.html", context)
