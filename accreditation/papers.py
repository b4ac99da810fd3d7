"""What the offices write about an application: verdicts, credit checks, verified trade, the evaluation.

Papers are written under the lock of the case by whoever's body holds it (`working_on`) and move nothing. What
someone typed wrongly comes back as `InvalidInput`, by field; what is no longer theirs to write as `Conflict`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.roles import Role
from accreditation import summary
from accreditation.checklist import points_of
from accreditation.models import ProviderApplication
from accreditation.review import CreditCheck, CriterionVerdict, EvaluationRecord, MaterialVerdict
from accreditation.rules import CAPABILITIES
from core import clock
from workflow.authority import wrote
from workflow.errors import InvalidInput, NotYours
from workflow.holding import working_on
from workflow.relations import Relation

if TYPE_CHECKING:
    from workflow.cases import Case

State = ProviderApplication.State
CITY_REVIEWS_IN = (State.SUBMITTED, State.INITIAL_REVIEW, State.PEER_CONSULTATION, State.RECOMMENDATION)
PROVINCE_REVIEWS_IN = (State.PROVINCIAL_EVALUATION, State.OBJECTION_INQUIRY, State.DECISION)
REVIEWED_IN = (*CITY_REVIEWS_IN, *PROVINCE_REVIEWS_IN)

# SX-27 asks for evidence by name; of the other human findings a note says enough.
NEED_EVIDENCE = ("lawful_operation", "independent_accounting")
CRITERIA = (
    *NEED_EVIDENCE,
    "internal_rules_sound",
    "risk_control_sound",
    "social_responsibility",
    "province_wide_capacity",
    *CAPABILITIES,
)


def written_about(application: Any) -> Iterator[QuerySet]:
    """Who wrote a verdict, queried a register or recorded the joint evaluation, and for which body: they have had a
    part in the case (AMB-G17).
    """
    for papers in (MaterialVerdict, CriterionVerdict, CreditCheck):
        rows = papers._default_manager.filter(application_id=application)
        yield wrote(rows, "application_id", "officer__person_id", "organization_id", "at")
    record = EvaluationRecord.objects.filter(
        application_id=application, application__parties__relation=Relation.PROVINCE
    )
    province = "application__parties__organization_id"
    yield wrote(record, "application_id", "recorded_by__person_id", province, "recorded_at")


def record_material_verdict(
    case: Case, *, actor: Actor, material: str, point: str, ok: bool, problem: str = "", remedy: str = ""
) -> MaterialVerdict:
    """One point of one material: in order, or what is wrong and how to mend it (SX-51)."""
    problem, remedy = problem.strip(), remedy.strip()
    with working_on(case, actor, states=REVIEWED_IN) as application:
        spec = next((m for m in application.program.materials if m["code"] == material), None)
        if spec is None or point not in {p.code for p in points_of(spec)}:
            raise InvalidInput({"point": ["没有这个核对要点，请刷新页面。"]})
        if not ok:
            _require({"problem": (problem, "写明问题。"), "remedy": (remedy, "写明怎么改。")}, most=500)
        verdict, _created = MaterialVerdict.objects.update_or_create(
            application=application,
            material=material,
            point=point,
            organization=actor.organization,
            defaults={
                "ok": ok,
                "problem": "" if ok else problem,
                "remedy": "" if ok else remedy,
                **_by(actor),
            },
        )
        return verdict


def record_criterion(
    case: Case, *, actor: Actor, criterion: str, ok: bool, evidence: str = "", note: str = ""
) -> CriterionVerdict:
    """A finding only a person can make (SX-27, SX-28, SX-36), or one of the four capabilities (SX-03)."""
    evidence, note = evidence.strip(), note.strip()
    if criterion not in CRITERIA:
        raise InvalidInput({"criterion": ["没有这项核实内容，请刷新页面。"]})
    if criterion in NEED_EVIDENCE:
        _require({"evidence": (evidence, "写明证据，如“第 8 项第 3 页”。")}, most=200)
    if not ok:
        _require({"note": (note, "不符合的，写明理由。")}, most=1000)
    with working_on(case, actor, states=REVIEWED_IN) as application:
        verdict, _created = CriterionVerdict.objects.update_or_create(
            application=application,
            criterion=criterion,
            organization=actor.organization,
            defaults={"ok": ok, "evidence": evidence[:200], "note": note[:1000], **_by(actor)},
        )
        summary.measure(application)
        return verdict


def record_credit_check(case: Case, *, actor: Actor, subject: str, item: str, **said: Any) -> CreditCheck:
    """One query of one register (SX-33–35, AMB-G19)."""
    return record_credit_checks(case, actor=actor, items=[(subject, item)], **said)[0]


def record_credit_checks(
    case: Case,
    *,
    actor: Actor,
    items: Sequence[tuple[str, str]],
    source: str,
    queried_on: date,
    is_hit: bool,
    occurred_on: date | None = None,
    is_current: bool = False,
    note: str = "",
) -> list[CreditCheck]:
    """The same answer of one source for several registers: which, where, when, what. Earlier queries stay."""
    _require({"source": (source.strip(), "写明在哪里查的。")}, most=100)
    if queried_on > clock.today():
        raise InvalidInput({"queried_on": ["查询日期不能晚于今天。"]})
    if is_hit and not is_current and occurred_on is None:
        raise InvalidInput({"occurred_on": ["有记录的，写明发生日期，或注明目前仍在列。"]})
    if occurred_on and occurred_on > queried_on:
        raise InvalidInput({"occurred_on": ["发生日期不能晚于查询日期。"]})
    with working_on(case, actor, states=REVIEWED_IN) as application:
        known = credit_items(application)
        if not items or any(item not in known.get(subject, ()) for subject, item in items):
            raise InvalidInput({"items": ["没有这个查询项，请刷新页面。"]})
        checks = [
            CreditCheck.objects.create(
                application=application,
                subject=subject,
                item=item,
                source=source.strip(),
                queried_on=queried_on,
                is_hit=is_hit,
                occurred_on=occurred_on if is_hit else None,
                is_current=is_hit and is_current,
                note=note.strip()[:200],
                **_by(actor),
            )
            for subject, item in items
        ]
        summary.measure(application)
        return checks


def credit_items(application: ProviderApplication) -> dict[str, list[str]]:
    """The registers the regulation names, by subject: five fields, three lists, two downgrades (SX-33–35)."""
    checks = next(c["checks"] for c in application.program.facts["conditions"] if c["code"] == "C3")
    known = {check["code"]: check for check in checks}
    return {
        "violation": known["no_violation"]["domains"],
        "listing": known["not_listed"]["lists"],
        "downgrade": known["not_downgraded"]["objects"],
    }


def verify_trade_records(
    case: Case, *, actor: Actor, records: Iterable[int] | None, verified: bool = True
) -> int:
    """Mark records as verified, or take the mark back; `None` means all. Returns how many changed (SX-38)."""
    with working_on(case, actor, states=REVIEWED_IN) as application:
        rows = application.trade_records.filter(verified_at__isnull=verified)
        if records is not None:
            rows = rows.filter(pk__in=list(records))
        changed = rows.update(
            verified_by=actor.user if verified else None, verified_at=clock.now() if verified else None
        )
        summary.measure(application)
        return changed


def tick_paper_copies(case: Case, *, actor: Actor, copies: int) -> None:
    """How many bound copies came in (SX-49, AMB-G12)."""
    if not 0 <= copies <= 99:
        raise InvalidInput({"copies": ["份数填 0 至 99。"]})
    with working_on(case, actor, states=CITY_REVIEWS_IN) as application:
        ProviderApplication.objects.filter(pk=application.pk).update(paper_copies=copies)


def record_evaluation(
    case: Case, *, actor: Actor, held_on: date, members: Sequence[dict[str, Any]], minutes: str, answers: str
) -> EvaluationRecord:
    """The joint evaluation: who sat, how they voted, the minutes, the answers to contrary opinions (SX-54)."""
    if actor.organization is None or not actor.roles & {Role.PROV_OFFICER, Role.PROV_APPROVER}:
        raise NotYours()
    _require({"minutes": (minutes.strip(), "写明评定纪要。")}, most=4000)
    if held_on > clock.today():
        raise InvalidInput({"held_on": ["评定日期不能晚于今天。"]})
    sat = [{key: str(m.get(key, "")).strip() for key in ("name", "organization", "vote")} for m in members]
    sat = [member for member in sat if any(member.values())]
    if not sat or not all(member["name"] and member["vote"] for member in sat):
        raise InvalidInput({"members": ["至少一名参加人员，每人写明姓名和意见。"]})
    with working_on(case, actor, states=[State.PROVINCIAL_EVALUATION]) as application:
        return EvaluationRecord.objects.create(
            application=application,
            held_on=held_on,
            members=sat,
            minutes=minutes.strip(),
            answers=answers.strip()[:2000],
            recorded_by=actor.user,
            recorded_at=clock.now(),
        )


def _by(actor: Actor) -> dict[str, Any]:
    return {"organization": actor.organization, "officer": actor.user, "at": clock.now()}


def _require(fields: dict[str, tuple[str, str]], *, most: int) -> None:
    wrong = {name: [sentence] for name, (text, sentence) in fields.items() if not text}
    wrong |= {
        name: [f"超过 {most} 字，请缩短。"] for name, (text, _sentence) in fields.items() if len(text) > most
    }
    if wrong:
        raise InvalidInput(wrong)
