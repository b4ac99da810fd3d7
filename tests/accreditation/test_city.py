"""What the city does: acceptance, one correction, peers, recommendation or refusal (SX-49–53, AMB-G07, AMB-S07, S08)."""

import datetime as dt

import pytest

from accounts.actors import SYSTEM
from accreditation import promising
from accreditation.models import Consultation, Program
from accreditation.procedures.application import ProviderApplication
from core import calendar, clock
from documents.notices.models import Notice
from tests.factories import attach
from workflow.errors import Conflict, InvalidInput, NotMet, NotYours
from workflow.perform import perform

OPINION = "经初审，该企业符合认定条件，建议予以认定，现推荐上报。"


def clauses_refused(refused) -> list[str]:
    return [finding.clause for finding in refused.value.findings]


@pytest.mark.clause("SX-51")
def test_only_the_routed_body_acts_at_initial_review(world):
    application = world.walk_to("submitted")

    for outsider in (world.prov_officer, world.datong_officer, world.zone_officer):
        with pytest.raises(NotYours):
            perform(application, "accept", actor=outsider)

    assert perform(application, "accept", actor=world.officer).state == "initial_review"


@pytest.mark.clause("AMB-G07")
def test_one_correction_tells_all_and_comes_back_to_where_it_left(world):
    application = world.walk(world.walk_to("initial_review"), "request_correction")
    assert (application.state, application.came_from) == ("correction", "initial_review")

    application.open_correction().items.update(answered_at=clock.now(), answer="已补交附注")
    world.sign(application, "resubmit")
    application = world.walk(application, "resubmit")

    assert application.state == "initial_review"
    assert application.corrections.get().resolved_at is not None


@pytest.mark.clause("AMB-G07")
@pytest.mark.parametrize(("brought_in", "allowed"), [("", False), ("补交的审计报告缺第 5 页", True)])
def test_a_second_correction_only_for_what_the_first_brought_in(world, brought_in, allowed):
    application = world.walk(world.walk_to("initial_review"), "request_correction")
    application.open_correction().items.update(answered_at=clock.now(), answer="已补")
    world.sign(application, "resubmit")
    application = world.walk(application, "resubmit")
    defects = [{"material": "audit_report", "problem": "缺页", "remedy": "补页", "brought_in": brought_in}]

    if allowed:
        assert (
            perform(application, "request_correction", actor=world.officer, defects=defects).state
            == "correction"
        )
    else:
        with pytest.raises(NotMet) as refused:
            perform(application, "request_correction", actor=world.officer, defects=defects)
        assert clauses_refused(refused) == ["AMB-G07"]


def test_a_correction_cannot_be_handed_in_with_a_defect_unanswered(world):
    application = world.walk(world.walk_to("submitted"), "request_correction")
    world.sign(application, "resubmit")

    with pytest.raises(NotMet) as refused:
        perform(application, "resubmit", actor=world.applicant)

    assert "还有 1 项没有补正" in refused.value.message


@pytest.mark.parametrize(
    "defects",
    [
        "[]",
        "{}",
        "null",
        '[{"material": "audit_report"}]',
        "not json",
        '[{"material": 1, "problem": 2, "remedy": 3}]',
        '[{"material": "no_such", "problem": "缺页", "remedy": "补交"}]',
        '[{"material": "audit_report", "problem": "\\ud800", "remedy": "补交"}]',
        '[{"material": "audit_report", "problem": "\\u0000", "remedy": "补交"}]',
        [{"material": "audit_report", "problem": "缺页", "remedy": "补交", "brought_in": "页" * 201}],
        "[" * 50_000,
        "9" * 5_000,
    ],
)
def test_a_half_filled_list_of_defects_is_told_in_words(world, defects):
    application = world.walk_to("submitted")

    with pytest.raises(InvalidInput) as refused:
        perform(application, "request_correction", actor=world.officer, defects=defects)

    assert list(refused.value.errors) == ["defects"]


def test_of_a_defect_nothing_is_kept_that_was_not_asked_for(world):
    defect = {"material": "audit_report", "problem": "缺页", "remedy": "补交"}

    application = perform(
        world.walk_to("submitted"),
        "request_correction",
        actor=world.officer,
        defects=[defect | {"number": "伪造"}],
    )

    notice = application.notices.get(kind="correction")
    assert [told.get("number") for told in notice.context["defects"]] == [None]


