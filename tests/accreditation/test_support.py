"""The six support measures at their boundaries (Shanxi, main text 4; SX-11 to SX-20)."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.test import Client

from accreditation import support
from accreditation.models import Accreditation, ListDelivery, ListSubscriber, SupportEvidence, SupportRequest
from accreditation.support import NEEDS, Item, due_of, measures, missing
from core import clock
from core.facts import facts
from tests.accreditation import titles
from tests.accreditation.test_title_pages import client_of
from tests.factories import body
from workflow.errors import Conflict, InvalidInput, NotYours
from workflow.perform import perform

pytestmark = pytest.mark.django_db

Kind = SupportEvidence.Kind
TODAY = dt.date(2026, 3, 31)


def known(*kinds: str, on: dt.date = TODAY, holds: bool = True) -> dict[str, SupportEvidence]:
    return {kind: SupportEvidence(kind=kind, holds=holds, checked_on=on) for kind in kinds}


def item(code: str) -> Item:
    return next(i for m in measures("shanxi_provider") for i in m.items if i.code == code)


def state(code: str, evidence: dict[str, SupportEvidence]) -> str:
    return missing(item(code), evidence, TODAY)[0]


# --- The measures of the document ----------------------------------------------------------------------------
@pytest.mark.clause("SX-11", "SX-19", "SX-20", "AMB-S23")
def test_six_measures_with_their_items_and_departments_and_no_amount():
    told = {m.number: (len(m.items), m.departments) for m in measures("shanxi_provider")}

    assert told == {
        1: (5, ("省商务厅",)),
        2: (15, ("太原海关",)),
        3: (2, ("省税务局",)),
        4: (4, ("外汇局山西省分局",)),
        5: (5, ("人行山西省分行", "省地方金融管理局", "省商务厅")),
        6: (5, ("中信保山西分公司",)),
    }


@pytest.mark.clause("SX-13", "SX-14", "AMB-S18")
def test_coaching_is_for_every_holder_and_fourteen_items_are_for_holders_with_aeo():
    customs = measures("shanxi_provider")[1].items
    without = [i.code for i in customs if missing(i, {}, TODAY)[0] == "open"]
    with_aeo = [i.code for i in customs if missing(i, known(Kind.AEO), TODAY)[0] == "open"]

    assert (without, len(with_aeo)) == (["aeo_coaching"], 15)
    assert "AEO" in missing(item("release_first"), {}, TODAY)[1]


@pytest.mark.clause("SX-14")
@pytest.mark.parametrize(("age", "expected"), [(30, "open"), (31, "stale")])
def test_an_aeo_status_of_thirty_days_is_current_one_of_thirty_one_is_to_be_updated(age, expected):
    assert state("coordinator", known(Kind.AEO, on=TODAY - dt.timedelta(days=age))) == expected


@pytest.mark.clause("SX-14")
def test_an_aeo_status_that_was_lost_locks_what_rests_on_it():
    assert state("coordinator", known(Kind.AEO, holds=False)) == "locked"


@pytest.mark.clause("SX-15")
def test_the_paperless_refund_waits_for_the_word_of_the_tax_office():
    assert (state("paperless_refund", {}), state("paperless_refund", known(Kind.TAX_CONFIRMED))) == (
        "locked",
        "open",
    )


@pytest.mark.clause("SX-16")
@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((), "locked"),
        ((Kind.TAX_CLASS_ONE,), "locked"),
        ((Kind.NOTICE_61,), "locked"),
        ((Kind.TAX_CLASS_ONE, Kind.NOTICE_61), "open"),
    ],
)
def test_the_fast_refund_needs_class_one_and_the_condition_of_notice_61(kinds, expected):
    assert state("fast_refund", known(*kinds)) == expected


@pytest.mark.clause("SX-16", "AMB-S19")
def test_five_working_days_from_acceptance_over_the_national_day():
    assert due_of(item("fast_refund"), dt.date(2025, 9, 26)) == dt.date(2025, 10, 10)
    assert due_of(item("paperless_refund"), dt.date(2025, 9, 26)) is None  # no limit is invented


@pytest.mark.clause("SX-17", "SX-18")
def test_three_items_wait_for_the_flag_of_safe_and_the_fourth_for_its_own_ground():
    settlement = measures("shanxi_provider")[3].items
    told = {
        kind: [i.code for i in settlement if missing(i, known(kind), TODAY)[0] == "open"]
        for kind in (Kind.HUIFA_11, Kind.GOOD_CREDIT)
    }

    assert told[Kind.HUIFA_11] == ["agency_receipt", "electronic_evidence", "direct_to_client_account"]
    assert told[Kind.GOOD_CREDIT] == ["quality_enterprise"]


def test_every_eligibility_of_the_document_is_known():
    rows = facts("shanxi_provider")["support_measures"]
    named = {i["eligibility"] for row in rows for i in row["items"] if isinstance(i, dict)}

    assert named <= set(NEEDS)


# --- On a title ----------------------------------------------------------------------------------------------
@pytest.fixture
def title(world):
    return titles.granted(world)


def on_day_of(title):
    return titles.on(title.valid_from)


@pytest.mark.clause("SX-11", "SX-62")
def test_a_title_carries_the_measures_from_its_grant_and_none_from_the_day_it_ends(world, title):
    day = title.valid_from
    granted = support.entitlements(title, day)
    assert (len(granted.measures), granted.open_items) == (6, 5 + 1 + 5 + 5)

    titles.revoked(world, titles.to_decision(world, title))

    title.refresh_from_db()
    assert support.entitlements(title, day).open_items == 0


@pytest.mark.clause("AMB-S25")
def test_during_a_revocation_support_goes_on_until_it_is_suspended_and_comes_back_with_the_title(
    world, title
):
    case = titles.opened(world, titles.lead(world, title))
    day = title.valid_from
    assert support.entitlements(title, day).open_items == 16

    case = perform(
        case, "suspend_entitlements", actor=world.prov_approver, reason="涉嫌骗取出口退税，先行暂停。"
    )
    assert support.entitlements(title, day).open_items == 0
    titles.propose_dismissal(world, case)
    perform(case, "dismiss", actor=world.prov_approver, reason="经核实，反映不实。")
    title = Accreditation.objects.get()
    assert support.entitlements(title, day).open_items == 16


@pytest.mark.clause("SX-14", "SX-21")
def test_only_the_department_that_knows_a_fact_enters_it_and_with_its_source(world, title):
    customs, tax = world.department(body("SX-CUSTOMS")), world.department(body("SX-TAX"))
    said = {"kind": "aeo", "holds": True, "source": "海关企业信用公示平台", "checked_on": clock.today()}
    with pytest.raises(NotYours):
        support.record_evidence(title, actor=tax, **said)
    with pytest.raises(NotYours):
        support.record_evidence(title, actor=world.applicant, **said)
    with pytest.raises(InvalidInput):
        support.record_evidence(title, actor=customs, **(said | {"source": ""}))

    answered = client_of(customs).post(
        f"/desk/register/{title.number}/evidence/", said | {"holds": "yes", "checked_on": "2026-01-05"}
    )
    assert answered.status_code == 302
    assert SupportEvidence.objects.get().recorded_by == customs.organization


@pytest.mark.clause("SX-16", "SX-18")
def test_a_request_goes_to_the_responsible_department_once_and_its_answer_to_the_holder(world, title):
    tax = world.department(body("SX-TAX"))
    with on_day_of(title):
        with pytest.raises(Conflict):  # locked
            support.request(title, actor=world.applicant, item="fast_refund")
        for kind in ("tax_class_one", "notice_61"):
            support.record_evidence(
                title, actor=tax, kind=kind, holds=True, source="退税管理系统", checked_on=clock.today()
            )
        asked = support.request(title, actor=world.applicant, item="fast_refund")
        with pytest.raises(Conflict):
            support.request(title, actor=world.applicant, item="fast_refund")
        with pytest.raises(NotYours):
            support.request(title, actor=world.rival_applicant, item="m1_1")

        assert (asked.department, asked.due_on) == (
            tax.organization,
            due_of(item("fast_refund"), clock.today()),
        )
        customs = client_of(world.department(body("SX-CUSTOMS")))
        assert customs.post(f"/desk/support/{asked.pk}/answer/", {"answer": "已办理。"}).status_code == 404
        office = client_of(tax)
        assert title.title in office.get("/desk/support/").content.decode()
        assert office.post(f"/desk/support/{asked.pk}/answer/", {"answer": ""}).status_code == 422
        office.post(f"/desk/support/{asked.pk}/answer/", {"answer": "四个工作日办结。", "granted": "yes"})

        page = client_of(world.applicant).get("/my/support/").content.decode()
        assert support.request(title, actor=world.applicant, item="m1_1").department == world.province
    assert "四个工作日办结。" in page
    assert SupportRequest.objects.get(item="fast_refund").outcome == "granted"


@pytest.mark.clause("SX-18")
def test_a_nomination_is_one_row_in_the_queue_of_safe_without_the_flag_of_its_other_items(world, title):
    safe = world.department(body("SX-SAFE"))
    with on_day_of(title):
        support.record_evidence(
            title, actor=safe, kind="good_credit", holds=True, source="外汇局核实", checked_on=clock.today()
        )
        client_of(world.applicant).post("/my/support/", {"item": "quality_enterprise"})

    assert SupportRequest.objects.get().department == safe.organization


# --- The list for financial institutions ---------------------------------------------------------------------
@pytest.mark.clause("SX-19")
def test_each_institution_gets_each_change_once_and_a_title_that_ended_goes_out(world, title):
    banks = [ListSubscriber.objects.create(name=name, province_id="140000") for name in ("甲银行", "乙银行")]
    ListSubscriber.objects.create(name="外省银行", province_id="420000")

    assert (support.deliver_lists(), support.deliver_lists()) == (2, 0)
    titles.revoked(world, titles.to_decision(world, title))
    assert (support.deliver_lists(), support.deliver_lists()) == (2, 0)

    changes = ListDelivery.objects.filter(subscriber=banks[0]).order_by("id")
    assert list(changes.values_list("title_id", "change")) == [(title.pk, "in"), (title.pk, "out")]


@pytest.mark.clause("SX-19")
def test_the_list_is_handed_out_whole_and_as_what_changed(world, title):
    bank = ListSubscriber.objects.create(name="甲银行", province_id="140000")
    support.deliver_lists()
    with on_day_of(title):
        full = rows_of(Client().get(f"/lists/{bank.token}/full.csv"))
        assert [row[1] for row in full[1:]] == [world.company.uscc]
        titles.revoked(world, titles.to_decision(world, title))
        support.deliver_lists()
        seen = ListDelivery.objects.earliest("id").pk
        delta = rows_of(Client().get(f"/lists/{bank.token}/delta.csv?after={seen}"))
        assert [row[1] for row in delta[1:]] == ["移出"]
        assert len(rows_of(Client().get(f"/lists/{bank.token}/full.csv"))) == 1
        assert Client().get("/lists/none-such/full.csv").status_code == 404


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
