"""Lets the days go by: every act of every story in its hour, and between them what the calendar does on its own.

All of it in one transaction: a world is there whole or not at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from accounts.models import User
from accreditation.models import Program, Round
from core import clock
from core.facts import facts
from portal.demo.acts import Acts
from portal.demo.calendar import CURRENT, FORMER, Days
from portal.demo.people import People
from portal.demo.plan import Plan
from portal.demo.shelf import Shelf
from portal.demo.thread import Thread
from portal.drill import moments_due
from workflow import ledger
from workflow.sweep import sweep

FORMER_NUMBER = facts("shanxi_provider")["document"]["replaces"]


class NotPossible(Exception):
    """There cannot be a demo here, or not on this day; the sentence says why and what to do."""


def exists() -> bool:
    return User.objects.exclude(preferences__demo=None).exists()


def build(
    plan: Plan,
    watch: Callable[[], Any] = lambda: None,
    also: Iterable[Callable[[People], None]] = (),
) -> None:
    """Make the world of a plan as of `clock.today()`; `watch` is called after every act and every night.

    `also` are other provinces, each lived after the first, with people of their own.
    """
    with transaction.atomic():
        if exists():
            raise NotPossible("演示数据已经存在，没有改动。需要重新生成，请用 scripts/run --reset。")
        program = Program.objects.in_bulk(field_name="code").get(CURRENT)
        if program is None:
            raise NotPossible("还没有载入法规数据，请先运行 manage.py load_regulations。")
        people = _live(plan, program, clock.now(), watch)
        for live in also:
            live(people)
        ledger.sequence_all()


def _live(plan: Plan, program: Program, now: dt.datetime, watch: Callable[[], Any]) -> People:
    years = program.facts["validity"]["years"]
    today = clock.local(now).date()
    firms = {firm.key: firm for firm in plan.firms}
    threads = [
        Thread(number, story, firms[story.firm], Days.of(story.base, today, years))
        for number, story in enumerate(plan.stories)
    ]
    hours = sorted(
        (clock.instant(dt.datetime.combine(threads[act.story].days.on(act.back), act.time)), number)
        for number, act in enumerate(plan.acts)
    )
    _refuse_days_without_law(program, threads, plan)
    if any(thread.days.program == FORMER for thread in threads):
        _former_program(program, first=clock.local(hours[0][0]).date())
    acts = Acts(People(plan), Shelf(plan.seed))
    lived = hours[0][0]
    for moment, number in hours:
        lived = nights(lived, moment, watch)
        act = plan.acts[number]
        with clock.travel(moment):
            acts.do(threads[act.story], act.name, act.argument)
        watch()
    nights(lived, now, watch)
    return acts.people


def nights(since: dt.datetime, until: dt.datetime, watch: Callable[[], Any] = lambda: None) -> dt.datetime:
    """The calendar acts whenever something falls due."""
    for due in moments_due(since, until):
        with clock.travel(due):
            sweep()
        watch()
    return until


def _refuse_days_without_law(program: Program, threads: list[Thread], plan: Plan) -> None:
    current = [
        threads[a.story].days.on(a.back)
        for a in plan.acts
        if a.name == "begin" and threads[a.story].days.program == CURRENT
    ]
    first, last = min(current), clock.today()
    if not (program.in_force(first) and program.in_force(last)):
        raise NotPossible(
            f"演示数据需要从 {first} 起的申报，而 {program.document_number} 自 {program.effective_on} 施行，"
            f"至 {program.last_day} 止。请把演练日期设在其间（不早于施行后八个月）。"
        )


def _former_program(program: Program, first: dt.date) -> None:
    """The measures that the present ones replaced, so that there are titles near and past their end."""
    former = Program.objects.create(
        code=FORMER,
        name="省级外贸综合服务企业认定（原办法，已停止申报）",
        title_name=program.title_name,
        province=program.province,
        document_number=FORMER_NUMBER,
        facts_name=program.facts_name,
        effective_on=min(first, dt.date(2019, 1, 1)),
        last_day=program.effective_on - dt.timedelta(days=1),
    )
    Round.objects.create(
        program=former, name="常年受理", opens_on=former.effective_on, closes_on=former.last_day
    )
