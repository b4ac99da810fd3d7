"""The home page of an enterprise: what it must do, where its case stands, what it was told (picture d)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accreditation import eligibility, progress, yearly
from accreditation.models import Accreditation, ProviderReview, RevocationCase
from accreditation.procedures.application import ProviderApplication
from accreditation.standing import standing_of
from accreditation.task_list import TaskList
from accreditation.title_progress import TitleTodo
from accreditation.title_progress import todo_of as todo_of_title
from accreditation.views.enterprise.common import (
    actor_of,
    applications_of,
    enterprise_page,
    heading_of,
    profile_of,
    programs_open_to,
)
from accreditation.views.enterprise.todo import todo_of
from core import clock
from documents.models import Notice
from workflow.access import cases_visible_to
from workflow.reading import reading_once

RECENT = 5


@require_safe
@enterprise_page
def dashboard(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    titles = list(titles_of(actor))
    context = {
        "notices": notices_to(actor)[:RECENT],
        "unread": notices_to(actor).filter(read_at=None).count(),
        "titles": titles,
        "title_todos": title_todos(actor, titles) if titles else [],
        "ended": ended_title(titles),
    }
    rows = applications_of(actor)
    application = rows.filter(closed_at=None).first() or rows.first()
    if application is None:
        context |= {"programs": programs_open_to(actor), "profile": profile_of(actor)}
        return render(request, "accreditation/enterprise/dashboard_empty.html", context)
    with reading_once(application):
        context |= where_it_stands(application, actor)
        return render(request, "accreditation/enterprise/dashboard.html", context)


def where_it_stands(application: ProviderApplication, actor: Actor) -> dict[str, Any]:
    tasks = TaskList(application)
    return {
        "application": application,
        "tasks": tasks,
        "heading": heading_of(application),
        "todo": todo_of(application, actor, tasks),
        "steps": progress.steps(application),
        "facts": progress.facts(application, actor),
        "entries": application.version,
        "blocks": eligibility.blocks(application),
        "may_begin": not application.is_open,
    }


def notices_to(actor: Actor):
    """What the enterprise was told, unread first, then the newest first."""
    rows = Notice.objects.filter(addressee=actor.organization).select_related("organ", "case")
    return rows.annotate(is_read=Q(read_at__isnull=False)).order_by("is_read", "-id")


def yearly_todos(titles: list[Accreditation]) -> list[TitleTodo]:
    """The wish for a yearly report, from the day of the reminder on; there is no duty in it (AMB-S26)."""
    due = next((yearly.to_remind(title, clock.today()) for title in titles if title.is_open), None)
    if due is None:
        return []
    text = "自愿报送上一年度的设点、孵化和人才培养情况；不报送不影响称号。"
    return [TitleTodo("年度自报", "可以报送上一年度情况", text, "/my/self-report/", "去报送", due)]


def title_todos(actor: Actor, titles: list[Accreditation]) -> list[TitleTodo]:
    """What reviews and revocations of its titles ask of the enterprise, the most urgent first."""
    open_cases = [
        row
        for procedure in (ProviderReview, RevocationCase)
        for row in cases_visible_to(actor, procedure)
        .filter(applicant=actor.organization, closed_at=None)
        .select_related("register_entry")
    ]
    found = [*filter(None, (todo_of_title(row) for row in open_cases)), *yearly_todos(titles)]
    return sorted(found, key=lambda todo: todo.due_on or dt.date.max)


def ended_title(titles: list[Accreditation]) -> dict[str, Any] | None:
    """The newest title of the enterprise, if none holds any more: what the home page must not gloss over."""
    if not titles:
        return None
    stands = standing_of(titles[0], clock.today())
    return None if stands.holds else {"title": titles[0], "stands": stands}


def titles_of(actor: Actor):
    """Titles of the enterprise, the standing ones first."""
    rows = cases_visible_to(actor, Accreditation).filter(applicant=actor.organization)
    return rows.select_related("program").order_by(F("closed_at").asc(nulls_first=True), "-id")
