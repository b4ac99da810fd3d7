"""Adjusting and abolishing a center: who may begin, who is heard, what the decision asks, and when it is over."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from centers import adjusting, inspection
from centers.hearing import DecisionPoint
from centers.procedures.adjustment import CenterAdjustment
from centers.register import Center
from core import clock
from documents.notices.models import Notice
from tests.centers.cast import Hubei
from tests.factories import person
from tests.once import once
from workflow.errors import Conflict, InvalidInput, NotMet, NotYours
from workflow.perform import perform
from workflow.preparing import propose
from workflow.sweep import sweep

State = CenterAdjustment.State
REASON = {"reason": "园区整合，两个服务点相距不足三公里，合并后更便于企业办事。"}
TOLD = {
    "facts": "经实地核查，该中心场地实测面积七十六平方米，不足八十平方米。",
    "ground": "场地不再满足设立条件",
    "clauses": ["HB-18"],
    "evidence": "测量记录、现场照片。",
}
ABOLITION = {
    "reasons": "中心不再满足设立条件，经限期未改正。", "contracts": "承办合同自决定之日终止。", "staff": "由承办企业安置。",
    "assets": "清点后交区商务局。", "money": "未用资金退回原渠道。",
}  # fmt: skip
ADJUSTMENT = {
    "reasons": "场地不足，应当调整。",
    "points": "更换场地，不少于八十平方米\n报送新场地证明",
    "due_on": "2027-03-31",
}


@pytest.fixture
def center(hubei: Hubei) -> Center:
    return once("a center of Hubei", hubei.center)


def applied(hubei: Hubei, center: Center, measure: str = "adjust") -> CenterAdjustment:
    case = adjusting.draft(center, hubei.pref_officer, measure=measure)
    propose(case, "apply", actor=hubei.pref_officer, **REASON)
    return perform(case, "apply", actor=hubei.pref_approver, **REASON)


def heard(hubei: Hubei, center: Center, measure: str = "adjust") -> CenterAdjustment:
    return perform(applied(hubei, center, measure), "hear", actor=hubei.prov_officer, **TOLD)


def answer(hubei: Hubei, case: CenterAdjustment, who: str, **said) -> CenterAdjustment:
    officer, approver = getattr(hubei, f"{who}_officer"), getattr(hubei, f"{who}_approver")
    propose(case, "answer_hearing", actor=officer, **said)
    return perform(case, "answer_hearing", actor=approver, **said)


def deciding(hubei: Hubei, center: Center, measure: str = "adjust") -> CenterAdjustment:
    case = heard(hubei, center, measure)
    answer(hubei, case, "county", statement="", is_waived=True)
    answer(hubei, case, "pref", statement="", is_waived=True)
    return perform(case, "close_hearing", actor=hubei.prov_officer)


def decided(hubei: Hubei, center: Center, measure: str = "adjust") -> CenterAdjustment:
    case = deciding(hubei, center, measure)
    said = ADJUSTMENT if measure == "adjust" else ABOLITION
    propose(case, "decide", actor=hubei.prov_officer, **said)
    return perform(case, "decide", actor=hubei.prov_approver, **said)


def report(hubei: Hubei, center: Center, step: str, number: int, **which: str) -> Center:
    said = {"number": number, "evidence": "已办结，附交接清单。", **which}
    propose(center, step, actor=hubei.county_officer, **said)
    return perform(center, step, actor=hubei.county_approver, **said)


@pytest.mark.clause("HB-31")
def test_an_adjusted_center_goes_on_once_every_point_is_carried_out(hubei, center):
    case = decided(hubei, center)
    center.refresh_from_db()
    assert (case.state, center.state) == (State.DECIDED, "adjusting")
    assert list(DecisionPoint.objects.values_list("number", "text")) == [
        (1, "更换场地，不少于八十平方米"),
        (2, "报送新场地证明"),
    ]

    report(hubei, center, "report_adjustment", 1)
    with pytest.raises(NotMet, match="还有 1 项没有办结"):
        perform(center, "finish_adjusting", actor=hubei.prov_officer)
    with pytest.raises(NotMet, match="没有这一项，或者已经报告过"):
        report(hubei, center, "report_adjustment", 1)
    report(hubei, center, "report_adjustment", 2)

    assert perform(center, "finish_adjusting", actor=hubei.prov_officer).state == "approved"


@pytest.mark.clause("HB-31")
def test_the_decision_is_one_numbered_paper_to_the_county_with_copies(hubei, center):
    decided(hubei, center, "revoke")

    paper = Notice.objects.get(kind="adjust_revoke")
    assert (paper.organ, paper.addressee) == (hubei.province, hubei.county)
    assert paper.number.endswith("2号")  # the approval of the center was the first of the year
    assert paper.context["copies"] == ["襄阳市商务局"]
    assert paper.context["kind_word"] == "撤销"
    assert [point.partition("：")[0] for point in paper.context["points"]] == ["合同", "人员", "资产", "资金"]


@pytest.mark.clause("HB-31", "AMB-H36")
def test_a_center_is_abolished_when_contracts_staff_assets_and_money_are_settled(hubei, center):
    decided(hubei, center, "revoke")
    center.refresh_from_db()
    deadline = center.deadlines.get(code="wind_down")
    assert (center.state, deadline.length, deadline.unit) == ("winding_down", 60, "day")

    for number in (1, 2, 3):
        report(hubei, center, "report_settlement", number)
    propose(center, "settle", actor=hubei.pref_officer)
    with pytest.raises(NotMet, match="还有 1 项没有办结"):
        perform(center, "settle", actor=hubei.pref_approver)
    report(hubei, center, "report_settlement", 4)
    center = perform(center, "settle", actor=hubei.pref_approver)

    assert (center.state, center.ended_on) == ("revoked", clock.today())
    hubei.layout.plans.get(prefecture="420600").sites.update(centers=1)
    assert hubei.center().zone == center.zone  # the zone may have a center again


@pytest.mark.clause("HB-31")
def test_nothing_is_decided_without_a_hearing(hubei, center):
    case = applied(hubei, center)

    with pytest.raises(Conflict):
        perform(case, "decide", actor=hubei.prov_approver, **ADJUSTMENT)
    assert not Notice.objects.filter(kind="adjust_revoke").exists()


@pytest.mark.clause("HB-31")
def test_the_province_acts_of_its_own_motion_only_on_a_condition_that_no_longer_holds(hubei, center):
    case = adjusting.draft(center, hubei.prov_officer, measure="revoke")
    assert case.holder_organization == hubei.province
    with pytest.raises(NotMet, match="没有测得或查明"):
        perform(case, "open_ex_officio", actor=hubei.prov_officer, **REASON)

    inspection.record(
        center, actor=hubei.prov_officer, inspected_on=clock.today(), note="实测 76 平方米。", unmet=["HB-18"]
    )
    case = perform(case, "open_ex_officio", actor=hubei.prov_officer, **REASON)

    assert (case.state, case.holder_organization) == (State.PROVINCE_REVIEW, hubei.province)


@pytest.mark.clause("HB-32")
def test_a_county_cannot_apply_and_another_prefecture_neither(hubei, center):
    for stranger in (hubei.county_approver, hubei.jingzhou_officer):
        with pytest.raises(NotYours):
            adjusting.draft(center, stranger, measure="adjust")


@pytest.mark.clause("HB-32", "HB-68")
def test_a_directly_administered_body_applies_as_the_prefecture_it_also_is(hubei):
    zone = hubei.new_zone("仙桃高新区", county_id="429004", prefecture_id="429004")
    hubei.plan_for(zone)
    setup = hubei.request(zone, hubei.xiantao_officer)
    propose(setup, "submit_direct", actor=hubei.xiantao_officer)
    setup = hubei.approve(perform(setup, "submit_direct", actor=hubei.xiantao_approver))
    case = adjusting.draft(Center.objects.get(parent=setup), hubei.xiantao_officer, measure="adjust")
    propose(case, "apply", actor=hubei.xiantao_officer, **REASON)
    case = perform(case, "apply", actor=hubei.xiantao_approver, **REASON)

    case = perform(case, "hear", actor=hubei.prov_officer, **TOLD)

    assert [party.organization for party in case.heard.all()] == [hubei.xiantao]  # heard once, not twice


@pytest.mark.clause("HB-33")
@pytest.mark.parametrize("reason", ["", "　", "太短"])
def test_an_application_without_a_reason_is_refused(hubei, center, reason):
    case = adjusting.draft(center, hubei.pref_officer, measure="adjust")
    propose(case, "apply", actor=hubei.pref_officer, **REASON)

    with pytest.raises(InvalidInput):
        perform(case, "apply", actor=hubei.pref_approver, reason=reason)


@pytest.mark.clause("HB-31")
def test_there_is_one_open_case_a_center(hubei, center):
    applied(hubei, center)

    with pytest.raises(Conflict, match="办件未办结"):
        adjusting.draft(center, hubei.prov_officer, measure="revoke")


@pytest.mark.clause("AMB-G09")
def test_who_is_heard_answers_once_and_what_they_say_is_answered(hubei, center):
    case = heard(hubei, center)
    answer(hubei, case, "county", statement="场地已另行落实，请求不予调整。", is_waived=False)
    with pytest.raises(NotMet, match="已经答复过"):
        answer(hubei, case, "county", statement="补充一点。", is_waived=False)
    with pytest.raises(NotMet, match="还没有答复：襄阳市商务局"):
        perform(case, "close_hearing", actor=hubei.prov_officer)
    answer(hubei, case, "pref", statement="", is_waived=True)
    case = perform(case, "close_hearing", actor=hubei.prov_officer)
    propose(case, "decide", actor=hubei.prov_officer, **ADJUSTMENT)

    with pytest.raises(NotMet, match="决定应逐点答复"):
        perform(case, "decide", actor=hubei.prov_approver, **ADJUSTMENT)
    said = ADJUSTMENT | {"answers": "另行落实的场地没有证明，不予采纳。"}
    assert perform(case, "decide", actor=hubei.prov_approver, **said).state == State.DECIDED


@pytest.mark.clause("AMB-G09")
def test_silence_through_the_last_day_ends_the_hearing(hubei, center):
    case = heard(hubei, center)
    due = case.deadlines.get(code="statement").due_at
    with clock.travel(due - dt.timedelta(seconds=1)):
        sweep()
    case.refresh_from_db()
    assert case.state == State.HEARING

    with clock.travel(due):
        sweep()

    case.refresh_from_db()
    assert case.state == State.DECIDING
    assert case.ledger.last().detail["said"]["heard"] == {"樊城区商务局": "未陈述", "襄阳市商务局": "未陈述"}


@pytest.mark.parametrize(
    ("measure", "left_out"),
    [
        ("revoke", "contracts"),
        ("revoke", "staff"),
        ("revoke", "assets"),
        ("revoke", "money"),
        ("adjust", "points"),
        ("adjust", "due_on"),
    ],
)
@pytest.mark.clause("HB-31", "AMB-H36")
def test_a_decision_says_what_follows(hubei, center, measure, left_out):
    case = deciding(hubei, center, measure)
    said = (ABOLITION if measure == "revoke" else ADJUSTMENT) | {left_out: ""}
    propose(case, "decide", actor=hubei.prov_officer, **said)

    with pytest.raises(NotMet, match="还没有写明"):
        perform(case, "decide", actor=hubei.prov_approver, **said)


@pytest.mark.clause("HB-31")
def test_a_dismissed_case_leaves_the_center_as_it_was(hubei, center):
    case = applied(hubei, center)
    propose(case, "dismiss", actor=hubei.prov_officer, reason="理由不充分。")
    case = perform(case, "dismiss", actor=hubei.prov_approver, reason="理由不充分。")

    center.refresh_from_db()
    assert (case.state, center.state) == (State.DISMISSED, "approved")


def test_the_prefecture_takes_back_what_it_asked_for_and_nothing_else(hubei, center):
    case = applied(hubei, center)
    propose(case, "withdraw", actor=hubei.pref_officer)

    assert perform(case, "withdraw", actor=hubei.pref_approver).state == State.WITHDRAWN


def test_a_point_without_evidence_is_not_reported_by_any_code(hubei, center):
    decided(hubei, center)

    with pytest.raises(IntegrityError, match="reported_point_has_its_evidence"), transaction.atomic():
        DecisionPoint.objects.update(reported_at=clock.now())


def test_who_prepared_a_decision_does_not_take_it(hubei, center):
    case = deciding(hubei, center)
    both = person("兼任", hubei.province, Role.PROV_OFFICER, Role.PROV_APPROVER)
    propose(case, "decide", actor=both, **ADJUSTMENT)

    with pytest.raises(NotMet, match="不能是同一人"):
        perform(case, "decide", actor=both, **ADJUSTMENT)