@pytest.mark.clause("AMB-G07")
@pytest.mark.parametrize(
    ("accepted", "end", "notice"), [(False, "not_accepted", "non_acceptance"), (True, "refused", "refusal")]
)
def test_a_correction_never_handed_in_ends_the_case(world, accepted, end, notice):
    application = world.walk_to("initial_review" if accepted else "submitted")
    application = world.walk(application, "request_correction")
    due_on = application.deadlines.get(code="correction").due_on

    with clock.travel(dt.datetime.combine(due_on, dt.time(23, 59))), pytest.raises(NotMet):
        perform(application, "lapse_correction", actor=SYSTEM)
    with clock.travel(calendar.end_of_day(due_on)):
        application = perform(application, "lapse_correction", actor=SYSTEM)

    assert application.state == end
    assert Notice.objects.filter(case_id=application.pk, kind=notice).count() == 1


@pytest.mark.clause("SX-52", "AMB-S07")
def test_five_departments_are_asked_and_each_sees_only_its_letter(world):
    from workflow.access import cases_visible_to

    application = world.walk_to("peer_consultation")

    children = Consultation.objects.filter(parent=application)
    assert sorted(c.department.field for c in children) == sorted(
        ["海关", "税务", "外汇管理", "人力资源和社会保障", "市场监管"]
    )
    asked = children.get(department__field="税务")
    seen = cases_visible_to(world.department(asked.department))
    assert [case.pk for case in seen] == [asked.pk]


@pytest.mark.clause("SX-52")
def test_the_recommendation_waits_for_a_department_that_may_still_answer(world):
    application = world.walk_to("peer_consultation")

    with pytest.raises(NotMet) as refused:
        world.walk(application, "close_consultation")

    assert clauses_refused(refused) == ["SX-52"]


@pytest.mark.clause("SX-52", "AMB-S07")
def test_silence_after_five_working_days_does_not_block_and_is_named(world, at):
    with at("2026-11-10 09:00"):
        application = world.walk_to("peer_consultation")
        silent, *others = application.children.filter(kind="Consultation")
        for child in others:
            child = child.as_procedure()
            perform(child, "answer", actor=world.department(child.department), opinion="agree", reasons="")
    with at("2026-11-17 23:59"), pytest.raises(NotMet):
        perform(silent, "mark_overdue", actor=SYSTEM)
    with at("2026-11-18 00:00"):
        perform(silent, "mark_overdue", actor=SYSTEM)
        application = world.walk(application, "close_consultation")
        application = world.walk(application, "recommend")

    named = silent.as_procedure().department.label
    assert application.ledger.get(step="close_consultation").detail["said"]["silent"] == [named]
    assert named in str(Notice.objects.get(case_id=application.pk, kind="recommendation").context)


@pytest.mark.clause("SX-52")
def test_a_late_answer_is_kept_and_marked(world, at):
    with at("2026-11-10 09:00"):
        application = world.walk_to("peer_consultation")
        child = application.children.filter(kind="Consultation").first()
    with at("2026-11-18 09:00"):
        perform(child, "mark_overdue", actor=SYSTEM)
        child = child.as_procedure()
        answered = perform(
            child, "answer", actor=world.department(child.department), opinion="no_comment", reasons=""
        )

    assert (answered.state, answered.was_late) == ("answered", True)


@pytest.mark.parametrize("opinion", ["object", "agree_with_conditions"])
def test_an_objecting_department_gives_its_reasons(world, opinion):
    application = world.walk_to("peer_consultation")
    child = application.children.filter(kind="Consultation").first().as_procedure()

    with pytest.raises(InvalidInput) as refused:
        perform(child, "answer", actor=world.department(child.department), opinion=opinion, reasons="")

    assert list(refused.value.errors) == ["reasons"]


@pytest.mark.clause("SX-53")
def test_without_an_opinion_text_nothing_is_recommended_afterwards_the_province_holds_it(world):
    application = world.walk_to("recommendation")
    ProviderApplication.objects.filter(pk=application.pk).update(paper_copies=10)

    with pytest.raises(InvalidInput) as refused:
        perform(application, "recommend", actor=world.approver, opinion="", answers="")
    application = perform(application, "recommend", actor=world.approver, opinion=OPINION, answers="")

    assert list(refused.value.errors) == ["opinion"]
    assert application.holder_organization == world.province
    assert Notice.objects.filter(case_id=application.pk, kind="recommendation").count() == 1


@pytest.mark.clause("SX-53", "AMB-S07")
def test_a_negative_opinion_is_answered_in_the_recommendation(world):
    application = world.walk_to("peer_consultation")
    for number, child in enumerate(application.children.filter(kind="Consultation")):
        child = child.as_procedure()
        opinion = ("object", "有未结案的行政处罚听证。") if number == 0 else ("agree", "")
        perform(
            child, "answer", actor=world.department(child.department), opinion=opinion[0], reasons=opinion[1]
        )
    application = world.walk(application, "close_consultation")
    ProviderApplication.objects.filter(pk=application.pk).update(paper_copies=10)

    with pytest.raises(NotMet) as refused:
        perform(application, "recommend", actor=world.approver, opinion=OPINION, answers="")

    assert clauses_refused(refused) == ["SX-53"]
    answered = perform(
        application,
        "recommend",
        actor=world.approver,
        opinion=OPINION,
        answers="经核，该听证已终结，未予处罚。",
    )
    assert answered.state == "provincial_evaluation"


