"""The four conditions at their boundaries (SX-03, SX-26–38)."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import EnterpriseProfile
from accreditation import rules, selectors
from accreditation.review import CreditCheck, CriterionVerdict
from core import clock, facts
from tests.factories import OUTSIDE_USCC, USCCS, add_clients, add_trade, attach, draft
from workflow.errors import NotMet
from workflow.perform import perform


@pytest.fixture
def application(world):
    """An empty draft of the company."""
    return draft(world.company, world.applicant)


def verdict(world, application, criterion, *, ok=True, evidence="第 8 项", note=""):
    return CriterionVerdict.objects.create(
        application=application, criterion=criterion, ok=ok, evidence=evidence, note=note,
        organization=world.taiyuan, officer=world.officer.user, at=clock.now(),
    )  # fmt: skip


# --- Condition (1) ------------------------------------------------------------------------------------------
@pytest.mark.clause("SX-26")
@pytest.mark.parametrize(
    ("region", "address", "ok"),
    [("140100", "并州北路 1 号", True), ("SX-ZGQ", "长治路 1 号", True), ("420100", "江汉路 1 号", False),
     (None, "", False), ("140100", "", False)],
)  # fmt: skip
def test_an_office_in_the_province_is_asked_for(application, world, region, address, ok):
    EnterpriseProfile.objects.filter(organization=world.company).update(
        office_region=region, office_address=address
    )

    assert rules.office_in_province(application).ok is ok


@pytest.mark.clause("SX-27")
@pytest.mark.parametrize("criterion", ["lawful_operation", "independent_accounting"])
def test_lawful_operation_and_accounting_are_recorded_with_evidence(application, world, criterion):
    rule = getattr(rules, criterion)
    assert rule(application).ok is None

    verdict(world, application, criterion, evidence="")
    assert rule(application).ok is None

    CriterionVerdict.objects.update(evidence="第 8 项审计报告第 3 页")
    assert rule(application).ok is True

    CriterionVerdict.objects.update(ok=False)
    assert rule(application).ok is False


@pytest.mark.clause("SX-28")
@pytest.mark.parametrize("criterion", ["internal_rules_sound", "risk_control_sound", "social_responsibility"])
def test_one_of_the_three_findings_left_blank_blocks_the_recommendation(world, criterion):
    application = world.walk_to("recommendation")
    application.criterion_verdicts.filter(criterion=criterion).delete()

    with pytest.raises(NotMet) as refused:
        world.walk(application, "recommend")

    assert [f.clause for f in refused.value.findings] == ["SX-28"]


@pytest.mark.clause("SX-03")
def test_a_capability_left_blank_blocks_the_recommendation(world):
    application = world.walk_to("recommendation")
    application.criterion_verdicts.filter(criterion="capability_data").delete()

    with pytest.raises(NotMet) as refused:
        world.walk(application, "recommend")

    assert [f.clause for f in refused.value.findings] == ["SX-03"]


@pytest.mark.clause("SX-03")
def test_a_capability_found_missing_is_answered_in_the_opinion(world):
    application = world.walk_to("recommendation")
    application.criterion_verdicts.filter(criterion="capability_data").update(ok=False)
    type(application).objects.filter(pk=application.pk).update(paper_copies=10)
    opinion = "经初审，该企业符合认定条件，建议予以认定，现推荐上报。"

    with pytest.raises(NotMet) as refused:
        perform(application, "recommend", actor=world.approver, opinion=opinion, answers="")
    assert [f.clause for f in refused.value.findings] == ["SX-53"]

    answered = perform(
        application,
        "recommend",
        actor=world.approver,
        opinion=opinion,
        answers="已签约数据服务商，半年内建成。",
    )
    assert answered.state == "provincial_evaluation"


# --- Condition (2) ------------------------------------------------------------------------------------------
@pytest.mark.clause("SX-29")
@pytest.mark.parametrize(
    ("mode", "authorisation", "ok"),
    [("own", False, True), ("licensed", False, False), ("licensed", True, True), ("", False, False)],
)
def test_a_licensed_platform_needs_its_authorisation(application, world, mode, authorisation, ok):
    EnterpriseProfile.objects.filter(organization=world.company).update(platform_mode=mode)
    if authorisation:
        attach(application, "platform_authorisation")

    assert rules.platform_built(application).ok is ok


@pytest.mark.clause("SX-30", "AMB-S24")
@pytest.mark.parametrize(("insured", "uninsured", "ok"), [(0, 0, False), (0, 3, False), (1, 0, True)])
def test_one_insured_person_is_a_team(application, insured, uninsured, ok):
    for number in range(insured + uninsured):
        application.team.create(name=f"人员{number}", post="报关", is_insured=number < insured)

    assert rules.professional_team(application).ok is ok


@pytest.mark.clause("SX-31")
@pytest.mark.parametrize(
    ("offered", "ok", "measured"),
    [
        (["报关", "报检", "物流", "退税", "结汇"], True, "5 项"),
        (["报关", "报检", "物流", "退税"], False, "4 项"),
    ],
)
def test_all_five_core_services_are_asked_for(application, offered, ok, measured):
    application.materials.create(code="service_process_proof", parts=offered)

    finding = rules.core_services_offered(application)

    assert (finding.ok, finding.measured) == (ok, measured)
    assert ok or "结汇" in finding.message


@pytest.mark.clause("SX-32")
def test_a_list_without_any_contract_fails(application):
    add_clients(application, USCCS[:30])
    assert rules.contracts_attached(application).ok is False

    attach(application, "client_contracts")
    assert rules.contracts_attached(application).ok is True


# --- Condition (3) ------------------------------------------------------------------------------------------
def check(world, application, subject, item, *, queried_on=None, **hit):
    return CreditCheck.objects.create(
        application=application, subject=subject, item=item, source="信用中国", queried_on=queried_on or clock.today(),
        is_hit=bool(hit), organization=world.taiyuan, officer=world.officer.user, at=clock.now(), **hit,
    )  # fmt: skip


@pytest.fixture
def submitted_in_june(world, at):
    with at("2025-06-10 10:00"):
        application = world.walk_to("submitted")
    world.check_credit(application)
    return application


@pytest.mark.clause("SX-33", "AMB-S06", "AMB-G22")
@pytest.mark.parametrize(
    ("occurred_on", "ok"),
    [(dt.date(2022, 6, 10), False), (dt.date(2022, 6, 9), True), (dt.date(2025, 7, 1), False)],
)
def test_a_violation_within_three_years_or_since_fails(world, submitted_in_june, occurred_on, ok):
    check(world, submitted_in_june, "violation", "税务", occurred_on=occurred_on)

    finding = rules.no_violation(submitted_in_june)

    assert finding.ok is ok
    assert ("税务" in finding.message) is not ok
    assert ("之前的记录 1 条不计" in finding.measured) is ok


@pytest.mark.clause("SX-33")
def test_a_field_not_queried_is_neither_met_nor_failed(world, submitted_in_june):
    submitted_in_june.credit_checks.filter(item="外汇管理").delete()

    finding = rules.no_violation(submitted_in_june)

    assert (finding.ok, finding.measured) == (None, "未查：外汇管理")


@pytest.mark.clause("SX-33", "AMB-G19")
@pytest.mark.parametrize(("age", "fresh"), [(30, True), (31, False)])
def test_a_query_is_fresh_for_thirty_days(world, age, fresh):
    application = world.walk_to("recommendation")
    application.credit_checks.update(queried_on=clock.today() - dt.timedelta(days=age))

    if fresh:
        assert world.walk(application, "recommend").state == "provincial_evaluation"
    else:
        with pytest.raises(NotMet) as refused:
            world.walk(application, "recommend")
        assert [f.clause for f in refused.value.findings] == ["SX-33"]


@pytest.mark.clause("SX-34")
@pytest.mark.parametrize("listed", ["失信联合惩戒名单", "失信企业", "严重失信主体名单"])
def test_any_current_listing_fails_and_is_named(world, submitted_in_june, listed):
    check(world, submitted_in_june, "listing", listed, is_current=True)

    finding = rules.not_listed(submitted_in_june)

    assert finding.ok is False
    assert listed in finding.message


@pytest.mark.clause("SX-35")
@pytest.mark.parametrize(("occurred_on", "ok"), [(dt.date(2023, 1, 1), False), (dt.date(2022, 6, 9), True)])
def test_a_downgrade_within_the_window_fails(world, submitted_in_june, occurred_on, ok):
    check(world, submitted_in_june, "downgrade", "信用等级", occurred_on=occurred_on)

    assert rules.not_downgraded(submitted_in_june).ok is ok


# --- Condition (4) ------------------------------------------------------------------------------------------
@pytest.mark.clause("SX-36")
def test_the_cities_covered_are_shown_and_decide_nothing(application, world):
    add_clients(application, USCCS[:3])
    finding = rules.province_wide_capacity(application)
    assert (finding.ok, "清单覆盖 1 个市" in finding.measured) == (None, True)

    verdict(world, application, "province_wide_capacity")
    assert rules.province_wide_capacity(application).ok is True


@pytest.mark.clause("SX-37", "AMB-S03")
@pytest.mark.parametrize(
    ("usccs", "served", "ok"),
    [
        (USCCS[:29], 29, False),
        (USCCS[:30], 30, True),
        (USCCS[:29] + USCCS[:1], 29, False),  # thirty rows, one company twice
        ([*USCCS[:29], OUTSIDE_USCC], 29, False),  # the thirtieth is registered elsewhere
    ],
)
def test_thirty_different_enterprises_of_the_province_are_enough(application, usccs, served, ok):
    add_clients(application, usccs)

    finding = rules.serves_enough_enterprises(application)

    assert (finding.clause, finding.ok, finding.measured, finding.required) == ("SX-37", ok, served, 30)


def test_a_program_of_another_document_asks_what_that_document_says(application, monkeypatch, tmp_path):
    """The setting of 晋商规〔2025〕3号 is not for the neighbours."""
    words = (facts.REGULATIONS / "shanxi_provider.yaml").read_text(encoding="utf-8")
    words = words.replace("晋商规〔2025〕3号", "豫商规〔2026〕1号")
    words = words.replace("threshold: 30,", "threshold: 20,").replace(
        "threshold: 50000000,", "threshold: 80000000,"
    )
    (tmp_path / "neighbour_provider.yaml").write_text(words, encoding="utf-8")
    monkeypatch.setattr(facts, "REGULATIONS", tmp_path)
    application.program.facts_name = "neighbour_provider"
    add_clients(application, USCCS[:20])

    served, volume = rules.serves_enough_enterprises(application), rules.trade_volume_reached(application)

    assert (served.ok, served.measured, served.required) == (True, 20, 20)
    assert (volume.ok, volume.required) == (False, 80_000_000)


@pytest.mark.clause("SX-37")
def test_a_client_without_any_trade_is_not_counted(application):
    add_clients(application, USCCS[:29])
    add_clients(application, USCCS[29:30], has_trade_record=False)

    assert selectors.served_enterprises(application) == 29


@pytest.mark.clause("SX-37", "AMB-S03")
@pytest.mark.parametrize(
    ("start", "end", "counted"),
    [
        (dt.date(2024, 1, 1), dt.date(2024, 6, 9), 0),  # ended the day before the window
        (dt.date(2024, 1, 1), dt.date(2024, 6, 10), 1),  # in force on its first day
        (dt.date(2025, 6, 9), dt.date(2026, 1, 1), 1),  # in force on its last day
        (dt.date(2025, 6, 10), dt.date(2026, 1, 1), 0),  # begins on the day of filing
    ],
)
def test_a_contract_counts_when_in_force_in_the_window(world, at, start, end, counted):
    with at("2025-06-10 09:00"):
        application = draft(world.company, world.applicant)
        add_clients(application, USCCS[:1], contract_from=start, contract_until=end)

        assert selectors.served_enterprises(application) == counted


def verified(world, **fields):
    return {"verified_by": world.officer.user, "verified_at": clock.now(), **fields}


@pytest.mark.clause("SX-38", "AMB-G03", "AMB-S04")
@pytest.mark.parametrize(("amount", "ok"), [("49999999.99", False), ("50000000.00", True)])
def test_fifty_million_verified_is_enough_and_a_cent_less_is_not(application, world, amount, ok):
    add_trade(application, amount=Decimal(amount), **verified(world))

    finding = rules.trade_volume_reached(application)

    assert (finding.clause, finding.ok) == ("SX-38", ok)


@pytest.mark.clause("SX-38")
def test_an_unverified_record_counts_nothing(application):
    add_trade(application, amount=Decimal(60_000_000))

    finding = rules.trade_volume_reached(application)

    assert (finding.ok, finding.measured) == (None, Decimal(0))


@pytest.mark.clause("SX-38", "AMB-S05")
@pytest.mark.parametrize(
    ("on", "counted"),
    [("2024-06-09", False), ("2024-06-10", True), ("2025-06-09", True), ("2025-06-10", False)],
)
def test_the_year_before_first_submission_counts_also_after_a_resubmission(world, at, on, counted):
    with at("2025-06-10 10:00"):
        application = world.ready(amount=Decimal(1))
        add_trade(application, amount=Decimal(70_000_000), on=dt.date.fromisoformat(on))
        world.sign(application)
        application = world.walk(application, "submit", "request_correction")
    with at("2025-06-20 10:00"):
        application.open_correction().items.update(answered_at=clock.now(), answer="已补")
        world.sign(application, "resubmit")
        application = perform(application, "resubmit", actor=world.applicant)

        assert selectors.trade_volume(application) == Decimal(70_000_001 if counted else 1)


@pytest.mark.clause("SX-38")
def test_the_same_declaration_number_counts_once(application):
    from django.db import IntegrityError, transaction

    add_trade(application, amount=Decimal(30_000_000), number="BG1")

    with pytest.raises(IntegrityError), transaction.atomic():
        add_trade(application, amount=Decimal(30_000_000), number="BG1")

    assert selectors.trade_volume(application) == Decimal(30_000_000)


@pytest.mark.clause("SX-52")
def test_peers_are_asked_only_when_every_condition_has_an_outcome(world):
    application = world.walk_to("initial_review")

    with pytest.raises(NotMet) as refused:
        perform(application, "consult", actor=world.officer, question="贵部门有无意见？")

    assert [f.clause for f in refused.value.findings] == ["SX-52"]
