"""Who is told what: after each step whoever has to act, before each last day whoever has to keep it.

Messages follow the ledger in its own order, behind a cursor that moves in the same transaction: every entry is dealt
with once, whatever dies in between. An entry after which the case has moved on already tells nobody: the next one does.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from accounts.actors import Actor
from accounts.models import Membership, Organization
from accounts.roles import ENTERPRISE_ROLES, Role
from core import calendar, clock
from workflow.acts import ACTS
from workflow.cases import Case
from workflow.deadlines import Deadline
from workflow.ledger import LedgerEntry, LedgerIndex
from workflow.messages import choices
from workflow.messages.models import Channel, Copy, Follower, Kind, Message
from workflow.queue import held as held_by
from workflow.relations import PREPARED_BY
from workflow.views import home_of

BATCH = 200
DIGEST_FROM = dt.time(8, 0)


def people_of(organization_id: int | None, roles: Iterable[str]) -> list[Membership]:
    """Who holds one of the roles in a body today, each person's appointment once."""
    if organization_id is None:
        return []
    found = Membership.objects.in_force().filter(
        organization_id=organization_id, role__in=list(roles), user__is_active=True
    )
    by_user: dict[int, Membership] = {}
    for held in found.select_related("user__person", "organization").order_by("id"):
        by_user.setdefault(held.user_id, held)
    return list(by_user.values())


def tell(
    to: Iterable[Membership], *, key: str, kind: Kind, title: str, text: str, href: str,
    case: Case | None = None, as_of: dt.datetime | None = None, deadline: Deadline | None = None,
) -> int:  # fmt: skip
    """Write a message to each of them, once per key, and copies of it for the channels they want."""
    written = 0
    for held in to:
        message, is_new = Message.objects.get_or_create(
            user=held.user,
            key=key,
            defaults={
                "organization": held.organization,
                "kind": kind,
                "title": title[:200],
                "text": text[:500],
                "href": href,
                "case": case,
                "as_of": as_of,
                "deadline": deadline,
            },
        )
        if is_new:
            written += 1
            is_enterprise = Role(held.role) in ENTERPRISE_ROLES
            channels = choices.wanted(held.user, is_enterprise).get(kind, set())
            Copy.objects.bulk_create(
                Copy(message=message, channel=channel)
                for channel in sorted(channels)
                if choices.reachable(held.user, Channel(channel))
            )
    return written


# --- After a step --------------------------------------------------------------------------------------------


def follow(limit: int = BATCH) -> int:
    """Deal with the next entries of the ledger; returns how many. Two at once deal with each entry once."""
    with transaction.atomic():
        Follower.objects.get_or_create(name="messages")
        cursor = Follower.objects.select_for_update().get(name="messages")
        places = LedgerIndex.objects.filter(index__gt=cursor.index).order_by("index")
        entries = list(places.select_related("entry__case__holder_organization")[:limit])
        for place in entries:
            _tell_whose_turn(place.entry)
        if entries:
            cursor.index = entries[-1].index
            cursor.save(update_fields=["index"])
    return len(entries)


def follow_all() -> None:
    while follow() == BATCH:
        pass


def _tell_whose_turn(entry: LedgerEntry) -> None:
    case = entry.case
    if entry.step in ACTS or case.holder_organization is None or case.queue_at is None:
        return  # an act that is no step moves nothing
    later = LedgerEntry.objects.filter(case=case, sequence__gt=entry.sequence)
    if later.exclude(step__in=ACTS).exists():
        return
    role = Role(case.holder_role)
    if role not in ENTERPRISE_ROLES and case.parent_id is None:
        return  # an office has its queue, and a digest in the morning; a department asked is written to
    until = (
        f"，请在{_day(clock.local(case.due_at).date() - dt.timedelta(days=1))}前办理" if case.due_at else ""
    )
    for held in people_of(case.holder_organization_id, _readers(role)):
        tell(
            [held],
            key=f"turn:{case.pk}:{entry.sequence}",
            kind=Kind.TURN,
            title=f"{case.title}：{case.state_label}",
            text=f"办件 {case.reference} 现为“{case.state_label}”，轮到您单位办理{until}。",
            href=home_of(case, Actor.of(held)),
            case=case,
            as_of=case.moved_at,
        )


def _readers(role: Role) -> list[str]:
    """Where the enterprise has to act, its handlers and its legal representative both hear of it."""
    return [Role.APPLICANT, Role.LEGAL_REP] if role in (Role.APPLICANT, Role.LEGAL_REP) else [role]