@pytest.mark.clause("SX-49", "AMB-G12")
@pytest.mark.parametrize(("copies", "allowed"), [(None, False), (9, False), (10, True)])
def test_ten_bound_copies_are_ticked_before_the_recommendation(world, copies, allowed):
    application = world.walk_to("recommendation")
    ProviderApplication.objects.filter(pk=application.pk).update(paper_copies=copies)

    if allowed:
        assert perform(application, "recommend", actor=world.approver, opinion=OPINION, answers="").version
    else:
        with pytest.raises(NotMet) as refused:
            perform(application, "recommend", actor=world.approver, opinion=OPINION, answers="")
        assert clauses_refused(refused) == ["SX-49"]


@pytest.mark.clause("SX-49", "AMB-G12")
def test_where_the_province_waives_the_paper_nothing_is_ticked(world):
    from core.defaults import Default, set_values

    Default.objects.create(
        key="SX_PAPER_RECEIPT_REQUIRED",
        value=False,
        effective_on="2020-01-01",
        reason="电子材料替代纸质",
        set_by="测试",
    )
    set_values.changed()

    application = world.walk_to("recommendation")

    assert perform(application, "recommend", actor=world.approver, opinion=OPINION, answers="").version


def failing(world):
    """An application with twenty-nine clients, ready for the city's approver."""
    return world.walk(
        world.ready(clients=29), "submit", "accept", "consult", "answer_all", "close_consultation"
    )


@pytest.mark.clause("AMB-S08")
@pytest.mark.parametrize(("clause", "allowed"), [("SX-37", True), ("SX-38", False)])
def test_the_city_refuses_only_for_a_condition_found_unmet(world, clause, allowed):
    application = failing(world)
    said = {"reason": "经核实，计入的省内进出口企业仅二十九家，未达到三十家的要求。", "clauses": [clause]}

    if allowed:
        refused_case = perform(application, "refuse_recommendation", actor=world.approver, **said)
        assert (refused_case.state, refused_case.holder_organization) == ("city_refused", world.company)
        assert Notice.objects.filter(case_id=application.pk, kind="not_recommended").count() == 1
    else:
        with pytest.raises(NotMet) as refused:
            perform(application, "refuse_recommendation", actor=world.approver, **said)
        assert clauses_refused(refused) == ["AMB-S08"]


@pytest.mark.clause("AMB-S08")
def test_the_enterprise_may_ask_the_province_once_within_ten_working_days(world):
    application = failing(world)
    said = {"reason": "经核实，计入的省内进出口企业仅二十九家，未达到三十家的要求。", "clauses": ["SX-37"]}
    application = perform(application, "refuse_recommendation", actor=world.approver, **said)
    due_on = application.deadlines.get(code="city_refusal").due_on

    with clock.travel(calendar.end_of_day(due_on)):
        with pytest.raises(NotMet):
            perform(application, "ask_review", actor=world.applicant, reason="我方有三十一家，请复查。")
    with clock.travel(dt.datetime.combine(due_on, dt.time(23, 59))):
        reviewed = perform(
            application, "ask_review", actor=world.applicant, reason="我方有三十一家，请复查。"
        )

    assert (reviewed.state, reviewed.was_reviewed_again) == ("provincial_evaluation", True)


@pytest.mark.clause("AMB-S08")
def test_an_unasked_refusal_becomes_final(world):
    application = failing(world)
    said = {"reason": "经核实，计入的省内进出口企业仅二十九家，未达到三十家的要求。", "clauses": ["SX-37"]}
    application = perform(application, "refuse_recommendation", actor=world.approver, **said)

    with clock.travel(calendar.end_of_day(application.deadlines.get(code="city_refusal").due_on)):
        application = perform(application, "lapse_city_refusal", actor=SYSTEM)

    assert application.state == "refused"


# --- Tolerant acceptance (FJ-24, AMB-G08), where it is switched on -------------------------------------------
@pytest.fixture
def tolerant(world):
    """Filed where gaps are tolerated; the optional tenth material is not there."""
    Program.objects.update(tolerant_acceptance=True)
    return world.walk_to("submitted")


def accept_tolerant(world, application, *materials):
    promising.sign(application, world.legal_rep, materials, seen=application.content_digest())
    return perform(application, "accept_tolerant", actor=world.officer, materials=list(materials))


@pytest.mark.clause("FJ-24", "AMB-G08")
def test_where_it_is_not_switched_on_nothing_is_tolerated(world):
    application = world.walk_to("submitted")

    with pytest.raises(NotMet) as refused:
        accept_tolerant(world, application, "other_proof")

    assert "FJ-24" in clauses_refused(refused)


