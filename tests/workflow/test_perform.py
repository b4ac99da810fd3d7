"""The one door: what it lets through, whom it refuses, and that a refusal leaves nothing behind."""

import pytest

from accounts.roles import Role
from accreditation import papers
from accreditation.models import ProviderApplication
from core import clock
from documents.notices.models import Notice
from tests.factories import person
from workflow.authority import open_steps
from workflow.cases import Case
from workflow.errors import Conflict, InvalidInput, NotMet, NotYours
from workflow.ledger import LedgerEntry
from workflow.outbox import OutboxMessage
from workflow.perform import create, perform
from workflow.preparing import propose


def everything(case):
    """All that a step may write about a case, to be compared before and after a refusal."""
    return (
        Case.objects.filter(pk=case.pk).values().get(),
        ProviderApplication.objects.filter(pk=case.pk).values().get(),
        list(LedgerEntry.objects.values_list("pk", "hash")),
        list(case.deadlines.values_list("code", "status", "due_on")),
        Notice.objects.count(),
        OutboxMessage.objects.count(),
    )


def test_a_step_moves_state_holder_clock_ledger_and_notice_together(world):
    application = world.walk_to("submitted")

    application = perform(application, "accept", actor=world.officer, expected_version=1)

    entry = application.ledger.last()
    assert (application.state, application.version) == ("initial_review", 2)
    assert (application.holder_organization, application.holder_role) == (world.taiyuan, Role.CITY_OFFICER)
    assert [d.code for d in application.deadlines.filter(status="running")] == ["city_review"]
    assert application.due_at == application.deadlines.get(code="city_review").due_at
    assert (entry.sequence, entry.step, entry.from_state, entry.to_state) == (
        2,
        "accept",
        "submitted",
        "initial_review",
    )
    assert application.ledger_head == entry.hash
    assert Notice.objects.filter(case_id=application.pk, kind="acceptance").count() == 1


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("datong_officer", NotYours),
        ("approver", NotYours),
        ("applicant", NotYours),
        ("prov_officer", NotYours),
    ],
)
def test_another_persons_step_is_refused_and_nothing_is_written(world, who, error):
    application = world.walk_to("submitted")
    before = everything(application)

    with pytest.raises(error):
        perform(application, "accept", actor=getattr(world, who))

    assert everything(application) == before


def test_a_stale_screen_is_told_who_was_faster(world):
    application = world.walk_to("submitted")
    perform(application, "accept", actor=world.officer, expected_version=1)
    application.refresh_from_db()
    before = everything(application)

    with pytest.raises(Conflict) as refused:
        perform(application, "accept", actor=world.officer, expected_version=1)

    assert "李慧" in refused.value.message
    assert "市级初审" in refused.value.message
    assert everything(application) == before


def test_the_same_request_twice_is_one_step(world):
    application = world.walk_to("submitted")

    first = perform(application, "accept", actor=world.officer, expected_version=1, idempotency_key="k1")
    second = perform(application, "accept", actor=world.officer, expected_version=1, idempotency_key="k1")

    assert first.version == second.version == 2
    assert application.ledger.filter(step="accept").count() == 1


def test_the_key_of_one_request_cannot_serve_another(world):
    application = world.walk_to("submitted")
    perform(application, "accept", actor=world.officer, idempotency_key="k1")

    with pytest.raises(Conflict):
        perform(
            application,
            "open_inquiry",
            actor=world.officer,
            idempotency_key="k1",
            fact="合同系伪造。",
            source="举报",
        )


def test_a_missing_reason_is_told_by_field_and_nothing_is_written(world):
    application = world.walk_to("recommendation")
    before = everything(application)

    with pytest.raises(InvalidInput) as refused:
        perform(application, "return_to_review", actor=world.approver, reason="")

    assert list(refused.value.errors) == ["reason"]
    assert everything(application) == before


def test_an_unmet_condition_names_its_clause(world):
    application = world.walk_to("submitted")
    application.attachments.filter(slot="audit_report").update(withdrawn_at=clock.now())
    before = everything(application)

    with pytest.raises(NotMet) as refused:
        perform(application, "accept", actor=world.officer)

    assert [f.clause for f in refused.value.findings] == ["SX-51"]
    assert "审计报告" in refused.value.message
    assert everything(application) == before


