"""Several cases in one go, with a result for each: every one passes the same door as if it were alone.

Only what can be taken back or is no decision: handing over, accepting, asking departments.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.actors import Actor
from accounts.models import User
from accreditation.forms import QuestionForm
from portal.desk.asked import kept_query
from workflow import holding
from workflow.access import cases_visible_to
from workflow.cases import Case
from workflow.errors import InvalidInput, NotMet, Refused
from workflow.perform import new_key, perform
from workflow.views import for_officials

MOST = 100
TICKED = re.compile(r"(\d{1,18})\.(\d{1,9})", re.ASCII)
STEPS = {"accept": "批量受理", "consult": "批量征求意见"}
LABELS = STEPS | {"hand_over": "转给同事"}


@dataclass(frozen=True)
class Result:
    """What became of one case."""

    case: Case
    done: bool
    words: str


@dataclass(frozen=True)
class Chosen:
    case: Case
    version: int

    @property
    def value(self) -> str:
        return f"{self.case.pk}.{self.version}"


def chosen_from(request: HttpRequest, actor: Actor) -> list[Chosen]:
    """The cases ticked, each with the version it was shown in; those of others are not among them."""
    versions: dict[int, int] = {}
    for value in request.POST.getlist("case"):
        if told := TICKED.fullmatch(value):
            versions[int(told[1])] = int(told[2])
    if len(versions) > MOST:
        raise InvalidInput({"case": [f"一次最多办理 {MOST} 件，您选了 {len(versions)} 件，请分批办理。"]})
    found = (
        cases_visible_to(actor)
        .filter(pk__in=versions)
        .select_related("claimed_by__person")
        .order_by("queue_at")
    )
    return [Chosen(case, versions[case.pk]) for case in found]


@require_POST
@for_officials
def bulk(request: HttpRequest) -> HttpResponse:
    """Ask what the act still needs to know, then do it, then say what became of each."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    action = request.POST.get("action", "")
    chosen = chosen_from(request, actor)
    query = kept_query(request.POST.get("back", ""))
    back = f"/desk/?{query}" if query else "/desk/"
    if action not in LABELS or not chosen:
        return redirect(back)
    context: dict[str, Any] = {
        "action": action,
        "label": LABELS[action],
        "chosen": chosen,
        "back": back,
        "query": query,
        "key": request.POST.get("key", "")[:32] or new_key(),
    }
    act, needed = PREPARE[action](request, actor, chosen)
    if act is None:
        status = 422 if "confirmed" in request.POST else 200
        return render(request, "portal/desk/bulk_ask.html", context | needed, status=status)
    results = [_result(one, act) for one in chosen]
    done = sum(result.done for result in results)
    return render(request, "portal/desk/bulk_done.html", context | {"results": results, "done": done})


Act = Callable[[Chosen], str]


def _accept(request: HttpRequest, actor: Actor, chosen: list[Chosen]) -> tuple[Act | None, dict[str, Any]]:
    return _step(request, actor, "accept"), {}


def _consult(request: HttpRequest, actor: Actor, chosen: list[Chosen]) -> tuple[Act | None, dict[str, Any]]:
    if "confirmed" not in request.POST:
        return None, {"form": QuestionForm()}
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return None, {"form": form}
    return _step(request, actor, "consult", **form.cleaned_data), {}


def _hand_over(request: HttpRequest, actor: Actor, chosen: list[Chosen]) -> tuple[Act | None, dict[str, Any]]:
    others = holding.colleagues(chosen[0].case, actor)
    to = others.filter(username=request.POST.get("to", "")).first()
    if to is None:
        error = "请选择一位同事。" if "confirmed" in request.POST else ""
        return None, {"colleagues": others, "colleague_error": error}
    return _handing(actor, to, request.POST.get("reason", "")[:200]), {}


PREPARE = {"accept": _accept, "consult": _consult, "hand_over": _hand_over}


def _step(request: HttpRequest, actor: Actor, name: str, **inputs: Any) -> Act:
    key = request.POST.get("key", "")[:32]

    def act(one: Chosen) -> str:
        after = perform(
            one.case,
            name,
            actor=actor,
            expected_version=one.version,
            idempotency_key=f"{key}-{one.case.pk}" if key else None,
            **inputs,
        )
        return f"现为“{after.state_label}”"

    return act


def _handing(actor: Actor, to: User, reason: str) -> Act:
    def act(one: Chosen) -> str:
        if one.case.claimed_by_id != to.pk:
            holding.reassign(one.case, actor=actor, to=to, reason=reason)
        return f"已由 {to} 承办"

    return act


def _result(one: Chosen, act: Act) -> Result:
    try:
        return Result(one.case, True, act(one))
    except NotMet as unmet:
        return Result(one.case, False, "；".join(f.message for f in unmet.findings if f.message))
    except Refused as refused:
        return Result(one.case, False, refused.message)