@pytest.mark.clause("FJ-24")
def test_a_statutory_material_is_never_tolerated(world, tolerant):
    tolerant.attachments.filter(slot="audit_report").delete()

    with pytest.raises(NotMet) as refused:
        accept_tolerant(world, tolerant, "audit_report")

    assert [(f.clause, f.code) for f in refused.value.findings] == [("FJ-24", "tolerance_items")]


@pytest.mark.clause("AMB-G08")
def test_a_promise_unsigned_is_no_promise(world, tolerant):
    with pytest.raises(NotMet):
        perform(tolerant, "accept_tolerant", actor=world.officer, materials=["other_proof"])


@pytest.mark.clause("FJ-24", "AMB-G08")
def test_a_promise_kept_lets_the_case_go_on_a_broken_one_ends_it_and_bars(world, tolerant):
    application = accept_tolerant(world, tolerant, "other_proof")
    assert application.promises.get().material == "other_proof"
    due_on = application.deadlines.get(code="promise").due_on
    assert due_on == calendar.add_working_days(clock.today(), 10)

    attach(application, "other_proof")
    with clock.travel(dt.datetime.combine(due_on, dt.time(23, 0))):
        application = perform(application, "meet_promise", actor=world.applicant, material="other_proof")

    assert application.promises.get().met_at is not None
    assert not application.deadlines.filter(code="promise", status="running").exists()


@pytest.mark.clause("FJ-24", "AMB-G08")
def test_a_broken_promise_ends_the_case_and_bars_later_tolerance(world, tolerant):
    application = accept_tolerant(world, tolerant, "other_proof")
    due_on = application.deadlines.get(code="promise").due_on

    with clock.travel(calendar.end_of_day(due_on)):
        application = perform(application, "lapse_promise", actor=SYSTEM)
        today = clock.today()

    bar = world.company.bars.get()
    assert (application.state, bar.reason, bar.imposed_on) == ("refused", "broken_promise", today)


@pytest.mark.clause("AMB-G08")
def test_a_promise_is_extended_once(world, tolerant):
    application = accept_tolerant(world, tolerant, "other_proof")
    before = application.deadlines.get(code="promise").due_on

    application = perform(
        application, "extend_promise", actor=world.officer, reason="企业因不可抗力申请延长。"
    )
    assert application.deadlines.get(code="promise").due_on == calendar.add_working_days(before, 5)
    with pytest.raises(NotMet):
        perform(application, "extend_promise", actor=world.officer, reason="企业再次申请延长。")


# --- Withdrawal, non-acceptance, inquiry ---------------------------------------------------------------------
@pytest.mark.clause("AMB-G11")
def test_withdrawal_cancels_what_hangs_on_it(world):
    application = world.walk(world.walk_to("peer_consultation"), "withdraw")

    assert application.state == "withdrawn"
    assert set(application.children.values_list("state", flat=True)) == {"cancelled"}
    with pytest.raises(Conflict):
        world.walk(application, "accept")


@pytest.mark.clause("SX-64", "SX-69")
@pytest.mark.parametrize(("conclusion", "may_withdraw"), [(None, False), ("yes", False), ("no", True)])
def test_an_open_or_founded_inquiry_forbids_withdrawal(world, conclusion, may_withdraw):
    application = world.walk_to("initial_review")
    application = perform(
        application, "open_inquiry", actor=world.officer, fact="三份合同系伪造。", source="群众举报"
    )
    if conclusion:
        application = perform(
            application,
            "close_inquiry",
            actor=world.approver,
            is_founded=conclusion,
            finding="经向客户核实，合同真伪已查明。",
        )

    if may_withdraw:
        assert world.walk(application, "withdraw").state == "withdrawn"
    else:
        with pytest.raises(NotMet) as refused:
            world.walk(application, "withdraw")
        assert clauses_refused(refused) == ["SX-69"]


@pytest.mark.parametrize("right_body", ["", "大同市商务局"])
def test_a_wrong_body_names_the_right_one(world, right_body):
    application = world.walk_to("submitted")
    said = {"ground": "wrong_body", "right_body": right_body, "reason": "企业办事机构在大同市平城区。"}
    if not right_body:
        with pytest.raises(InvalidInput) as refused:
            world.propose(application, "reject_acceptance", **said)
        assert list(refused.value.errors) == ["right_body"]
        return

    world.propose(application, "reject_acceptance", **said)
    application = perform(application, "reject_acceptance", actor=world.approver, **said)

    assert application.state == "not_accepted"
    assert "大同市商务局" in str(Notice.objects.get(case_id=application.pk, kind="non_acceptance").context)
