"""May this be filed: the policy, the round, the body, the materials, the signature (SX-04, SX-24, SX-39–50, SX-58)."""

import datetime as dt

import pytest

from accounts.models import EnterpriseProfile, Organization
from accreditation.models import Bar, Program, Round
from accreditation.rules import material_complete, materials_complete
from tests.factories import attach, draft, enterprise, fill, person
from workflow.errors import NotMet
from workflow.perform import perform
from workflow.preparing import countersign


def clauses_refused(refused) -> list[str]:
    return [finding.clause for finding in refused.value.findings]


def submit(world, application):
    return perform(application, "submit", actor=world.applicant)


@pytest.mark.clause("SX-24", "AMB-S14", "AMB-G04")
def test_an_application_of_the_last_minute_of_the_policy_is_taken(world, at):
    with at("2030-04-17 23:59"):
        application = submit(world, world.ready())

    assert application.state == "submitted"
    assert application.rules_on == dt.date(2030, 4, 17)


@pytest.mark.clause("SX-24", "AMB-S14")
def test_the_day_after_the_policy_ended_nothing_new_is_taken_and_the_draft_stays(world, at):
    with at("2030-04-18 00:00"):
        application = world.ready()
        with pytest.raises(NotMet) as refused:
            submit(world, application)

    application.refresh_from_db()
    assert clauses_refused(refused) == ["SX-24"]
    assert "2030-04-17" in refused.value.message
    assert application.state == "draft"


@pytest.mark.clause("SX-24", "SX-59")
def test_a_title_granted_late_in_the_policy_keeps_its_three_years(world, at):
    with at("2030-03-04 09:00"):
        application = world.walk_to("publicity")
    posting = world.posting(application)
    application = world.walk(application, "end_publicity")
    assert posting.last_day == dt.date(2030, 3, 11)

    with at("2030-04-01 09:00"):
        world.check_credit(application)
        perform(application, "accredit", actor=world.prov_approver, reasons="")

    title = application.children.get(kind="Accreditation").as_procedure()
    assert (title.valid_from, title.valid_until) == (dt.date(2030, 4, 1), dt.date(2033, 3, 31))


@pytest.mark.clause("SX-58", "AMB-S11")
def test_outside_a_round_the_form_keeps_a_draft_and_names_the_next_round(world, at):
    Round.objects.all().delete()
    program = Program.objects.get(code="sx-provider")
    Round.objects.create(program=program, name="第一批", opens_on="2026-03-02", closes_on="2026-04-30")
    Round.objects.create(program=program, name="第二批", opens_on="2026-09-01", closes_on="2026-12-18")

    with at("2026-05-01 00:00"):
        application = world.ready()
        with pytest.raises(NotMet) as refused:
            submit(world, application)

    assert clauses_refused(refused) == ["SX-58"]
    assert "第二批" in refused.value.message and "2026-09-01" in refused.value.message


@pytest.mark.clause("SX-58")
def test_the_last_day_of_a_round_is_inside(world, at):
    Round.objects.all().delete()
    Round.objects.create(
        program=Program.objects.get(), name="第一批", opens_on="2026-03-02", closes_on="2026-04-30"
    )

    with at("2026-04-30 23:59"):
        assert submit(world, world.ready()).state == "submitted"


@pytest.mark.clause("SX-04", "SX-50", "AMB-S10")
def test_an_enterprise_of_another_province_with_an_office_here_is_welcome(world):
    wuhan = enterprise("武汉江汉外贸综合服务有限公司", region="140100", registered="420100")
    handler, head = person("", wuhan, "APPLICANT"), person("", wuhan, "LEGAL_REP")
    application = draft(wuhan, handler)
    fill(application)
    countersign(application, "submit", actor=head, statement="属实")

    application = perform(application, "submit", actor=handler)

    assert application.holder_organization == world.taiyuan


@pytest.mark.clause("SX-04", "SX-26", "SX-50")
def test_without_any_office_in_the_province_there_is_no_reviewing_body(world):
    application = world.ready()
    EnterpriseProfile.objects.filter(organization=world.company).update(office_region="420100")
    world.sign(application)

    with pytest.raises(NotMet) as refused:
        submit(world, application)

    assert clauses_refused(refused) == ["SX-50"]