def test_an_ended_case_takes_no_step(world):
    application = world.walk(world.ready(), "submit", "withdraw")

    assert open_steps(application, world.applicant) == []
    with pytest.raises(Conflict):
        perform(application, "withdraw", actor=world.applicant)


@pytest.mark.clause("AMB-G17")
def test_who_prepared_does_not_decide(world):
    """The same human with a second login and the approver's role is still the same human."""
    application = world.walk_to("recommendation")
    same_human = person("", world.taiyuan, Role.CITY_APPROVER, human=world.officer.user.person)
    before = everything(application)

    with pytest.raises(NotMet) as refused:
        perform(application, "return_to_review", actor=same_human, reason="再核实一次。")

    assert [f.clause for f in refused.value.findings] == ["AMB-G17"]
    assert everything(application) == before


@pytest.mark.clause("AMB-G17")
def test_who_prepared_first_does_not_decide_what_a_colleague_prepared_anew(world):
    application = world.walk_to("submitted")
    said = {"ground": "ineligible_subject", "reason": "申请人不是外贸综合服务企业，经核实属个体工商户。"}
    same_human = person("", world.taiyuan, Role.CITY_APPROVER, human=world.officer.user.person)
    for officer in (world.officer, person("", world.taiyuan, Role.CITY_OFFICER)):
        propose(application, "reject_acceptance", actor=officer, **said)

    with pytest.raises(NotMet):
        perform(application, "reject_acceptance", actor=same_human, **said)

    assert perform(application, "reject_acceptance", actor=world.approver, **said).state == "not_accepted"


def at_the_province(world, human):
    """A human of today's city, moved to the province as its approver."""
    return person("", world.province, Role.PROV_APPROVER, human=human)


@pytest.mark.clause("AMB-G17")
@pytest.mark.parametrize("who", ["officer", "approver", "applicant", "legal_rep", "department"])
def test_who_took_a_part_elsewhere_does_not_decide_at_the_province(world, who):
    application = world.walk_to("provincial_evaluation")
    world.walk(application, "consult_joint", "answer_all", "close_joint", "evaluate")
    application.refresh_from_db()
    asked = application.children.filter(kind="Consultation").first().as_procedure()
    once = world.department(asked.department) if who == "department" else getattr(world, who)
    moved = at_the_province(world, once.user.person)
    before = everything(application)

    with pytest.raises(NotMet, match="应当回避") as refused:
        perform(application, "publicise", actor=moved, content="")

    assert [(f.clause, f.required) for f in refused.value.findings] == [
        ("AMB-G17", "没有为其他单位办理过本件")
    ]
    assert everything(application) == before


@pytest.mark.clause("AMB-G17")
def test_nor_who_only_drafted_for_the_city_what_was_then_not_sent(world):
    application = world.walk_to("submitted")
    helper = person("", world.taiyuan, Role.CITY_OFFICER)
    said = {"ground": "ineligible_subject", "reason": "申请人不是外贸综合服务企业，经核实属个体工商户。"}
    propose(application, "reject_acceptance", actor=helper, **said)
    world.walk(application, "accept")
    application.refresh_from_db()
    for name in ("consult", "answer_all", "close_consultation", "recommend", "consult_joint", "answer_all",
                 "close_joint", "evaluate"):  # fmt: skip
        application = world.walk(application, name)

    with pytest.raises(NotMet, match="应当回避"):
        perform(application, "publicise", actor=at_the_province(world, helper.user.person), content="")


PAPERS = {
    "a verdict on a material": lambda case, by: papers.record_material_verdict(
        case, actor=by, material="other_proof", point="relevant", ok=True
    ),
    "a verdict on a condition": lambda case, by: papers.record_criterion(
        case, actor=by, criterion="internal_rules_sound", ok=True
    ),
    "a query of a register": lambda case, by: papers.record_credit_check(
        case,
        actor=by,
        subject="violation",
        item="海关",
        source="信用中国",
        queried_on=clock.today(),
        is_hit=False,
    ),
}


