"""What every page of an application shows the offices above its own matter: who has it, until when, how far it is."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404

from accounts.actors import Actor
from accreditation import rules
from accreditation.materials import WrittenPromise
from accreditation.procedures.application import ProviderApplication
from accreditation.review import Inquiry
from accreditation.stages import stages
from core import clock
from core.prepared import Prepared
from workflow.access import cases_of_party, holds
from workflow.cases import Case, Watch
from workflow.steps import Step

# Steps with a page of their own, where the figures they rest on stand beside the form.
OWN_PAGES = {"request_correction": "correction"}
DECIDED_BESIDE_THE_FACTS = (
    "publicise",
    "republicise",
    "serve_prior_notice",
    "refuse",
    "send_back",
    "accredit",
    "close_objections",
)
# In each state the step that leads on; the others stand behind it.
LEADS_ON = (
    "accept",
    "consult",
    "close_consultation",
    "recommend",
    "consult_joint",
    "close_joint",
    "publicise",
    "close_objections",
    "accredit",
    "take_up",
    "forward",
    "pass",
    "open",
    "decide_revoke",
)


APPLICATION = Prepared(
    lambda organization, reference, user: cases_of_party(ProviderApplication, organization)
    .filter(reference=reference).select_related("program", "round", "condition_summary").order_by()
    .annotate(
        is_watched=Exists(Watch.objects.filter(case=OuterRef("pk"), user=user)),
        is_inquired=Exists(Inquiry.objects.filter(application=OuterRef("pk"), closed_at=None)),
        has_promise=Exists(WrittenPromise.objects.filter(
            application=OuterRef("pk"), accepted_at__isnull=False, met_at=None
        )),
    ),
    int, str, int,
)  # fmt: skip


def application_of(actor: Actor, reference: str) -> ProviderApplication:
    """The application of that reference with what its pages print. Raises `Http404`."""
    found = []
    if actor.is_official and actor.organization_id and actor.user:
        found = APPLICATION(actor.organization_id, reference, actor.user.pk)
    if not found:
        raise Http404("没有这个办件，或您无权查看。")
    (application,) = found
    _adopt_bodies(application)
    return application


def _adopt_bodies(application: ProviderApplication) -> None:
    """Applicant and holder are parties, and the parties are read anyway: no need to join them twice."""
    known = {organization.pk: organization for organization in application.bodies().values()}
    for name in ("applicant", "holder_organization"):
        organization = known.get(getattr(application, f"{name}_id"))
        if organization is not None:
            setattr(application, name, organization)


def frame(application: ProviderApplication, actor: Actor) -> dict[str, Any]:
    """The case bar, for whatever page stands below it."""
    return {
        "case": application,
        "application": application,
        "case_href": f"/desk/cases/{application.reference}/",
        "holds": holds(application, actor),
        "is_ours": application.holder_organization_id == actor.organization_id,
        "stages": stages(application, waits_for_reader=holds(application, actor)),
        "facts": facts(application),
        "mine": actor.user is not None and application.claimed_by_id == actor.user.pk,
    }


def facts(application: ProviderApplication) -> list[dict[str, Any]]:
    holder, claimed = application.holder_organization, application.claimed_by
    city = application.bodies().get("city")
    if application.closed_at is not None:
        rows: list[dict[str, Any]] = [
            {"label": "办结", "value": f"{clock.local(application.closed_at):%Y-%m-%d}"}
        ]
    else:
        # Between two organs, while a publicity runs, nobody holds it: the calendar does.
        who = f"{holder.label}{f' {claimed}' if claimed else ''}" if holder else "计时中"
        rows = [{"label": "现在由谁办", "value": who}]
    if application.is_open:
        due = application.due_at
        paused = due is None and holder is not None
        note = "" if due is None else f"{clock.local(due):%m-%d} 前" if application.is_overdue else ""
        rows.append({"label": "剩余工作日", "due": due, "paused": paused, "value": "不计时", "note": note})
    if application.accepted_on:
        rows.append({"label": "受理", "value": f"{application.accepted_on:%m-%d}"})
    elif application.first_submitted_on:
        rows.append({"label": "提交", "value": f"{application.first_submitted_on:%m-%d}"})
    if city:
        rows.append({"label": "初审单位", "value": city.label})
    if application.was_reviewed_again:
        rows.append({"label": "类型", "value": "复查件", "tone": "amb"})
    return rows


def address(case: Case, spec: Step) -> str:
    """Where a step is taken: beside the facts where it decides, on its own page otherwise."""
    home = f"/desk/cases/{case.reference}/"
    if spec.name in OWN_PAGES and case.kind == "ProviderReview":
        return f"{home}defects/"
    if spec.name in OWN_PAGES:
        return f"{home}{OWN_PAGES[spec.name]}/"
    if spec.name in DECIDED_BESIDE_THE_FACTS and case.kind == "ProviderApplication":
        return f"{home}decide/?act={spec.name}"
    return f"/cases/{case.reference}/steps/{spec.name}/"


def worth_offering(application: ProviderApplication, spec: Step, actor: Actor) -> bool:
    """Without what could only be refused: a correction of a case that lies elsewhere, promises nobody made, joint
    evaluators asked twice."""
    if spec.name == "request_correction":
        return application.holder_organization_id == actor.organization_id
    if spec.name == "accept_tolerant":
        promised = {promise.material for promise in application.promises.all()}
        tolerates = application.program.tolerates_gaps and bool(promised)
        return tolerates and all(f.ok for f in rules.nothing_else_missing(application, promised))
    if spec.name == "extend_promise":
        return application.has_promise  # type: ignore[attr-defined]
    if spec.name in ("open_inquiry", "close_inquiry"):
        return application.is_inquired == (spec.name == "close_inquiry")  # type: ignore[attr-defined]
    if spec.name == "consult_joint":
        return bool(rules.joint_not_yet_asked(application).ok)
    if spec.name == "close_joint":
        return application.pauses.filter(reason="consultation", ended_on=None).exists()
    return True


def links(case: Case, specs: list[Step]) -> list[dict[str, Any]]:
    """Steps as links, the one that leads on first."""
    ordered = sorted(specs, key=lambda spec: spec.name not in LEADS_ON)
    return [
        {
            "label": spec.label,
            "href": address(case, spec),
            "leads": spec.name in LEADS_ON,
            "step": spec,
        }
        for spec in ordered
    ]
