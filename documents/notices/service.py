"""Service of a notice 送达: posted, read, or handed over on paper; the clocks it starts run from that day (AMB-G20)."""

import datetime as dt

from django.db import transaction
from django.db.models import Max, Q

from accounts.actors import Actor
from accounts.roles import OFFICIALS, Kind, Role
from core import calendar, clock, defaults
from documents.notices.models import Notice
from workflow.acts import act
from workflow.deadlines import Deadline
from workflow.errors import InvalidInput, NotYours
from workflow.messages import telling
from workflow.messages.models import Kind as MessageKind
from workflow.perform import note, note_service
from workflow.rows import locked

NEWS = dt.timedelta(days=1)
SERVE = act("serve_on_paper", "登记纸质送达", by=tuple(OFFICIALS), clauses=("AMB-G20",))


def deemed_served_on(posted_on: dt.date, rules_on: dt.date | None = None) -> dt.date:
    """The day on which an unread notice counts as served."""
    days = int(defaults.value("NOTICE_DEEMED_SERVED_WORKING_DAYS", rules_on))
    return calendar.add_working_days(posted_on, days)


def read(notice: Notice, *, actor: Actor, now: dt.datetime) -> bool:
    """The addressee opens it. Returns whether that moved the day of service; the second opening never does."""
    if notice.addressee_id is None or actor.organization_id != notice.addressee_id or notice.read_at:
        return False
    with transaction.atomic():
        locked(notice.case)  # before the paper: its clocks may move, and every act takes the case first
        first = Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now, read_by=actor.user)
        today = clock.local(now).date()
        earlier = Notice.objects.filter(
            pk=notice.pk, service_mode=Notice.ServiceMode.DEEMED, served_on__gt=today
        )
        moved = bool(first and earlier.update(served_on=today, service_mode=Notice.ServiceMode.PORTAL))
        return _settled(notice, moved)


def enter_paper_service(notice: Notice, *, day: dt.date, actor: Actor, now: dt.datetime) -> bool:
    """An officer of the issuing organ enters the day a paper copy was handed over; it prevails.

    Returns whether the day of service moved. Raises `NotYours`, `InvalidInput`.
    """
    if actor.organization_id != notice.organ_id or not actor.is_official:
        raise NotYours()
    if notice.served_on is None:
        raise InvalidInput({"day": ["这份文书面向社会公布，没有送达日可填。"]})
    if not clock.local(notice.posted_at).date() <= day <= clock.local(now).date():
        raise InvalidInput({"day": ["纸质送达日应在文书发布之日与今天之间，请核对送达回证。"]})
    with transaction.atomic():
        note(
            notice.case, SERVE, actor=actor, paper=f"{notice.title}{notice.number}", served_on=day.isoformat()
        )
        moved = bool(Notice.objects.filter(pk=notice.pk).exclude(served_on=day).update(served_on=day))
        is_later = day > notice.served_on
        Notice.objects.filter(pk=notice.pk).update(service_mode=Notice.ServiceMode.PAPER)
        # A last day somebody was told never comes nearer afterwards: an earlier day is recorded and moves no clock.
        return _settled(notice, moved, is_later)


def posted_late(notice: Notice) -> None:
    """A paper that could not be made was not there to be read: it counts as posted, and is served, from now on."""
    now = clock.now()
    today = clock.local(now).date()
    if clock.local(notice.posted_at).date() == today:
        return
    late = Notice.objects.filter(pk=notice.pk)
    late.update(posted_at=now)
    unserved = late.filter(service_mode=Notice.ServiceMode.DEEMED)
    moved = bool(unserved.update(served_on=deemed_served_on(today, notice.case.rules_on)))
    _settled(notice, moved)


def _settled(notice: Notice, moved: bool, moves_clocks: bool = True) -> bool:
    """After service: the object as it now is, and where the day moved, the clocks that this notice started."""
    notice.refresh_from_db(fields=["read_at", "read_by", "served_on", "service_mode"])
    if moved and moves_clocks and notice.served_on and _starts_a_clock(notice):
        note_service(notice.case, lambda: _last_service(notice))
    return moved


def _last_service(notice: Notice) -> dt.date:
    """Where a step serves several, one clock runs for all: from the day the last of them was served (AMB-G20)."""
    served = Notice.objects.filter(
        case_id=notice.case_id, kind=notice.kind, entry_id=notice.entry_id, superseded_by=None
    )
    return served.aggregate(last=Max("served_on"))["last"]


def _starts_a_clock(notice: Notice) -> bool:
    """Whether a clock of this notice's step still runs from its service; not one that a later notice started.

    What the same step served on somebody else is no later notice.
    """
    of_the_case = Notice.objects.filter(case_id=notice.case_id, kind=notice.kind, pk__gt=notice.pk)
    takes_its_place = ~Q(entry_id=notice.entry_id) | Q(addressee_id=notice.addressee_id)
    is_latest = not of_the_case.filter(takes_its_place).exists()
    clocks = Deadline.objects.filter(
        case_id=notice.case_id,
        code__in=list(notice.context["deadlines"]),
        runs_from_service=True,
        ended_at=None,
    )
    return is_latest and clocks.exists()


def tell_addressee(notice: Notice) -> None:
    """Its people hear that a paper has come for them: what it is, and where. What it says they read there."""
    addressee, now = notice.addressee, clock.now()
    # What was posted long ago and is only now drawn, of a demo or an import, is no news.
    is_news = now - notice.posted_at < NEWS or bool(notice.render_error)
    if addressee is None or notice.served_on is None or notice.read_at or not is_news:
        return
    if addressee.kind == Kind.ENTERPRISE:
        roles, href = [Role.APPLICANT, Role.LEGAL_REP, Role.OPERATOR], f"/my/inbox/{notice.pk}/"
    elif addressee.kind == Kind.DEPARTMENT:
        roles, href = [Role.DEPARTMENT], f"/opinions/{notice.case.reference}/"
    elif addressee.kind in (Kind.COUNTY_BUREAU, Kind.PREFECTURE_BUREAU):
        roles = [Role.COUNTY_OFFICER, Role.COUNTY_APPROVER, Role.PREF_OFFICER, Role.PREF_APPROVER]
        href = f"/desk/cases/{notice.case.reference}/"
    else:
        return
    telling.tell(
        telling.people_of(addressee.pk, roles),
        key=f"paper:{notice.pk}",
        kind=MessageKind.PAPER,
        title=f"收到{notice.organ.name}《{notice.title}》",
        text=f"{notice.organ.name}向您单位发出《{notice.title}》{notice.number}，请登录平台查阅；首次打开之日为送达日。",
        href=href,
        case=notice.case,
    )
