"""The page of a step, derived from its declaration: nobody writes a view per step.

What was typed survives every refusal: the form comes back filled, with what was wrong beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from core import clock
from workflow import holding
from workflow.access import case_for
from workflow.authority import authorise
from workflow.cases import Case
from workflow.errors import Conflict, InvalidInput, NotMet, NotYours
from workflow.inputs import cleaned
from workflow.perform import findings_for, new_key, perform
from workflow.preparing import propose
from workflow.relations import PREPARED_BY
from workflow.steps import Step, steps_of


def home_of(case: Case, actor: Actor) -> str:
    """Where a person sees a case: enterprises at /my/ or /operator/, departments at /opinions/, offices at /desk/."""
    if actor.role == "OPERATOR":
        return f"/operator/cases/{case.reference}/"
    if actor.is_enterprise:
        return f"/my/cases/{case.reference}/"
    return f"/opinions/{case.reference}/" if actor.role == "DEPARTMENT" else f"/desk/cases/{case.reference}/"


def may_prepare(case: Case, spec: Step, actor: Actor) -> bool:
    """Whether the actor is the officer who prepares this step for the approver of the same body."""
    preparers = {PREPARED_BY[role] for role in spec.by if role in PREPARED_BY}
    return any(r in actor.roles and case.body_id(r) == actor.organization_id for r in preparers)


def goes_out(spec: Step) -> bool:
    """Whether the step leaves the house: an approver who takes it gives their login factor once more."""
    return bool(spec.issues or spec.causes or spec.adverse)


@dataclass(frozen=True)
class Offer:
    """A step as one person may post it: only prepared for the approver, or to be confirmed by the login factor."""

    step: Step
    prepares: bool
    confirms: bool


def offer(case: Case, name: str, actor: Actor) -> Offer:
    """What the actor may do with a step of a case. Raises `Http404` and `NotYours`."""
    spec = steps_of(case).get(name)
    if spec is None or spec.creates or not spec.by:
        raise Http404("没有这个办理步骤。")
    try:
        acting = authorise(case, spec, actor)
    except NotYours:
        if not may_prepare(case, spec, actor):
            raise
        return Offer(spec, prepares=True, confirms=False)
    return Offer(spec, prepares=False, confirms=goes_out(spec) and acting.role in PREPARED_BY)


def step_context(case: Case, name: str, actor: Actor, *, bound: forms.Form | None = None) -> dict[str, Any]:
    """What a page needs to show the form of a step: prepared inputs are filled in for the approver to check."""
    offered = offer(case, name, actor)
    spec = offered.step
    prepared = case.proposals.filter(step=name, settled_at=None, organization_id=actor.organization_id)
    proposal = prepared.select_related("prepared_by__person").last()
    form = bound
    if form is None and spec.form is not None:
        form = spec.form(initial=proposal.inputs if proposal else None)
    return {
        "case": case,
        "step": spec,
        "form": form,
        "proposal": proposal,
        "prepares": offered.prepares,
        "confirms": offered.confirms,
        "version": case.version,
        "findings": [],
        "available": case.state in spec.source,
        "key": new_key(),
        "today": clock.today(),
        "suggested": [],
        "home": home_of(case, actor),
    }


@dataclass(frozen=True)
class Refusal:
    """Why a posted step did not happen, for the page that shows its form again: nothing typed is lost."""

    status: int
    said: dict[str, Any]


def attempt(
    request: HttpRequest, case: Case, name: str, actor: Actor, *, typed: dict[str, Any] | None = None
) -> Case | Refusal:
    """Take the step a form posted, or prepare it for the approver; the case as it then stands, or the refusal.

    `typed` are the inputs where the page has gathered them itself; the posted fields of the step otherwise.
    """
    offered = offer(case, name, actor)
    spec = offered.step
    inputs = typed_inputs(spec, request) if typed is None else typed

    def filled() -> forms.Form | None:
        return spec.form(data=request.POST, files=request.FILES) if spec.form and typed is None else None

    try:
        if offered.prepares:
            propose(case, name, actor=actor, expected_version=_version(request), **inputs)
            messages.success(request, f"“{spec.label}”已送审，由本单位审批人决定。")
            return case
        if offered.confirms:
            cleaned(spec, inputs, request.FILES or None)  # before the password: it is not asked for in vain
            if not is_confirmed(request):
                return Refusal(422, {"form": filled(), "password_error": asks_again(request)})
        case = perform(
            case,
            name,
            actor=actor,
            expected_version=_version(request),
            idempotency_key=request.POST.get("key", "")[:64] or None,
            files=request.FILES or None,
            **inputs,
        )
        messages.success(request, f"“{spec.label}”已办理，本件现为“{case.state_label}”。")
        return case
    except InvalidInput as invalid:
        return Refusal(invalid.status, {"form": invalid.form or filled(), "invalid": invalid.errors})
    except NotMet as unmet:
        return Refusal(unmet.status, {"form": filled(), "findings": unmet.findings})
    except Conflict as conflict:
        return Refusal(conflict.status, {"form": filled(), "conflict": conflict.message})


def _version(request: HttpRequest) -> int | None:
    """The version the person was looking at; a form without one is not held to it."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def asks_again(request: HttpRequest) -> str:
    return "密码不对，没有办理。" if request.POST.get("password") else "请再输入一次登录密码，确认办理。"