@pytest.mark.clause("SX-56")
def test_without_the_provincial_department_nothing_is_filed_and_the_reason_is_said(world):
    application = world.ready()
    Organization.objects.filter(kind="province_department", region="140000").update(region="140100")

    with pytest.raises(NotMet) as refused:
        submit(world, application)

    assert clauses_refused(refused) == ["SX-56"]
    assert "省级主管部门还没有在本平台登记" in refused.value.message
    assert application.state == "draft"


@pytest.mark.clause("SX-50")
def test_an_enterprise_of_the_zone_goes_to_the_zone_and_to_nobody_else(world):
    from workflow.access import cases_visible_to

    EnterpriseProfile.objects.filter(organization=world.company).update(office_region="SX-ZGQ")

    application = submit(world, world.ready())

    assert application.holder_organization == world.zone
    assert list(cases_visible_to(world.zone_officer)) == [application.case_ptr]
    assert list(cases_visible_to(world.officer)) == []
    assert list(cases_visible_to(world.datong_officer)) == []


@pytest.mark.clause("SX-50")
def test_twelve_bodies_review_in_shanxi():
    from accounts.regulations import load_regulations  # noqa: F401 — the fixture of the session has run it
    from core.facts import facts

    province = facts("regions")["provinces"][0]
    assert len(province["divisions"]) + len(province["special_bodies"]) == 12


@pytest.mark.clause("SX-50")
@pytest.mark.parametrize("region", ["140100", "140200", "140500", "141100", "SX-ZGQ"])
def test_each_region_has_its_reviewing_body(db, region):
    from accounts.models import Region

    bodies = Program.objects.get().competent_bodies(Region.objects.get(code=region))

    assert {kind: body.region_id for kind, body in bodies.items()} == {
        "city_bureau": region,
        "province_department": "140000",
    }


# --- The ten materials --------------------------------------------------------------------------------------
MATERIALS = [
    ("SX-39", "application_report"), ("SX-40", "service_process_proof"), ("SX-41", "client_contracts"),
    ("SX-42", "trade_volume_proof"), ("SX-43", "platform_description"), ("SX-44", "business_licence"),
    ("SX-44", "legal_rep_id"), ("SX-45", "staff_qualification"), ("SX-46", "audit_report"),
]  # fmt: skip


@pytest.mark.clause("SX-39", "SX-40", "SX-41", "SX-42", "SX-43", "SX-44", "SX-45", "SX-46")
@pytest.mark.parametrize(("clause", "slot"), MATERIALS)
def test_a_missing_required_material_cannot_be_filed(world, clause, slot):
    application = world.ready()
    application.attachments.filter(slot=slot).delete()
    world.sign(application)

    with pytest.raises(NotMet) as refused:
        submit(world, application)

    assert clauses_refused(refused) == [clause]


@pytest.mark.clause("SX-48")
def test_the_tenth_material_is_optional(world):
    application = world.ready()

    assert not application.attachments.filter(slot="other_proof").exists()
    assert submit(world, application).state == "submitted"


def spec(application, code):
    return next(m for m in application.program.materials if m["code"] == code)


@pytest.mark.clause("SX-39")
@pytest.mark.parametrize(("ticked", "ok"), [(4, False), (5, True)])
def test_the_report_has_five_parts(world, ticked, ok):
    application = world.ready()
    parts = spec(application, "application_report")["contents"]
    application.materials.filter(code="application_report").update(parts=parts[:ticked])

    assert len(parts) == 5
    assert material_complete(application, spec(application, "application_report")).ok is ok


@pytest.mark.clause("SX-40")
@pytest.mark.parametrize(
    ("missing", "not_offered", "ok"),
    [("退税", [], False), ("退税", ["退税"], False), ("注册", [], False), ("注册", ["注册"], True)],
)
def test_a_core_service_needs_its_process_another_may_be_marked_not_offered(world, missing, not_offered, ok):
    application = world.ready()
    services = [s for s in spec(application, "service_process_proof")["contents"] if s != missing]
    application.materials.filter(code="service_process_proof").update(parts=services, not_offered=not_offered)

    assert material_complete(application, spec(application, "service_process_proof")).ok is ok


