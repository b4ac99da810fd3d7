"""A center from the county's request to the register: who acts, what is asked, what each is told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import SYSTEM
from accounts.models import Region
from accounts.roles import Role
from centers import inspection, layout, writing
from centers.papers import Defect, Premises
from centers.procedures.setup import CenterSetup
from centers.register import Center
from centers.rules import setup as rules
from centers.thresholds import Staffing, set_threshold
from centers.zones import LocalThreshold, Zone
from core import clock
from documents.notices.models import Notice
from tests.centers.cast import SUPPORTS, day
from tests.factories import person
from workflow.access import cases_visible_to
from workflow.errors import Conflict, InvalidInput, NotMet, NotYours
from workflow.perform import findings_for, perform
from workflow.preparing import propose
from workflow.sweep import sweep

State = CenterSetup.State


def zone_of(kind: str, level: str) -> Zone:
    """A zone that stands in no database: enough for rules that only look at it."""
    return Zone(name="某园区", kind=kind, level=level, prefecture_id="420600", county_id="420606")


def failed(refusal) -> set[str]:
    return {finding.clause for finding in refusal.value.findings}


# --- The way ------------------------------------------------------------------------------------------------
@pytest.mark.clause("HB-30")
def test_a_request_goes_from_county_to_prefecture_to_province_into_the_register(hubei):
    setup = hubei.submit(hubei.request())
    assert (setup.state, setup.holder_organization) == (State.PREFECTURE_REVIEW, hubei.prefecture)
    setup = hubei.forward(setup)
    assert (setup.state, setup.holder_organization) == (State.PROVINCE_REVIEW, hubei.province)
    setup = hubei.approve(setup)

    center = Center.objects.get()
    assert setup.state == State.APPROVED
    assert (center.state, center.number, center.zone) == ("approved", "HBZX4206-0001", hubei.zone)
    assert (center.premises.area, center.holder_organization) == (Decimal(120), hubei.county)
    papers = Notice.objects.order_by("pk").values_list("kind", "organ", "addressee")
    assert list(papers) == [
        ("receipt", hubei.prefecture.pk, hubei.county.pk),
        ("center_approval", hubei.province.pk, hubei.county.pk),
    ]


@pytest.mark.clause("HB-05", "HB-30")
def test_a_prefecture_cannot_approve_and_the_province_knows_nothing_before_it_is_forwarded(hubei):
    setup = hubei.submit(hubei.request())
    propose(setup, "forward", actor=hubei.pref_officer, opinion="符合布局规划和设立条件，同意上报。")

    with pytest.raises(NotYours):
        perform(setup, "approve", actor=hubei.pref_approver, opinion="")
    with pytest.raises(NotYours):
        perform(setup, "approve", actor=hubei.prov_approver, opinion="")
    assert not cases_visible_to(hubei.prov_officer).exists()
    hubei.forward(setup)
    assert cases_visible_to(hubei.prov_officer).get().reference == setup.reference


@pytest.mark.clause("HB-06")
def test_another_prefecture_sees_nothing(hubei):
    hubei.submit(hubei.request())

    assert cases_visible_to(hubei.pref_officer).count() == 1
    assert not cases_visible_to(hubei.jingzhou_officer).exists()


@pytest.mark.clause("HB-68")
def test_where_county_and_prefecture_are_one_body_it_goes_straight_to_the_province(hubei):
    zone = hubei.new_zone("仙桃高新区", county_id="429004", prefecture_id="429004")
    hubei.plan_for(zone)
    setup = hubei.request(zone, hubei.xiantao_officer)
    propose(setup, "submit_direct", actor=hubei.xiantao_officer)

    setup = perform(setup, "submit_direct", actor=hubei.xiantao_approver)

    assert (setup.state, setup.holder_organization) == (State.PROVINCE_REVIEW, hubei.province)
    assert setup.ledger.get().detail["said"] == {"skipped": "市州审核：同一机关", "body": "仙桃市商务局"}
    assert Center.objects.filter(parent=hubei.approve(setup)).exists()


@pytest.mark.clause("HB-68")
@pytest.mark.parametrize(
    ("step", "one_body", "clause"), [("submit_direct", False, "HB-68"), ("submit", True, "HB-30")]
)
def test_each_goes_the_way_of_its_own_body(hubei, step, one_body, clause):
    officer, approver = hubei.county_officer, hubei.county_approver
    zone = hubei.zone
    if one_body:
        officer, approver = hubei.xiantao_officer, hubei.xiantao_approver
        zone = hubei.new_zone("仙桃高新区", county_id="429004", prefecture_id="429004")
        hubei.plan_for(zone)
    setup = hubei.request(zone, officer)
    propose(setup, step, actor=officer)

    with pytest.raises(NotMet) as refusal:
        perform(setup, step, actor=approver)

    assert failed(refusal) == {clause}


@pytest.mark.clause("HB-68")
def test_county_roles_are_held_in_a_prefectures_bureau_only_where_it_is_both(hubei):
    assert hubei.xiantao_officer.roles == {Role.COUNTY_OFFICER, Role.PREF_OFFICER}
    with pytest.raises(Exception, match="只能在“县级商务主管部门”类机构任职"):
        person("某人", hubei.prefecture, Role.COUNTY_OFFICER)


def test_who_prepared_it_does_not_send_it(hubei):
    setup = hubei.request()
    both = person("兼任", hubei.county, Role.COUNTY_OFFICER, Role.COUNTY_APPROVER)
    propose(setup, "submit", actor=both)

    with pytest.raises(NotMet, match="不能是同一人"):
        perform(setup, "submit", actor=both)


def test_a_county_asks_only_for_zones_of_its_own(hubei):
    elsewhere = hubei.new_zone("荆州开发区", county_id="421000", prefecture_id="421000")

    with pytest.raises(NotYours):
        writing.begin(elsewhere, hubei.county_officer)


def test_a_second_click_finds_the_request_that_is_open(hubei):
    assert writing.begin(hubei.zone, hubei.county_officer) == writing.begin(hubei.zone, hubei.county_approver)


# --- Zone, plan, quota --------------------------------------------------------------------------------------
@pytest.mark.clause("HB-02")
@pytest.mark.parametrize("code", ["410000", "430100", "140100", "420000"])
def test_a_zone_outside_hubei_is_refused(hubei, code):
    Region.objects.get_or_create(code=code, defaults={"name": "某地", "kind": "prefecture_city"})
    with pytest.raises(IntegrityError, match="zone_lies_in_hubei"), transaction.atomic():
        hubei.new_zone("省外园区", county_id=code, prefecture_id=code)


@pytest.mark.clause("HB-03")
def test_a_zone_has_a_prefecture_and_a_listed_kind(hubei):
    with pytest.raises(IntegrityError), transaction.atomic():
        hubei.new_zone("无上级园区", prefecture_id=None)
    with pytest.raises(IntegrityError, match="zone_is_of_a_listed_kind_and_level"), transaction.atomic():
        hubei.new_zone("农业园", kind="farm")


@pytest.mark.clause("HB-03")
def test_every_listed_kind_can_have_a_center(hubei):
    setup = hubei.request()
    found = []
    for kind in Zone.Kind:
        setup.zone = zone_of(kind, "other")
        found.append(rules.zone_can_have_a_center(setup).ok)

    assert found == [True] * 7


@pytest.mark.clause("HB-26")
def test_the_province_opens_a_year_with_a_plan_for_each_of_its_17_divisions(hubei):
    assert hubei.layout.plans.count() == 17


@pytest.mark.clause("HB-26")
def test_only_the_province_steers_the_layout(hubei, world):
    for stranger in (hubei.pref_officer, hubei.county_officer, world.prov_officer):
        with pytest.raises(NotYours):
            layout.set_layout(stranger, year=2030, guidance="每县一个。")


@pytest.mark.clause("HB-27")
@pytest.mark.parametrize("missing", ["area", "industry_scale", "enterprise_distribution"])
def test_a_plan_without_one_of_the_three_criteria_cannot_be_sent(hubei, missing):
    plan = hubei.layout.plans.get(prefecture="421000")
    told = {name: "写明。" for name in layout.CRITERIA} | {missing: ""}
    approver = person("审批", hubei.jingzhou, Role.PREF_APPROVER)
    layout.save_plan(hubei.jingzhou_officer, plan, sites=[], **told)

    with pytest.raises(InvalidInput, match=layout.CRITERIA[missing]):
        layout.submit_plan(approver, plan)
    with pytest.raises(IntegrityError, match="submitted_plan_tells_its_three_criteria"), transaction.atomic():
        type(plan).objects.filter(pk=plan.pk).update(submitted_at=clock.now())
    layout.save_plan(hubei.jingzhou_officer, plan, sites=[], **{name: "写明。" for name in layout.CRITERIA})
    layout.submit_plan(approver, plan)
    plan.refresh_from_db()
    assert plan.submitted_by == approver.user


@pytest.mark.clause("HB-27")
def test_who_drew_a_plan_does_not_send_it_and_a_sent_one_stands(hubei):
    plan = hubei.layout.plans.get(prefecture="421000")
    both = person("兼任", hubei.jingzhou, Role.PREF_OFFICER, Role.PREF_APPROVER)
    told = {name: "写明。" for name in layout.CRITERIA}
    layout.save_plan(both, plan, sites=[], **told)

    with pytest.raises(InvalidInput, match="不能是同一人"):
        layout.submit_plan(both, plan)
    layout.submit_plan(person("另一人", hubei.jingzhou, Role.PREF_APPROVER), plan)
    with pytest.raises(Conflict, match="已报送"):
        layout.save_plan(both, plan, sites=[], **told)


@pytest.mark.clause("HB-27")
def test_a_zone_that_the_years_plan_does_not_name_is_refused(hubei):
    zone = hubei.new_zone("樊城工业园", kind="industrial_zone", level="provincial")
    setup = hubei.request(zone)
    propose(setup, "submit", actor=hubei.county_officer)

    with pytest.raises(NotMet, match="没有这个园区") as refusal:
        perform(setup, "submit", actor=hubei.county_approver)
    assert failed(refusal) == {"HB-27"}
    hubei.plan_for(zone)
    assert perform(setup, "submit", actor=hubei.county_approver).state == State.PREFECTURE_REVIEW


@pytest.mark.clause("HB-28")
def test_a_second_center_in_a_provincial_zone_is_refused(hubei):
    zone = hubei.new_zone("樊城经开区", kind="etdz", level="provincial")
    hubei.plan_for(zone)
    hubei.center(hubei.request(zone))
    again = hubei.request(zone)
    found = {f.clause: f.ok for f in findings_for(again, "submit")}
    assert found["HB-28"] is False
    again.is_additional = True
    assert [f.ok for f in rules.addition_is_supported(again)] == [False, False]


@pytest.mark.clause("HB-28")
def test_the_database_keeps_a_zone_to_one_regular_center(hubei):
    center = hubei.center()

    with (
        pytest.raises(IntegrityError, match=r"one_regular_center_per_zone|zone_id"),
        transaction.atomic(),
    ):
        _copy_of(center)


def _copy_of(center: Center) -> None:
    center.pk = center.id = None
    center.case_ptr_id, center.number, center.reference, center.premises = (
        None,
        "HBZX4206-0099",
        "ZX42-0-0",
        None,
    )
    center._state.adding = True
    center.save()


@pytest.mark.clause("HB-29")
@pytest.mark.parametrize("missing", [None, *SUPPORTS])
def test_a_national_hightech_zone_gets_another_center_with_all_four_supports(hubei, missing):
    hubei.center()
    setup = hubei.request(is_additional=True, **(SUPPORTS | ({missing: " "} if missing else {})))

    found = [f for f in findings_for(setup, "submit") if not f.ok]

    assert {f.clause for f in found} == ({"HB-29"} if missing else set())
    assert [f.measured for f in found] == (["3 项"] if missing else [])


@pytest.mark.clause("HB-29")
def test_an_addition_without_its_supports_cannot_be_approved_by_any_code(hubei):
    setup = hubei.request(is_additional=True)

    with pytest.raises(IntegrityError, match="approved_addition_has_its_four_supports"), transaction.atomic():
        CenterSetup.objects.filter(pk=setup.pk).update(
            approved_on=day("2026-01-05"), first_submitted_on=day("2026-01-05")
        )


@pytest.mark.clause("HB-29", "HB-30")
def test_the_second_center_of_a_zone_is_registered_as_an_addition(hubei):
    hubei.center()
    second = hubei.center(hubei.request(is_additional=True, **SUPPORTS))

    assert (second.is_additional, second.number) == (True, "HBZX4206-0002")


def test_the_quota_is_measured_again_when_the_province_decides(hubei):
    setup = hubei.forward(hubei.submit(hubei.request()))
    other = hubei.zone
    hubei.layout.plans.get(prefecture="420600").sites.filter(zone=other).delete()
    propose(setup, "approve", actor=hubei.prov_officer, opinion="")

    with pytest.raises(NotMet) as refusal:
        perform(setup, "approve", actor=hubei.prov_approver, opinion="")
    assert failed(refusal) == {"HB-27"}


# --- Premises and staff -------------------------------------------------------------------------------------
@pytest.mark.clause("HB-17")
def test_the_charge_to_the_center_is_nothing_whatever_rent_the_county_pays():
    assert rules.charged_nothing(Premises(charge=Decimal("0.01"), county_rent=0)).ok is False
    assert rules.charged_nothing(Premises(charge=Decimal("0.00"), county_rent=Decimal(36_000))).ok is True
    assert rules.charged_nothing(None).ok is False


@pytest.mark.clause("HB-17")
def test_a_charge_is_refused_where_it_is_typed_and_in_the_database(hubei):
    setup = writing.begin(hubei.zone, hubei.county_officer)
    with pytest.raises(InvalidInput, match="场地须免费提供"):
        hubei.fill(setup, charge=Decimal("0.01"))
    hubei.fill(setup, mode="lease", county_rent=Decimal(36_000))
    with pytest.raises(IntegrityError, match="premises_cost_the_center_nothing"), transaction.atomic():
        Premises.objects.update(charge=Decimal("0.01"))


@pytest.mark.clause("HB-17")
def test_another_way_of_giving_premises_is_told(hubei):
    setup = writing.begin(hubei.zone, hubei.county_officer)
    with pytest.raises(InvalidInput, match="写明是什么方式"):
        hubei.fill(setup, mode="other", mode_text="")
    assert hubei.fill(setup, mode="other", mode_text="借用海关闲置用房").own_premises().mode == "other"


@pytest.mark.django_db
@pytest.mark.clause("HB-18", "HB-19")
@pytest.mark.parametrize(
    ("kind", "level", "area", "ok", "clause"),
    [
        ("etdz", "national", "79.99", False, "HB-18"),
        ("etdz", "national", "80.00", True, "HB-18"),
        ("hightech_zone", "national", "79.99", False, "HB-18"),
        ("hightech_zone", "provincial", "49.99", False, "HB-19"),
        ("hightech_zone", "provincial", "50.00", True, "HB-19"),
        (
            "cbec_pilot_zone",
            "national",
            "50.00",
            True,
            "HB-19",
        ),  # national, yet not of the two kinds (AMB-H05)
        ("industrial_zone", "other", "49.99", False, "HB-19"),
    ],
)
def test_how_much_room_is_enough(kind, level, area, ok, clause):
    finding = rules.area_is_enough(zone_of(kind, level), Decimal(area), None)

    assert (finding.ok, finding.clause) == (ok, clause)


@pytest.mark.django_db
@pytest.mark.clause("HB-20", "HB-21")
@pytest.mark.parametrize(
    ("kind", "level", "staff", "unmet"),
    [
        ("etdz", "national", Staffing(4, 2, 1, 1), {"staff_total"}),
        ("etdz", "national", Staffing(5, 1, 1, 1), {"staff_experienced"}),
        ("etdz", "national", Staffing(5, 2, 0, 1), {"staff_declarants"}),
        ("etdz", "national", Staffing(5, 2, 1, 0), {"staff_linguists"}),
        ("etdz", "national", Staffing(5, 2, 1, 1), set()),
        ("cbec_pilot_zone", "national", Staffing(3, 1, 1, 1), {"staff_total", "staff_experienced"}),
        ("etdz", "provincial", Staffing(2, 1, 1, 1), {"staff_total"}),
        ("etdz", "provincial", Staffing(3, 1, 1, 1), set()),  # one head may have two abilities (AMB-H08)
    ],
)
def test_how_much_staff_is_enough(kind, level, staff, unmet):
    found = rules.staff_are_enough(zone_of(kind, level), staff, None)

    assert {f.code for f in found if not f.ok} == unmet
    assert {f.clause for f in found} == {"HB-20" if level == "national" else "HB-21"}


@pytest.mark.clause("HB-69")
def test_a_prefecture_may_ask_for_more_and_not_for_less(hubei):
    measure, document = LocalThreshold.Measure.AREA_OTHER, "襄商发〔2026〕3号"
    rule = {"measure": measure, "document": document, "effective_on": day("2026-01-01")}

    with pytest.raises(InvalidInput, match="省级最低标准是 50"):
        set_threshold(hubei.pref_officer, value=Decimal("49.99"), **rule)
    with pytest.raises(NotYours):
        set_threshold(hubei.county_officer, value=Decimal(60), **rule)
    set_threshold(hubei.pref_officer, value=Decimal(60), **rule)

    zone = zone_of("industrial_zone", "other")
    assert rules.area_is_enough(zone, Decimal("59.99"), day("2026-01-01")).ok is False
    assert rules.area_is_enough(zone, Decimal(60), day("2026-01-01")).ok is True
    assert rules.area_is_enough(zone, Decimal(50), day("2025-12-31")).ok is True
    zone.prefecture_id = "421000"
    assert rules.area_is_enough(zone, Decimal(50), day("2026-01-01")).ok is True


# --- Corrections, refusals, the end -------------------------------------------------------------------------
DEFECTS = {"problem_premises": "没有产权证明。", "remedy_premises": "补充产权证明和租赁合同。"}


@pytest.mark.clause("AMB-G07")
def test_a_correction_lists_everything_and_comes_back_answered(hubei):
    setup = hubei.submit(hubei.request())
    setup = perform(setup, "request_correction", actor=hubei.pref_officer, **DEFECTS)
    assert (setup.state, setup.holder_organization) == (State.CORRECTION, hubei.county)
    propose(setup, "resubmit", actor=hubei.county_officer)
    with pytest.raises(NotMet, match="还有 1 项没有写补正说明"):
        perform(setup, "resubmit", actor=hubei.county_approver)

    defect = Defect.objects.get()
    hubei.fill(CenterSetup.objects.get(), **{f"answer_{defect.pk}": "已补充产权证明。"})
    setup = perform(setup, "resubmit", actor=hubei.county_approver)

    assert (setup.state, setup.holder_organization) == (State.PREFECTURE_REVIEW, hubei.prefecture)
    with pytest.raises(NotMet, match="已经一次性告知过"):
        perform(setup, "request_correction", actor=hubei.pref_officer, **DEFECTS)
    again = DEFECTS | {"brought_in": "补充的租赁合同没有签字。"}
    assert perform(setup, "request_correction", actor=hubei.pref_officer, **again).state == State.CORRECTION


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "至少写一项"),
        ({"problem_premises": "没有产权证明。"}, "写明怎么改"),
        ({"remedy_zone": "补。"}, "写明问题"),
    ],
)
def test_a_defect_says_what_is_wrong_and_how_to_mend_it(hubei, typed, message):
    setup = hubei.submit(hubei.request())

    with pytest.raises(InvalidInput, match=message):
        perform(setup, "request_correction", actor=hubei.pref_officer, **typed)


def test_only_the_body_that_holds_the_case_asks_for_a_correction(hubei):
    setup = hubei.forward(hubei.submit(hubei.request()))

    with pytest.raises(NotMet, match="不在本单位办理"):
        perform(setup, "request_correction", actor=hubei.pref_officer, **DEFECTS)
    assert (
        perform(setup, "request_correction", actor=hubei.prov_officer, **DEFECTS).came_from
        == "province_review"
    )


@pytest.mark.clause("AMB-G07")
def test_a_correction_that_never_comes_ends_the_request(hubei):
    setup = perform(hubei.submit(hubei.request()), "request_correction", actor=hubei.pref_officer, **DEFECTS)
    due = setup.deadlines.get(code="correction").due_at
    with clock.travel(due - dt.timedelta(seconds=1)):
        sweep()
    setup.refresh_from_db()
    assert setup.state == State.CORRECTION

    with clock.travel(due):
        sweep()

    setup.refresh_from_db()
    assert setup.state == State.NOT_ACCEPTED
    paper = Notice.objects.latest("pk")
    assert (paper.kind, paper.organ) == ("non_acceptance", hubei.prefecture)


@pytest.mark.clause("HB-27")
def test_a_refusal_needs_a_condition_that_does_not_hold(hubei):
    setup = hubei.submit(hubei.request())
    said = {"reasons": "经实地核查，所报场地实测面积七十六平方米，不符合要求。", "clauses": ["HB-18"]}
    propose(setup, "refuse_prefecture", actor=hubei.pref_officer, **said)
    with pytest.raises(NotMet, match="没有测得或查明不符合"):
        perform(setup, "refuse_prefecture", actor=hubei.pref_approver, **said)

    inspection.record(
        setup, actor=hubei.pref_officer, inspected_on=clock.today(), note="实测 76 平方米。", unmet=["HB-18"]
    )
    with pytest.raises(NotMet, match="最近一次实地核查认为 HB-18 不符合"):
        hubei.forward(setup)
    setup = perform(setup, "refuse_prefecture", actor=hubei.pref_approver, **said)

    paper = Notice.objects.latest("pk")
    assert (setup.state, paper.title, paper.organ) == (State.REFUSED, "不予核准决定书", hubei.prefecture)
    assert paper.context["reasons"] == said["reasons"]
    assert paper.context["remedies"]["reviewing_authority"] == "襄阳市人民政府"


def test_who_inspected_for_the_prefecture_does_not_decide_for_the_province(hubei):
    setup = hubei.submit(hubei.request())
    inspection.record(
        setup, actor=hubei.pref_officer, inspected_on=clock.today(), note="场地属实。", unmet=[]
    )
    setup = hubei.forward(setup)
    moved = person("调任", hubei.province, Role.PROV_APPROVER, human=hubei.pref_officer.user.person)
    propose(setup, "approve", actor=hubei.prov_officer, opinion="")

    with pytest.raises(NotMet, match="应当回避"):
        perform(setup, "approve", actor=moved, opinion="")


def test_a_withdrawn_request_leaves_the_zone_free_for_another(hubei):
    setup = hubei.submit(hubei.request())
    propose(setup, "withdraw", actor=hubei.county_officer)
    perform(setup, "withdraw", actor=hubei.county_approver)

    assert hubei.request().reference != setup.reference


def test_a_stale_page_does_not_overwrite_what_a_colleague_saved(hubei):
    setup = writing.begin(hubei.zone, hubei.county_officer)
    hubei.fill(setup)

    with pytest.raises(Conflict, match="您填写的内容还在"):
        writing.save_request(setup, hubei.county_officer, seen="", need="另一个版本")


def test_what_was_sent_is_no_longer_written(hubei):
    setup = hubei.submit(hubei.request())

    with pytest.raises(Conflict, match="不能改动"):
        hubei.fill(setup)


def test_nobody_acts_on_a_request_that_ended(hubei):
    setup = hubei.approve(hubei.forward(hubei.submit(hubei.request())))

    with pytest.raises(Conflict):
        perform(setup, "lapse_correction", actor=SYSTEM)
