"""What the province does: evaluation, publicity, objections, hearing, decision, title (SX-54–59, SX-69)."""

import datetime as dt

import pytest

from accounts.actors import SYSTEM, VISITOR
from accreditation.models import Accreditation
from accreditation.papers import record_criterion
from core import calendar, clock
from documents.notices.models import Notice
from publicity.models import Objection
from publicity.register import file_objection, hear_applicant
from tests.factories import person
from workflow.errors import Conflict, InvalidInput, NotMet, NotYours
from workflow.perform import perform
from workflow.preparing import propose
from workflow.sweep import sweep

FINDINGS = "经调取合同、走访客户并比对海关数据，所述情况已经查明。"


def clauses_refused(refused) -> list[str]:
    return [finding.clause for finding in refused.value.findings]


def answer_joint(world, application, *, first=("agree", "")):
    for number, child in enumerate(application.children.filter(kind="Consultation", state="pending")):
        child = child.as_procedure()
        opinion, reasons = first if number == 0 else ("agree", "")
        perform(child, "answer", actor=world.department(child.department), opinion=opinion, reasons=reasons)


@pytest.mark.clause("SX-54", "AMB-S20")
def test_three_bodies_evaluate_with_the_province(world):
    application = world.walk(world.walk_to("provincial_evaluation"), "consult_joint")

    asked = {c.as_procedure().department.label for c in application.children.filter(state="pending")}
    assert asked == {"太原海关", "省税务局", "外汇局山西省分局"}


@pytest.mark.clause("SX-54")
def test_publicising_waits_for_replies_and_for_the_record_of_the_evaluation(world):
    application = world.walk(world.walk_to("provincial_evaluation"), "consult_joint")
    with pytest.raises(NotMet) as refused:
        world.walk(application, "publicise")
    assert clauses_refused(refused) == ["SX-54", "SX-54"]

    answer_joint(world, application)
    with pytest.raises(NotMet) as refused:
        world.walk(application, "publicise")
    assert [f.code for f in refused.value.findings] == ["evaluation_recorded"]

    assert world.walk(application, "evaluate", "publicise").state == "publicity"


@pytest.mark.clause("SX-54", "AMB-S20")
def test_a_negative_opinion_of_a_joint_evaluator_needs_an_answer(world):
    application = world.walk(world.walk_to("provincial_evaluation"), "consult_joint")
    answer_joint(world, application, first=("object", "近一年有两次申报不实。"))
    application = world.walk(application, "evaluate")

    with pytest.raises(NotMet) as refused:
        world.walk(application, "publicise")
    assert [f.code for f in refused.value.findings] == ["negative_opinions_answered"]

    application.evaluation_records.update(answers="两次均已主动披露并免予处罚，不影响认定。")
    assert world.walk(application, "publicise").state == "publicity"


@pytest.mark.clause("SX-54", "AMB-S20")
def test_joint_silence_lapses_after_ten_working_days(world, at):
    with at("2026-11-10 09:00"):
        application = world.walk(world.walk_to("provincial_evaluation"), "consult_joint")
    with at("2026-11-24 23:59"):
        assert sweep()["lapsed"] == 0
    with at("2026-11-25 00:00"):
        assert sweep()["lapsed"] == 3
        assert world.walk(application, "close_joint", "evaluate", "publicise").state == "publicity"


@pytest.mark.clause("SX-54")
def test_the_province_sends_back_once_and_the_citys_clock_runs_again(world):
    application = world.walk_to("provincial_evaluation")
    application = perform(
        application, "send_back", actor=world.prov_officer, reason="请核实两票报关单的结关时间。"
    )

    assert (application.state, application.holder_organization) == ("initial_review", world.taiyuan)
    assert application.deadlines.get(
        code="city_review", status="running"
    ).due_on == calendar.add_working_days(clock.today(), 15)

    application = world.walk(application, "consult", "answer_all", "close_consultation", "recommend")
    with pytest.raises(NotMet):
        perform(application, "send_back", actor=world.prov_officer, reason="请再核实一次。")


