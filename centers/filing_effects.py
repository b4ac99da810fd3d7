"""What the steps of a filing bring about: the mark of its days, the number, the publication, what the operator said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.roles import Role
from centers import filings
from centers.hearing import HeardParty
from core import calendar
from workflow.cases import CaseSeries
from workflow.relations import Relation

if TYPE_CHECKING:
    from centers.procedures.filing import OperatorFiling


def hand_over(filing: OperatorFiling, ctx: Any) -> None:
    """In time, or so many days late: a mark, not a refusal (HB-44, AMB-H13)."""
    deadline = ctx.clocks.live.get("filing")
    filing.filed_on = filing.rules_on = ctx.today
    if deadline is not None and ctx.today > deadline.due_on:
        filing.days_late = (ctx.today - deadline.due_on).days
    if filing.skips_prefecture():
        filing.add_party(Relation.PROVINCE, filing.service_center.body(Role.PROV_OFFICER))
        ctx.record(skipped="市州汇总：同一机关")
    ctx.record(mark=f"逾期 {filing.days_late} 日" if filing.days_late else "按期")
    ctx.notice.update(filed="承办企业备案材料", addressee=filing.body(Role.COUNTY_OFFICER))


def file(filing: OperatorFiling, ctx: Any) -> None:
    filing.number = CaseSeries.take(f"HBBA-{ctx.today.year}")
    ctx.record(number=filing.number)
    ctx.notice.update(
        addressee=filing.body(Role.COUNTY_OFFICER),
        center=filing.title,
        center_number=filing.service_center.number,
        operator={"name": filing.applicant.name, "uscc": filing.applicant.uscc},
        filing_number=filing.number,
        agreement={"reference": filing.agreement.reference, "effective_on": filing.agreement.effective_on},
        mark=f"逾期{filing.days_late}日" if filing.days_late else "按期",
        publish_by=calendar.add_working_days(ctx.today, 10),
        copies=[filing.applicant.name],
    )


def tell(filing: OperatorFiling, ctx: Any) -> None:
    filing.was_told = True
    HeardParty.objects.filter(case_id=filing.pk).delete()  # told anew, heard anew
    HeardParty.objects.create(case_id=filing.pk, organization=filing.applicant)
    ctx.notice.update(ctx.inputs, proposed="不予备案", ground_words="承办企业条件不符合")
    ctx.record(clauses=ctx.inputs["clauses"])


def note_statement(filing: OperatorFiling, ctx: Any) -> None:
    filing.heard.update(
        statement=ctx.inputs["statement"],
        is_waived=ctx.inputs["is_waived"],
        answered_at=ctx.now,
        answered_by=ctx.actor.user,
    )


def refuse(filing: OperatorFiling, ctx: Any) -> None:
    """The county is to end the contract and to change the operator (workflows.md 10)."""
    party = filing.heard.last()
    said = f"称：{party.statement}" if party and party.statement else "没有陈述申辩"
    ctx.notice.update(
        ctx.inputs,
        refused="不予备案",
        findings=[finding for finding in filings.findings(filing) if finding.ok is False],
        hearing=f"本机关已事先告知，你单位{said}",
    )
    ctx.record(reason=ctx.inputs["reasons"], clauses=ctx.inputs["clauses"])


def publish(filing: OperatorFiling, ctx: Any) -> None:
    """On the public list from today; with a contract in force the center operates (HB-04, HB-45)."""
    filing.published_on = ctx.today
    center = filing.service_center
    if center.contract_on(ctx.today) is not None:
        ctx.cascade(center, "start_operating")
