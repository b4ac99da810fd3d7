"""What a holder writes for its review: figures, files, what is unchanged, answers to defects (AMB-S12, AMB-S13).

Written under the lock of the review and only while the papers are the enterprise's to write: before they are filed, in
a correction, and late for as long as that is possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accreditation.materials import SLOTS_OF
from accreditation.procedures.title_review import ProviderReview
from accreditation.rules.title_review import must_be_new, wanted_materials
from accreditation.title_papers import ReviewMaterial, ReviewReport
from core import clock
from documents.attachments.gate import examined, recorded
from documents.attachments.models import Attachment
from documents.attachments.slots import SLOTS
from workflow.errors import Conflict, InvalidInput, NotYours
from workflow.holding import written_under_lock

State = ProviderReview.State
WRITTEN_IN = (State.OPENED, State.CORRECTION)


def is_open_to_writing(review: ProviderReview) -> bool:
    """Whether the holder may write now; late as well, where it was told for having filed nothing (AMB-S12)."""
    late = review.is_unfiled and review.state in (State.HEARING, State.DECIDING)
    return review.state in WRITTEN_IN or late


@contextmanager
def writing(review: ProviderReview, actor: Actor) -> Iterator[ProviderReview]:
    if actor.organization_id is None or actor.organization_id != review.applicant_id:
        raise NotYours()
    with written_under_lock(review) as fresh:
        if not is_open_to_writing(fresh):
            raise Conflict(_("本件现为“%(state)s”，材料不能改动。") % {"state": fresh.state_label})
        yield fresh


def slots_of(review: ProviderReview) -> frozenset[str]:
    return frozenset(slot for spec in wanted_materials(review) for slot in SLOTS_OF[spec["code"]])


def save_report(
    review: ProviderReview, actor: Actor, *, served_enterprises: int, trade_volume: Decimal, note: str
) -> ReviewReport:
    """The figures of the last twelve months, in yuan."""
    with writing(review, actor) as fresh:
        report, _made = ReviewReport.objects.update_or_create(
            review=fresh,
            defaults={
                "served_enterprises": served_enterprises,
                "trade_volume": trade_volume,
                "note": note.strip(),
                "updated_at": clock.now(),
                "updated_by": actor.user,
            },
        )
        return report


def confirm_unchanged(review: ProviderReview, actor: Actor, codes: Iterable[str]) -> None:
    """Which materials are as they were; what is not named is not confirmed. What must be new cannot be."""
    chosen = set(codes)
    may = {spec["code"] for spec in wanted_materials(review) if not must_be_new(spec)}
    if not chosen <= may:
        raise InvalidInput({"unchanged": [_("反映近 12 个月业务的材料须重新提交，不能确认为没有变化。")]})
    with writing(review, actor) as fresh:
        fresh.confirmations.exclude(code__in=chosen).delete()
        known = set(fresh.confirmations.values_list("code", flat=True))
        ReviewMaterial.objects.bulk_create(
            ReviewMaterial(review=fresh, code=code, confirmed_by=actor.user, confirmed_at=clock.now())
            for code in sorted(chosen - known)
        )


def hand_in(review: ProviderReview, actor: Actor, slot: str, file: UploadedFile) -> Attachment:
    """Take a file into a slot; one that stands there is replaced and kept. Raises `Rejected`, `Conflict`."""
    if slot not in slots_of(review):
        raise InvalidInput({"files": [_("没有这个材料位置，请刷新页面。")]})
    with writing(review, actor):
        pass  # nobody waits for the look into a file that will not be taken
    earlier = review.attachments.standing().filter(slot=slot).order_by("-id").first()
    found = examined(file, SLOTS[slot], review, actor.user, replaces=earlier)
    with writing(review, actor):
        return recorded(found)


def take_back(review: ProviderReview, actor: Actor, attachment: Attachment) -> None:
    """A file no longer counts; it stays on record."""
    with writing(review, actor):
        attachment.withdraw()


def answer_defect(review: ProviderReview, actor: Actor, defect: int, text: str) -> None:
    """What was done about one point of the notice (AMB-G07)."""
    if not 2 <= len(text.strip()) <= 1000:
        raise InvalidInput({"answer": [_("写明怎么补正的，2 至 1000 字。")]})
    with writing(review, actor) as fresh:
        changed = fresh.defects.filter(pk=defect, resolved_at=None).update(answer=text.strip())
        if not changed:
            raise Conflict(_("没有这一项补正事项，请刷新页面。"))


def statement_of(review: ProviderReview) -> str:
    """The words the legal representative signs."""
    report = getattr(review, "report", None)
    confirmed = review.confirmations.count()
    return _(
        "我单位报送的%(title)s复核材料真实、有效：近 12 个月服务省内进出口企业 %(served)s 家，"
        "进出口业务量 %(volume)s 元；其中 %(confirmed)s 项材料与原申报时相比没有变化。"
        "如有虚假，接受取消认定资格等处理，并承担相应责任。"
    ) % {
        "title": review.register_entry.title_name,
        "served": report.served_enterprises if report else "—",
        "volume": f"{report.trade_volume:,.2f}" if report and report.trade_volume is not None else "—",
        "confirmed": confirmed,
    }