@pytest.mark.clause("SX-55", "AMB-G05")
@pytest.mark.parametrize(
    ("posted", "last_day"), [("2025-06-09", dt.date(2025, 6, 16)), ("2025-09-26", dt.date(2025, 10, 10))]
)
def test_the_period_ends_with_the_later_of_five_working_and_seven_days(world, at, posted, last_day):
    with at("2025-05-20 09:00"):
        application = world.walk_to("provincial_evaluation")
        application = world.walk(application, "consult_joint", "answer_all", "close_joint", "evaluate")
    with at(f"{posted} 10:00"):
        application = world.walk(application, "publicise")

    posting = world.posting(application)
    assert posting.last_day == last_day
    with at(f"{last_day} 23:59"):
        assert sweep()["lapsed"] == 0
        with pytest.raises(Conflict):
            perform(application, "accredit", actor=world.prov_approver, reasons="")
    with at(f"{last_day + dt.timedelta(days=1)} 00:00"):
        sweep()
    application.refresh_from_db()
    assert application.state == "decision"


@pytest.mark.clause("SX-55")
def test_what_was_posted_is_frozen_and_provable(world):
    from workflow.ledger import canonical, sm3

    application = world.walk_to("publicity")
    version = world.posting(application).versions.get()

    assert version.content["enterprise"] == world.company.name
    assert version.digest == sm3(canonical(version.content).encode())
    assert world.posting(application).ledger.get(step="post").detail["said"]["digest"] == version.digest


@pytest.mark.clause("AMB-G05")
def test_a_correction_of_the_posting_stands_beside_it_and_starts_the_period_again(world, at):
    with at("2026-03-02 09:00"):
        application = world.walk_to("publicity")
    said = {"what_was_wrong": "企业名称少一字。", "reason": "录入有误。", "text": "更正企业名称。"}
    with at("2026-03-05 09:00"):
        posting = world.posting(application)
        world.propose(posting, "correct", **said)
        posting = perform(posting, "correct", actor=world.prov_approver, **said)

    assert [v.number for v in posting.versions.all()] == [1, 2]
    assert posting.last_day == dt.date(2026, 3, 12)
    assert posting.deadlines.get(code="publicity", status="running").due_on == dt.date(2026, 3, 12)


# --- Objections ---------------------------------------------------------------------------------------------
SAID = {"objector_name": "周平", "contact": "13800000000", "facts": "该企业服务企业数量与实际不符。"}


@pytest.mark.clause("SX-55", "AMB-G06")
def test_a_real_name_objection_stops_the_case_an_anonymous_lead_does_not(world):
    application = world.walk_to("publicity")
    posting = world.posting(application)

    lead = file_objection(posting, actor=VISITOR, is_anonymous="on", facts="听说该企业材料不实，请查。")
    application.refresh_from_db()
    assert (lead.state, application.state) == ("lead", "publicity")

    objection = file_objection(posting, actor=VISITOR, **SAID)
    application.refresh_from_db()
    assert (objection.state, application.state) == ("received", "objection_inquiry")


@pytest.mark.parametrize("missing", ["objector_name", "contact", "facts"])
def test_an_objection_says_who_how_to_reach_and_what(world, missing):
    application = world.walk_to("publicity")

    with pytest.raises(InvalidInput) as refused:
        file_objection(world.posting(application), actor=VISITOR, **{**SAID, missing: ""})

    assert list(refused.value.errors) == [missing]


