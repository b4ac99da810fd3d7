"""公示公告 for everybody: what was posted, word for word and until when; objecting; and what became of it.

Nobody signs in here, and who is signed in is not recorded: the code on the receipt is all that names an objector.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import VISITOR
from accounts.limits import LOOK_UPS, OBJECTIONS, OBJECTIONS_OF_A_CONTACT, limited, too_many
from core import calendar, clock, defaults
from documents.models import Notice
from publicity import evidence, papers, selectors
from publicity.forms import VisitorObjectionForm
from publicity.models import Publicity
from publicity.register import file_objection
from workflow.errors import Conflict, InvalidInput, NotMet
from workflow.perform import new_key

PAGE = 20
IDENTITIES = {
    "unit": _("证据加盖公章"),
    "person": _("署真实姓名"),
    "anonymous": _("只作线索存查"),
}
ASPECT_CLAUSES = {"C4": "SX-37", "C2": "SX-29", "C3": "SX-33", "C1": "SX-28"}
STATUS = {
    "posted": ("seal", "speakerphone", _("公示中")),
    "over": ("grey", "clock-off", _("公示期已满")),
    "ended": ("grey", "circle-check", _("已结束")),
    "terminated": ("grey", "circle-x", _("已终止")),
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every posting, the newest first, page after page."""
    today = clock.today()
    before = request.GET.get("before", "")
    rows = selectors.postings()
    chosen = request.GET.get("status", "")
    if chosen in ("posted", "ended", "terminated"):
        rows = rows.filter(state=chosen)
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    context = {
        "rows": [(posting, _period(posting, today)) for posting in found[:PAGE]],
        "next": found[PAGE - 1].pk if len(found) > PAGE else "",
        "is_first": not before,
        "chosen": chosen,
        "tabs": [("", "全部"), ("posted", "公示中"), ("ended", "已结束"), ("terminated", "已终止")],
    }
    return render(request, "publicity/index.html", context)


@require_safe
def posting(request: HttpRequest, reference: str) -> HttpResponse:
    """What was posted, frozen, with earlier versions beside it and what was wrong with them (SX-55, AMB-G05)."""
    found = _posting(reference)
    context = _shown(found)
    if found.takes_objections:
        context |= _empty_form()
    return render(request, "publicity/posting.html", context)


@require_safe
@limited(LOOK_UPS)
def official(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """The official paper of a version."""
    notices = _notices(_posting(reference))
    if version not in notices:
        raise Http404("没有这一版公示文件。")
    return papers.as_response(notices[version])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(OBJECTIONS, "POST")
def object_to(request: HttpRequest, reference: str) -> HttpResponse:
    """Lodge an objection. What was typed and what was uploaded survives every refusal (AMB-G06)."""
    found = _posting(reference)
    context = _shown(found)
    if request.method != "POST":
        if found.takes_objections:
            context |= _empty_form()
        return render(request, "publicity/object.html", context)
    form = VisitorObjectionForm(request.POST)
    held = evidence.waiting(key for key in request.POST.getlist("held") if key != request.POST.get("drop"))
    typed: dict[str, Any] = {
        "form": form,
        "held": held,
        "key": request.POST.get("key", "")[:64],
        "slot": evidence.SLOT,
    }
    typed |= {
        "identities": IDENTITIES,
        "aspect_clauses": ASPECT_CLAUSES,
        "typed_facts": request.POST.get("facts", ""),
    }
    if "drop" in request.POST:
        form = VisitorObjectionForm(initial=_initial(request))
        return render(request, "publicity/object.html", context | typed | {"form": form})
    if not found.takes_objections:
        return render(request, "publicity/object.html", context | typed | {"late": True}, status=422)
    held, refused = evidence.take_in(request.FILES.getlist("evidence"), held)
    typed |= {"held": held, "refused": refused}
    if not form.is_valid() or refused:
        return render(request, "publicity/object.html", context | typed, status=422)
    said = form.filed()
    wait = said["contact"] and OBJECTIONS_OF_A_CONTACT.spend(f"{found.pk}:{said['contact']}")
    if wait:
        return too_many(request, wait)
    try:
        with transaction.atomic():
            objection = file_objection(found, actor=VISITOR, idempotency_key=typed["key"] or None, **said)
            evidence.file_with(objection, held)
    except InvalidInput as invalid:
        for name, sentences in invalid.errors.items():
            form.add_error(name if name in form.fields else None, sentences)
        return render(request, "publicity/object.html", context | typed, status=422)
    except Conflict as conflict:
        form.add_error(None, conflict.message)
        context |= typed | {"key": new_key()}
        return render(request, "publicity/object.html", context, status=conflict.status)
    except NotMet:  # the last second passed between the look above and the lock
        context = _shown(_posting(reference))
        return render(request, "publicity/object.html", context | typed | {"late": True}, status=422)
    messages.success(request, "异议已收到。请记下或打印回执码，凭它查询处理情况。")
    return redirect("publicity:objection", code=objection.receipt_code)


# --- What a posting shows -----------------------------------------------------------------------------------
def _posting(reference: str) -> Publicity:
    found = selectors.posting_of(reference)
    if found is None:
        raise Http404("没有这份公示。请从公示公告列表查找。")
    return found


def _shown(found: Publicity) -> dict[str, Any]:
    today = clock.today()
    versions, notices = list(found.versions.order_by("-number")), _notices(found)
    newest = versions[0]
    return {
        "posting": found,
        "content": newest.content,
        "version": newest,
        "notice": notices.get(newest.number),
        "older": [(version, notices.get(version.number)) for version in versions[1:]],
        "organ": found.body("PROV_OFFICER"),
        "period": _period(found, today),
        "days": selectors.period_strip(found, today),
        "handling_days": defaults.value("OBJECTION_HANDLING_WORKING_DAYS", found.rules_on),
        "slot_mb": evidence.SLOT_MB,
    }


def _notices(found: Publicity) -> dict[int, Notice]:
    """The official paper of each version."""
    rows = Notice.objects.filter(case_id=found.pk, kind="publicity").order_by("pk")
    return {int(notice.context.get("version", 1)): notice for notice in rows}


def _period(found: Publicity, today: dt.date) -> dict[str, Any]:
    """Where the period stands today, whatever the sweep has come to."""
    total = calendar.working_days_after(found.posted_on, found.last_day)
    left = calendar.working_days_after(today, found.last_day)
    state = "over" if found.state == "posted" and today > found.last_day else found.state
    tone, icon, word = STATUS[state]
    return {
        "total": total,
        "left": left,
        "done": max(0, min(total, total - left)),
        "runs": state == "posted",
        "is_last_day": today == found.last_day,
        "near": left <= 3,
        "tone": tone,
        "icon": icon,
        "word": word,
        "closed_on": clock.local(found.closed_at).date() if found.closed_at else None,
    }


def _empty_form() -> dict[str, Any]:
    return {
        "form": VisitorObjectionForm(),
        "held": [],
        "key": new_key(),
        "slot": evidence.SLOT,
        "identities": IDENTITIES,
        "aspect_clauses": ASPECT_CLAUSES,
    }


def _initial(request: HttpRequest) -> dict[str, Any]:
    names = ("as_who", "facts", "objector_name", "contact")
    return {name: request.POST.get(name, "") for name in names} | {"aspects": request.POST.getlist("aspects")}
