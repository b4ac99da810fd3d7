"""The queue as a table to take along; what was filtered stands above the rows."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from core import clock
from documents.spreadsheets.writing import safe_cell
from portal.desk.asked import Asked
from portal.desk.kinds import choices_of_kinds, states_held_by
from portal.desk.queue import awaiting_departments, page, shown
from workflow.views import for_officials

MOST = 1000
MARKS = {"ok": "符合", "no": "未达到", "man": "待核实"}


@require_safe
@never_cache
@for_officials
def export(request: HttpRequest) -> HttpResponse:
    """CSV that opens in WPS and Excel as it is: marked UTF-8, no cell a formula."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = replace(Asked.of(request.GET), after="", size=MOST)
    found = page(actor, asked).rows
    rows = shown(found, awaiting_departments(found))
    told = StringIO()
    writer = csv.writer(told)
    now = clock.local(clock.now())
    writer.writerow(
        [
            "待办",
            actor.organization.label,
            f"导出人 {actor.user}",
            f"{now:%Y-%m-%d %H:%M}",
            _filters(actor, asked),
        ]
    )
    writer.writerow(["企业", "受理编号", "事项", "状态", "四项条件", "到期日", "剩余工作日", "承办人"])
    for row in rows:
        due = f"{clock.local(row.due):%Y-%m-%d %H:%M}" if row.due else ""
        marks = "、".join(MARKS[mark] for mark in row.marks.split())
        left = "" if row.left is None else row.left
        cells = [
            row.case.title, row.case.reference, row.kind, row.word, marks, due, left, row.claimed
        ]  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in cells])
    answer = HttpResponse("\ufeff" + told.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="queue-{now:%Y%m%d-%H%M}.csv"'
    return answer


WORDS = {
    "overdue": "已超期",
    "today": "今天到期",
    "week": "七天内到期",
    "me": "我",
    "free": "无人承办",
    "proposals": "待我审批",
    "returned": "补正已返回",
    "collected": "意见已收齐",
}


def _filters(actor: Actor, asked: Asked) -> str:
    """What was asked for, in words; what the queue has no word for stands as it was asked."""
    kinds, states = dict(choices_of_kinds()), dict(states_held_by(actor.roles, asked.kind))
    words = []
    if asked.kind:
        words.append(f"事项 {kinds.get(asked.kind, asked.kind)}")
    if asked.state:
        words.append(f"状态 {states.get(asked.state, asked.state)}")
    words += [
        f"{label} {WORDS.get(value, value)}"
        for label, value in (
            ("承办人", asked.who),
            ("期限", asked.due),
            ("视图", asked.view),
            ("查找", asked.text),
        )
        if value
    ]
    return "；".join(words) or "全部"