@pytest.mark.clause("AMB-G06", "AMB-G01")
@pytest.mark.parametrize(("moment", "taken"), [("2026-03-09 23:59:59", True), ("2026-03-10 00:00:00", False)])
def test_an_objection_is_taken_through_the_last_second_of_the_last_day(world, at, moment, taken):
    with at("2026-03-02 09:00"):
        application = world.walk_to("publicity")
    posting = world.posting(application)
    assert posting.last_day == dt.date(2026, 3, 9)

    with at(moment):
        if taken:
            assert file_objection(posting, actor=VISITOR, **SAID).state == "received"
        else:
            with pytest.raises(NotMet) as refused:
                file_objection(posting, actor=VISITOR, **SAID)
            assert "2026-03-09" in refused.value.message


def handled(world, application, step, **said):
    """An objection admitted, heard and concluded by people who took no part in the review."""
    objection = Objection.objects.get(parent=world.posting(application))
    objection = perform(objection, "admit", actor=world.other_prov_officer)
    hear_applicant(objection, actor=world.applicant, text="合同均真实有效，可以提供原件。")
    return perform(objection, step, actor=world.other_prov_approver, findings=FINDINGS, **said)


@pytest.mark.clause("AMB-G06", "AMB-G17")
def test_who_took_part_in_the_review_does_not_handle_the_objection(world):
    application = world.walk(world.walk_to("publicity"), "object")
    objection = Objection.objects.get()

    with pytest.raises(NotMet) as refused:
        perform(objection, "admit", actor=world.prov_officer)

    assert clauses_refused(refused) == ["AMB-G17"]
    assert application.state == "objection_inquiry"


@pytest.mark.clause("AMB-G17")
def test_nor_does_who_only_prepared_a_step_of_the_review(world):
    application = world.walk_to("provincial_evaluation")
    world.walk(application, "consult_joint", "answer_all", "close_joint", "evaluate")
    application.refresh_from_db()
    propose(application, "publicise", actor=world.other_prov_officer, content="")
    world.walk(application, "publicise", "object")

    with pytest.raises(NotMet) as refused:
        perform(Objection.objects.get(), "admit", actor=world.other_prov_officer)

    assert [f.code for f in refused.value.findings] == ["handler_uninvolved"]


@pytest.mark.clause("AMB-G17")
def test_nor_does_who_only_judged_a_condition(world):
    application = world.walk_to("provincial_evaluation")
    record_criterion(application, actor=world.other_prov_officer, criterion="internal_rules_sound", ok=True)
    world.walk(application, "consult_joint", "answer_all", "close_joint", "evaluate", "publicise", "object")

    with pytest.raises(NotMet) as refused:
        perform(Objection.objects.get(), "admit", actor=world.other_prov_officer)

    assert [f.code for f in refused.value.findings] == ["handler_uninvolved"]


@pytest.mark.clause("AMB-G17")
def test_nor_does_who_only_recorded_the_joint_evaluation(world):
    application = world.walk_to("provincial_evaluation")
    world.walk(application, "consult_joint", "answer_all", "close_joint", "evaluate")
    application.evaluation_records.update(recorded_by=world.other_prov_officer.user)
    application.refresh_from_db()
    world.walk(application, "publicise", "object")

    with pytest.raises(NotMet) as refused:
        perform(Objection.objects.get(), "admit", actor=world.other_prov_officer)

    assert [f.code for f in refused.value.findings] == ["handler_uninvolved"]


@pytest.mark.clause("AMB-G17")
@pytest.mark.parametrize("step", ["reject", "extend"])
def test_who_decided_in_the_review_neither_rejects_nor_extends(world, step):
    world.walk(world.walk_to("publicity"), "object")
    objection, said = Objection.objects.get(), {"reason": "所述内容与本次公示的认定条件无关。"}
    if step == "extend":
        objection = perform(objection, "admit", actor=world.other_prov_officer)
    propose(objection, step, actor=world.other_prov_officer, **said)

    with pytest.raises(NotMet) as refused:
        perform(objection, step, actor=world.prov_approver, **said)

    assert [f.code for f in refused.value.findings if not f.ok] == ["handler_uninvolved"]
    assert perform(objection, step, actor=world.other_prov_approver, **said).version == objection.version + 1


