"""Filing an operator: fifteen working days, seven materials, three conditions, and the published list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from centers import filings, roster
from centers.filings import OperatorFinding
from centers.procedures.filing import OperatorFiling
from centers.register import Center
from core import clock
from documents.notices.models import Notice
from tests.centers.cast import Hubei, day
from tests.centers.test_contracts import Operated
from tests.factories import attach
from tests.once import once
from workflow.errors import InvalidInput, NotMet
from workflow.perform import perform
from workflow.preparing import propose
from workflow.sweep import sweep

State = OperatorFiling.State
SIGNED = dt.datetime(2025, 9, 22, 9, 0)
EVIDENCE = "海关进出口货物收发货人备案"


@pytest.fixture
def on_the_day_of_signing(db):
    with clock.travel(SIGNED):
        yield


@pytest.fixture
def operated(on_the_day_of_signing, hubei: Hubei) -> Operated:
    return once("an operator to be filed", lambda: Operated(hubei))


def prepared(operated: Operated, *, left_out: str = "", heads: int = 5) -> OperatorFiling:
    """The filing that the third signature began, with its materials and the staff posted."""
    filing = operated.signed(first_day="2025-10-01").filing
    for material in filings.materials():
        if material["required"] and material["code"] != left_out:
            attach(filing, filings.slot_of(material))
    long_ago = clock.today() - dt.timedelta(days=2000)
    for n in range(heads):
        roster.post(
            Center.objects.get(pk=operated.center.pk), operated.operator, name=f"人员{n}", posted_on=clock.today(),
            trade_since=long_ago if n < 2 else None, is_declarant=n == 2, speaks_foreign_language=n == 3,
        )  # fmt: skip
    return filing


def submit(operated: Operated, filing: OperatorFiling) -> OperatorFiling:
    propose(filing, "submit", actor=operated.hubei.county_officer)
    return perform(filing, "submit", actor=operated.hubei.county_approver)


def at_the_province(operated: Operated) -> OperatorFiling:
    filing = submit(operated, prepared(operated))
    propose(filing, "forward", actor=operated.hubei.pref_officer)
    return perform(filing, "forward", actor=operated.hubei.pref_approver)


def examine(operated: Operated, filing: OperatorFiling, **failing: str) -> None:
    """All three conditions, in favour but for the checks named."""
    for code in filings.CLAUSE_OF:
        checks = {check: check != failing.get(code) for check in filings.checks_of(code)}
        filings.record_finding(
            filing, actor=operated.hubei.prov_officer, condition=code, checks=checks, evidence="查询结果打印件",
            qualification=EVIDENCE if code == "O2" else "",
        )  # fmt: skip


def filed(operated: Operated) -> OperatorFiling:
    filing = at_the_province(operated)
    examine(operated, filing)
    propose(filing, "file", actor=operated.hubei.prov_officer)
    return perform(filing, "file", actor=operated.hubei.prov_approver)


# --- The days -----------------------------------------------------------------------------------------------
@pytest.mark.clause("HB-44")
@pytest.mark.parametrize(
    ("handed_over", "mark", "late"), [("2025-10-17", "按期", 0), ("2025-10-18", "逾期 1 日", 1)]
)
def test_fifteen_working_days_from_the_last_signature(operated, handed_over, mark, late):
    filing = prepared(operated)
    assert filing.deadlines.get(code="filing").due_on == day("2025-10-17")

    with clock.travel(dt.datetime.combine(day(handed_over), dt.time(16))):
        sweep()
        filing = submit(operated, filing)

    assert (filing.state, filing.days_late) == (State.PREFECTURE_CHECK, late)
    assert filing.ledger.last().detail["said"]["mark"] == mark
    assert Notice.objects.filter(kind="receipt", case=filing).get().addressee == operated.hubei.county


@pytest.mark.clause("HB-37")
def test_six_materials_are_enough_and_five_are_not(operated):
    filing = prepared(operated, left_out="work_plan")
    with pytest.raises(NotMet, match="还缺：工作方案"):
        submit(operated, filing)

    attach(filing, "operator_work_plan")

    assert submit(operated, filing).state == State.PREFECTURE_CHECK


@pytest.mark.clause("HB-20", "HB-44")
def test_an_operator_is_filed_with_the_staff_it_really_posts(operated):
    with pytest.raises(NotMet, match="派驻人员 4 人，要求不少于 5 人"):
        submit(operated, prepared(operated, heads=4))


# --- The conditions -----------------------------------------------------------------------------------------
def finding(code: str, failing: str = "", **fields: Any) -> OperatorFinding:
    return OperatorFinding(
        condition=code, checks={c: c != failing for c in filings.checks_of(code)}, **fields
    )


@pytest.mark.django_db
@pytest.mark.clause("HB-34")
def test_a_branch_that_is_no_legal_person_fails():
    assert filings.judged(finding("O1"), "O1", day("2025-10-10")).ok is True
    assert filings.judged(finding("O1", "独立法人资格"), "O1", day("2025-10-10")).ok is False
    assert filings.judged(None, "O1", day("2025-10-10")).ok is None


@pytest.mark.django_db
@pytest.mark.clause("HB-35", "AMB-G16")
@pytest.mark.parametrize(
    ("qualification", "ok"),
    [(EVIDENCE, True), ("对外贸易经营者备案（历史）", True), ("营业执照", False), ("", False)],
)
def test_the_qualification_rests_on_one_of_the_accepted_documents(qualification, ok):
    assert filings.judged(finding("O2", qualification=qualification), "O2", day("2025-10-10")).ok is ok


@pytest.mark.clause("HB-35")
@pytest.mark.parametrize("blank", filings.checks_of("O2"))
def test_a_condition_with_one_of_its_eight_checks_blank_cannot_be_recorded(operated, blank):
    filing = OperatorFiling(state="filing")
    checks = {check: True for check in filings.checks_of("O2") if check != blank}

    with pytest.raises(InvalidInput, match=blank):
        filings.record_finding(
            filing, actor=operated.hubei.prov_officer, condition="O2", checks=checks, evidence="见附件"
        )
    assert len(filings.checks_of("O2")) == 8


@pytest.mark.django_db
@pytest.mark.clause("HB-36", "AMB-H10")
@pytest.mark.parametrize(("occurred", "ok"), [("2022-06-10", False), ("2022-06-09", True), (None, True)])
def test_a_bad_record_counts_for_three_years(occurred, ok):
    found = finding("O3", bad_record_on=day(occurred) if occurred else None)

    assert filings.judged(found, "O3", day("2025-06-10")).ok is ok


# --- The province -------------------------------------------------------------------------------------------
@pytest.mark.clause("HB-45")
def test_a_filed_operator_is_numbered_and_published_and_with_a_contract_the_center_operates(operated):
    filing = filed(operated)
    assert (filing.state, filing.number) == (State.FILED, "HBBA-2025-0001")
    assert filing.deadlines.get(code="filing_publication").length == 10
    receipt = Notice.objects.get(kind="filing_receipt")
    assert (receipt.organ, receipt.addressee) == (operated.hubei.province, operated.hubei.county)

    filing = perform(filing, "publish", actor=operated.hubei.prov_officer)
    center = Center.objects.get(pk=operated.center.pk)
    assert (filing.published_on, center.state) == (clock.today(), "contracted")  # no contract in force yet

    operated.sign(filing.agreement.contracts.get())
    center.refresh_from_db()
    assert center.state == "operating"


@pytest.mark.clause("HB-04")
def test_a_center_with_a_contract_waits_for_the_published_filing(operated):
    filing = filed(operated)
    operated.sign(filing.agreement.contracts.get())
    center = Center.objects.get(pk=operated.center.pk)
    assert center.state == "contracted"

    with clock.travel(dt.datetime(2025, 10, 9, 9, 0)):  # the contract runs from the first of October
        perform(filing, "publish", actor=operated.hubei.prov_officer)

    center.refresh_from_db()
    assert center.state == "operating"


@pytest.mark.clause("HB-34", "HB-35", "HB-36")
def test_nothing_is_filed_before_all_three_conditions_are_found_to_hold(operated):
    filing = at_the_province(operated)
    propose(filing, "file", actor=operated.hubei.prov_officer)
    with pytest.raises(NotMet) as refusal:
        perform(filing, "file", actor=operated.hubei.prov_approver)
    assert {f.clause for f in refusal.value.findings} == {"HB-34", "HB-35", "HB-36"}

    examine(operated, filing, O1="独立法人资格")
    with pytest.raises(NotMet) as refusal:
        perform(filing, "file", actor=operated.hubei.prov_approver)
    assert [f.clause for f in refusal.value.findings] == ["HB-34"]


@pytest.mark.clause("HB-34", "AMB-G09")
def test_an_operator_is_refused_after_it_was_told_and_heard(operated):
    filing = at_the_province(operated)
    examine(operated, filing, O1="独立法人资格")
    said = {"reasons": "经查，承办企业系分公司，不具有独立法人资格，不符合条件。", "clauses": ["HB-34"]}
    propose(filing, "refuse", actor=operated.hubei.prov_officer, **said)
    with pytest.raises(NotMet, match="应先告知"):
        perform(filing, "refuse", actor=operated.hubei.prov_approver, **said)

    told = {
        "facts": "经查，承办企业系一家分公司，不具有独立法人资格。",
        "clauses": ["HB-34"],
        "evidence": "企业登记信息查询结果",
    }
    filing = perform(filing, "serve_prior_notice", actor=operated.hubei.prov_officer, **told)
    assert filing.holder_organization == operated.firm
    filing = perform(
        filing, "state_case", actor=operated.operator, statement="总公司可以承接。", is_waived=False
    )
    propose(filing, "refuse", actor=operated.hubei.prov_officer, **said)
    filing = perform(filing, "refuse", actor=operated.hubei.prov_approver, **said)

    paper = Notice.objects.get(kind="refusal", case=filing)
    assert (filing.state, paper.title, paper.addressee) == (State.REFUSED, "不予备案决定书", operated.firm)
    assert "总公司可以承接" in paper.context["hearing"]


@pytest.mark.clause("AMB-G07")
def test_a_correction_that_never_comes_does_not_stop_a_duty(operated):
    filing = submit(operated, prepared(operated))
    defects = {"problem_other": "工作方案没有盖章。", "remedy_other": "补盖公章。"}
    filing = perform(filing, "request_correction", actor=operated.hubei.pref_officer, **defects)

    with clock.travel(filing.deadlines.get(code="correction").due_at):
        sweep()

    filing.refresh_from_db()
    assert (filing.state, filing.holder_organization) == (State.PREFECTURE_CHECK, operated.hubei.prefecture)
    assert filing.ledger.last().detail["said"] == {"outcome": "未补正"}


@pytest.mark.clause("HB-31")
def test_a_filing_ends_with_its_contract(operated):
    filing = at_the_province(operated)
    contract = operated.sign(filing.agreement.contracts.get())
    with clock.travel(dt.datetime(2025, 11, 3, 9, 0)):
        operated.county(
            contract,
            "terminate",
            effective_on="2025-11-03",
            document="樊商函〔2025〕9号",
            reason="承办企业退出。",
        )

    filing.refresh_from_db()
    assert filing.state == State.CLOSED