@pytest.mark.clause("SX-46")
def test_the_audit_report_names_its_fiscal_year(world):
    application = world.ready()
    application.materials.filter(code="audit_report").update(text={})

    finding = material_complete(application, spec(application, "audit_report"))

    assert (finding.ok, finding.measured) == (False, "缺：审计年度")


@pytest.mark.clause("SX-41")
def test_a_list_with_a_row_to_mend_cannot_be_filed(world):
    application = world.ready()
    application.rows_to_mend.create(table="clients", row=31, values={}, errors=["统一社会信用代码校验位不符"])

    with pytest.raises(NotMet) as refused:
        submit(world, application)

    assert clauses_refused(refused) == ["SX-41"]
    assert "1 行待改正" in refused.value.message


@pytest.mark.clause("SX-42")
def test_trade_records_with_a_row_to_mend_cannot_be_filed(world):
    application = world.ready()
    application.rows_to_mend.create(table="trade", row=2, values={}, errors=["凭证类型不明"])

    with pytest.raises(NotMet) as refused:
        submit(world, application)

    assert clauses_refused(refused) == ["SX-42"]


@pytest.mark.clause("SX-47")
def test_a_handler_cannot_file_without_the_signature_of_the_legal_representative(world):
    application = draft(world.company, world.applicant)
    fill(application)

    with pytest.raises(NotMet) as refused:
        submit(world, application)

    assert set(clauses_refused(refused)) == {"SX-24", "SX-47"}  # the second signature, and the statement
    assert "法定代表人" in refused.value.message


@pytest.mark.clause("SX-47")
def test_a_signature_dies_when_the_material_changes_and_stays_on_file(world):
    application = world.ready()
    application.materials.filter(code="audit_report").update(text={"fiscal_year": 2024})

    with pytest.raises(NotMet):
        submit(world, application)

    assert application.countersignatures.count() == 1
    world.sign(application)
    assert submit(world, application).state == "submitted"


@pytest.mark.clause("SX-47")
def test_a_signature_dies_with_a_file_more_than_was_signed(world):
    application = world.ready()
    attach(application, "audit_report")

    with pytest.raises(NotMet):
        submit(world, application)


@pytest.mark.clause("SX-47", "AMB-G07")
def test_after_a_correction_a_new_statement_is_needed(world):
    application = world.walk(world.walk_to("submitted"), "request_correction")
    application.open_correction().items.update(
        answered_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), answer="已补交"
    )

    with pytest.raises(NotMet) as refused:
        perform(application, "resubmit", actor=world.applicant)

    assert "SX-47" in clauses_refused(refused)
    world.sign(application, "resubmit")
    assert perform(application, "resubmit", actor=world.applicant).state == "submitted"


@pytest.mark.clause("SX-64", "AMB-G11", "AMB-G22")
@pytest.mark.parametrize(("moment", "allowed"), [("2028-06-10 23:59", False), ("2028-06-11 00:00", True)])
def test_a_bar_for_false_materials_ends_with_its_last_day(world, at, moment, allowed):
    with at("2025-06-10 09:00"):
        earlier = world.walk(world.ready(), "submit", "withdraw")
    Bar.objects.create(
        organization=world.company,
        reason="false_materials",
        imposed_on="2025-06-10",
        last_day="2028-06-10",
        case=earlier,
    )

    with at(moment):
        application = world.ready()
        if allowed:
            assert submit(world, application).state == "submitted"
        else:
            with pytest.raises(NotMet) as refused:
                submit(world, application)
            assert clauses_refused(refused) == ["SX-64"]


def test_all_nine_are_told_at_once_not_one_by_one(world):
    application = draft(world.company, world.applicant)

    assert [f.clause for f in materials_complete(application) if not f.ok] == [
        "SX-39", "SX-40", "SX-41", "SX-42", "SX-43", "SX-44", "SX-45", "SX-46",
    ]  # fmt: skip