@pytest.mark.clause("AMB-G06")
def test_an_objection_is_not_sustained_before_the_enterprise_was_heard(world):
    world.walk(world.walk_to("publicity"), "object")
    objection = perform(Objection.objects.get(), "admit", actor=world.other_prov_officer)

    with pytest.raises(NotMet) as refused:
        perform(objection, "sustain", actor=world.other_prov_approver, findings=FINDINGS, about="conditions")

    assert [f.code for f in refused.value.findings] == ["applicant_was_heard"]


@pytest.mark.clause("AMB-G06", "SX-55")
def test_a_dismissed_objection_lets_the_case_go_on(world, at):
    with at("2026-03-02 09:00"):
        application = world.walk(world.walk_to("publicity"), "object")
        with pytest.raises(NotMet):
            world.walk(application, "close_objections")
    with at("2026-03-04 09:00"):
        assert handled(world, application, "dismiss").state == "dismissed"
        application = world.walk(application, "close_objections")
    assert application.state == "publicity"  # the period still runs

    assert Notice.objects.filter(kind="objection_reply").count() == 1


@pytest.mark.clause("AMB-G06", "SX-55")
def test_after_the_period_a_concluded_inquiry_leads_to_the_decision(world, at):
    with at("2026-03-02 09:00"):
        application = world.walk(world.walk_to("publicity"), "object")
    with at("2026-03-12 09:00"):
        sweep()
        application.refresh_from_db()
        assert (
            application.state == "objection_inquiry"
        )  # the calendar does not carry it past an open objection
        handled(world, application, "dismiss")
        application = world.walk(application, "close_objections")

    assert application.state == "decision"
    assert application.deadlines.get(code="decision", status="running").due_on == dt.date(2026, 3, 19)


@pytest.mark.clause("AMB-G06")
def test_a_sustained_objection_forbids_the_title(world, at):
    with at("2026-03-02 09:00"):
        application = world.walk(world.walk_to("publicity"), "object")
    with at("2026-03-12 09:00"):
        handled(world, application, "sustain", about="conditions")
        with pytest.raises(NotMet) as refused:
            world.walk(application, "close_objections")

    assert [f.code for f in refused.value.findings] == ["no_sustained_objection_uncured"]


@pytest.mark.clause("AMB-G05", "AMB-G06")
def test_what_was_wrong_only_in_the_posting_is_posted_again_for_a_full_period(world, at):
    with at("2026-03-02 09:00"):
        application = world.walk(world.walk_to("publicity"), "object")
        handled(world, application, "sustain", about="posted_content")
    with at("2026-03-12 09:00"):
        sweep()
        application = perform(
            application,
            "republicise",
            actor=world.prov_approver,
            content="更正企业名称。",
            reason="企业名称录入有误。",
        )
        posting = world.posting(application)

    assert (application.state, posting.last_day) == ("publicity", dt.date(2026, 3, 19))
    with at("2026-03-20 00:00"):
        sweep()
    application.refresh_from_db()
    assert application.state == "decision"


@pytest.mark.clause("AMB-G06")
def test_an_objector_takes_it_back_with_the_code_of_the_receipt(world):
    from dataclasses import replace

    world.walk(world.walk_to("publicity"), "object")
    objection = Objection.objects.get()

    with pytest.raises(NotYours):
        perform(objection, "retract", actor=replace(VISITOR, receipt_code="0" * 20))
    assert (
        perform(objection, "retract", actor=replace(VISITOR, receipt_code=objection.receipt_code)).state
        == "retracted"
    )


@pytest.mark.clause("AMB-G06")
def test_an_objection_has_ten_working_days_and_five_more_once(world, at):
    with at("2026-03-02 09:00"):
        world.walk(world.walk_to("publicity"), "object")
        objection = perform(Objection.objects.get(), "admit", actor=world.other_prov_officer)
        assert objection.deadlines.get(code="objection").due_on == dt.date(2026, 3, 16)
        objection = perform(objection, "extend", actor=world.other_prov_approver, reason="需向海关调取数据。")
        assert objection.deadlines.get(code="objection").due_on == dt.date(2026, 3, 23)
        with pytest.raises(NotMet):
            perform(objection, "extend", actor=world.other_prov_approver, reason="还需要时间。")


