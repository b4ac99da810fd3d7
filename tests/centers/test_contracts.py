"""Agreement and contracts: three signatures, a year at a time inside three, assessed, renewed or procured anew."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Organization
from accounts.roles import Kind, Role
from centers import adjusting, contracting, cycles
from centers.cycles import ProcurementCycle, last_day_of_cycle
from centers.procedures.agreement import TripartiteAgreement
from centers.procedures.contract import Contract
from centers.register import Center
from centers.rules import contract as rules
from core import clock
from documents.notices.models import Notice
from tests.centers.cast import Hubei, day
from tests.factories import enterprise, person
from tests.once import once
from workflow.errors import Conflict, InvalidInput, NotMet, NotYours
from workflow.perform import perform
from workflow.preparing import countersign, propose
from workflow.sweep import sweep

FIRST = "2026-01-05"
AWARD = {
    "platform": "湖北省政府采购网",
    "announcement_number": "ZB-2025-118",
    "award_number": "ZBTZ-2025-118",
}
OFFER = {"terms": "三方按本协议合作运营服务中心。", "uses": "人员经费\n设备维护\n培训活动"}


class Operated:
    """A center of Hubei with an award on record: zone committee, operator, their people."""

    def __init__(self, hubei: Hubei) -> None:
        self._gather(hubei, hubei.center())

    @classmethod
    def of(cls, hubei: Hubei, center: Center) -> Operated:
        """Around a center that stands already."""
        operated = cls.__new__(cls)
        operated._gather(hubei, center)
        return operated

    def _gather(self, hubei: Hubei, center: Center) -> None:
        self.hubei, self.center = hubei, center
        self.committee = Organization.objects.create(
            kind=Kind.ZONE_COMMITTEE, name="襄阳高新区管委会", region=hubei.county.region
        )
        type(hubei.zone).objects.filter(pk=hubei.zone.pk).update(committee=self.committee)
        self.firm = enterprise("湖北汉江外贸综合服务有限公司", "420600", "420600")
        self.zone = person("卢义", self.committee, Role.ZONE)
        self.operator = person("沈英", self.firm, Role.OPERATOR)

    def award(self, first_day: str = FIRST, **changes: Any) -> TripartiteAgreement:
        center = Center.objects.select_related("zone__committee").get(pk=self.center.pk)
        return cycles.record_award(
            center, self.hubei.county_officer, operator=self.firm, first_day=day(first_day),
            awarded_on=clock.today(), **(AWARD | changes),
        )  # fmt: skip

    def offered(self, **changes: Any) -> TripartiteAgreement:
        return perform(self.award(**changes), "offer", actor=self.hubei.county_approver, **OFFER)

    def signed(self, **changes: Any) -> TripartiteAgreement:
        agreement = self.offered(**changes)
        for who in (self.operator, self.zone, self.hubei.county_approver):
            agreement = perform(agreement, "sign", actor=who, agreed=True)
        return agreement

    def contract(self, **changes: Any) -> Contract:
        """The first contract, in force."""
        return self.sign(self.signed(**changes).contracts.get())

    def sign(self, contract: Contract) -> Contract:
        officer = self.hubei.county_officer
        contracting.set_terms(
            contract, self.hubei.county_approver, first_day=contract.first_day, last_day=contract.last_day,
            amount=Decimal(400_000),
        )  # fmt: skip
        contract.refresh_from_db()
        countersign(contract, "sign", actor=self.operator, statement="同意合同条款。")
        propose(contract, "sign", actor=officer)
        return perform(contract, "sign", actor=self.hubei.county_approver)

    def county(self, contract: Contract, step: str, **said: Any) -> Contract:
        propose(contract, step, actor=self.hubei.county_officer, **said)
        return perform(contract, step, actor=self.hubei.county_approver, **said)


@pytest.fixture
def at_new_year(db):
    with clock.travel(dt.datetime(2026, 1, 5, 9, 0)):
        yield


@pytest.fixture
def operated(at_new_year, hubei: Hubei) -> Operated:
    return once("an awarded center", lambda: Operated(hubei))


def on(moment: dt.date, hour: int = 10):
    return clock.travel(dt.datetime.combine(moment, dt.time(hour)))


def state_of(operated: Operated) -> str:
    return Center.objects.get(pk=operated.center.pk).state


PASSED = {"result": "passed", "grounds": "服务量和满意度均达到约定。", "heard": ""}
FAILED = {"result": "failed", "grounds": "服务量不足约定的一半。", "heard": "因搬迁耽误，下半年已恢复。"}


# --- The agreement ------------------------------------------------------------------------------------------
@pytest.mark.clause("HB-43")
def test_two_signatures_are_none_and_the_third_makes_it_hold(operated):
    agreement = operated.offered()
    waits_for = [agreement.holder_organization]
    for who in (operated.operator, operated.hubei.county_approver):
        agreement = perform(agreement, "sign", actor=who, agreed=True)
        waits_for.append(agreement.holder_organization)
    assert (agreement.state, agreement.effective_on, state_of(operated)) == ("signing", None, "tendering")
    assert waits_for == [operated.hubei.county, operated.hubei.county, operated.committee]
    assert not Contract.objects.exists()

    agreement = perform(agreement, "sign", actor=operated.zone, agreed=True)

    assert (agreement.state, agreement.effective_on, state_of(operated)) == (
        "effective",
        clock.today(),
        "contracted",
    )
    drawn_up = agreement.contracts.get()
    assert (drawn_up.state, drawn_up.number, drawn_up.first_day) == ("draft", 1, day(FIRST))


@pytest.mark.clause("HB-43")
def test_each_party_signs_once(operated):
    agreement = perform(operated.offered(), "sign", actor=operated.operator, agreed=True)

    with pytest.raises(NotMet, match="已经签署过"):
        perform(agreement, "sign", actor=operated.operator, agreed=True)
    with pytest.raises(NotYours):
        perform(agreement, "sign", actor=operated.hubei.pref_approver, agreed=True)


@pytest.mark.clause("HB-54")
def test_an_agreement_lists_what_the_money_is_for(operated):
    with pytest.raises(InvalidInput):
        perform(operated.award(), "offer", actor=operated.hubei.county_approver, **(OFFER | {"uses": ""}))
    agreement = TripartiteAgreement.objects.get()

    agreement = perform(agreement, "offer", actor=operated.hubei.county_approver, **OFFER)

    assert agreement.uses == ["人员经费", "设备维护", "培训活动"]
    with pytest.raises(IntegrityError, match="effective_agreement_lists_uses_of_money"), transaction.atomic():
        TripartiteAgreement.objects.update(uses=[], effective_on=clock.today())


def test_an_award_that_comes_to_nothing_leaves_the_center_to_be_procured_for_anew(operated):
    agreement = perform(
        operated.offered(), "discard", actor=operated.hubei.county_approver, reason="中标人放弃。"
    )

    center = Center.objects.get(pk=operated.center.pk)
    assert (agreement.state, center.state) == ("void", "approved")
    assert center.deadlines.get(code="retender").status == "running"
    assert operated.award(award_number="ZBTZ-2026-007").state == "draft"
    assert not center.deadlines.filter(code="retender", status="running").exists()


@pytest.mark.parametrize("who", ["pref_officer", "county_approver", "prov_officer"])
def test_an_award_is_entered_by_the_officer_of_the_county(operated, who):
    with pytest.raises(NotYours):
        cycles.record_award(
            operated.center, getattr(operated.hubei, who), operator=operated.firm, first_day=day(FIRST),
            awarded_on=clock.today(), **AWARD,
        )  # fmt: skip


# --- The contract -------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.clause("HB-39")
def test_a_cycle_is_three_years_the_first_day_counted():
    assert last_day_of_cycle(day("2025-07-01")) == day("2028-06-30")


@pytest.mark.django_db
@pytest.mark.clause("HB-40")
@pytest.mark.parametrize(("last", "ok"), [("2026-06-30", True), ("2026-07-01", False)])
def test_a_contract_is_no_longer_than_a_year(last, ok):
    contract = Contract(first_day=day("2025-07-01"), last_day=day(last))

    assert rules.no_longer_than_a_year(contract).ok is ok


@pytest.mark.django_db
@pytest.mark.clause("HB-39")
@pytest.mark.parametrize(
    ("first", "last", "ok"),
    [
        ("2025-07-01", "2026-06-30", True),
        ("2025-06-30", "2026-06-29", False),
        ("2027-07-02", "2028-07-01", False),
    ],
)
def test_a_contract_lies_inside_its_cycle(first, last, ok):
    cycle = ProcurementCycle(first_day=day("2025-07-01"), last_day=day("2028-06-30"))
    contract = Contract(cycle=cycle, first_day=day(first), last_day=day(last))

    assert rules.inside_the_cycle(contract).ok is ok


@pytest.mark.django_db
@pytest.mark.clause("HB-39", "AMB-H16")
@pytest.mark.parametrize(("number", "ok"), [(3, True), (4, False)])
def test_there_is_no_fourth_contract_of_a_cycle(number, ok):
    assert rules.within_the_number_of_contracts(Contract(number=number)).ok is ok


@pytest.mark.clause("HB-40")
def test_a_contract_is_signed_by_both_over_the_same_terms(operated):
    contract = operated.signed().contracts.get()
    contracting.set_terms(
        contract,
        operated.hubei.county_approver,
        first_day=contract.first_day,
        last_day=contract.last_day,
        amount=Decimal(1),
    )
    contract.refresh_from_db()
    countersign(contract, "sign", actor=operated.operator, statement="同意。")
    contracting.set_terms(
        contract,
        operated.hubei.county_approver,
        first_day=contract.first_day,
        last_day=contract.last_day,
        amount=Decimal(2),
    )
    propose(contract, "sign", actor=operated.hubei.county_officer)
    with pytest.raises(NotMet, match="还没有承办企业对当前内容的签署"):
        perform(contract, "sign", actor=operated.hubei.county_approver)

    contract = operated.sign(contract)

    assert (contract.state, contract.signed_on) == ("active", clock.today())


@pytest.mark.clause("HB-40")
def test_no_two_contracts_of_a_center_overlap_whoever_writes(operated):
    contract = operated.contract()
    Contract.objects.filter(pk=contract.pk).update(ended_on=None)
    for shift, refused in ((0, True), (364, True), (365, False)):
        other = Contract.objects.get(pk=contract.pk)
        other.pk = other.id = other.case_ptr_id = None
        other._state.adding = True
        other.reference, other.number, other.exclusive_key = f"HT42-X-{shift}", 2, None
        other.first_day += dt.timedelta(days=shift)
        other.last_day += dt.timedelta(days=shift)
        if refused:
            with (
                pytest.raises(IntegrityError, match="one_contract_at_a_time_per_center"),
                transaction.atomic(),
            ):
                other.save()
        else:
            with transaction.atomic():
                other.save()
                transaction.set_rollback(True)
    with (
        pytest.raises(IntegrityError, match="one_procurement_cycle_at_a_time_per_center"),
        transaction.atomic(),
    ):
        cycle = contract.cycle
        cycle.pk, cycle.award_number = None, "另一份"
        cycle.save()


@pytest.mark.clause("HB-41")
def test_a_passed_contract_is_renewed_for_the_next_year_and_runs_on_without_a_gap(operated):
    contract = operated.contract()
    end = contract.last_day
    with on(end - dt.timedelta(days=60)):
        sweep()
        contract.refresh_from_db()
        assert contract.state == "assessment"
        with pytest.raises(NotMet, match="先记录评估再决定"):
            operated.county(contract, "renew", reasons="")
        contract = operated.county(contract, "record_assessment", **PASSED)
        with pytest.raises(NotMet, match="评估合格的应当续签"):
            operated.county(contract, "not_renew", reasons="另有安排，不再续签。")
        contract = operated.county(contract, "renew", reasons="")
        following = operated.sign(operated.center.contracts.get(number=2))
    assert (following.first_day, following.state) == (end + dt.timedelta(days=1), "active")

    with on(end + dt.timedelta(days=1), 0):
        sweep()

    contract.refresh_from_db()
    assert (contract.state, state_of(operated)) == ("renewed", "contracted")
    assert not operated.center.deadlines.filter(code="retender").exists()
    assert Notice.objects.get(kind="assessment").addressee == operated.firm


@pytest.mark.clause("AMB-H16")
def test_the_assessment_opens_sixty_days_before_the_end_and_not_a_day_earlier(operated):
    contract = operated.contract()
    with on(contract.last_day - dt.timedelta(days=61), 23):
        sweep()
    contract.refresh_from_db()
    assert contract.state == "active"

    with on(contract.last_day - dt.timedelta(days=60), 0):
        sweep()

    contract.refresh_from_db()
    assert contract.state == "assessment"


def assessed(operated: Operated, result: dict[str, str]) -> Contract:
    contract = operated.contract()
    with on(contract.last_day - dt.timedelta(days=60)):
        sweep()
        contract.refresh_from_db()
        return operated.county(contract, "record_assessment", **result)


@pytest.mark.clause("HB-41")
def test_after_a_failed_year_it_is_renewed_only_for_written_reasons(operated):
    contract = assessed(operated, FAILED)
    with on(contract.last_day - dt.timedelta(days=30)):
        with pytest.raises(NotMet, match="写明理由"):
            operated.county(contract, "renew", reasons="")
        contract = operated.county(contract, "renew", reasons="搬迁影响已消除，近两月服务量达标。")

    assert (contract.state, contract.renewal) == ("expiring", "renew")


@pytest.mark.clause("HB-41")
def test_nobody_fails_without_being_heard(operated):
    with pytest.raises(NotMet, match="先听取承办企业的意见"):
        assessed(operated, FAILED | {"heard": ""})


@pytest.mark.clause("HB-42")
def test_a_contract_not_renewed_is_one_task_to_procure_and_leaves_the_center_vacant(operated):
    contract = assessed(operated, FAILED)
    with on(contract.last_day - dt.timedelta(days=30)):
        operated.county(contract, "not_renew", reasons="评估不合格，整改无效，不予续签。")
    with on(contract.last_day, 23):
        sweep()
        contract.refresh_from_db()
        assert contract.state == "expiring"
    with on(contract.last_day + dt.timedelta(days=1), 0):
        sweep()

    contract.refresh_from_db()
    agreement = TripartiteAgreement.objects.get()
    assert (contract.state, state_of(operated), agreement.state) == ("not_renewed", "vacant", "ended")
    assert operated.center.deadlines.filter(code="retender").count() == 1


@pytest.mark.clause("HB-42", "AMB-H16")
def test_where_the_county_decides_nothing_the_contract_lapses(operated):
    contract = assessed(operated, PASSED)
    with on(contract.last_day + dt.timedelta(days=1), 0):
        sweep()

    contract.refresh_from_db()
    assert (contract.state, state_of(operated)) == ("lapsed", "vacant")
    assert operated.center.deadlines.filter(code="retender", status="running").count() == 1


@pytest.mark.clause("HB-39", "HB-42")
def test_the_last_contract_of_a_cycle_orders_one_new_procurement_and_completes(operated):
    contract = operated.contract()
    for _year in (2, 3):
        with on(contract.last_day - dt.timedelta(days=60)):
            sweep()
            contract.refresh_from_db()
            operated.county(contract, "record_assessment", **PASSED)
            operated.county(contract, "renew", reasons="")
            following = operated.sign(operated.center.contracts.get(number=contract.number + 1))
        with on(contract.last_day + dt.timedelta(days=1), 0):
            sweep()
        contract = following
    assert (contract.number, contract.last_day) == (3, last_day_of_cycle(day(FIRST)))
    assert not operated.center.deadlines.filter(code="retender").exists()

    with on(contract.last_day - dt.timedelta(days=60)):
        sweep()
        contract.refresh_from_db()
        operated.county(contract, "record_assessment", **PASSED)
        with pytest.raises(NotMet, match="采购服务周期届满"):
            operated.county(contract, "renew", reasons="")
    with on(contract.last_day + dt.timedelta(days=1), 0):
        sweep()

    contract.refresh_from_db()
    assert (contract.state, state_of(operated)) == ("completed", "vacant")
    assert operated.center.deadlines.filter(code="retender").count() == 1


@pytest.mark.clause("HB-42", "HB-46")
def test_a_contract_ended_early_leaves_the_center_vacant_the_day_after(operated):
    contract = operated.contract()
    said = {"effective_on": "2026-03-31", "document": "樊商函〔2026〕5号", "reason": "承办企业自身原因退出。"}
    with on(day("2026-03-30")), pytest.raises(NotMet, match="终止日应是合同期内已到的日子"):
        operated.county(contract, "terminate", **said)
    with on(day("2026-03-31")):
        contract = operated.county(contract, "terminate", **said)

    assert (contract.state, contract.through, state_of(operated)) == (
        "terminated",
        day("2026-03-31"),
        "vacant",
    )
    assert operated.center.deadlines.filter(code="retender").count() == 1
    with on(day("2026-04-01")):
        agreement = operated.award(first_day="2026-04-01", award_number="ZBTZ-2026-031")
    assert agreement.cycle.last_day == day("2029-03-31")


@pytest.mark.clause("HB-42")
def test_a_second_award_is_refused_while_the_first_runs(operated):
    operated.contract()

    with pytest.raises(Conflict, match="现在不能登记新的中标结果"):
        operated.award(award_number="另一份")


@pytest.mark.clause("HB-31", "AMB-H36")
def test_an_abolished_center_ends_its_contracts(operated):
    contract = operated.contract()
    hubei = operated.hubei
    case = adjusting.draft(Center.objects.get(pk=operated.center.pk), hubei.pref_officer, measure="revoke")
    reason = {"reason": "园区整合，服务点合并。为优化服务资源配置拟撤销。"}
    propose(case, "apply", actor=hubei.pref_officer, **reason)
    case = perform(case, "apply", actor=hubei.pref_approver, **reason)
    case = perform(
        case, "hear", actor=hubei.prov_officer, facts="经核实，两个服务点相距不足三公里，服务对象重叠。",
        ground="优化服务资源配置", clauses=["HB-33"], evidence="核查记录一份",
    )  # fmt: skip
    assert {party.organization for party in case.heard.all()} == {
        hubei.county,
        hubei.prefecture,
        operated.firm,
    }
    perform(case, "answer_hearing", actor=operated.operator, statement="请求保留。", is_waived=False)
    with clock.travel(case.deadlines.get(code="statement").due_at):
        sweep()
        case.refresh_from_db()
        said = {
            "reasons": "两个服务点合并，优化服务资源配置。",
            "contracts": "终止。",
            "staff": "安置。",
            "assets": "移交。",
            "money": "退回。",
            "answers": "合并后由中心统一承接。",
        }
        propose(case, "decide", actor=hubei.prov_officer, **said)
        perform(case, "decide", actor=hubei.prov_approver, **said)

    contract.refresh_from_db()
    assert (contract.state, state_of(operated)) == ("terminated", "winding_down")
