"""The three-year review and the end of a title, at their boundaries (Shanxi, annex 3(1) and (2); workflows.md 4, 5)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from accounts.roles import Role
from accreditation import standing, title_filing
from accreditation.models import Accreditation, Program, ProviderReview
from accreditation.rules.title_review import enough_served, enough_volume, must_be_new, wanted_materials
from core import calendar, clock, periods
from documents.models import Notice
from portal.public import directory
from tests.accreditation import titles
from tests.factories import person
from workflow.errors import Conflict, InvalidInput, NotMet
from workflow.perform import perform
from workflow.sweep import sweep

pytestmark = pytest.mark.django_db


def refused(raised) -> list[str]:
    return [finding.clause for finding in raised.value.findings]


# --- It opens ------------------------------------------------------------------------------------------------
@pytest.mark.clause("SX-61", "AMB-S12")
def test_the_review_of_a_title_until_2028_05_09_opens_on_2027_11_11(db):
    title = Accreditation(valid_until=dt.date(2028, 5, 9), rules_on=dt.date(2025, 5, 10))

    assert titles.review_opens_on(title) == dt.date(2027, 11, 11)


@pytest.mark.clause("SX-61", "AMB-S12")
def test_it_opens_on_its_day_and_not_before_and_once(world):
    title = titles.granted(world)
    opens = titles.review_opens_on(title)
    assert opens == title.valid_until - dt.timedelta(days=180)
    with titles.on(opens - dt.timedelta(days=1), dt.time(23, 59)):
        sweep()
        assert not ProviderReview.objects.exists()
    with titles.on(opens, dt.time(0, 0)):
        sweep()
        sweep()

    review = ProviderReview.objects.get()
    title.refresh_from_db()
    assert (title.state, review.state, review.opened_on) == ("under_review", "opened", opens)
    assert standing.standing_of(title, opens) is standing.UNDER_REVIEW
    notice = Notice.objects.get(case_id=review.pk, kind="review_opening")
    assert notice.context["wanted"] == [m["name"] for m in wanted_materials(review)]


@pytest.mark.clause("SX-61")
def test_a_sweep_that_comes_late_opens_it_as_of_the_day_it_was_due(world):
    title = titles.granted(world)
    opens = titles.review_opens_on(title)
    with titles.on(opens + dt.timedelta(days=10)):
        sweep()

    review = ProviderReview.objects.get()
    materials = review.deadlines.get(code="review_materials")
    assert review.opened_on == opens
    assert materials.due_on == calendar.roll_forward(opens + dt.timedelta(days=60))


@pytest.mark.clause("SX-61", "AMB-S14")
@pytest.mark.parametrize("successor", [False, True])
def test_no_review_opens_without_a_document_in_force_unless_another_followed(world, successor):
    title = titles.granted(world)
    opens = titles.review_opens_on(title)
    ended = opens - dt.timedelta(days=30)
    Program.objects.filter(pk=title.program_id).update(last_day=ended)
    if successor:
        follow(title.program, ended + dt.timedelta(days=1))
    with titles.on(opens):
        sweep()

    assert ProviderReview.objects.exists() is successor
    assert not successor or ProviderReview.objects.get().program.code == "sx-provider-2030"


def follow(program: Program, day: dt.date) -> Program:
    return Program.objects.create(
        code="sx-provider-2030", name=program.name, title_name=program.title_name, province=program.province,
        document_number="晋商规〔2030〕1号", facts_name=program.facts_name, effective_on=day,
    )  # fmt: skip


# --- It is filed ---------------------------------------------------------------------------------------------
@pytest.mark.clause("AMB-S12", "AMB-S13")
def test_it_is_filed_with_new_figures_confirmed_materials_and_a_signature(world):
    review = titles.reviewed(titles.granted(world))
    with titles.on(review.opened_on):
        with pytest.raises(NotMet) as raised:
            perform(review, "submit", actor=world.applicant)
        assert "AMB-S13" in refused(raised)
        review = titles.filed(world, review)

    assert (review.state, review.filed_on) == ("submitted", review.opened_on)
    assert review.deadlines.get(code="review_materials").status == "stopped"


@pytest.mark.clause("AMB-S13")
def test_what_proves_the_last_twelve_months_cannot_be_confirmed_as_unchanged(world):
    review = titles.reviewed(titles.granted(world))
    fresh = [spec["code"] for spec in wanted_materials(review) if must_be_new(spec)]
    assert fresh == ["application_report", "client_list_contracts", "trade_volume_proof"]

    with pytest.raises(InvalidInput):
        title_filing.confirm_unchanged(review, world.applicant, fresh[:1])


@pytest.mark.clause("SX-47")
def test_a_signature_over_other_figures_is_dead(world):
    review = titles.reviewed(titles.granted(world))
    with titles.on(review.opened_on):
        titles.prepare(world, review)
        titles.sign(world, review)
        title_filing.save_report(
            review, world.applicant, served_enterprises=90, trade_volume=Decimal(1), note=""
        )
        with pytest.raises(NotMet):
            perform(review, "submit", actor=world.applicant)


@pytest.mark.clause("AMB-S12", "AMB-G01")
@pytest.mark.parametrize(("second", "taken"), [(-1, True), (0, False)])
def test_it_is_in_time_through_the_last_second_of_the_sixtieth_day(world, second, taken):
    review = titles.reviewed(titles.granted(world))
    with titles.on(review.opened_on):
        titles.prepare(world, review)
        titles.sign(world, review)
    due_at = review.deadlines.get(code="review_materials").due_at
    with clock.travel(due_at + dt.timedelta(seconds=second)):
        if taken:
            assert perform(review, "submit", actor=world.applicant).state == "submitted"
        else:
            with pytest.raises(NotMet) as raised:
                perform(review, "submit", actor=world.applicant)
            assert refused(raised) == ["AMB-S12"]


# --- Nothing was filed ---------------------------------------------------------------------------------------
@pytest.mark.clause("AMB-S12", "AMB-G09", "SX-59")
def test_who_files_nothing_is_told_and_the_title_ends_with_its_last_day(world):
    title = titles.granted(world)
    review = titles.reviewed(title)
    with clock.travel(review.deadlines.get(code="review_materials").due_at):
        sweep()
    review.refresh_from_db()
    assert (review.state, review.is_unfiled) == ("hearing", True)
    notice = Notice.objects.get(case_id=review.pk, kind="prior_notice")
    assert notice.organ == world.province
    assert notice.context["proposed"] == "复核不通过"

    with titles.on(title.valid_until, dt.time(23, 59)):
        sweep()  # its time to speak is over as well
        title.refresh_from_db()
        assert (title.state, title.is_in_force) == ("under_review", True)
    with titles.on(title.valid_until + dt.timedelta(days=1), dt.time(0, 0)):
        sweep()
    title.refresh_from_db()
    review.refresh_from_db()
    assert (title.state, review.state) == ("expired", "closed")


@pytest.mark.clause("AMB-S12")
@pytest.mark.parametrize(("late", "taken"), [(0, True), (1, False)])
def test_late_papers_are_taken_through_the_last_day_of_the_title(world, late, taken):
    title = titles.granted(world)
    review = titles.reviewed(title)
    with clock.travel(review.deadlines.get(code="review_materials").due_at):
        sweep()
        titles.prepare(world, review)
        titles.sign(world, review, "late_submit")
    review.refresh_from_db()
    with titles.on(title.valid_until + dt.timedelta(days=late)):
        if taken:
            review = perform(review, "late_submit", actor=world.applicant)
            assert (review.state, review.is_unfiled, title.is_kept_by_a_review()) == (
                "submitted",
                False,
                True,
            )
        else:
            with pytest.raises(NotMet) as raised:
                perform(review, "late_submit", actor=world.applicant)
            assert refused(raised) == ["AMB-S12"]


# --- It is decided -------------------------------------------------------------------------------------------
@pytest.mark.clause("AMB-S12", "SX-59", "SX-61")
def test_a_review_filed_in_time_keeps_the_title_and_a_pass_counts_from_the_old_end(world):
    title = titles.granted(world)
    old_end = title.valid_until
    review = titles.reviewed(title)
    with titles.on(review.opened_on):
        review = titles.at_province(world, review)
    late = old_end + dt.timedelta(days=20)
    with titles.on(late):
        sweep()
        title.refresh_from_db()
        assert (title.state, title.is_in_force) == ("under_review", True)
        assert list(directory.in_force(directory.titles(), late)) == [title]
        assert list(directory.ended(directory.titles(), late)) == []
        titles.query_again(world, review)
        perform(review, "pass", actor=world.prov_approver, reasons="仍符合规定条件。", answers="")

    title.refresh_from_db()
    assert title.state == "active"
    assert title.valid_until == periods.last_day_of_term(old_end + dt.timedelta(days=1), 3)
    assert title.deadlines.get(code="title_end", status="running").due_on == title.valid_until
    reopening = title.deadlines.get(code="review_opening", status="running").due_on
    assert reopening == titles.review_opens_on(title) - dt.timedelta(days=1)
    old, new = Notice.objects.filter(subject_id=title.pk, kind="certificate").order_by("pk")
    assert new.supersedes == old


@pytest.mark.clause("SX-62", "AMB-G09")
def test_a_failed_review_ends_the_title_the_same_day_after_a_hearing(world):
    title = titles.granted(world)
    review = titles.reviewed(title)
    with titles.on(review.opened_on):
        review = titles.at_province(world, review, served_enterprises=29)
        with pytest.raises(NotMet) as raised:
            perform(review, "propose_fail", actor=world.prov_officer, **(FAILING | {"clauses": ["SX-38"]}))
        assert refused(raised) == ["SX-62"]  # the trade was found enough
        review = perform(review, "propose_fail", actor=world.prov_officer, **FAILING)
        with pytest.raises(Conflict):
            perform(review, "fail", actor=world.prov_approver, **FAILED)
        review = perform(
            review, "state_case", actor=world.applicant, statement="另有两家客户没有列入。", is_waived=False
        )  # fmt: skip
        with pytest.raises(NotMet) as raised:
            perform(review, "fail", actor=world.prov_approver, **(FAILED | {"answers": ""}))
        assert refused(raised) == ["AMB-G09"]
        review = perform(review, "fail", actor=world.prov_approver, **FAILED)
        today = clock.today()

    title.refresh_from_db()
    assert (review.state, title.state) == ("failed", "review_failed")
    assert list(directory.in_force(directory.titles(), today)) == []
    notice = Notice.objects.get(case_id=review.pk, kind="review_result")
    assert notice.context["remedies"] is not None
    assert [each["id"] for each in notice.context["clauses"]] == ["SX-37", "SX-62"]


FAILING = {
    "facts": "经核查，近十二个月计入的省内进出口企业为二十九家。",
    "clauses": ["SX-37"],
    "evidence": "所服务企业清单核实表",
}
FAILED = {
    "reasons": "服务的省内进出口企业未达到三十家的要求，复核不通过。",
    "clauses": ["SX-37"],
    "answers": "另报的两家没有签订委托合同，不计入。",
}


@pytest.mark.clause("SX-37", "AMB-S13")
@pytest.mark.parametrize(("served", "ok"), [(29, False), (30, True)])
def test_thirty_enterprises_are_asked_for_again(served, ok):
    assert enough_served(served, 30).ok is ok


@pytest.mark.clause("SX-38", "AMB-S13")
@pytest.mark.parametrize(("volume", "ok"), [("49999999.99", False), ("50000000.00", True)])
def test_fifty_million_yuan_are_asked_for_again(volume, ok):
    assert enough_volume(Decimal(volume), Decimal(50_000_000)).ok is ok


@pytest.mark.clause("SX-33", "AMB-G19")
@pytest.mark.parametrize(("age", "ok"), [(30, True), (31, False)])
def test_a_query_of_thirty_days_is_fresh_on_the_day_of_the_decision(world, age, ok):
    review = titles.reviewed(titles.granted(world))
    with titles.on(review.opened_on):
        review = titles.at_province(world, review)
    with titles.on(review.opened_on + dt.timedelta(days=age)):
        if ok:
            assert (
                perform(
                    review, "pass", actor=world.prov_approver, reasons="仍符合规定条件。", answers=""
                ).state
                == "passed"
            )
        else:
            with pytest.raises(NotMet) as raised:
                perform(review, "pass", actor=world.prov_approver, reasons="仍符合规定条件。", answers="")
            assert refused(raised) == ["SX-33"]


@pytest.mark.clause("SX-63")
def test_nothing_is_decided_while_a_revocation_is_open(world):
    title = titles.granted(world)
    review = titles.reviewed(title)
    with titles.on(review.opened_on):
        review = titles.at_province(world, review)
        titles.opened(world, titles.lead(world, title))
        with pytest.raises(NotMet) as raised:
            perform(review, "pass", actor=world.prov_approver, reasons="仍符合规定条件。", answers="")
        assert set(refused(raised)) == {"SX-61", "SX-63"}


@pytest.mark.clause("AMB-S14")
def test_an_undecided_review_ends_with_the_document_where_none_followed(world):
    title = titles.granted(world)
    review = titles.reviewed(title)
    policy_ends = title.valid_until + dt.timedelta(days=10)
    Program.objects.filter(pk=title.program_id).update(last_day=policy_ends)
    with titles.on(review.opened_on):
        review = titles.at_province(world, review)
    with titles.on(policy_ends, dt.time(23, 59)):
        sweep()
        title.refresh_from_db()
        assert title.state == "under_review"
    with titles.on(policy_ends + dt.timedelta(days=1), dt.time(0, 0)):
        with pytest.raises(NotMet) as raised:
            perform(review, "pass", actor=world.prov_approver, reasons="仍符合规定条件。", answers="")
        assert "AMB-S14" in refused(raised)
        sweep()
    title.refresh_from_db()
    review.refresh_from_db()
    assert (title.state, review.state) == ("expired", "closed")


@pytest.mark.clause("AMB-G07")
def test_defects_are_listed_once_and_the_review_goes_back_to_where_it_was(world):
    review = titles.reviewed(titles.granted(world))
    defects = [{"material": "audit_report", "problem": "缺会计报表附注。", "remedy": "补交附注并加盖公章。"}]
    with titles.on(review.opened_on):
        review = titles.filed(world, review)
        review = perform(review, "take_up", actor=world.officer)
        review = perform(review, "request_correction", actor=world.officer, defects=defects)
        with pytest.raises(NotMet) as raised:
            titles.sign(world, review, "resubmit")
            perform(review, "resubmit", actor=world.applicant)
        assert refused(raised) == ["AMB-G07"]
        title_filing.answer_defect(review, world.applicant, review.defects.get().pk, "已补交附注。")
        titles.sign(world, review, "resubmit")
        review = perform(review, "resubmit", actor=world.applicant)
        with pytest.raises(NotMet):  # one notice tells all
            perform(review, "request_correction", actor=world.officer, defects=defects)

    assert review.state == "city_check"


@pytest.mark.clause("AMB-S22")
def test_a_review_on_a_merger_keeps_the_last_day(world):
    title = titles.granted(world)
    last_day = title.valid_until
    review = titles.at_province(world, titles.in_review(world, title))
    perform(review, "pass", actor=world.prov_approver, reasons="仍符合规定条件。", answers="")

    title.refresh_from_db()
    assert (title.state, title.valid_until) == ("active", last_day)
    assert title.deadlines.get(code="review_opening").status == "running"


@pytest.mark.clause("AMB-G17")
def test_who_judged_a_check_for_the_city_does_not_decide_for_the_province(world):
    review = titles.reviewed(titles.granted(world))
    both = person("", world.province, Role.PROV_APPROVER, human=world.officer.user.person)
    with titles.on(review.opened_on):
        review = titles.at_province(world, review)
        with pytest.raises(NotMet) as raised:
            perform(review, "pass", actor=both, reasons="仍符合规定条件。", answers="")
    assert refused(raised) == ["AMB-G17"]
