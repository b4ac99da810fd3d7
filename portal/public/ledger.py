"""/ledger/: the checkpoints of the ledger for anyone to keep, and a check of the proofs that parties hold (feature 80)."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.limits import COMPARISONS, LOOK_UPS, limited
from workflow import checkpoints, proofs
from workflow.checkpoints import Line
from workflow.ledger import Checkpoint

SHOWN = 20
LARGEST = 4 * 1024 * 1024
PLAIN = "text/plain; charset=utf-8"


def lines() -> list[Line]:
    rows = Checkpoint.objects.values_list("size", "chain_hash", "sealed_at", "signature")
    return [Line(size, chain, sealed.isoformat(), signature or "") for size, chain, sealed, signature in rows]


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    context = {"checkpoints": Checkpoint.objects.all()[:SHOWN], "public_key": checkpoints.public_key()}
    return render(request, "portal/public/ledger.html", context | more, status=status)


@require_safe
@limited(LOOK_UPS)
@cache_control(max_age=60, public=True)
def given_away(request: HttpRequest) -> HttpResponse:
    """Every checkpoint, a line each, oldest first: `verify_ledger --checkpoints` reads the same."""
    return HttpResponse("".join(f"{line}\n" for line in reversed(lines())), content_type=PLAIN)


@require_safe
@cache_control(max_age=3600, public=True)
def key(request: HttpRequest) -> HttpResponse:
    pem = checkpoints.public_key()
    if not pem:
        raise Http404("这个平台还没有台账签名密钥。")
    return HttpResponse(pem, content_type=PLAIN)


@require_POST
@never_cache
@limited(COMPARISONS)
def check(request: HttpRequest) -> HttpResponse:
    """A proof somebody kept, against our public key and against the ledger as it stands. Nothing of it is kept."""
    file = request.FILES.get("proof")
    if file is None or not file.size:
        return _page(request, 422, errors=[_("请选择下载的存证凭据（.json 文件）。")])
    if file.size > LARGEST:
        return _page(request, 422, errors=[_("文件超过 4 MB，不是存证凭据。")])
    try:
        given = json.loads(file.read())
    except (ValueError, RecursionError):
        return _page(
            request, 422, errors=[_("文件读不出来。请选择从“办理记录”下载的存证凭据（.json 文件）。")]
        )
    if not checkpoints.public_key():
        return _page(
            request,
            503,
            errors=[_("平台现在没有台账签名密钥，核验不了。请稍后再试，或用留存的公钥离线核验。")],
        )
    faults = proofs.check(given, checkpoints.public_key())
    if not faults and not proofs.stands(given):
        faults = [
            _("平台现在的台账与这份凭据不符，说明台账在凭据下载之后被改动过。请把凭据交给审计或监察机关。")
        ]
    return _page(request, checked=given if not faults else None, faults=faults)
