"""What the enterprise has to do now, as one card: the first thing on its home page (design principle 2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from accreditation import filing, progress, promising
from accreditation.procedures.application import ProviderApplication
from accreditation.task_list import TaskList
from core import calendar, clock
from documents.models import Notice

State = ProviderApplication.State


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why, until when, and the one button that leads there."""

    tone: str
    icon: str
    word: str
    title: str
    href: str
    label: str
    said: str = ""
    note: str = ""
    due_on: dt.date | None = None
    items: list[dict] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)  # icon, label, address

    @property
    def days_left(self) -> int | None:
        return None if self.due_on is None else calendar.working_days_after(clock.today(), self.due_on)


def todo_of(application: ProviderApplication, actor: Actor, tasks: TaskList) -> Todo | None:
    """The most urgent thing an application asks of this person; None while others have it."""
    ways = {
        State.DRAFT: _draft,
        State.CORRECTION: _correction,
        State.PRIOR_NOTICE: _hearing,
        State.CITY_REFUSED: _review,
    }
    way = ways.get(application.state)
    if way is not None:
        return way(application, actor, tasks)
    return _to_promise(application, actor) or _promises(application, tasks)


def _address(name: str, application: ProviderApplication, *more: str) -> str:
    return reverse(f"my:{name}", args=[application.reference, *more])


def _to_sign(application: ProviderApplication, actor: Actor, tasks: TaskList) -> Todo | None:
    """The last two hands of a draft and of a correction: the signature, then sending it."""
    address = _address("check", application)
    if tasks.unfinished:
        return None
    sends = "提交补正" if application.state == State.CORRECTION else "提交申请"
    if tasks.is_signed:
        return Todo(
            "green", "signature", "已签署", f"法定代表人已签署，可以{sends}", address, f"核对并{sends}"
        )
    if Role.LEGAL_REP in actor.roles:
        asked = application.material(filing.STATEMENT).text
        said = f"{asked['asked_by']} 于 {asked['asked_at']} 请您签署" if asked else ""
        return Todo(
            "amber", "signature", "需要您签署", "材料已备齐，请您核对并签署申明", address, "核对并签署", said
        )
    return Todo(
        "amber",
        "signature",
        "待法定代表人签署",
        "材料已备齐，请法定代表人核对并签署申明",
        address,
        "核对并请签署",
    )


def _draft(application: ProviderApplication, actor: Actor, tasks: TaskList) -> Todo:
    if ready := _to_sign(application, actor, tasks):
        return ready
    going_on = tasks.next
    left = len(tasks.unfinished)
    return Todo(
        "grey",
        "pencil",
        "草稿，尚未提交",
        f"还有 {left} 项必交材料没有完成，接着填报",
        _address("case", application),
        f"继续：第 {going_on.number} 项" if going_on else "继续填报",
        said=f"受理编号 {application.reference}，随时可以退出，填好的都已保存",
    )


def _correction(application: ProviderApplication, actor: Actor, tasks: TaskList) -> Todo:
    request = application.open_correction()
    items = list(request.items.order_by("id")) if request else []
    left = [item for item in items if item.answered_at is None]
    own = progress.deadline(application)
    due_on = own.due_on if own else None
    until = f"，请在 {due_on.month} 月 {due_on.day} 日（含当日）前提交" if due_on else ""
    by = (
        f"{progress.reviewing_office(application)} {request.opened_by.display_name} 于 {clock.local(request.opened_at):%m-%d %H:%M} 一次性告知"
        if request
        else ""
    )
    ready = None if left else _to_sign(application, actor, tasks)
    names = {spec["code"]: spec for spec in application.program.materials}
    return Todo(
        "amber",
        "arrow-back-up",
        "需要您补正",
        f"有 {len(items)} 项材料需要补正{until}" if left or not ready else ready.title + until,
        _address("fix", application) if left or not ready else ready.href,
        f"开始补正（{len(items) - len(left)} / {len(items)}）" if left or not ready else ready.label,
        said=by,
        note="补正期间审核计时暂停；逾期没有补正的，按不予受理或不予认定处理，可以重新申报。",
        due_on=due_on,
        items=[
            {
                "number": names[item.material]["number"] if item.material in names else "",
                "title": names[item.material]["name"] if item.material in names else item.material,
                "problem": item.problem,
                "fix": item.remedy,
                "href": _address("material", application, item.material) if item.material in names else "",
                "done": item.answered_at is not None,
            }
            for item in items
        ],
        links=_notice_link(application, "correction", "补正通知书"),
    )


