"""Revocation of a title, at its boundaries (Shanxi, annex 3(3); workflows.md section 6)."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.roles import Role
from accreditation import standing, supervision
from accreditation.models import Accreditation, Bar, PlaqueReturn, ProviderReview, RevocationCase
from accreditation.rules.revocation import ground_evidenced
from accreditation.rules.title import particulars_in_time
from core import calendar, clock
from documents.models import Notice
from portal.public import directory
from tests.accreditation import titles
from tests.factories import person
from workflow.errors import Conflict, NotMet, NotYours
from workflow.perform import perform
from workflow.sweep import sweep

pytestmark = pytest.mark.django_db


def refused(raised) -> list[str]:
    return [finding.clause for finding in raised.value.findings]


@pytest.mark.clause("SX-63")
def test_nothing_is_revoked_before_the_holder_was_told_and_heard(world):
    title = titles.granted(world)
    case = titles.opened(world, titles.lead(world, title))
    with pytest.raises(Conflict):
        titles.revoked(world, case)

    case = titles.told(world, case)
    with pytest.raises(Conflict):  # its time to speak still runs
        titles.revoked(world, case)
    case = titles.heard(world, case)  # it has spoken, nobody waits for the rest of the time
    case = titles.revoked(world, case)

    title.refresh_from_db()
    assert (case.state, title.state) == ("revoked", "revoked")


@pytest.mark.clause("SX-63", "AMB-G09")
def test_the_time_to_speak_is_five_working_days_from_service_and_the_decision_is_due_in_ten(world):
    case = titles.told(world, titles.opened(world, titles.lead(world, titles.granted(world))))
    statement = case.deadlines.get(code="statement")
    served = calendar.add_working_days(clock.today(), 3)
    assert statement.due_on == calendar.add_working_days(served, 5)

    with titles.on(statement.due_on, dt.time(23, 59)):
        sweep()
        case.refresh_from_db()
        assert case.state == "prior_notice"
    with clock.travel(statement.due_at):
        sweep()
        case.refresh_from_db()
        assert case.state == "deciding"
        due = case.deadlines.get(code="adverse_decision")
        assert due.due_on == calendar.add_working_days(clock.today(), 10)


@pytest.mark.clause("SX-63")
def test_a_revoked_title_ends_at_once_everywhere(world):
    title = titles.granted(world)
    title = perform(
        title, "hand_over_plaque", actor=world.prov_officer, plaque_number="晋外综 001",
        handed_on=clock.today(), receiver="秦晓东",
    )  # fmt: skip
    case, today = titles.to_decision(world, title), title.valid_from
    assert list(directory.in_force(directory.titles(), today)) == [title]

    titles.revoked(world, case)

    title.refresh_from_db()
    assert not standing.standing_of(title, today).holds
    assert list(directory.in_force(directory.titles(), today)) == []
    assert list(directory.ended(directory.titles(), today)) == [title]
    certificate = Notice.objects.get(subject_id=title.pk, kind="certificate")
    assert (certificate.status, certificate.status_reason) == ("revoked", "认定资格已取消")
    assert Notice.objects.filter(case_id=case.pk, kind="revocation").count() == 1


@pytest.mark.clause("SX-57", "AMB-S27")
def test_a_plaque_that_was_handed_over_is_asked_back_within_twenty_working_days(world):
    title = titles.granted(world)
    perform(
        title, "hand_over_plaque", actor=world.prov_officer, plaque_number="晋外综 001",
        handed_on=clock.today(), receiver="秦晓东",
    )  # fmt: skip
    titles.revoked(world, titles.to_decision(world, title))

    task = PlaqueReturn.objects.get(title=title)
    assert (task.due_on, task.returned_on) == (calendar.add_working_days(clock.today(), 20), None)


@pytest.mark.clause("SX-64", "AMB-G11", "AMB-G22")
def test_false_materials_bar_a_new_application_for_thirty_six_months(world, at):
    with at("2026-06-10 09:00"):
        title = titles.granted(world)
    with clock.travel(max(clock.now(), title.opened_at)):
        titles.revoked(world, titles.to_decision(world, title))
        today = clock.today()
    bar = Bar.objects.get(organization=world.company)
    assert bar.last_day == today.replace(year=today.year + 3)


@pytest.mark.clause("SX-64")
@pytest.mark.parametrize("ground", ["administrative_penalty", "serious_discredit_or_illegal"])
def test_another_ground_bars_nobody(world, ground):
    title = titles.granted(world)
    titles.revoked(world, titles.to_decision(world, title, ground))

    assert not Bar.objects.exists()
    assert Accreditation.objects.get().state == "revoked"


class Typed:
    """What a rule reads of a step: its inputs."""

    def __init__(self, **inputs):
        self.inputs = inputs


class Judged:
    rules_on = dt.date(2026, 6, 1)


@pytest.mark.clause("SX-67", "AMB-S17")
@pytest.mark.parametrize(
    ("nonperformance", "refund_fraud", "ok"),
    [("合同未履行", "", False), ("", "税务处理决定书", False), ("合同未履行", "税务处理决定书", True)],
)
def test_ground_four_needs_both_of_its_facts(db, nonperformance, refund_fraud, ok):
    finding = ground_evidenced(
        Judged(),
        Typed(ground="nonperformance_refund_fraud", nonperformance=nonperformance, refund_fraud=refund_fraud),
    )

    assert finding.ok is ok
    assert ok or "第 5 项" in finding.message


@pytest.mark.clause("SX-68")
def test_ground_five_is_used_with_evidence_and_text_alone(world):
    title = titles.granted(world)
    case = titles.opened(world, titles.lead(world, title, "serious_discredit_or_illegal"))
    case = titles.told(world, case, "serious_discredit_or_illegal")

    notice = Notice.objects.get(case_id=case.pk, kind="prior_notice")
    assert notice.context["ground_words"] == "5. 重大失信或其他违法违规"
    assert [each["id"] for each in notice.context["clauses"]] == ["SX-63", "SX-68", "AMB-G09"]


@pytest.mark.clause("SX-69")
def test_facts_from_before_the_grant_found_fourteen_months_later_revoke_the_title(world):
    title = titles.granted(world)
    with titles.on(title.valid_from + dt.timedelta(days=425)):
        case = titles.revoked(world, titles.to_decision(world, title))

    assert (case.state, Accreditation.objects.get().state) == ("revoked", "revoked")


@pytest.mark.clause("SX-63")
def test_a_second_lead_waits_for_the_open_case_and_is_joined(world):
    title = titles.granted(world)
    titles.opened(world, titles.lead(world, title))
    second = titles.lead(world, title, "administrative_penalty")

    with pytest.raises(NotMet) as raised:
        titles.opened(world, second)
    assert refused(raised) == ["SX-63"]


@pytest.mark.clause("AMB-G17")
def test_who_told_the_holder_does_not_decide(world):
    case = titles.to_decision(world, titles.granted(world))
    both = person("", world.province, Role.PROV_APPROVER, human=world.prov_officer.user.person)

    with pytest.raises(NotMet) as raised:
        perform(case, "decide_revoke", actor=both, **titles.DECISION)
    assert refused(raised) == ["AMB-G17"]


@pytest.mark.clause("AMB-G09")
def test_each_point_of_the_statement_is_answered(world):
    case = titles.to_decision(world, titles.granted(world))

    with pytest.raises(NotMet) as raised:
        perform(case, "decide_revoke", actor=world.prov_approver, **(titles.DECISION | {"answers": ""}))
    assert refused(raised) == ["AMB-G09"]


@pytest.mark.clause("SX-63", "AMB-S12")
def test_a_title_that_is_not_revoked_is_what_it_was_and_its_review_goes_on_with_the_rest(world):
    title = titles.granted(world)
    review = titles.reviewed(title)
    before = review.deadlines.get(code="review_materials").due_on
    with titles.on(review.opened_on + dt.timedelta(days=2)):
        case = titles.opened(world, titles.lead(world, title))
    title.refresh_from_db()
    assert title.state == "revocation_pending"
    with titles.on(before + dt.timedelta(days=5)):
        sweep()  # the time for the materials stands still
        review.refresh_from_db()
        assert review.state == "opened"
        titles.propose_dismissal(world, case)
        perform(case, "dismiss", actor=world.prov_approver, reason="经核实，反映不实。")

    title.refresh_from_db()
    stood_still = (before + dt.timedelta(days=5) - review.opened_on - dt.timedelta(days=2)).days
    after = review.deadlines.get(code="review_materials")
    assert (title.state, after.status) == ("under_review", "running")
    assert after.due_on == calendar.roll_forward(review.opened_on + dt.timedelta(days=60 + stood_still))


@pytest.mark.clause("SX-59", "SX-63", "AMB-S12")
@pytest.mark.parametrize("outcome", ["revoked", "expired"])
def test_a_title_does_not_expire_inside_a_revocation(world, outcome):
    title = titles.granted(world)
    with titles.on(title.valid_until - dt.timedelta(days=200)):
        case = titles.to_decision(world, title)
    with titles.on(title.valid_until + dt.timedelta(days=3)):
        sweep()
        title.refresh_from_db()
        assert title.state == "revocation_pending"
        assert standing.standing_of(
            title, clock.today()
        ).holds  # what the office considers is nobody else's business
        assert not ProviderReview.objects.exists()
        if outcome == "revoked":
            titles.revoked(world, case)
        else:
            perform(case, "dismiss", actor=world.prov_approver, reason="经核实，反映不实。")

    title.refresh_from_db()
    assert title.state == outcome


@pytest.mark.clause("SX-60")
def test_every_change_of_a_title_stands_in_its_ledger_with_who_and_why(world):
    title = titles.granted(world)
    titles.revoked(world, titles.to_decision(world, title))

    told = [
        (e.step, e.to_state, e.detail["clauses"][0], e.detail["cause"])
        for e in title.ledger.order_by("sequence")
    ]
    assert told == [
        ("grant", "active", "SX-56", "ProviderApplication.accredit"),
        ("open_revocation", "revocation_pending", "SX-63", "RevocationCase.open"),
        ("revoke", "revoked", "SX-63", "RevocationCase.decide_revoke"),
    ]
    assert title.ledger.get(step="revoke").user == world.prov_approver.user


@pytest.mark.clause("SX-60", "AMB-S22")
def test_a_dissolved_holder_ends_title_review_and_revocation(world):
    title = titles.granted(world)
    review = titles.reviewed(title)
    with titles.on(review.opened_on + dt.timedelta(days=1)):
        case = titles.opened(world, titles.lead(world, title))
        title.refresh_from_db()
        titles.propose_strike_off(world, title)
        perform(title, "strike_off", actor=world.prov_approver, extract="国家企业信用信息公示系统：已注销。")

    states = [
        one.state
        for one in (
            Accreditation.objects.get(),
            ProviderReview.objects.get(),
            RevocationCase.objects.get(pk=case.pk),
        )
    ]
    assert states == ["struck_off", "closed", "closed"]


@pytest.mark.clause("AMB-G11")
def test_a_title_is_not_surrendered_out_of_a_revocation(world):
    title = titles.granted(world)
    titles.opened(world, titles.lead(world, title))
    title.refresh_from_db()

    with pytest.raises(Conflict):
        perform(title, "surrender", actor=world.legal_rep, reason="业务调整，不再从事。")
    with pytest.raises(NotYours):
        perform(title, "surrender", actor=world.rival_legal_rep, reason="业务调整，不再从事。")


# --- An end that was wrong -----------------------------------------------------------------------------------
SET_ASIDE = {
    "document": "晋政复决字〔2026〕8号",
    "decided_by": "山西省人民政府",
    "decided_on": dt.date(2026, 1, 5),
    "reason": "复议机关认为事实不清，撤销原取消决定。",
}


@pytest.mark.clause("AMB-G10")
def test_a_wrong_revocation_is_healed_by_a_new_entry_and_never_by_an_edit(world):
    old = titles.granted(world)
    titles.revoked(world, titles.to_decision(world, old))
    old.refresh_from_db()
    before = old.ledger.count()
    assert Bar.objects.exists()
    prepared = supervision.prepare_restoration(old, actor=world.prov_officer, **SET_ASIDE)

    new = supervision.restore(prepared, actor=world.prov_approver)

    assert (new.number, new.valid_until, new.state, new.restores) == (
        old.number,
        old.valid_until,
        "active",
        old,
    )
    assert (old.state, old.ledger.count()) == ("revoked", before)
    assert not Bar.objects.exists()
    assert list(directory.in_force(directory.titles(), old.valid_from)) == [new]
    assert directory.title_of(old.number) == new
    assert new.deadlines.filter(code__in=["title_end", "review_opening"], status="running").count() == 2
    assert Notice.objects.get(subject_id=new.pk, kind="certificate").number == old.number
    with pytest.raises(Conflict):
        supervision.restore(prepared, actor=world.prov_approver)


@pytest.mark.clause("AMB-G17", "AMB-G10")
def test_who_prepared_a_restoration_does_not_decide_it_and_what_stands_is_not_restored(world):
    old = titles.granted(world)
    with pytest.raises(Conflict):
        supervision.prepare_restoration(old, actor=world.prov_officer, **SET_ASIDE)
    titles.revoked(world, titles.to_decision(world, old))
    old.refresh_from_db()
    prepared = supervision.prepare_restoration(old, actor=world.prov_officer, **SET_ASIDE)
    both = person("", world.province, Role.PROV_APPROVER, human=world.prov_officer.user.person)

    with pytest.raises(NotMet) as raised:
        supervision.restore(prepared, actor=both)
    assert refused(raised) == ["AMB-G17"]
    with pytest.raises(NotYours):
        supervision.restore(prepared, actor=world.approver)


@pytest.mark.clause("AMB-S22")
@pytest.mark.parametrize(
    ("days", "note", "ok"), [(30, "", True), (31, "", False), (31, "疫情期间未能办理。", True)]
)
def test_a_change_is_filed_within_thirty_days_or_with_a_reason(db, days, note, ok):
    class Asked:
        today = dt.date(2026, 6, 30)
        inputs = {"changed_on": dt.date(2026, 6, 30) - dt.timedelta(days=days), "note": note}

    assert particulars_in_time(Judged(), Asked()).ok is ok


@pytest.mark.clause("AMB-S22")
def test_a_new_name_comes_with_a_new_certificate_that_takes_the_place_of_the_old(world):
    title = titles.granted(world)
    world.company.name = "太原新名外贸综合服务有限公司"
    world.company.save()
    perform(
        title, "update_particulars", actor=world.prov_officer, changed_on=clock.today(), change="企业名称变更。", note=""
    )  # fmt: skip

    old, new = Notice.objects.filter(subject_id=title.pk, kind="certificate").order_by("pk")
    assert (new.supersedes, new.number) == (old, title.number)
    assert Accreditation.objects.get().title == "太原新名外贸综合服务有限公司"
