"""The enterprise about itself: filed once, reused, and never overwritten by a stale page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import EnterpriseProfile, Organization
from accounts.roles import Kind, Role
from accreditation.forms_profile import AGENCY_SERVICES, reviewers
from core import uscc
from core.facts import facts
from tests.factories import draft, person, program

PAGE = "/my/profile/"
GIVEN = {
    "legal_representative": "罗建川",
    "office_region": "140100",
    "office_address": "学府街 8 号",
    "contact_name": "贺敏",
    "contact_phone": "0351-7000000",
    "platform_mode": "own",
    "platform_name": "晋贸通",
    "contract_model": "一揽子委托合同",
    "agency_services": ["declaration", "tax_refund", "financing"],
    "service_kinds": ["filing", "logistics"],
}


@pytest.fixture
def newcomer(db):
    """An enterprise that has not said anything about itself."""
    organization = Organization.objects.create(
        kind=Kind.ENTERPRISE, name="晋城丹河外贸有限公司", uscc=uscc.generate("140500", 5), region_id="140500"
    )
    return person("郭静", organization, Role.APPLICANT)


@pytest.fixture
def save(client, newcomer):
    client.force_login(newcomer.user)
    return lambda **changes: client.post(PAGE, {**GIVEN, **changes})


def profile_of(actor):
    return EnterpriseProfile.objects.filter(organization=actor.organization).first()


@pytest.mark.clause("SX-02")
def test_nine_kinds_of_agency_and_financing_are_offered_under_codes(db):
    definition = facts("shanxi_provider")["definition"]

    labels = [label.removesuffix("（协助）") for label in AGENCY_SERVICES.values()]

    assert labels == definition["agency_services"] + definition["assisted_services"]


@pytest.mark.clause("SX-02")
def test_the_profile_is_kept_by_code_and_read_back_into_the_form(save, client, newcomer):
    answer = save()

    assert answer.status_code == 302
    profile = profile_of(newcomer)
    assert profile.agency_services == ["declaration", "tax_refund", "financing"]
    assert profile.service_kinds == ["filing", "logistics"]
    shown = client.get(PAGE).content.decode()
    assert 'value="学府街 8 号"' in shown
    assert 'value="financing" id="id_agency_services_9" checked' in shown


@pytest.mark.clause("SX-02", "SX-05")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service_kinds": ["filing", "other"]}, "other_service"),
        ({"other_service": "代建海外仓"}, "service_kinds"),
        ({"platform_name": ""}, "platform_name"),
        ({"office_address": ""}, "office_address"),
        ({"established_on": "2199-01-01"}, "established_on"),
        ({"office_region": "420100"}, "office_region"),
        ({"agency_services": ["shipping"]}, "agency_services"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field_and_nothing_typed_is_lost(save, newcomer, changes, field):
    answer = save(**changes)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    shown = answer.content.decode()
    assert shown.count("错误：") == 1
    assert 'value="罗建川"' in shown
    assert profile_of(newcomer) is None


@pytest.mark.clause("SX-05")
def test_another_service_is_kept_with_its_description(save, newcomer):
    save(service_kinds=["filing", "other"], other_service="代建海外仓")

    assert profile_of(newcomer).other_service == "代建海外仓"


@pytest.mark.clause("SX-50")
def test_offices_can_be_in_eleven_cities_or_the_zone_and_the_page_says_who_reviews(save, client):
    offered = reviewers(program())

    assert len(offered) == 12
    assert "SX-ZGQ" in offered
    shown = client.get(PAGE).content.decode()
    assert "为什么报这里" in shown
    assert "太原市（由太原市商务局初审）" in shown


def test_a_stale_page_overwrites_nothing_and_can_be_saved_knowingly(save, newcomer):
    save()
    answer = save(platform_name="另一个名字", seen="")

    assert answer.status_code == 409
    assert profile_of(newcomer).platform_name == "晋贸通"
    shown = answer.content.decode()
    assert 'value="另一个名字"' in shown
    assert "没有保存：这一页打开之后" in shown

    save(platform_name="另一个名字", seen=answer.context["form"]["seen"].value())
    assert profile_of(newcomer).platform_name == "另一个名字"


def test_a_change_of_the_profile_kills_the_signature_of_a_draft(world, client):
    application = world.ready()
    client.force_login(world.applicant.user)
    profile = profile_of(world.applicant)

    client.post(PAGE, {**GIVEN, "seen": profile.updated_at.isoformat()})

    assert not application.is_signed("submit")


def test_a_filed_application_keeps_the_profile_it_was_filed_with(world, client):
    application = world.walk_to("submitted")
    client.force_login(world.applicant.user)
    profile = profile_of(world.applicant)

    client.post(PAGE, {**GIVEN, "seen": profile.updated_at.isoformat()})

    assert profile_of(world.applicant).office_address == "学府街 8 号"
    assert application.profile().office_address == "并州北路 1 号"


# --- The pre-check -------------------------------------------------------------------------------------------
def test_a_newcomer_is_told_every_condition_before_anything_is_filed(client, newcomer):
    client.force_login(newcomer.user)

    answer = client.get("/my/precheck/")

    counts = answer.context["counts"]
    assert counts == {"ok": 0, "no": 7, "man": 9}
    shown = answer.content.decode()
    assert "还没有省内办事机构或服务点的地址" in shown
    assert "/law/SX-37/" in shown


def test_the_pre_check_of_a_draft_measures_the_draft_and_leads_to_what_is_missing(world, client):
    application = draft(world.company, world.applicant)
    client.force_login(world.applicant.user)

    answer = client.get("/my/precheck/")

    assert answer.context["counts"]["ok"] == 2
    assert (
        reverse("my:material", args=[application.reference, "staff_qualification"]) in answer.content.decode()
    )


def test_the_pre_check_never_passes_what_a_person_must_judge(world, client):
    world.ready()
    client.force_login(world.applicant.user)

    answer = client.get("/my/precheck/")

    assert answer.context["counts"] == {"ok": 6, "no": 0, "man": 10}
