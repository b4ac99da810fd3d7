"""A title on its way: under review, filed, told, revoked; walked with the people of the standing cast."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.actors import Actor
from accreditation import supervision, title_checking, title_filing
from accreditation.clocks import review_opens_on
from accreditation.materials import SLOTS_OF
from accreditation.models import Accreditation, ProviderReview, RevocationCase
from accreditation.rules.title_review import COUNTED, CREDIT, checks_of, must_be_new, wanted_materials
from core import clock
from tests.factories import World, attach
from tests.once import once
from workflow.perform import perform
from workflow.preparing import countersign, propose
from workflow.sweep import sweep

NINE = dt.time(9)


def granted(world: World) -> Accreditation:
    """A title in force, granted the usual way."""
    application = world.walk_to("accredited")
    return Accreditation.objects.get(parent=application)


def on(day: dt.date, at: dt.time = NINE):
    """Travel to a day, in Beijing."""
    return clock.travel(clock.instant(dt.datetime.combine(day, at)))


def reviewed(title: Accreditation) -> ProviderReview:
    """Its review, opened by the sweep on the day it is due."""
    return once(("review of", title.pk), lambda: _reviewed(title))


def _reviewed(title: Accreditation) -> ProviderReview:
    with on(review_opens_on(title)):
        sweep()
    return ProviderReview.objects.get(register_entry=title)


def in_review(world: World, title: Accreditation) -> ProviderReview:
    """A review on a merger, which opens on any day."""
    perform(title, "open_ad_hoc_review", actor=world.prov_officer, reason="企业合并，须核查是否仍符合条件。")
    return ProviderReview.objects.get(register_entry=title)


def prepare(world: World, review: ProviderReview) -> None:
    """Everything the holder hands in, as it is least: new where it must be, confirmed where it may."""
    applicant = world.applicant
    for spec in wanted_materials(review):
        if must_be_new(spec):
            attach(review, SLOTS_OF[spec["code"]][0], applicant)
    title_filing.confirm_unchanged(
        review, applicant, [spec["code"] for spec in wanted_materials(review) if not must_be_new(spec)]
    )
    title_filing.save_report(
        review, applicant, served_enterprises=32, trade_volume=Decimal(61_000_000), note=""
    )


def sign(world: World, review: ProviderReview, step: str = "submit") -> None:
    countersign(review, step, actor=world.legal_rep, statement=title_filing.statement_of(review))


def filed(world: World, review: ProviderReview) -> ProviderReview:
    prepare(world, review)
    sign(world, review)
    return perform(review, "submit", actor=world.applicant)


def judge(world: World, review: ProviderReview, **other) -> None:
    """Every check found in order by the city; `other` names checks with another verdict or figure."""
    for row in checks_of(review):
        code = row["code"]
        found = other.get(code, {"served_enterprises": 32, "trade_volume": 61_000_000}.get(code, True))
        said = {"measured": Decimal(found)} if code in COUNTED else {"ok": found}
        title_checking.record_verdict(
            review, actor=world.officer, check=code, evidence="现场核查记录", checked_on=clock.today(), **said
        )


def at_province(world: World, review: ProviderReview, **other) -> ProviderReview:
    """Filed, taken up, checked, forwarded, and prepared for the decision."""
    review = filed(world, review)
    review = perform(review, "take_up", actor=world.officer)
    judge(world, review, **other)
    review = perform(
        review, "forward", actor=world.approver, opinion="经核查，企业情况如所附核查结论，现报省厅复核。",
        proposal="pass" if not other else "fail",
    )  # fmt: skip
    if not other:
        propose(review, "pass", actor=world.prov_officer, reasons="仍符合规定条件。", answers="")
    return review


def lead(
    world: World, title: Accreditation, ground: str = "false_materials", actor: Actor | None = None
) -> RevocationCase:
    return supervision.report_lead(
        title, actor=actor or world.prov_officer, ground=ground, facts="有合同相对方反映从未签订合同。", source="来信 2026-17 号"
    )  # fmt: skip


def opened(world: World, case: RevocationCase) -> RevocationCase:
    return perform(
        case, "open", actor=world.prov_officer, first_check="经电话核实，反映人身份属实，立案核查。"
    )


NOTICE = {
    "facts": "经查，你单位申报时提交的三份委托合同系伪造，相对方从未与你单位签订合同。",
    "evidence": "合同相对方的书面说明、公章鉴定意见、调查笔录。",
    "nonperformance": "",
    "refund_fraud": "",
}


def told(world: World, case: RevocationCase, ground: str = "false_materials", **other) -> RevocationCase:
    return perform(case, "serve_prior_notice", actor=world.prov_officer, ground=ground, **(NOTICE | other))


def heard(world: World, case) -> RevocationCase:
    return perform(
        case, "state_case", actor=world.applicant, statement="合同由前任经办人提供，我公司不知情。", is_waived=False
    )  # fmt: skip


DECISION = {
    "reasons": "申报材料虚假，属于应当立即取消认定的情形，决定取消认定资格。",
    "gravity": "涉及三份合同，情节严重。",
    "answers": "是否知情不影响材料虚假的认定，不予采纳。",
}


def revoked(world: World, case: RevocationCase) -> RevocationCase:
    return perform(case, "decide_revoke", actor=world.prov_approver, **DECISION)


def to_decision(world: World, title: Accreditation, ground: str = "false_materials") -> RevocationCase:
    """A revocation that waits for its decision, the holder heard."""
    return once(
        ("revocation to decide", title.pk, ground),
        lambda: heard(world, told(world, opened(world, lead(world, title, ground)), ground)),
    )


def propose_dismissal(world: World, case: RevocationCase) -> None:
    propose(case, "dismiss", actor=world.prov_officer, reason="经核实，反映不实。")


def propose_strike_off(world: World, title: Accreditation) -> None:
    propose(title, "strike_off", actor=world.prov_officer, extract="国家企业信用信息公示系统：已注销。")


def query_again(world: World, review: ProviderReview) -> None:
    """The province asks the registers anew: what the city found out is too old by now."""
    for code in CREDIT:
        title_checking.record_verdict(
            review, actor=world.prov_officer, check=code, evidence="信用中国（山西）", checked_on=clock.today(), ok=True
        )  # fmt: skip
