"""The lightest desk of all: a department is asked one question, sees what was sent with it, and answers.

The application itself stays unknown to it: the department is a party of its own letter and of nothing else.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import Organization
from accounts.roles import Role
from accreditation.procedures.consultation import Consultation
from core.money import in_wan
from documents.notices.models import Notice
from workflow.access import cases_visible_to
from workflow.history import history
from workflow.views import Refusal, attempt, for_officials, step_context

ROWS = 24
LABELS = {
    "enterprise": "企业名称",
    "uscc": "统一社会信用代码",
    "reference": "受理编号",
    "office": "省内办事机构",
    "served_enterprises": "所服务省内进出口企业",
    "trade_volume": "近 12 个月业务量",
    "window": "计算期间",
}
HINTS = {
    "agree": "没有需要说明的",
    "agree_with_conditions": "写明条件",
    "object": "写明理由",
    "no_comment": "不持意见",
    "not_our_remit": "与本部门职责无关",
}


def asked_of(actor: Actor):
    """The letters that were sent to the actor's department. Raises `Http404` for who is no department."""
    if Role.DEPARTMENT not in actor.roles:
        raise Http404("没有这个页面，或您无权查看。")
    rows = cases_visible_to(actor, Consultation).filter(department_id=actor.organization_id)
    return rows.select_related("department", "region")


def _asker_of(letter: Consultation) -> int | None:
    """The body that asks: a city, or the province where it asks about its own evaluation."""
    return letter.party_ids.get("city") or letter.party_ids.get("province")


def with_askers(letters: list[Consultation]) -> list[Consultation]:
    """Letters that say who asks, in one query for all of them."""
    askers = Organization.objects.in_bulk({_asker_of(letter) for letter in letters} - {None})
    for letter in letters:
        letter.asker = askers.get(_asker_of(letter))  # type: ignore[attr-defined]
    return letters


@require_safe
@never_cache
@for_officials
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, the most urgent first."""
    rows = asked_of(request.actor).filter(closed_at=None).order_by("queue_at", "id")  # type: ignore[attr-defined]
    context = {"rows": with_askers(list(rows[:200])), "answered": False}
    return render(request, "accreditation/desk/opinions.html", context)


@require_safe
@never_cache
@for_officials
def answered(request: HttpRequest) -> HttpResponse:
    """What has been answered or taken back, the newest first."""
    rows = asked_of(request.actor).exclude(closed_at=None).order_by("-id")  # type: ignore[attr-defined]
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: ROWS + 1])
    context = {
        "rows": with_askers(found[:ROWS]),
        "answered": True,
        "next_cursor": found[ROWS - 1].pk if len(found) > ROWS else "",
    }
    return render(request, "accreditation/desk/opinions.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def opinion(request: HttpRequest, reference: str) -> HttpResponse:
    """One letter with its answer form; answered, it shows what was said."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    letter = asked_of(actor).filter(reference=reference).first()
    if letter is None:
        raise Http404("没有这件征求意见，或您无权查看。")
    if request.method == "GET":
        return _show(request, letter, actor)
    outcome = attempt(request, letter, "answer", actor)
    if isinstance(outcome, Refusal):
        fresh = asked_of(actor).get(pk=letter.pk)
        return _show(request, fresh, actor, refusal=outcome)
    return redirect(f"/opinions/{reference}/")


def _show(
    request: HttpRequest, letter: Consultation, actor: Actor, *, refusal: Refusal | None = None
) -> HttpResponse:
    bound = refusal.said.get("form") if refusal else None
    context: dict[str, Any] = step_context(letter, "answer", actor, bound=bound) | {
        "sent": _in_words(letter.sent),
        "asker": Organization.objects.filter(pk=_asker_of(letter)).first(),
        "hints": HINTS,
        "action": f"/opinions/{letter.reference}/",
        "notices": list(Notice.objects.of(letter.pk)),
        "entries": history(letter, actor),
    }
    if refusal is not None:
        context |= refusal.said
    return render(
        request, "accreditation/desk/opinion.html", context, status=refusal.status if refusal else 200
    )


def _in_words(sent: dict[str, Any]) -> list[tuple[str, str]]:
    """What was sent, and nothing that was not."""
    rows = []
    for key, label in LABELS.items():
        if key not in sent or sent[key] in (None, ""):
            continue
        value = str(sent[key])
        if key == "trade_volume":
            value = in_wan(Decimal(value))
        elif key == "served_enterprises":
            value = f"{value} 家"
        rows.append((label, value))
    for file in sent.get("confidential", ()):
        rows.append((file["material"], f"企业标为保密，不随函提供。理由：{file['reason']}"))
    return rows
