"""A clerical error in a paper is corrected by a new paper that takes the old one's place; the old one is kept.

An officer of the issuing organ says what was written wrong, an approver of the same organ, another person, issues the
corrected paper: decisions stay decisions of two (AMB-G17). What the case decided is no clerical error: only names and
what somebody typed can be reached from here.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Role
from core import clock, letters
from documents.notices import codes, issuing, numbering
from documents.notices.context import plain
from documents.notices.kinds import form_of
from documents.notices.models import Notice
from documents.notices.service import deemed_served_on
from documents.sealing import providers
from workflow import outbox
from workflow.acts import act
from workflow.errors import Conflict, InvalidInput, NotYours
from workflow.perform import note
from workflow.relations import PREPARED_BY

CORRECT = act("correct_notice", "更正文书", by=tuple(PREPARED_BY), clauses=("AMB-G17",))
LONGEST = 60
# What somebody typed or the register spells: all else on a paper, its outcome above all, comes from the case.
FREE_TEXT = {
    "addressee", "enterprise", "reasons", "reason", "facts", "hearing", "answers", "question", "findings", "defects",
    "summary", "content", "note",
}  # fmt: skip
A_DAY = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")


class NoticeCorrection(models.Model):
    """A clerical error somebody found, and what came of it: nothing yet, a corrected paper, or a refusal."""

    class Outcome(models.TextChoices):
        ISSUED = "issued", _("已更正")
        DROPPED = "dropped", _("不予更正")

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="corrections", verbose_name=_("文书"))
    wrong = models.CharField(_("误写的文字"), max_length=LONGEST)
    right = models.CharField(_("应为"), max_length=LONGEST, validators=[letters.check])
    reason = models.CharField(_("更正理由"), max_length=300, validators=[letters.check])
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    asked_at = models.DateTimeField(_("提出时间"), default=clock.now)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("审批人")
    )
    settled_at = models.DateTimeField(_("审批时间"), null=True)
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome.choices, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("文书更正")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_correction_per_notice",
                fields=["notice"],
                condition=Q(settled_at__isnull=True),
                violation_error_message="这份文书已有一项更正等待审批，请先办完。",
            ),
            models.CheckConstraint(
                name="settled_correction_says_by_whom_and_how",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, outcome="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="who_asked_for_a_correction_does_not_settle_it",
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="correction_changes_something", condition=~Q(wrong=models.F("right")) & ~Q(wrong="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice}：{self.wrong}→{self.right}"


def ask(notice: Notice, *, wrong: str, right: str, reason: str, actor: Actor) -> NoticeCorrection:
    """An officer of the organ says what is written wrong. Raises `NotYours`, `InvalidInput`, `Conflict`."""
    if actor.user is None or not may_ask(actor, notice):
        raise NotYours()
    if not notice.is_standing or Notice.objects.filter(supersedes=notice).exists():
        raise Conflict("这份文书已经失效、被替换或者正在更正，不能再更正。请打开现行有效的那一份。")
    if corrected(notice.context, wrong, right) == notice.context:
        raise InvalidInput(
            {
                "wrong": [
                    f"在这份文书的正文里没有找到“{wrong}”。请照文书上的原样填写；"
                    "文号、日期、依据条款和决定结果来自办件，不能这样更正。"
                ]
            }
        )
    if notice.corrections.filter(settled_at=None).exists():
        raise Conflict("这份文书已有一项更正等待审批，请先办完。")
    return NoticeCorrection.objects.create(
        notice=notice, wrong=wrong, right=right, reason=reason, asked_by=actor.user
    )


def confirm(correction: NoticeCorrection, *, actor: Actor) -> Notice:
    """An approver issues the corrected paper. Raises `NotYours`, `Conflict`, `KeyUnavailable`."""
    with transaction.atomic():
        notice = _settle(correction, actor, NoticeCorrection.Outcome.ISSUED)
        now = clock.now()
        providers.usable_certificate(notice.organ, now)
        context = corrected(notice.context, correction.wrong, correction.right)
        context["corrects"] = {
            "title": notice.title,
            "number": notice.number,
            "day": notice.context["issued_on"],
            "wrong": correction.wrong,
            "right": correction.right,
        }
        new = reissued(notice, context)
        note(
            notice.case, CORRECT, actor=actor,
            paper=f"{notice.title}{notice.number}", corrected=[correction.wrong, correction.right],
            reason=correction.reason,
        )  # fmt: skip
        return new


def drop(correction: NoticeCorrection, *, actor: Actor) -> None:
    """An approver finds nothing to correct. Raises `NotYours`, `Conflict`."""
    with transaction.atomic():
        _settle(correction, actor, NoticeCorrection.Outcome.DROPPED)


def _settle(correction: NoticeCorrection, actor: Actor, outcome: str) -> Notice:
    notice = Notice.objects.select_for_update(of=("self",)).select_related("organ", "case").get(
        pk=correction.notice_id
    )  # fmt: skip
    if not may_settle(actor, correction):
        raise NotYours("更正由本机关的审批人决定，提出的人不能自己批。")
    waiting = NoticeCorrection.objects.filter(pk=correction.pk, settled_at=None)
    if not waiting.update(settled_at=clock.now(), settled_by=actor.user, outcome=outcome):
        raise Conflict("这项更正已经办过了，请刷新页面查看结果。")
    is_replaced = not notice.is_standing or Notice.objects.filter(supersedes=notice).exists()
    if outcome == NoticeCorrection.Outcome.ISSUED and is_replaced:
        raise Conflict("这份文书已经失效或被替换，不能更正。请打开现行有效的那一份。")
    return notice


def may_ask(actor: Actor, notice: Notice) -> bool:
    return _holds(actor, notice, PREPARED_BY.values())


def may_settle(actor: Actor, correction: NoticeCorrection) -> bool:
    """An approver of the organ, and not the human who asked."""
    return _holds(actor, correction.notice, PREPARED_BY) and actor.person_id != correction.asked_by.person_id


def _holds(actor: Actor, notice: Notice, roles: Any) -> bool:
    return actor.organization_id == notice.organ_id and any(Role(role) in actor.roles for role in roles)


def corrected(context: dict[str, Any], wrong: str, right: str) -> dict[str, Any]:
    """The printed content with a text replaced in names and in what somebody typed, and nowhere else."""
    return {
        name: _replaced(value, wrong, right) if name in FREE_TEXT else value
        for name, value in context.items()
    }


def _replaced(value: Any, wrong: str, right: str) -> Any:
    if isinstance(value, str):
        return value if A_DAY.fullmatch(value) else value.replace(wrong, right)
    if isinstance(value, dict):
        return {name: _replaced(one, wrong, right) for name, one in value.items()}
    return [_replaced(one, wrong, right) for one in value] if isinstance(value, list) else value


def reissued(old: Notice, context: dict[str, Any]) -> Notice:
    """A new paper in the place of an old one: a number and a code of its own, of today. Inside a transaction.

    The old one stands until the new one is sealed; where it was never sealed its number is burnt with the reason.
    """
    now = clock.now()
    year, serial, number = numbering.year_of(now), None, old.number
    if form_of(old.kind).series is not None:
        serial = numbering.draw(old.organ_id, year, old.series)
        number = numbering.written(old.organ, year, old.series, serial)
    code = codes.new_code()
    today = clock.local(now).date()
    new = Notice.objects.create(
        case=old.case,
        entry=old.entry,
        subject=old.subject,
        kind=old.kind,
        title=old.title,
        organ=old.organ,
        year=year,
        series=old.series,
        serial=serial,
        number=number,
        addressee=old.addressee,
        addressee_name=old.addressee_name,
        context={
            **context,
            "number": number,
            "issued_on": plain(today),
            "verification_code": code,
            "verification_code_words": codes.in_groups(code),
            "verification_url": codes.verification_url(code),
        },
        verification_code=code,
        supersedes=old,
        posted_at=now,
        served_on=deemed_served_on(today, old.case.rules_on) if old.served_on else None,
        service_mode=Notice.ServiceMode.DEEMED if old.served_on else "",
    )
    if not old.is_ready:
        issuing.end(old, Notice.Status.VOIDED, now=now, reason=f"未制发，由{number}替换。")
    outbox.send(issuing.RENDER, key=f"notice:{new.pk}", case_id=old.case_id, at=now, notice_id=new.pk)
    return new
