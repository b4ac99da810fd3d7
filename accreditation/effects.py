"""What the steps of an application bring about beside moving it; each called by the one step that needs it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from accounts.roles import Kind, Role
from accreditation import selectors, summary
from accreditation.materials import CorrectionItem, CorrectionRequest
from accreditation.review import Hearing, Inquiry
from core import calendar, defaults, periods
from publicity.models import Objection, Publicity
from workflow.relations import Relation

if TYPE_CHECKING:
    from accreditation.procedures.application import ProviderApplication
    from workflow.cases import Case

SNAPSHOT = (
    "legal_representative",
    "registered_address",
    "office_region_id",
    "office_address",
    "contact_name",
    "contact_phone",
    "platform_mode",
    "platform_name",
    "platform_url",
    "contract_model",
    "agency_services",
    "service_kinds",
    "other_service",
)


def fix_rules_and_route(application: ProviderApplication, ctx) -> None:
    """First submission: the rules of the day, the window and the reviewing body are fixed (AMB-G21, AMB-S05)."""
    profile = application.profile()
    application.round = selectors.open_round(application.program, ctx.today)
    application.first_submitted_on = application.received_on = application.rules_on = ctx.today
    bodies = application.competent_bodies()
    body = bodies[Kind.CITY_BUREAU]
    application.region = body.region
    application.profile_snapshot = {name: getattr(profile, name) for name in SNAPSHOT}
    application.add_party(Relation.CITY, body)
    application.add_party(Relation.PROVINCE, bodies[Kind.PROVINCE_DEPARTMENT])
    ctx.record(routed_to=body.name, round=application.round.name)
    summary.measure(application)


def open_review(application: ProviderApplication, ctx, *, accepted_on) -> None:
    application.accepted_on, application.review_opened_at = accepted_on, ctx.now
    ctx.record(accepted_on=accepted_on)
    ctx.notice["accepted_on"] = accepted_on


def signed_content(application: ProviderApplication) -> dict[str, Any]:
    """What the legal representative signs for: every material, file, row, particular and promise, in one order."""
    profile = application.profile()
    promised = sorted(promise.material for promise in application.promises.all())
    return {
        **({"promised": promised} if promised else {}),
        "profile": {name: getattr(profile, name) for name in SNAPSHOT} if profile else {},
        "materials": [
            (material.code, material.parts, material.not_offered, material.text, material.note)
            for material in sorted(application.materials.all(), key=attrgetter("code"))
        ],
        "files": [
            (file.slot, file.sha256, *([file.confidential_reason] if file.is_confidential else []))
            for file in selectors.standing_files(application)
        ],
        "clients": selectors.clients(application),
        "trade": list(
            application.trade_records.order_by("id").values_list("number", "kind", "traded_on", "amount")
        ),
        "team": selectors.team(application),
        "corrections": list(
            CorrectionItem.objects.filter(request__application=application)
            .order_by("id")
            .values_list("id", "answer")
        ),
    }


def open_correction(application: ProviderApplication, ctx) -> None:
    """One notice of all defects, as an object: the enterprise answers it item by item."""
    request = CorrectionRequest.objects.create(
        application=application,
        number=application.corrections.count() + 1,
        opened_at=ctx.now,
        opened_by=ctx.actor.user,
    )
    defects = ctx.inputs["defects"]
    CorrectionItem.objects.bulk_create(
        CorrectionItem(
            request=request,
            material=d["material"],
            problem=d["problem"].strip(),
            remedy=d["remedy"].strip(),
            brought_in_by_correction=str(d.get("brought_in", "")).strip(),
        )
        for d in defects
    )
    names = {m["code"]: m["name"] for m in application.program.materials}
    ctx.notice["defects"] = [{**d, "name": names.get(d["material"], d["material"])} for d in defects]
    ctx.record(defects=len(defects), number=request.number)


def resolve_correction(application: ProviderApplication, ctx) -> None:
    request = application.open_correction()
    request.resolved_at = ctx.now
    request.save(update_fields=["resolved_at"])
    if not application.accepted_on:
        application.received_on = ctx.today  # silence from here on is acceptance as of this day (AMB-G07)
    summary.measure(application)


def note_promises(application: ProviderApplication, ctx) -> None:
    names = {m["code"]: m["name"] for m in application.program.materials}
    application.promises.filter(material__in=ctx.inputs["materials"]).update(accepted_at=ctx.now)
    ctx.notice["promised"] = [names[code] for code in ctx.inputs["materials"]]


def ask_departments(application: ProviderApplication, ctx, stage: str) -> None:
    """A child case per department, in its own queue, with what concerns it and nothing else (SX-52, SX-54)."""
    from accreditation.procedures.consultation import Consultation  # effects serve both procedures

    asked = (
        selectors.peer_departments(application)
        if stage == "peer"
        else selectors.joint_evaluators(application)
    )
    relation = Relation.CITY if stage == "peer" else Relation.PROVINCE
    asker = application.bodies()[relation]
    start, end = application.volume_window()
    sent: dict[str, Any] = {
        "enterprise": application.applicant.name,
        "uscc": application.applicant.uscc,
        "reference": application.reference,
        "office": application.profile_snapshot.get("office_address", ""),
        "served_enterprises": selectors.served_enterprises(application),
        "trade_volume": str(selectors.trade_volume(application)),
        "window": f"{start} 至 {end}",
    }
    if withheld := selectors.confidential_files(application):
        sent["confidential"] = [
            {"material": str(file.place.label), "reason": file.confidential_reason} for file in withheld
        ]
    for department in asked:
        ctx.create(
            Consultation,
            "send",
            parties={relation: asker, Relation.DEPARTMENT: department},
            stage=stage,
            department=department,
            question=ctx.inputs["question"],
            sent=sent,
            applicant=application.applicant,
            rules_on=application.rules_on,
            title=application.applicant.name,
            region=application.region,
        )
    ctx.record(asked=[d.label for d in asked])


def silent_departments(application: ProviderApplication, stage: str) -> list[str]:
    return [c.department.label for c in selectors.consultations(application, stage) if c.state == "overdue"]


def opinions(application: ProviderApplication, stage: str) -> list[dict[str, str]]:
    """The departments' answers as the recommendation tells them; silence is told as such (AMB-S07)."""
    return [
        {
            "department": asked.department.name,
            "opinion": str(asked.opinion_label or asked.state_label),
            "reasons": asked.reasons,
        }
        for asked in selectors.consultations(application, stage)
    ]