@pytest.mark.clause("AMB-G17")
@pytest.mark.parametrize("paper", PAPERS)
def test_nor_who_only_wrote_papers_of_it_for_the_city(world, paper):
    helper = person("", world.taiyuan, Role.CITY_OFFICER)
    application = world.walk_to("recommendation")
    PAPERS[paper](application, helper)
    for name in ("recommend", "consult_joint", "answer_all", "close_joint", "evaluate"):
        application = world.walk(application, name)

    with pytest.raises(NotMet, match="应当回避"):
        perform(application, "publicise", actor=at_the_province(world, helper.user.person), content="")


@pytest.mark.clause("AMB-G17")
def test_papers_written_for_ones_own_body_are_no_ground_to_stand_aside(world):
    application = world.walk_to("provincial_evaluation")
    PAPERS["a verdict on a condition"](application, world.prov_approver)
    application = world.walk(application, "consult_joint", "answer_all", "close_joint", "evaluate")

    application = perform(application, "publicise", actor=world.prov_approver, content="")

    assert application.state == "publicity"


@pytest.mark.clause("AMB-G17")
def test_who_moved_without_a_part_in_the_case_decides(world):
    """A colleague of the same city who never touched the case."""
    colleague = person("", world.taiyuan, Role.CITY_OFFICER)
    application = world.walk_to("provincial_evaluation")
    application = world.walk(application, "consult_joint", "answer_all", "close_joint", "evaluate")

    application = perform(
        application, "publicise", actor=at_the_province(world, colleague.user.person), content=""
    )

    assert application.state == "publicity"


@pytest.mark.clause("AMB-G17")
def test_a_decision_nobody_prepared_is_refused_until_an_officer_proposes_it(world):
    application = world.walk_to("submitted")
    said = {"ground": "ineligible_subject", "reason": "申请人不是外贸综合服务企业，经核实属个体工商户。"}

    with pytest.raises(NotMet):
        perform(application, "reject_acceptance", actor=world.approver, **said)
    propose(application, "reject_acceptance", actor=world.officer, **said)
    application = perform(application, "reject_acceptance", actor=world.approver, **said)

    assert application.state == "not_accepted"
    assert application.ledger.last().prepared_by == world.officer.user.person
    assert application.proposals.get().settled_at is not None


def refusal_is_drafted(world):
    application = world.walk_to("submitted")
    said = {"ground": "ineligible_subject", "reason": "申请人不是外贸综合服务企业，经核实属个体工商户。"}
    propose(application, "reject_acceptance", actor=world.officer, **said)
    return application


def test_what_was_drafted_for_a_state_that_is_over_waits_no_longer(world):
    application = refusal_is_drafted(world)

    perform(application, "accept", actor=world.officer)

    assert application.proposals.get().settled_at is not None


def test_nor_when_an_approver_took_another_step(world):
    application = world.walk_to("recommendation")
    said = {"opinion": "经初审，该企业符合认定条件，建议予以认定，现推荐上报。", "answers": ""}
    propose(application, "recommend", actor=world.officer, **said)

    perform(application, "return_to_review", actor=world.approver, reason="材料核对记录不全，请补齐后再报。")

    assert application.proposals.get().settled_at is not None


def test_only_an_officer_of_the_same_body_may_prepare(world):
    application = world.walk_to("submitted")

    with pytest.raises(NotYours):
        propose(
            application, "reject_acceptance", actor=world.datong_officer, ground="active_bar", reason="x" * 20
        )


@pytest.mark.clause("SX-56")
def test_an_enterprise_has_one_open_application(world):
    world.ready()

    with pytest.raises(Conflict):
        world.ready()


def test_a_creating_step_cannot_be_taken_by_who_may_not(world):
    from accreditation.models import Consultation

    with pytest.raises(NotYours):
        create(Consultation, "send", actor=world.officer, parties={})


def test_the_state_cannot_be_assigned(world):
    application = world.walk_to("submitted")

    with pytest.raises(AttributeError):
        application.state = "accredited"