def _hearing(application: ProviderApplication, actor: Actor, tasks: TaskList) -> Todo:
    own = progress.deadline(application)
    due_on = own.due_on if own else None
    until = f"，请在 {due_on.month} 月 {due_on.day} 日（含当日）前" if due_on else "，请"
    return Todo(
        "amber",
        "message-report",
        "需要您陈述申辩",
        f"省商务厅拟不予认定{until}陈述申辩",
        _address("statement", application),
        "陈述申辩",
        said="作出决定之前，您有权说明情况、提交证据；也可以书面放弃。",
        note="逾期没有陈述的，视为放弃，省商务厅将依法作出决定。",
        due_on=due_on,
        links=_notice_link(application, "prior_notice", "拟不予认定告知书"),
    )


def _review(application: ProviderApplication, actor: Actor, tasks: TaskList) -> Todo:
    own = progress.deadline(application)
    due_on = own.due_on if own else None
    until = f"，{due_on.month} 月 {due_on.day} 日（含当日）前可以申请复查" if due_on else "，可以申请复查"
    return Todo(
        "amber",
        "arrow-back-up",
        "市级不予推荐",
        f"市级没有推荐{until}",
        reverse("workflow:step", args=[application.reference, "ask_review"]),
        "申请省级复查",
        said="不同意市级意见的，可以请省商务厅复查一次。",
        note="逾期没有申请的，不予推荐生效，本次申请终止。",
        due_on=due_on,
        links=_notice_link(application, "not_recommended", "不予推荐通知书"),
    )


def _to_promise(application: ProviderApplication, actor: Actor) -> Todo | None:
    """While completeness is checked: what is missed and may come later can be promised in writing (FJ-24)."""
    if not promising.is_possible(application):
        return None
    address = _address("promise", application)
    if promising.signature(application):
        office = progress.reviewing_office(application)
        return Todo(
            "green",
            "signature",
            "承诺已签署",
            f"容缺承诺已签署，等{office}决定是否受理",
            address,
            "查看承诺书",
        )
    missed = [gap for gap in promising.gaps(application) if gap.is_missed]
    if not missed or not all(gap.may_wait for gap in missed):
        return None
    signs = Role.LEGAL_REP in actor.roles
    return Todo(
        "amber",
        "signature",
        "需要您签署" if signs else "待法定代表人签署",
        f"还缺 {len(missed)} 项非法定必备材料，签署书面承诺后可以先予受理",
        address,
        "核对并签署容缺承诺" if signs else "查看容缺承诺",
        said="、".join(gap.spec["name"] for gap in missed),
    )


def _promises(application: ProviderApplication, tasks: TaskList) -> Todo | None:
    if not tasks.promised:
        return None
    promise = application.deadlines.filter(code="promise", status="running").first()
    if promise is None:
        return None
    names = {spec["code"]: spec["name"] for spec in application.program.materials}
    return Todo(
        "amber",
        "hourglass",
        "容缺材料待补交",
        f"承诺补交的 {len(tasks.promised)} 项材料，请在 {promise.due_on.month} 月 {promise.due_on.day} 日（含当日）前补交",
        _address("case", application),
        "去补交",
        said="、".join(names.get(code, code) for code in sorted(tasks.promised)),
        due_on=promise.due_on,
    )


def _notice_link(application: ProviderApplication, kind: str, label: str) -> list[tuple[str, str, str]]:
    notice = Notice.objects.filter(case_id=application.pk, kind=kind).order_by("-id").first()
    return [("file-type-pdf", label, reverse("my:notice", args=[notice.pk]))] if notice else []