def cancel_consultations(application: ProviderApplication, ctx) -> None:
    for child in application.children.filter(kind="Consultation", closed_at=None):
        ctx.cascade(child, "cancel")


def end_children(application: ProviderApplication, ctx) -> None:
    """The application ended: consultations are cancelled, its posting terminated, objections moot (AMB-G11)."""
    cancel_consultations(application, ctx)
    for objection in selectors.objections(application).filter(closed_at=None):
        ctx.cascade(objection, "moot")
    for posting in selectors.publicities(application).filter(closed_at=None):
        ctx.cascade(posting, "terminate")


def post_publicity(application: ProviderApplication, ctx) -> None:
    """公示 with its content frozen; the last day follows from the day of posting (SX-55, AMB-G05)."""
    ctx.create(
        Publicity,
        "post",
        parties={Relation.PROVINCE: application.body(Role.PROV_OFFICER)},
        applicant=application.applicant,
        region=application.region,
        rules_on=application.rules_on,
        title=f"关于拟认定{application.program.title_name}名单的公示",
        **Publicity.period_from(ctx.today),
        inputs={
            "content": {
                "enterprise": application.applicant.name,
                "uscc": application.applicant.uscc,
                "office_region": str(application.region),
                "title_name": application.program.title_name,
                "document_number": application.program.document_number,
                "round": application.round.name if application.round else "",
                "text": ctx.inputs.get("content", ""),
            }
        },
    )


def after_objections(application: ProviderApplication, ctx) -> str:
    last_day = selectors.publicity_last_day(application)
    return "publicity" if last_day and ctx.today <= last_day else "decision"


def cure_objections(application: ProviderApplication, ctx) -> None:
    Objection.objects.filter(
        pk__in=list(selectors.uncured_objections(application).values_list("pk", flat=True))
    ).update(cured_at=ctx.now)


def open_inquiry(application: ProviderApplication, ctx) -> None:
    Inquiry.objects.create(
        application=application,
        fact=ctx.inputs["fact"],
        source=ctx.inputs["source"],
        opened_by_id=ctx.actor.person_id,
        opened_at=ctx.now,
    )


def close_inquiry(application: ProviderApplication, ctx) -> None:
    application.inquiries.filter(closed_at=None).update(
        is_founded=ctx.inputs["is_founded"],
        finding=ctx.inputs["finding"],
        closed_by_id=ctx.actor.person_id,
        closed_at=ctx.now,
    )
    ctx.record(founded=ctx.inputs["is_founded"])