@pytest.mark.clause("AMB-G11", "AMB-G06")
def test_withdrawal_ends_the_posting_and_answers_the_objector(world):
    application = world.walk(world.walk_to("publicity"), "object", "withdraw")

    assert world.posting(application).state == "terminated"
    assert Objection.objects.get().state == "moot"
    assert Notice.objects.filter(kind="objection_reply").count() == 1


@pytest.mark.clause("SX-69")
def test_a_finding_without_any_objection_holds_the_publicity_and_the_period_runs_on(world, at):
    with at("2026-03-02 09:00"):
        application = world.walk_to("publicity")
        application = perform(
            application,
            "hold_publicity",
            actor=world.prov_officer,
            finding="海关通报一起申报不实。",
            source="太原海关",
        )
    with at("2026-03-10 09:00"):
        sweep()
        application = world.walk(application, "close_objections")

    assert application.state == "decision"
    assert world.posting(application).state == "ended"


# --- Hearing and refusal ------------------------------------------------------------------------------------
def heard(world, **options):
    """A case with 29 clients that its city refused and the province reviewed, now told and waiting."""
    application = world.walk(
        world.ready(clients=29), "submit", "accept", "consult", "answer_all", "close_consultation"
    )
    application = perform(
        application,
        "refuse_recommendation",
        actor=world.approver,
        reason="计入的省内进出口企业仅二十九家，未达到三十家的要求。",
        clauses=["SX-37"],
    )
    application = perform(application, "ask_review", actor=world.applicant, reason="我方有三十一家，请复查。")
    return world.walk(application, "serve_prior_notice")


REFUSAL = {"reasons": "计入的省内进出口企业仅二十九家，未达到三十家的要求。", "clauses": ["SX-37"]}


@pytest.mark.clause("AMB-G09", "SX-69")
def test_nothing_adverse_is_decided_before_the_party_was_told(world):
    application = world.walk(world.walk_to("provincial_evaluation"), "consult_joint")

    with pytest.raises(NotMet) as refused:
        perform(application, "refuse", actor=world.prov_approver, answers="", **REFUSAL)

    assert clauses_refused(refused) == ["AMB-G09"]


@pytest.mark.clause("AMB-G09")
def test_a_ground_that_no_finding_carries_cannot_be_told(world):
    application = world.walk_to("provincial_evaluation")

    with pytest.raises(NotMet) as refused:
        world.walk(application, "serve_prior_notice")

    assert [f.code for f in refused.value.findings] == ["ground_for_refusal"]


@pytest.mark.clause("AMB-G09")
@pytest.mark.parametrize(
    ("answers", "allowed"), [("", False), ("三十一家中两家注册地不在我省，不计入。", True)]
)
def test_each_point_of_a_statement_is_answered(world, answers, allowed):
    application = perform(
        heard(world), "state_case", actor=world.applicant, statement="我方有三十一家。", is_waived=""
    )
    assert application.state == "provincial_evaluation"

    if allowed:
        application = perform(application, "refuse", actor=world.prov_approver, answers=answers, **REFUSAL)
        assert application.state == "refused"
        context = str(Notice.objects.get(case_id=application.pk, kind="refusal").context)
        assert ("行政复议" in context and "六十日" in context) or "60" in context
    else:
        with pytest.raises(NotMet) as refused:
            perform(application, "refuse", actor=world.prov_approver, answers=answers, **REFUSAL)
        assert [f.code for f in refused.value.findings] == ["each_point_answered"]


