"""How a notice will read, before the act that issues it: watermarked, without number, without seal.

The step is not taken: its context is filled with what is typed so far and with the days its clocks would give.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.safestring import SafeString

from accounts.actors import Actor
from accounts.roles import Role
from accreditation import notices
from accreditation.procedures.application import ProviderApplication
from core import calendar, clock, defaults, periods
from core.clauses import CLAUSES
from documents.notices.issuing import paper_of
from documents.notices.preview import preview_context, preview_html
from documents.notices.service import deemed_served_on
from publicity.models import Publicity
from publicity.notices import PUBLICITY
from workflow.notices import NoticeKind
from workflow.perform import Context
from workflow.steps import Step, steps_of

KIND_OF: dict[str, NoticeKind] = {
    "request_correction": notices.CORRECTION,
    "serve_prior_notice": notices.PRIOR_NOTICE,
    "refuse": notices.REFUSAL,
    "accredit": notices.ACCREDITATION,
    "recommend": notices.RECOMMENDATION,
}
POSTS = ("publicise", "republicise")


def preview_of(
    application: ProviderApplication, step_name: str, actor: Actor, typed: dict[str, Any]
) -> SafeString | str:
    """The notice of a step as a fragment of the page; "" for a step that issues none."""
    if step_name in POSTS:
        return _posting(application, actor, str(typed.get("content", "")))
    kind = KIND_OF.get(step_name)
    if kind is None:
        return ""
    spec = steps_of(application)[step_name]
    ctx = Context(application, spec, actor, clock.now(), inputs=typed)
    ctx.notice.update({name: value for name, value in typed.items() if value not in (None, "")})
    if "clauses" in ctx.notice:  # the step will refuse what is no clause; until then it is not printed
        ctx.notice["clauses"] = [id for id in ctx.notice["clauses"] if id in CLAUSES]
    ctx.notice.update(_peculiar(application, step_name, typed))
    paper = paper_of(kind, application, ctx)
    context = preview_context(paper) | {"deadlines": _deadlines(application, spec, ctx)}
    return preview_html(kind.code, context)


def _peculiar(application: ProviderApplication, step_name: str, typed: dict[str, Any]) -> dict[str, Any]:
    """What the step itself would add to what was typed."""
    if step_name == "request_correction":
        names = {spec["code"]: spec["name"] for spec in application.program.materials}
        return {"defects": [{**d, "name": names.get(d["material"], "")} for d in typed["defects"]]}
    if step_name == "accredit":
        today, years = clock.today(), application.program.facts["validity"]["years"]
        return {
            "certificate_number": f"ZS{application.program.province_id[:2]}-{today.year}-　",
            "title_name": application.program.title_name,
            "valid_from": today,
            "valid_until": periods.last_day_of_term(today, years),
        }
    return {}


def _posting(application: ProviderApplication, actor: Actor, text: str) -> SafeString | str:
    """The public notice: its period follows from today, were it posted today (AMB-G05)."""
    now, period = clock.now(), Publicity.period_from(clock.today())
    posting = Publicity(
        kind="Publicity",
        root=application,
        parent=application,
        applicant=application.applicant,
        region=application.region,
        rules_on=application.rules_on,
        title=f"关于拟认定{application.program.title_name}名单的公示",
        opened_at=now,
        **period,
    )
    ctx = Context(posting, steps_of(Publicity)["post"], actor, now)
    content = {
        "enterprise": application.applicant.name,
        "uscc": application.applicant.uscc,
        "office_region": str(application.region),
        "title_name": application.program.title_name,
        "round": application.round.name if application.round else "",
        "text": text,
    }
    given = {"organ": application.body(Role.PROV_OFFICER), "content": content, "version": 1, **period}
    return preview_html(PUBLICITY.code, preview_context(paper_of(PUBLICITY, posting, ctx, given)))


def _deadlines(application: ProviderApplication, spec: Step, ctx: Context) -> dict[str, dict[str, Any]]:
    """The days the step's clocks would give, counted from today or from when the notice counts as served."""
    found = {}
    for timer in spec.starts:
        if timer.day_of is None:
            days = int(defaults.value(timer.setting, application.rules_on))
            start: dt.date = (
                deemed_served_on(ctx.today, application.rules_on) if timer.at_service else ctx.today
            )
            found[timer.code] = {"days": days, "due_on": calendar.add_working_days(start, days).isoformat()}
    return found
