"""What the offices write about an application: who may, when, what has to be complete, and what follows from it."""

import datetime as dt

import pytest

from accreditation import papers, rules
from accreditation.models import ConditionSummary, ProviderApplication
from accreditation.reviewing import Review
from core import clock
from workflow.errors import Conflict, InvalidInput, NotYours

YESTERDAY = dt.timedelta(days=1)


def verdict(application, actor, ok=True, **words):
    return papers.record_material_verdict(
        application, actor=actor, material="audit_report", point="year_complete", ok=ok, **words
    )


@pytest.mark.clause("SX-51")
def test_a_point_in_order_names_the_officer_and_the_hour(world):
    application = world.walk_to("initial_review")

    kept = verdict(application, world.officer)

    assert (kept.ok, kept.officer, kept.organization) == (True, world.officer.user, world.taiyuan)


def test_a_defect_says_what_is_wrong_and_how_to_mend_it(world):
    application = world.walk_to("initial_review")

    with pytest.raises(InvalidInput) as refused:
        verdict(application, world.officer, ok=False, problem="缺附注。")

    assert refused.value.errors == {"remedy": ["写明怎么改。"]}
    assert application.material_verdicts.count() == 0


def test_the_second_verdict_replaces_the_first_of_the_same_body(world):
    application = world.walk_to("initial_review")

    verdict(application, world.officer, ok=False, problem="缺附注。", remedy="补交附注。")
    verdict(application, world.approver)

    kept = application.material_verdicts.get()
    assert (kept.ok, kept.problem, kept.officer) == (True, "", world.approver.user)


def test_a_point_nobody_knows_is_refused(world):
    application = world.walk_to("initial_review")

    with pytest.raises(InvalidInput):
        papers.record_material_verdict(
            application, actor=world.officer, material="audit_report", point="colour", ok=True
        )


@pytest.mark.parametrize("who", ["datong_officer", "prov_officer", "applicant"])
def test_only_the_holding_body_writes(world, who):
    application = world.walk_to("initial_review")

    with pytest.raises((NotYours, Conflict)):
        verdict(application, getattr(world, who))

    assert application.material_verdicts.count() == 0


def test_nothing_is_written_while_the_enterprise_corrects(world):
    application = world.walk(world.walk_to("initial_review"), "request_correction")

    with pytest.raises(Conflict):
        verdict(application, world.officer)
    with pytest.raises(Conflict):
        verdict(application, world.applicant)


def test_a_verdict_is_stale_once_the_material_was_handed_in_again(world):
    application = world.walk_to("initial_review")
    verdict(application, world.officer, ok=False, problem="缺附注。", remedy="补交附注。")
    assert [d["problem"] for d in Review(application, world.taiyuan.pk).defects] == ["缺附注。"]

    with clock.travel(clock.now() + YESTERDAY):
        application.materials.filter(code="audit_report").update(updated_at=clock.now())
        review = Review(ProviderApplication.objects.get(pk=application.pk), world.taiyuan.pk)

    sheet = review.sheet("audit_report")
    assert (sheet.mark, review.defects) == ("stale", [])


@pytest.mark.clause("SX-27")
@pytest.mark.parametrize("criterion", ["lawful_operation", "independent_accounting"])
def test_lawful_operation_and_accounting_each_need_their_evidence(world, criterion):
    application = world.walk_to("initial_review")

    with pytest.raises(InvalidInput) as refused:
        papers.record_criterion(application, actor=world.officer, criterion=criterion, ok=True)
    assert list(refused.value.errors) == ["evidence"]

    papers.record_criterion(
        application, actor=world.officer, criterion=criterion, ok=True, evidence="第 8 项第 3 页"
    )
    assert {f.code: f.ok for f in rules.conditions(application)["C1"]}[criterion] is True


@pytest.mark.clause("SX-28", "SX-03")
@pytest.mark.parametrize("criterion", ["risk_control_sound", "capability_data"])
def test_a_finding_against_the_enterprise_gives_its_reason(world, criterion):
    application = world.walk_to("initial_review")

    with pytest.raises(InvalidInput) as refused:
        papers.record_criterion(application, actor=world.officer, criterion=criterion, ok=False)

    assert list(refused.value.errors) == ["note"]


