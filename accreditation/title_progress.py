"""Where a review or a revocation stands, in the words of its reader: the stepper, the facts, the one thing to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.roles import Role
from accreditation.materials import SLOTS_OF
from accreditation.procedures.revocation import RevocationCase
from accreditation.procedures.title_review import ProviderReview
from accreditation.rules.title_review import must_be_new, wanted_materials
from documents.attachments.models import Attachment
from documents.attachments.slots import SLOTS, Slot
from workflow.cases import Case
from workflow.deadlines import Deadline

APPLICANTS = (Role.APPLICANT, Role.LEGAL_REP)
REVIEW_STAGES = (
    ("企业报送", {"opened"}),
    ("市级核查", {"submitted", "city_check"}),
    ("省级复核", {"provincial_check", "hearing"}),
    ("决定", {"deciding"}),
)
REVOCATION_STAGES = (
    ("线索", {"lead"}),
    ("核查", {"investigating"}),
    ("告知、陈述申辩", {"prior_notice"}),
    ("决定", {"deciding"}),
)
SUCCEEDED = {"passed", "dismissed"}


def stages(case: Case, *, waits_for_reader: bool = False) -> list[dict[str, str]]:
    """The steps of the walk; what interrupts it is shown inside the step it came from."""
    told = REVIEW_STAGES if case.kind == "ProviderReview" else REVOCATION_STAGES
    inside = case.state if case.is_open and case.state != "correction" else case.came_from
    here = next((n for n, (_label, states) in enumerate(told) if inside in states), 0)
    if case.state in SUCCEEDED | {"failed", "revoked"}:
        here = len(told) - 1
    return [
        {"label": label, "state": _look(case, n, here, waits_for_reader), "note": _note(case, n, here)}
        for n, (label, _states) in enumerate(told)
    ]


def _look(case: Case, number: int, here: int, waits: bool) -> str:
    if number < here:
        return "done"
    if number > here:
        return ""
    if not case.is_open:
        return "done" if case.state in SUCCEEDED else "stop"
    return "wait" if waits else "now"


def _note(case: Case, number: int, here: int) -> str:
    if number != here:
        return ""
    holder = case.holder_organization
    return "\n".join([case.state_label, *([holder.label] if holder and case.is_open else [])])


def deadline(case: Case) -> Deadline | None:
    """The clock that matters now: the party's while it holds the case, else the body's."""
    live = list(case.deadlines.filter(status__in=["running", "standing"]).order_by("due_at"))
    against = "party" if case.holder_role in APPLICANTS else "body"
    return next((one for one in live if one.against == against), None)


def facts(case: Any, *, ours: bool = False) -> list[dict[str, Any]]:
    """Who has it, until when, and about which title."""
    holder = case.holder_organization
    who = "已办结" if holder is None else holder.label
    rows: list[dict[str, Any]] = [
        {"label": "现在由谁办", "value": f"贵公司（{case.state_label}）" if ours else who}
    ]
    live = deadline(case)
    if live is not None:
        stands = live.status == Deadline.Status.STANDING
        rows.append(
            {
                "label": f"{live.label}剩余",
                "due": live.due_on,
                "paused": stands,
                "note": "计时暂停" if stands else f"{live.due_on:%Y-%m-%d} 当日 24 时止",
            }
        )
    title = case.register_entry
    rows.append({"label": "证书编号", "value": title.number})
    rows.append({"label": "称号有效期至", "value": f"{title.valid_until:%Y-%m-%d}", "note": "含当日"})
    return rows


@dataclass(frozen=True)
class Piece:
    """A material of a review as its page shows it: whether new or confirmed, with the places for its files."""

    number: int
    code: str
    name: str
    must_be_new: bool
    is_confirmed: bool
    places: list[tuple[Slot, list[Attachment]]]

    @property
    def files(self) -> int:
        return sum(len(files) for _slot, files in self.places)

    @property
    def is_settled(self) -> bool:
        return bool(self.files) or (self.is_confirmed and not self.must_be_new)

    @property
    def word(self) -> str:
        if self.files:
            return _("已重新提交")
        return _("确认没有变化") if self.is_settled else _("待提交") if self.must_be_new else _("待确认")


def pieces(review: ProviderReview) -> list[Piece]:
    """The materials of a review in the order of the document."""
    files: dict[str, list[Attachment]] = {}
    for file in Attachment.objects.standing().filter(case_id=review.pk).order_by("id"):
        files.setdefault(file.slot, []).append(file)
    confirmed = set(review.confirmations.values_list("code", flat=True))
    return [
        Piece(
            spec["number"],
            spec["code"],
            spec["name"],
            must_be_new(spec),
            spec["code"] in confirmed,
            [(SLOTS[slot], files.get(slot, [])) for slot in SLOTS_OF[spec["code"]]],
        )
        for spec in wanted_materials(review)
    ]


@dataclass(frozen=True)
class TitleTodo:
    """What a title asks of its holder now."""

    word: str
    title: str
    text: str
    href: str
    label: str
    due_on: dt.date | None


def todo_of(case: ProviderReview | RevocationCase) -> TitleTodo | None:
    """The one thing a review or a revocation waits for; None while others have it."""
    own = deadline(case)
    due_on = own.due_on if own else None
    until = f"，请在 {due_on.month} 月 {due_on.day} 日（含当日）前" if due_on else "，请"
    href = f"/my/cases/{case.reference}/"
    if case.state == "opened":
        return TitleTodo(
            "三年复核",
            f"称号要复核{until}报送复核材料",
            "没有变化的材料在线确认即可；在期限内报送的，复核结果作出前称号继续有效。",
            href,
            "报送复核材料",
            due_on,
        )
    if case.state == "correction":
        return TitleTodo(
            "复核补正",
            f"复核材料需要补正{until}提交",
            "逐项写明补正情况，法定代表人重新签署后提交。",
            href,
            "去补正",
            due_on,
        )
    if case.state in ("hearing", "prior_notice"):
        proposed = "复核不通过" if case.kind == "ProviderReview" else "取消认定资格"
        return TitleTodo(
            "需要您陈述申辩",
            f"省商务厅拟作出{proposed}的决定{until}陈述申辩",
            "作出决定之前，您有权说明情况、提交证据；也可以书面放弃。逾期没有陈述的，视为放弃。",
            f"{href}statement/",
            "陈述申辩",
            due_on,
        )
    return None


def heading(case: Any) -> str:
    """How the enterprise knows such a case."""
    if case.kind == "ProviderReview":
        return f"{case.get_review_kind_display()}（{case.register_entry.number}）"
    return f"取消认定资格（{case.register_entry.number}）"