@pytest.mark.clause("AMB-G09")
def test_a_written_waiver_or_silence_lets_the_office_decide(world):
    application = perform(heard(world), "state_case", actor=world.legal_rep, statement="", is_waived="on")

    assert perform(application, "refuse", actor=world.prov_approver, answers="", **REFUSAL).state == "refused"


@pytest.mark.clause("AMB-G09")
def test_the_time_to_speak_lapses_five_working_days_after_service(world):
    application = heard(world)
    due_on = application.deadlines.get(code="statement").due_on
    assert due_on == calendar.add_working_days(clock.today(), 3 + 5)

    with clock.travel(calendar.end_of_day(due_on)):
        with pytest.raises(NotMet):
            perform(application, "state_case", actor=world.applicant, statement="来晚了。", is_waived="")
        application = perform(application, "lapse_statement", actor=SYSTEM)

    assert application.state == "provincial_evaluation"
    assert application.hearings.get().statement == ""


@pytest.mark.clause("SX-69", "SX-64", "AMB-G09")
def test_false_material_found_during_publicity_ends_in_refusal_with_a_bar(world, at):
    with at("2026-03-02 09:00"):
        application = world.walk_to("publicity")
        application = perform(
            application,
            "hold_publicity",
            actor=world.prov_officer,
            finding="客户称未签合同。",
            source="太原海关",
        )
        application = perform(
            application, "open_inquiry", actor=world.prov_officer, fact="三份合同系伪造。", source="客户陈述"
        )
        with pytest.raises(NotMet):
            world.walk(application, "close_objections")
        application = perform(
            application, "close_inquiry", actor=world.prov_approver, is_founded="yes", finding=FINDINGS
        )
        application = perform(
            application, "serve_prior_notice", actor=world.prov_officer, ground="false_material", clauses=["SX-69"],
            facts="经核查，第三项材料中三份合同系伪造，客户均否认。", evidence="客户书面陈述三份",
        )  # fmt: skip
        application = perform(application, "state_case", actor=world.applicant, statement="", is_waived="on")
        application = perform(
            application,
            "refuse",
            actor=world.prov_approver,
            answers="",
            reasons="申报材料虚假，经核查三份合同系伪造，不予认定。",
            clauses=["SX-69"],
        )

    bar = world.company.bars.get()
    assert application.state == "refused"
    assert (bar.reason, bar.last_day) == ("false_materials", dt.date(2029, 3, 2))
    assert not Accreditation.objects.exists()


@pytest.mark.clause("SX-69")
@pytest.mark.parametrize("conclusion", [None, "yes"])
def test_an_inquiry_open_or_founded_forbids_the_title(world, conclusion):
    application = world.walk_to("decision")
    posting = world.posting(application)
    application = perform(
        application, "open_inquiry", actor=world.prov_officer, fact="合同系伪造。", source="举报"
    )
    if conclusion:
        application = perform(
            application, "close_inquiry", actor=world.prov_approver, is_founded="yes", finding=FINDINGS
        )

    with clock.travel(calendar.end_of_day(posting.last_day)):
        world.check_credit(application)
        with pytest.raises(NotMet) as refused:
            perform(application, "accredit", actor=world.prov_approver, reasons="")

    assert clauses_refused(refused) == ["SX-69"]


@pytest.mark.clause("AMB-G09")
def test_a_new_fact_after_the_statement_needs_a_new_notice(world):
    application = perform(heard(world), "state_case", actor=world.applicant, statement="", is_waived="on")
    application = perform(
        application, "open_inquiry", actor=world.prov_officer, fact="合同系伪造。", source="举报"
    )
    application = perform(
        application, "close_inquiry", actor=world.prov_approver, is_founded="yes", finding=FINDINGS
    )

    with pytest.raises(NotMet) as refused:
        perform(application, "refuse", actor=world.prov_approver, answers="", **REFUSAL)

    assert [f.code for f in refused.value.findings] == ["no_new_fact"]