def _day(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"


# --- Before and after a last day -----------------------------------------------------------------------------


def remind() -> int:
    """Remind of last days that come near and tell of those that have passed; run as often as one likes."""
    return _remind_parties() + _tell_of_overdue()


def _remind_parties() -> int:
    today, told = clock.today(), 0
    running = Deadline.objects.filter(status=Deadline.Status.RUNNING, against="party", due_on__gte=today)
    for deadline in running.exclude(warn=[]).select_related("case__holder_organization"):
        left = deadline.days_left if deadline.unit == "working_day" else (deadline.due_on - today).days
        near = [days for days in deadline.warn if left <= days]
        case = deadline.case
        if not near:
            continue
        people = _party_of(case)
        unit = "工作日" if deadline.unit == "working_day" else "天"
        for held in people:
            told += tell(
                [held],
                key=f"due:{deadline.pk}:{deadline.due_on:%Y%m%d}:{min(near)}",
                kind=Kind.DUE,
                title=f"{deadline.label}期限还剩 {left} 个{unit}：{case.title}",
                text=f"办件 {case.reference} 的{deadline.label}期限到{_day(deadline.due_on)} 24:00 止，逾期按规定处理。",
                href=home_of(case, Actor.of(held)),
                case=case,
                deadline=deadline,
            )
    return told


def _party_of(case: Case) -> list[Membership]:
    """Who keeps a last day that runs against a party: who holds the case, or the enterprise that an office's is about."""
    role = Role(case.holder_role) if case.holder_role else Role.SYSTEM
    if role in ENTERPRISE_ROLES or role == Role.DEPARTMENT or case.applicant_id is None:
        return people_of(case.holder_organization_id, _readers(role))
    return people_of(case.applicant_id, _readers(Role.APPLICANT))


def _tell_of_overdue() -> int:
    """The approvers of a body whose time is over hear of it: once, and not again every morning."""
    told = 0
    late = Deadline.objects.filter(status=Deadline.Status.RUNNING, against="body", overdue_at__isnull=False)
    for deadline in late.select_related("case__holder_organization"):
        case = deadline.case
        approvers = [role for role, officer in PREPARED_BY.items() if officer == case.holder_role]
        for held in people_of(case.holder_organization_id, approvers):
            told += tell(
                [held],
                key=f"overdue:{deadline.pk}:{deadline.due_on:%Y%m%d}",
                kind=Kind.OVERDUE,
                title=f"已逾期：{case.title}",
                text=f"办件 {case.reference} 的“{deadline.label}”已于{_day(deadline.due_on)}届满，还没有办结，请督促办理。",
                href=home_of(case, Actor.of(held)),
                case=case,
                deadline=deadline,
            )
    return told


# --- In the morning ------------------------------------------------------------------------------------------


def digest() -> int:
    """One message a working day to each officer with something to do. Again on the same day: nothing more."""
    now = clock.local(clock.now())
    if not calendar.is_working_day(now.date()) or now.time() < DIGEST_FROM:
        return 0
    told = 0
    for organization, people in _officers().items():
        for held in people:
            told += _tell_of_the_day(organization, held, now.date())
    return told


def _officers() -> dict[Organization, list[Membership]]:
    held_in: dict[Organization, list[Membership]] = defaultdict(list)
    rows = Membership.objects.in_force().exclude(role__in=ENTERPRISE_ROLES).filter(user__is_active=True)
    bodies = Case.objects.filter(queue_at__isnull=False).values("holder_organization_id")
    for held in rows.filter(organization_id__in=bodies).select_related("user__person", "organization"):
        held_in[held.organization].append(held)
    return held_in


def _tell_of_the_day(organization: Organization, held: Membership, today: dt.date) -> int:
    waiting = held_by(held.organization_id, [held.role])
    soon = calendar.end_of_day(calendar.add_working_days(today, 3))
    counted = waiting.count()
    if not counted:
        return 0
    late = waiting.filter(is_overdue=True).count()
    near = waiting.filter(is_overdue=False, due_at__lte=soon).count()
    parts = [
        f"待办 {counted} 件",
        f"三个工作日内到期 {near} 件" if near else "",
        f"逾期 {late} 件" if late else "",
    ]
    return tell(
        [held],
        key=f"digest:{held.organization_id}:{held.role}:{today:%Y%m%d}",
        kind=Kind.DIGEST,
        title=f"{_day(today)}待办：{'，'.join(part for part in parts if part)}",
        text=f"{organization.label}（{held.get_role_display()}）{'，'.join(part for part in parts if part)}。",
        href="/opinions/" if held.role == Role.DEPARTMENT else "/desk/",
    )