def is_confirmed(request: HttpRequest) -> bool:
    """The login factor once more. A wrong one counts towards the lock, as at sign-in."""
    password = request.POST.get("password", "")
    return bool(password) and (
        authenticate(request, username=request.user.get_username(), password=password) is not None
    )


@login_required
@require_http_methods(["GET", "POST"])
def take_step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """Show a step and take it. A refusal answers 409 or 422 with the form as it was typed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = case_for(actor, reference)
    if request.method == "GET":
        context = step_context(case, step, actor)
        context["findings"] = [] if context["step"].form else findings_for(case, step, actor)
        return render(request, "workflow/step.html", context)
    outcome = attempt(request, case, step, actor)
    if isinstance(outcome, Refusal):
        fresh = case_for(actor, reference)
        context = step_context(fresh, step, actor, bound=outcome.said.get("form")) | outcome.said
        template = "workflow/_step_form.html" if request.htmx else "workflow/step.html"  # type: ignore[attr-defined]
        return render(request, template, context, status=outcome.status)
    return redirect(local_path(request, request.POST.get("next", "")) or home_of(outcome, actor))


def typed_inputs(spec: Step, request: HttpRequest) -> dict[str, Any]:
    """The inputs of a step as they were posted: the fields its form names and nothing else."""
    if spec.form is None:
        return {}
    typed: dict[str, Any] = {}
    for name, field in spec.form.base_fields.items():
        if isinstance(field, forms.MultipleChoiceField):
            typed[name] = request.POST.getlist(name)
        elif name in request.POST:
            typed[name] = request.POST[name]
    return typed


def local_path(request: HttpRequest, path: str) -> str:
    """A path of our own to go on to; anything else is dropped."""
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if own else ""


def for_officials(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Pages of the offices: who is not an official is told there are none."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.actor.is_official:  # type: ignore[attr-defined]
            raise Http404("没有这个页面，或您无权查看。")
        return view(request, *args, **kwargs)

    return login_required(shown)


@login_required
@require_POST
def claim_case(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_for(request.actor, reference)  # type: ignore[attr-defined]
    holding.claim(case, actor=request.actor)  # type: ignore[attr-defined]
    messages.success(request, "已由您承办。")
    return _back(request, case)


@login_required
@require_POST
def release_case(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_for(request.actor, reference)  # type: ignore[attr-defined]
    holding.release(case, actor=request.actor)  # type: ignore[attr-defined]
    messages.success(request, "已放回本单位待办，同事可以承办。")
    return _back(request, case)


@login_required
@require_POST
def reassign_case(request: HttpRequest, reference: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = case_for(actor, reference)
    chosen = request.POST.get("to", "")
    colleague = holding.colleagues(case, actor).filter(username=chosen).first()
    if colleague is None:
        raise InvalidInput({"to": ["请选择本单位能办理本件的同事。"]})
    holding.reassign(case, actor=actor, to=colleague, reason=request.POST.get("reason", "")[:200])
    messages.success(request, f"已转给{colleague}。")
    return _back(request, case)


@require_POST
@for_officials
def watch_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Follow a case, or let it go."""
    case = case_for(request.actor, reference)  # type: ignore[attr-defined]
    if request.POST.get("follow") == "no":
        holding.let_go(case, actor=request.actor)  # type: ignore[attr-defined]
        messages.success(request, "已取消关注。")
    else:
        holding.watch(case, actor=request.actor)  # type: ignore[attr-defined]
        messages.success(request, "已关注，可在“关注的办件”里查看。")
    return _back(request, case)


@login_required
@require_POST
def add_case_note(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_for(request.actor, reference)  # type: ignore[attr-defined]
    text = request.POST.get("text", "").strip()
    if not text or len(text) > 2000:
        raise InvalidInput({"text": ["内部备注请写 1 至 2000 字。"]})
    holding.add_note(case, actor=request.actor, text=text)  # type: ignore[attr-defined]
    return _back(request, case)


@login_required
@require_POST
def return_proposal(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = case_for(actor, reference)
    holding.return_proposal(case, step, actor=actor, note=request.POST.get("note", ""))
    messages.success(request, "已退回经办人。")
    return _back(request, case)


def _back(request: HttpRequest, case: Case) -> HttpResponse:
    return redirect(local_path(request, request.POST.get("next", "")) or home_of(case, request.actor))  # type: ignore[attr-defined]
