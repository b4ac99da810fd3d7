"""The evaluation and the decision: the figures on the left, the form beside them, never over them (SX-54–56).

The officer prepares, the approver decides; the page shows to each what is theirs. What is still missing stands in
words under the form, and the notice reads as it will be sent.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.models import Membership
from accounts.roles import Role
from accreditation import papers
from accreditation.comparing import compare
from accreditation.previews import preview_of
from accreditation.procedures.application import ProviderApplication
from accreditation.procedures.consultation import Consultation
from accreditation.rules import conditions
from accreditation.views.desk.case import consultations_of
from accreditation.views.desk.evaluation import EvaluationForm, Members
from accreditation.views.desk.frame import DECIDED_BESIDE_THE_FACTS, application_of, frame, worth_offering
from core import clock
from workflow.authority import open_steps
from workflow.board import preparable_steps
from workflow.errors import InvalidInput
from workflow.history import recent
from workflow.perform import findings_for
from workflow.relations import PREPARED_BY
from workflow.steps import Step
from workflow.views import Refusal, attempt, for_officials, step_context, typed_inputs

# How each act reads as a conclusion, and what follows from it.
CONCLUSIONS = {
    "publicise": ("拟认定，进入公示", "由系统生成公示文件，公示期满无异议再作认定决定"),
    "accredit": ("认定", "作出认定决定并制发证书，称号自今日起三年有效"),
    "close_objections": ("异议处理完毕", "公示期没满的继续公示，已满的转入决定"),
    "republicise": ("更正后重新公示", "公示内容有误，更正后重新计算公示期"),
    "serve_prior_notice": ("拟不予认定，先告知", "写明事实、理由和依据，企业有权陈述申辩"),
    "refuse": ("不予认定", "写明依据，告知救济途径"),
    "send_back": ("退回市级补充核实", "写明要核实什么；只能退回一次"),
}
# What these require can only be measured with what is typed into them.
MEASURED_WHEN_TYPED = ("serve_prior_notice",)


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose a conclusion, fill it in beside the facts, send it for approval or take it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    application = application_of(actor, reference)
    acts = _acts(application, actor)
    name = (request.POST if request.method == "POST" else request.GET).get("act", "")
    if request.method == "POST":
        return _take(request, application, actor, acts, name)
    waiting = application.proposals.filter(
        organization_id=actor.organization_id, settled_at=None, step__in=[act.name for act in acts]
    ).last()
    chosen = next((act for act in acts if act.name == name), None) or next(
        (act for act in acts if waiting and act.name == waiting.step), acts[0] if acts else None
    )
    return _show(request, application, actor, acts, chosen)


def _acts(application: ProviderApplication, actor: Actor) -> list[Step]:
    """The conclusions this person can take or prepare now, in the order they are offered."""
    taken = open_steps(application, actor)
    was_heard = application.hearings.exclude(settled_at=None).exists()
    found = {spec.name: spec for spec in [*taken, *preparable_steps(application, actor, taken)]}
    if not was_heard:
        found.pop("refuse", None)  # nobody is refused unheard; the prior notice stands in its place
    return [found[name] for name in CONCLUSIONS if name in found and name in DECIDED_BESIDE_THE_FACTS]


def _take(
    request: HttpRequest, application: ProviderApplication, actor: Actor, acts: list[Step], name: str
) -> HttpResponse:
    chosen = next((act for act in acts if act.name == name), None)
    if chosen is None and name not in CONCLUSIONS:
        raise Http404("没有这个办理步骤。")
    outcome = attempt(request, application, name, actor)
    if isinstance(outcome, Refusal):
        fresh = application_of(actor, application.reference)
        spec = chosen or ProviderApplication.steps[name]
        return _show(request, fresh, actor, _acts(fresh, actor), spec, refusal=outcome)
    return redirect(f"/desk/cases/{application.reference}/")


def _show(
    request: HttpRequest,
    application: ProviderApplication,
    actor: Actor,
    acts: list[Step],
    chosen: Step | None,
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = _dock(request, application, actor, acts, chosen, refusal)
    status = refusal.status if refusal else 200
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "accreditation/desk/_dock.html", context, status=status)
    context |= _facts(application, actor)
    return render(request, "accreditation/desk/decide.html", context, status=status)


def _dock(
    request: HttpRequest,
    application: ProviderApplication,
    actor: Actor,
    acts: list[Step],
    chosen: Step | None,
    refusal: Refusal | None,
) -> dict[str, Any]:
    context: dict[str, Any] = frame(application, actor) | {
        "acts": [
            {"step": act, "label": CONCLUSIONS[act.name][0], "hint": CONCLUSIONS[act.name][1]} for act in acts
        ],
        "chosen": chosen,
    }
    if chosen is None:
        return context
    bound = refusal.said.get("form") if refusal else None
    context |= step_context(application, chosen.name, actor, bound=bound)
    typed = _typed(request, chosen, context)
    context |= {
        "action": f"/desk/cases/{application.reference}/decide/",
        "preview": preview_of(application, chosen.name, actor, typed),
        "todo": _todo(application, chosen, actor, typed),
        "approvers": _approvers(application, chosen, actor) if context["prepares"] else [],
        "suggested": _failed_clauses(application) if _names_clauses(chosen) else [],
    }
    return context | (refusal.said if refusal else {})


def _failed_clauses(application: ProviderApplication) -> list[str]:
    """The clauses a refusal can rest on: those of the checks that failed."""
    found = conditions(application).values()
    return sorted({finding.clause for findings in found for finding in findings if finding.ok is False})


def _names_clauses(spec: Step) -> bool:
    return spec.form is not None and "clauses" in spec.form.base_fields


def _typed(request: HttpRequest, spec: Step, context: dict[str, Any]) -> dict[str, Any]:
    """What the preview shows: what was typed just now, else what the officer prepared."""
    if request.method == "POST":
        return typed_inputs(spec, request)
    return dict(context["proposal"].inputs) if context["proposal"] else {}


def _todo(application: ProviderApplication, spec: Step, actor: Actor, typed: dict[str, Any]) -> list[str]:
    """What has to happen before the step can be taken, in words."""
    if spec.name in MEASURED_WHEN_TYPED:
        return []
    unmet = findings_for(application, spec.name, actor, **typed)
    return [f.message or "条件未满足。" for f in unmet if not f.ok]


def _approvers(application: ProviderApplication, spec: Step, actor: Actor) -> list[str]:
    roles = [role for role in spec.by if role in PREPARED_BY]
    held = Membership.objects.in_force().filter(organization_id=actor.organization_id, role__in=roles)
    return [m.user.display_name for m in held.select_related("user__person")[:3]]


def _facts(application: ProviderApplication, actor: Actor) -> dict[str, Any]:
    opinions = consultations_of(application, actor)
    joint = [one for one in opinions if one.stage == "joint"]
    may_record = application.state == "provincial_evaluation" and bool(
        actor.roles & {Role.PROV_OFFICER, Role.PROV_APPROVER}
    )
    return {
        "comparison": compare(application, conditions(application)),
        "joint": joint,
        "answered": sum(bool(one.opinion) for one in joint),
        "peers": [one for one in opinions if one.stage == "peer"],
        "records": list(application.evaluation_records.select_related("recorded_by__person")),
        "evaluation": EvaluationForm(initial={"held_on": clock.today()}) if may_record else None,
        "members": Members(prefix="m", initial=_who_sat(actor, joint)) if may_record else None,
        "hearings": list(application.hearings.all()),
        "steps": [
            spec
            for spec in open_steps(application, actor)
            if spec.name in ("consult_joint", "close_joint") and worth_offering(application, spec, actor)
        ],
        "entries": recent(application),
    }


def _who_sat(actor: Actor, joint: list[Consultation]) -> list[dict[str, str]]:
    """A first draft of the attendance: the recorder, and the departments with what they answered."""
    votes = {"agree": "同意", "agree_with_conditions": "同意", "object": "不同意"}
    own = {"name": str(actor.user), "organization": actor.organization.label if actor.organization else ""}
    return [
        own,
        *({"organization": one.department.label, "vote": votes.get(one.opinion, "")} for one in joint),
    ]


@require_POST
@never_cache
@for_officials
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """The notice with what is typed so far, for the page to put in place."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    application = application_of(actor, reference)
    name = request.POST.get("act", "")
    spec = next((act for act in _acts(application, actor) if act.name == name), None)
    if spec is None:
        raise Http404("没有这个办理步骤。")
    typed = typed_inputs(spec, request)
    context = {
        "preview": preview_of(application, name, actor, typed),
        "todo": _todo(application, spec, actor, typed),
    }
    return render(request, "accreditation/desk/_preview.html", context)


@require_POST
@for_officials
def record_evaluation(request: HttpRequest, reference: str) -> HttpResponse:
    """The minutes of the joint evaluation, with who sat and how they voted."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    application = application_of(actor, reference)
    form, members = EvaluationForm(request.POST), Members(request.POST, prefix="m")
    if form.is_valid() and members.is_valid():
        sat = [m for m in members.cleaned_data if m.get("name")]  # a department nobody came from is no member
        try:
            papers.record_evaluation(application, actor=actor, members=sat, **form.cleaned_data)
        except InvalidInput as invalid:
            for name, sentences in invalid.errors.items():
                form.add_error(name if name in form.fields else None, sentences)
        else:
            messages.success(request, "评定记录已保存。")
            return redirect(f"/desk/cases/{reference}/decide/")
    acts = _acts(application, actor)
    context = _dock(request, application, actor, acts, acts[0] if acts else None, None)
    context |= _facts(application, actor) | {"evaluation": form, "members": members}
    return render(request, "accreditation/desk/decide.html", context, status=422)
