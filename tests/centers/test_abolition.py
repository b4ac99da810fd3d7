"""A center with an operator is adjusted or abolished: who is served, what falls with it, whose points are ticked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from centers.hearing import DecisionPoint
from centers.procedures.adjustment import CenterAdjustment
from centers.procedures.contract import Contract
from centers.register import Center
from centers.rules import adjustment as rules
from core import calendar, clock
from documents.notices import service
from documents.notices.models import Notice
from tests.centers.cast import Hubei
from tests.centers.test_adjustment import ABOLITION, ADJUSTMENT, TOLD, answer, decided, heard, report
from tests.centers.test_contracts import Operated, on
from tests.once import once
from workflow.errors import Conflict, NotMet
from workflow.messages.models import Message
from workflow.perform import perform
from workflow.preparing import propose
from workflow.steps import steps_of


@pytest.fixture
def at_new_year(db) -> Iterator[None]:
    with clock.travel(dt.datetime(2026, 1, 5, 9, 0)):
        yield


@pytest.fixture
def operated(at_new_year, hubei: Hubei) -> Operated:
    return once("an awarded center", lambda: Operated(hubei))


def center_of(operated: Operated) -> Center:
    return Center.objects.get(pk=operated.center.pk)


def decided_after_all_waived(operated: Operated, measure: str = "revoke") -> CenterAdjustment:
    """A decision on a center whose operator, too, was heard."""
    hubei, waived = operated.hubei, {"statement": "", "is_waived": True}
    case = heard(hubei, center_of(operated), measure)
    answer(hubei, case, "county", **waived)
    answer(hubei, case, "pref", **waived)
    perform(case, "answer_hearing", actor=operated.operator, **waived)
    case = perform(case, "close_hearing", actor=hubei.prov_officer)
    said = ABOLITION if measure == "revoke" else ADJUSTMENT
    propose(case, "decide", actor=hubei.prov_officer, **said)
    return perform(case, "decide", actor=hubei.prov_approver, **said)


# --- Served -------------------------------------------------------------------------------------------------
@pytest.mark.clause("AMB-G09", "AMB-G20", "AMB-H36")
def test_each_who_is_heard_is_served_and_the_time_runs_from_the_last_service(operated):
    hubei = operated.hubei
    operated.contract()
    case = heard(hubei, center_of(operated), "revoke")

    told = {one.addressee: one for one in Notice.objects.filter(case=case, kind="prior_notice")}
    assert set(told) == {hubei.county, hubei.prefecture, operated.firm}
    assert {one.context["facts"] for one in told.values()} == {TOLD["facts"]}
    assert {one.context["evidence"] for one in told.values()} == {TOLD["evidence"]}
    deemed = case.deadlines.get(code="statement").starts_on
    read_on = calendar.add_working_days(clock.today(), 1)
    with on(read_on):
        for who in (operated.operator, hubei.county_approver):
            assert service.read(told[who.organization], actor=who, now=clock.now())
        assert case.deadlines.get(code="statement").starts_on == deemed > read_on
        service.read(told[hubei.prefecture], actor=hubei.pref_approver, now=clock.now())
    assert case.deadlines.get(code="statement").starts_on == read_on


@pytest.mark.clause("HB-31", "AMB-H36")
def test_the_operator_hears_of_both_papers_and_opens_them(operated, client):
    operated.contract()
    case = decided_after_all_waived(operated)

    papers = Notice.objects.filter(case=case, addressee=operated.firm).order_by("pk")
    assert [one.kind for one in papers] == ["prior_notice", "adjust_revoke"]
    for one in papers:
        service.tell_addressee(one)
    client.force_login(operated.operator.user)
    page = client.get(f"/operator/cases/{case.reference}/").content.decode()
    for one in papers:
        assert Message.objects.get(user=operated.operator.user, key=f"paper:{one.pk}").href in page


@pytest.mark.clause("AMB-G20")
def test_a_body_that_is_heard_is_told_and_opens_its_paper_at_the_desk(operated, client):
    hubei = operated.hubei
    case = heard(hubei, center_of(operated))
    paper = Notice.objects.get(case=case, kind="prior_notice", addressee=hubei.county)
    service.tell_addressee(paper)
    assert Message.objects.filter(user=hubei.county_approver.user, key=f"paper:{paper.pk}").exists()

    client.force_login(hubei.county_approver.user)
    client.get(f"/desk/cases/{case.reference}/notices/{paper.pk}/")

    paper.refresh_from_db()
    assert (paper.served_on, paper.service_mode) == (clock.today(), "portal")


# --- What falls with the center -----------------------------------------------------------------------------
@pytest.mark.clause("HB-31", "AMB-H36")
def test_an_agreement_that_is_being_signed_falls_with_its_center(operated):
    agreement = perform(operated.offered(), "sign", actor=operated.operator, agreed=True)
    decided(operated.hubei, center_of(operated), "revoke")

    agreement.refresh_from_db()
    assert (agreement.state, center_of(operated).state) == ("void", "winding_down")
    assert agreement.cycle.ended_on < agreement.cycle.first_day  # it never ran
    with pytest.raises(Conflict):
        perform(agreement, "sign", actor=operated.zone, agreed=True)
    assert not Contract.objects.exists()


@pytest.mark.clause("HB-43")
def test_an_agreement_does_not_take_effect_for_a_center_that_waits_for_none(operated):
    agreement = operated.offered()
    for who in (operated.operator, operated.zone):
        agreement = perform(agreement, "sign", actor=who, agreed=True)
    Center.objects.filter(pk=operated.center.pk).update(state="winding_down")

    with pytest.raises(Conflict, match="刚刚有变化"):
        perform(agreement, "sign", actor=operated.hubei.county_approver, agreed=True)
    agreement.refresh_from_db()
    assert (agreement.state, agreement.effective_on) == ("signing", None)


@pytest.mark.clause("HB-31", "AMB-H36")
def test_a_center_is_not_gone_while_an_agreement_or_a_contract_of_it_is_open(operated):
    assert rules.nothing_still_binds(operated.center).ok
    contract = operated.contract()
    found = rules.nothing_still_binds(operated.center)
    assert (found.ok, found.clause) == (False, "AMB-H36")
    assert contract.reference in found.message
    assert contract.agreement.reference in found.message
    assert rules.nothing_still_binds in steps_of(operated.center)["settle"].requires


# --- What a decision asks -----------------------------------------------------------------------------------
@pytest.mark.clause("HB-31")
@pytest.mark.parametrize(
    ("state", "can_be_adjusted"), [("operating", True), ("tendering", False), ("adjusting", False)]
)
def test_a_center_is_adjusted_only_where_an_adjustment_changes_something(state, can_be_adjusted):
    center = Center(kind="Center", state=state)
    adjusting, abolishing = (
        CenterAdjustment(kind="CenterAdjustment", service_center=center, measure=one)
        for one in ("adjust", "revoke")
    )

    assert rules.center_takes_the_decision(adjusting).ok is can_be_adjusted
    assert rules.center_takes_the_decision(abolishing).ok
    assert rules.center_takes_the_decision in steps_of(adjusting)["decide"].requires


@pytest.mark.clause("HB-31")
def test_no_adjustment_is_issued_while_the_center_is_being_procured_for(operated):
    operated.award()
    with pytest.raises(NotMet, match="采购中"):
        decided(operated.hubei, center_of(operated))
    assert not DecisionPoint.objects.exists()
    assert not Notice.objects.filter(kind="adjust_revoke").exists()


@pytest.mark.clause("HB-31", "AMB-H36")
def test_an_abolition_overtakes_what_an_adjustment_asked(operated):
    hubei, center = operated.hubei, center_of(operated)
    older = decided(hubei, center)
    newer = decided(hubei, center_of(operated), "revoke")

    overtaken = DecisionPoint.objects.filter(decision=older)
    assert {newer.reference in one.evidence for one in overtaken} == {True}
    before = list(overtaken.values_list("evidence", "reported_at"))
    report(hubei, center_of(operated), "report_settlement", 1)
    assert list(overtaken.values_list("evidence", "reported_at")) == before
    assert newer.decision_points.exclude(reported_at=None).get().number == 1


@pytest.mark.clause("HB-31")
def test_a_report_ticks_the_point_of_one_decision(operated):
    hubei = operated.hubei
    older = decided(hubei, center_of(operated))
    Center.objects.filter(pk=operated.center.pk).update(state="vacant")  # its contract ran out meanwhile
    newer = decided(hubei, center_of(operated))

    with pytest.raises(NotMet, match="2 份决定都有这一项"):
        report(hubei, center_of(operated), "report_adjustment", 1)
    report(hubei, center_of(operated), "report_adjustment", 1, decision=newer.reference)

    assert DecisionPoint.objects.exclude(reported_at=None).get().decision_id == newer.pk
    report(hubei, center_of(operated), "report_adjustment", 1)
    assert older.decision_points.get(number=1).reported_at