def open_hearing(application: ProviderApplication, ctx) -> None:
    said = ctx.inputs
    Hearing.objects.create(
        application=application,
        facts=said["facts"],
        ground=said["ground"],
        clauses=said["clauses"],
        evidence=said["evidence"],
        opened_at=ctx.now,
    )
    ctx.notice.update(said)
    ctx.record(ground=said["ground"], clauses=said["clauses"])


def settle_hearing(application: ProviderApplication, ctx, statement: str, is_waived: bool) -> None:
    application.hearings.filter(settled_at=None).update(
        statement=statement, is_waived=is_waived, settled_at=ctx.now
    )
    ctx.record(outcome="waived" if is_waived else "stated" if statement else "silent")


def refuse(application: ProviderApplication, ctx) -> None:
    end_children(application, ctx)
    if application.inquiry_standing() == "founded":
        bar(application, ctx, "false_materials")
    told = application.hearings.last()
    ctx.notice.update(ctx.inputs, facts=told.facts, hearing=how_it_was_heard(told))
    ctx.record(reason=ctx.inputs["reasons"], clauses=ctx.inputs["clauses"])


def how_it_was_heard(told: Hearing) -> str:
    """What the refusal says of the hearing: what was stated, or that nothing was (AMB-G09)."""
    if told.statement:
        return f"本机关已事先告知，你单位陈述申辩称：{told.statement}"
    if told.is_waived:
        return "本机关已事先告知，你单位书面放弃陈述申辩。"
    return "本机关已事先告知，你单位在期限内没有陈述申辩。"


def bar(case: Case, ctx, reason: str) -> None:
    """Bar the enterprise of a case through the same day so many months on (AMB-G08, AMB-G11, AMB-G22)."""
    from accreditation.register import Bar  # the register is built on the rules

    key = (
        "REAPPLY_BAR_MONTHS_FALSE_MATERIALS"
        if reason == "false_materials"
        else "TOLERANT_BAR_MONTHS_AFTER_BREACH"
    )
    months = defaults.value(key, case.rules_on)
    barred = Bar.objects.create(
        organization=case.applicant,
        reason=reason,
        imposed_on=ctx.today,
        last_day=periods.last_day_of_bar(ctx.today, months),
        case=case,
    )
    if reason == "false_materials":
        ctx.notice["bar_until"] = barred.last_day


def grant_title(application: ProviderApplication, ctx) -> None:
    """The title from today for three years, with its number; one an enterprise (SX-56, SX-59)."""
    from accreditation.register import Accreditation

    years = application.program.facts["validity"]["years"]
    valid_until = periods.last_day_of_term(ctx.today, years)
    number = certificate_number(application, ctx)
    ctx.create(
        Accreditation,
        "grant",
        parties={
            Relation.APPLICANT: application.applicant,
            Relation.PROVINCE: application.body(Role.PROV_OFFICER),
        },
        program=application.program,
        number=number,
        title_name=application.program.title_name,
        valid_from=ctx.today,
        valid_until=valid_until,
        applicant=application.applicant,
        region=application.region,
        title=application.applicant.name,
        rules_on=ctx.today,
    )
    ctx.notice.update(
        ctx.inputs,
        certificate_number=number,
        title_name=application.program.title_name,
        valid_from=ctx.today,
        valid_until=valid_until,
        publicity=how_it_was_publicised(application),
        plaque_due=calendar.add_working_days(ctx.today, defaults.value("SX_PLAQUE_WORKING_DAYS")),
    )
    ctx.record(number=number, valid_from=ctx.today, valid_until=valid_until)


def how_it_was_publicised(application: ProviderApplication) -> dict[str, Any]:
    """What the decision says of the publicity: its first and last day, and what came in."""
    posting = selectors.publicities(application).last()
    came_in = selectors.objections(application).exclude(state="lead").count()
    objections = f"期内收到异议{came_in}件，均已处理" if came_in else "期内未收到异议"
    return {"posted_on": posting.posted_on, "last_day": posting.last_day, "objections": objections}


def certificate_number(application: ProviderApplication, ctx) -> str:
    from workflow.cases import CaseSeries  # numbers come from one allocator

    return CaseSeries.take(f"ZS{application.program.province_id[:2]}-{ctx.today.year}")