@pytest.mark.clause("SX-33", "SX-34", "SX-35")
def test_one_query_may_clear_several_registers_and_a_hit_is_dated(world):
    application = world.walk_to("initial_review")
    items = [(s, i) for s, known in papers.credit_items(application).items() for i in known]

    papers.record_credit_checks(
        application,
        actor=world.officer,
        items=items,
        source="信用中国",
        queried_on=clock.today(),
        is_hit=False,
    )
    assert [f.ok for f in rules.conditions(application)["C3"]] == [True, True, True]

    hit = {"source": "税务局", "queried_on": clock.today(), "is_hit": True}
    with pytest.raises(InvalidInput) as undated:
        papers.record_credit_check(application, actor=world.officer, subject="violation", item="税务", **hit)
    assert list(undated.value.errors) == ["occurred_on"]
    papers.record_credit_check(
        application, actor=world.officer, subject="violation", item="税务", occurred_on=clock.today(), **hit
    )
    assert [f.ok for f in rules.conditions(application)["C3"]] == [False, True, True]


def test_a_query_is_not_of_tomorrow_and_of_a_register_that_exists(world):
    application = world.walk_to("initial_review")
    said = {"source": "信用中国", "is_hit": False}

    with pytest.raises(InvalidInput) as tomorrow:
        papers.record_credit_check(
            application,
            actor=world.officer,
            subject="violation",
            item="税务",
            queried_on=clock.today() + YESTERDAY,
            **said,
        )
    with pytest.raises(InvalidInput) as unknown:
        papers.record_credit_check(
            application,
            actor=world.officer,
            subject="violation",
            item="气象",
            queried_on=clock.today(),
            **said,
        )

    assert (list(tomorrow.value.errors), list(unknown.value.errors)) == (["queried_on"], ["items"])


@pytest.mark.clause("SX-38")
def test_only_verified_trade_counts_and_the_mark_can_be_taken_back(world):
    application = world.walk_to("initial_review")

    assert papers.verify_trade_records(application, actor=world.officer, records=None) == 1
    assert rules.trade_volume_reached(application).ok is True

    record = application.trade_records.get()
    changed = papers.verify_trade_records(
        application, actor=world.officer, records=[record.pk], verified=False
    )
    assert (changed, rules.trade_volume_reached(application).ok) == (1, None)


def test_another_applications_records_are_not_touched(world):
    application = world.walk_to("initial_review")

    assert papers.verify_trade_records(application, actor=world.officer, records=[999_999]) == 0


@pytest.mark.clause("SX-49")
def test_ten_copies_open_the_way_to_recommend(world):
    application = world.walk_to("recommendation")
    assert rules.paper_received(application).ok is False

    papers.tick_paper_copies(application, actor=world.officer, copies=10)
    application.refresh_from_db()

    assert rules.paper_received(application).ok is True
    with pytest.raises(InvalidInput):
        papers.tick_paper_copies(application, actor=world.officer, copies=-1)


@pytest.mark.clause("SX-54")
def test_the_evaluation_names_who_sat_and_how_they_voted(world):
    application = world.walk_to("provincial_evaluation")
    told = {"held_on": clock.today(), "minutes": "一致同意认定。", "answers": ""}
    sat = [{"name": "韩立新", "organization": "省商务厅", "vote": "同意"}, {"name": "", "vote": ""}]

    with pytest.raises(InvalidInput):
        papers.record_evaluation(application, actor=world.prov_officer, members=[], **told)
    record = papers.record_evaluation(application, actor=world.prov_officer, members=sat, **told)

    assert record.members == sat[:1]
    assert rules.evaluation_recorded(application).ok is True


def test_a_city_keeps_no_minutes_of_the_province(world):
    application = world.walk_to("provincial_evaluation")

    with pytest.raises(NotYours):
        papers.record_evaluation(
            application, actor=world.officer, members=[], held_on=clock.today(), minutes="。", answers=""
        )


def test_the_summary_for_lists_follows_what_was_written(world):
    application = world.walk_to("initial_review")
    before = ConditionSummary.objects.get(application=application)
    assert before.mark_list == ["man", "ok", "man", "man"]

    papers.record_criterion(
        application, actor=world.officer, criterion="social_responsibility", ok=False, note="欠缴社保。"
    )

    after = ConditionSummary.objects.get(application=application)
    assert after.mark_list == ["no", "ok", "man", "man"]
    assert after.by_condition()[0].text == "“履行社会责任”核实为不符合：欠缴社保。"
