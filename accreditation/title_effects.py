"""What the steps of a title, its review and its revocation bring about; each called by the one step that needs it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from accounts.roles import Role
from accreditation import effects, selectors
from accreditation.clocks import review_opens_on
from accreditation.forms_title import CLAUSE_OF, GROUNDS
from accreditation.review import TitleHearing
from accreditation.rules.title_review import wanted_materials
from core import calendar, clock, defaults, periods
from documents.models import Notice
from documents.notices import issuing as notices
from workflow.errors import must
from workflow.relations import Relation
from workflow.steps import PROCEDURES

if TYPE_CHECKING:
    from accreditation.procedures.revocation import RevocationCase
    from accreditation.procedures.title_review import ProviderReview
    from accreditation.register import Accreditation

# After these steps a title stands in a state from which its review can open.
CAN_BE_REVIEWED_SINCE = ("grant", "import_legacy", "reinstate", "keep", "renew")


def described(title: Accreditation) -> dict[str, Any]:
    """How every notice about a title names it."""
    return {
        "title_name": title.title_name,
        "certificate_number": title.number,
        "valid_from": title.valid_from,
        "valid_until": title.valid_until,
    }


# --- The review opens ----------------------------------------------------------------------------------------
def open_review(title: Accreditation, ctx, *, kind: str) -> None:
    """The review as a child case, held by the enterprise, under the rule set of this day (SX-61, AMB-G21).

    Opened late by the sweep, it is opened as of the day it was due; where the title could not be reviewed on that
    day, as of the day from which it could.
    """
    city = title.reviewing_body()
    opened_on = review_day(title, ctx.today) if kind == "periodic" else ctx.today
    parties = {Relation.APPLICANT: title.applicant, Relation.PROVINCE: title.body(Role.PROV_OFFICER)}
    if city is not None:
        parties[Relation.CITY] = city
    ctx.create(
        PROCEDURES["ProviderReview"],
        "open",
        parties=parties,
        register_entry=title,
        program=selectors.rule_set(title.program, ctx.today) or title.program,
        review_kind=kind,
        opened_on=opened_on,
        applicant=title.applicant,
        region=title.region,
        title=title.title,
        rules_on=opened_on,
    )
    ctx.record(opened_on=opened_on)


def review_day(title: Accreditation, today: dt.date) -> dt.date:
    since = title.ledger.filter(step__in=CAN_BE_REVIEWED_SINCE).order_by("-sequence").first()
    possible = clock.local(since.at).date() if since else title.valid_from
    return min(max(review_opens_on(title), possible), today)


def tell_of_review(review: ProviderReview, ctx) -> None:
    ctx.clocks.today = review.opened_on  # the time for the materials runs from the day the review was due
    ctx.notice.update(
        described(review.register_entry),
        wanted=[spec["name"] for spec in wanted_materials(review)],
        clauses=["SX-61"],
        matter=review._meta.verbose_name,
    )


def signed_content(review: ProviderReview) -> dict[str, Any]:
    """What the legal representative signs for, in one order."""
    report = getattr(review, "report", None)
    files = review.attachments.standing().order_by("slot", "id")
    return {
        "figures": [report.served_enterprises, str(report.trade_volume), report.note] if report else [],
        "confirmed": list(review.confirmations.order_by("code").values_list("code", flat=True)),
        "files": [[file.slot, file.sha256] for file in files],
        "answers": list(review.defects.order_by("id").values_list("id", "answer")),
    }


def list_defects(review: ProviderReview, ctx) -> None:
    """One notice of all defects (AMB-G07)."""
    number = review.defects.values("round").distinct().count() + 1
    names = {m["code"]: m["name"] for m in review.program.materials}
    defects = ctx.inputs["defects"]
    for defect in defects:
        review.defects.create(
            round=number,
            material=defect["material"],
            problem=defect["problem"].strip(),
            remedy=defect["remedy"].strip(),
        )
    ctx.notice["defects"] = [{**d, "name": names.get(d["material"], d["material"])} for d in defects]
    ctx.record(defects=len(defects), number=number)


# --- Told and heard ------------------------------------------------------------------------------------------
def open_hearing(case, ctx, *, facts: str, ground: str, clauses: list[str], evidence: str) -> None:
    TitleHearing.objects.create(
        case_id=case.pk, facts=facts, ground=ground, clauses=clauses, evidence=evidence, opened_at=ctx.now
    )


def settle_hearing(case, ctx, statement: str, *, is_waived: bool) -> None:
    case.hearings.filter(settled_at=None).update(statement=statement, is_waived=is_waived, settled_at=ctx.now)
    ctx.record(outcome="waived" if is_waived else "stated" if statement else "silent")


def tell_of_failing(review: ProviderReview, ctx, *, facts: str, clauses: list[str], evidence: str) -> None:
    open_hearing(review, ctx, facts=facts, ground="不再符合认定条件", clauses=clauses, evidence=evidence)
    ctx.notice.update(
        facts=facts,
        evidence=evidence,
        ground_words="复核认为你单位不再符合规定条件",
        proposed="复核不通过",
        clauses=[*clauses, "SX-62"],
        matter=review._meta.verbose_name,
        organ=review.body(Role.PROV_OFFICER),
    )
    ctx.record(clauses=clauses)


def tell_of_silence(review: ProviderReview, ctx, ground: str) -> None:
    """Nothing came in time: told, and heard, before the title is not kept (AMB-S12, AMB-G09)."""
    tell_of_failing(
        review,
        ctx,
        facts=f"你单位{ground}，本机关无法核实你单位是否仍符合规定条件。",
        clauses=["SX-61"],
        evidence="本机关的复核通知书（或补正通知书）及其送达记录",
    )
    ctx.notice["ground_words"] = f"你单位{ground}"


# --- The review ends -----------------------------------------------------------------------------------------
def renew_title(review: ProviderReview, ctx) -> None:
    title = review.register_entry
    is_periodic = review.review_kind == "periodic"
    until = title.valid_until
    if is_periodic:
        years = int(defaults.value("SX_REVIEW_PASS_EXTENDS_YEARS", review.rules_on))
        until = periods.last_day_of_term(title.valid_until + dt.timedelta(days=1), years)
    must(ctx.cascade(title, "renew", is_periodic=is_periodic, until=until))
    ctx.notice.update(
        described(title),
        valid_until=until,
        is_passed=True,
        clauses=["SX-59", "SX-61"],
        matter=review._meta.verbose_name,
        reasons=ctx.inputs["reasons"],
    )
    if is_periodic:
        ctx.notice["valid_from"] = title.valid_until + dt.timedelta(days=1)
    ctx.record(valid_until=until)


def fail_title(review: ProviderReview, ctx) -> None:
    title, told = review.register_entry, review.hearings.last()
    must(ctx.cascade(title, "fail"))
    ctx.notice.update(
        ctx.inputs,
        **described(title),
        is_passed=False,
        facts=told.facts,
        hearing=effects.how_it_was_heard(told),
        clauses=[*dict.fromkeys([*ctx.inputs["clauses"], "SX-62"])],
        plaque_due=plaque_due(ctx.today, review.rules_on),
        matter=review._meta.verbose_name,
    )
    ctx.record(reason=ctx.inputs["reasons"], clauses=ctx.inputs["clauses"])


# --- Revocation ----------------------------------------------------------------------------------------------
def note_lead(revocation: RevocationCase, ctx) -> None:
    revocation.ground, revocation.facts = ctx.inputs["ground"], ctx.inputs["facts"]
    revocation.source = ctx.inputs["source"]
    ctx.record(ground=ctx.inputs["ground"])


def question_title(revocation: RevocationCase, ctx) -> None:
    """The title is to be revoked, perhaps; it stands until then, and its review stands still (SX-63)."""
    title = revocation.register_entry
    revocation.rules_on = ctx.today
    review = title.open_review_case()
    must(ctx.cascade(title, "open_revocation"))
    if review is not None:
        ctx.cascade(review, "hold")


def suspend_support(revocation: RevocationCase, ctx) -> None:
    """All items rest until the case is decided; when it is dismissed they are open again (AMB-S25)."""
    revocation.support_suspended_at = ctx.now
    ctx.record(reason=ctx.inputs["reason"])


def tell_of_revocation(revocation: RevocationCase, ctx) -> None:
    """The holder becomes a party only now: what was only looked into is not told (AMB-G09)."""
    said, title = ctx.inputs, revocation.register_entry
    revocation.ground = said["ground"]
    if title.applicant is not None:
        revocation.add_party(Relation.APPLICANT, title.applicant)
    evidence = "；".join(
        filter(None, [said["evidence"].rstrip("。；"), said["nonperformance"], said["refund_fraud"]])
    )
    clauses = ["SX-63", CLAUSE_OF[said["ground"]]]
    open_hearing(
        revocation, ctx, facts=said["facts"], ground=said["ground"], clauses=clauses, evidence=evidence[:2000]
    )
    ctx.notice.update(
        facts=said["facts"],
        ground=said["ground"],
        evidence=evidence,
        proposed="取消认定资格",
        clauses=clauses,
        matter=revocation._meta.verbose_name,
    )
    ctx.record(ground=said["ground"], clauses=clauses)


def revoke(revocation: RevocationCase, ctx) -> None:
    title, told = revocation.register_entry, revocation.hearings.last()
    if revocation.ground == "false_materials":
        effects.bar(revocation, ctx, "false_materials")
    must(ctx.cascade(title, "revoke"))
    ctx.notice.update(
        ctx.inputs,
        **described(title),
        reasons=f"{ctx.inputs['reasons'].rstrip('。')}。{ctx.inputs['gravity']}",
        ground=revocation.ground,
        ground_words=dict(GROUNDS)[revocation.ground].partition(". ")[2],
        facts=told.facts,
        evidence=told.evidence,
        hearing=effects.how_it_was_heard(told),
        clauses=told.clauses,
        plaque_due=plaque_due(ctx.today, revocation.rules_on),
        matter=revocation._meta.verbose_name,
    )
    ctx.record(reason=ctx.inputs["reasons"], clauses=told.clauses)


def keep_title(revocation: RevocationCase, ctx) -> None:
    """Not revoked: the title goes back to where it was, and its review goes on (SX-63, AMB-S12)."""
    title = revocation.register_entry
    review = title.open_review_case()
    must(ctx.cascade(title, "keep"))
    if review is not None:
        ctx.cascade(review, "release")
    ctx.record(reason=ctx.inputs["reason"])


def kept_as(title: Accreditation, ctx) -> str:
    """Where a title goes that was not revoked: its last day may have gone by meanwhile (AMB-S12)."""
    if ctx.today > title.valid_until and not title.is_kept_by_a_review():
        return "expired"
    return "under_review" if title.open_review_case() is not None else "active"


def reinstate_title(title: Accreditation, ctx) -> None:
    """A new entry under the old number, to the old last day; the bar that went with the end is gone (AMB-G10)."""
    old = title.restores
    assert old is not None  # noqa: S101  the rule has looked
    old_cases = list(old.revocations.values_list("pk", flat=True))
    if old.applicant is not None:
        old.applicant.bars.filter(case__in=old_cases).delete()
    ctx.notice.update(ctx.inputs, **described(title), is_reinstatement=True, clauses=["SX-56"])
    ctx.record(reason=ctx.inputs["reason"], number=title.number, valid_until=title.valid_until)


def update_particulars(title: Accreditation, ctx) -> None:
    """The holder's name as it now is, on a new certificate that takes the place of the old one (AMB-S22)."""
    if title.applicant is not None:
        title.title = title.applicant.name
    ctx.notice.update(ctx.inputs, **described(title), is_change=True, clauses=["SX-56"])
    ctx.record(reason=ctx.inputs["change"])


# --- The title ends ------------------------------------------------------------------------------------------
def end_title(title: Accreditation, ctx, why: str) -> None:
    """At once and everywhere: the certificate falls, the plaque is asked back (SX-62, SX-63, AMB-S27)."""
    for certificate in Notice.objects.filter(
        subject_id=title.pk, kind=notices.CERTIFICATE.code, ended_at=None
    ):
        notices.end(certificate, Notice.Status.REVOKED, now=ctx.now, reason=why)
    if title.plaque_handed_on:
        title.ask_plaque_back(asked_on=ctx.today, due_on=plaque_due(ctx.today, title.rules_on))


def close_review(title: Accreditation, ctx) -> None:
    review = title.open_review_case()
    if review is not None:
        ctx.cascade(review, "close")


def close_revocations(title: Accreditation, ctx) -> None:
    for case in title.revocations.filter(closed_at=None):
        ctx.cascade(case, "close")


def plaque_due(today: dt.date, rules_on: dt.date | None) -> dt.date:
    return calendar.add_working_days(today, int(defaults.value("SX_PLAQUE_RETURN_WORKING_DAYS", rules_on)))