# --- The title ----------------------------------------------------------------------------------------------
@pytest.mark.clause("SX-56")
def test_the_certificate_carries_the_official_name_word_for_word(world):
    application = world.walk_to("accredited")

    title = Accreditation.objects.get(applicant=world.company)
    certificate = Notice.objects.get(subject=title, kind="certificate")
    assert title.title_name == "山西省省级外贸综合服务企业"
    assert "山西省省级外贸综合服务企业" in str(certificate.context)
    assert title.number in str(certificate.context)
    assert application.state == "accredited"


@pytest.mark.clause("SX-56")
def test_granting_again_has_no_second_effect(world):
    application = world.walk_to("accredited")

    with pytest.raises(Conflict):
        perform(application, "accredit", actor=world.other_prov_approver, reasons="")

    assert Accreditation.objects.count() == 1


@pytest.mark.clause("SX-56")
def test_a_holder_cannot_file_again(world):
    application = world.walk_to("accredited")
    with clock.travel(application.closed_at + dt.timedelta(days=30)):
        again = world.ready()
        with pytest.raises(NotMet) as refused:
            perform(again, "submit", actor=world.applicant)

    assert clauses_refused(refused) == ["SX-56"]


@pytest.mark.clause("SX-57")
def test_the_plaque_is_due_in_twenty_working_days_and_closed_with_number_day_and_receiver(world):
    world.walk_to("accredited")
    title = Accreditation.objects.get()
    granted = clock.local(title.opened_at).date()
    assert title.deadlines.get(code="plaque").due_on == calendar.add_working_days(granted, 20)
    assert title.queue_at == title.deadlines.get(code="plaque").due_at

    title = perform(
        title,
        "hand_over_plaque",
        actor=world.prov_officer,
        plaque_number="晋外综 001",
        handed_on=granted,
        receiver="秦晓东",
    )

    assert title.deadlines.get(code="plaque").status == "stopped"
    assert title.queue_at is None


def granted_on(world, day: dt.date) -> Accreditation:
    """A title granted on that day; how it comes to be decided then is told elsewhere."""
    with clock.travel(dt.datetime.combine(day - dt.timedelta(days=40), dt.time(9))):
        application = world.walk_to("publicity")
    application = world.walk(application, "end_publicity")
    with clock.travel(dt.datetime.combine(day, dt.time(9))):
        world.check_credit(application)
        perform(application, "accredit", actor=world.prov_approver, reasons="")
    return Accreditation.objects.get()


@pytest.mark.clause("SX-59", "AMB-G04")
@pytest.mark.parametrize(
    ("granted", "last_day", "state"),
    [
        (dt.date(2026, 5, 11), dt.date(2029, 5, 10), "under_review"),  # nothing was filed for it
        (dt.date(2028, 2, 29), dt.date(2031, 2, 28), "active"),  # there is no document to review it by
    ],
)
def test_a_title_is_in_force_on_its_last_day_and_expired_the_next(world, at, granted, last_day, state):
    title = granted_on(world, granted)
    assert (title.valid_from, title.valid_until) == (granted, last_day)

    with at(f"{last_day} 23:59"):
        sweep()
        title.refresh_from_db()
        assert (title.state, title.is_in_force) == (state, True)
    with at(f"{last_day + dt.timedelta(days=1)} 00:00"):
        assert title.is_in_force is False  # whenever the sweep gets to it
        sweep()
        title.refresh_from_db()
        assert title.state == "expired"


@pytest.mark.clause("AMB-G17")
def test_a_decision_is_prepared_by_one_person_and_taken_by_another(world):
    application = world.walk_to("decision")
    posting = world.posting(application)
    both = person("", world.province, "PROV_APPROVER", human=world.prov_officer.user.person)

    with clock.travel(calendar.end_of_day(posting.last_day)):
        world.check_credit(application)
        with pytest.raises(NotMet) as refused:
            perform(application, "accredit", actor=both, reasons="")

    assert clauses_refused(refused) == ["AMB-G17"]
