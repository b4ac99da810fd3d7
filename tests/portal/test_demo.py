"""The demo world, loaded once for this module on a Thursday in March: who is in it, and that it is lived, not painted."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from accounts.actors import Actor
from accounts.backends import AppointmentBackend
from accounts.demo import PASSWORD, accounts
from accounts.models import Membership, Organization, User
from accounts.roles import Role
from accreditation.materials import ImportRow
from accreditation.models import (
    Consultation,
    PlaqueReturn,
    ProviderApplication,
    ProviderReview,
    RevocationCase,
)
from accreditation.register import Accreditation
from centers.models import CenterSetup
from core import calendar, clock, uscc
from documents.attachments import store
from documents.attachments.confidentiality import may_open
from documents.attachments.models import Attachment
from documents.notices.models import Notice
from portal.demo import world as demo_world
from portal.demo.calendar import CURRENT
from portal.demo.plan import draw
from publicity.models import Objection, Publicity
from workflow.cases import Case, Proposal
from workflow.ledger import LedgerEntry, LedgerIndex
from workflow.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.demo]
NOW = dt.datetime(2026, 3, 12, 10, 0)
TODAY = NOW.date()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world, in a transaction that is rolled back after the last test of the module."""
    folder = tmp_path_factory.mktemp("demo")
    here = {"DEMO": True, "VAR_DIR": folder, "MEDIA_ROOT": folder / "files"}
    with django_db_blocker.unblock(), override_settings(**here), clock.travel(NOW), transaction.atomic():
        call_command("demo", stdout=io.StringIO())
        yield folder
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def in_the_demo(loaded, settings):
    settings.DEMO, settings.VAR_DIR, settings.MEDIA_ROOT = True, loaded, loaded / "files"


def states(procedure) -> Counter:
    return Counter(procedure.objects.values_list("state", flat=True))


@pytest.mark.parametrize("procedure", [ProviderApplication, Consultation, Publicity, Objection, CenterSetup])
def test_there_is_a_case_in_every_state(procedure):
    assert set(states(procedure)) == set(procedure.State.values)


def test_there_are_titles_in_force_and_one_that_is_over():
    standing = {"active", "under_review", "revocation_pending"}
    assert set(states(Accreditation)) == standing | {"expired", "review_failed", "revoked"}
    assert states(ProviderReview) == {"opened": 1, "failed": 1, "closed": 1}
    assert states(RevocationCase) == {"prior_notice": 1, "revoked": 1}


def test_there_are_more_than_thirty_applications_in_two_cities_and_the_zone():
    regions = Counter(ProviderApplication.objects.exclude(region=None).values_list("region__name", flat=True))

    assert ProviderApplication.objects.count() >= 30
    assert set(regions) == {"太原市", "大同市", "山西转型综合改革示范区"}
    assert min(regions.values()) >= 5


def test_every_enterprise_has_a_valid_code_and_one_is_registered_outside():
    codes = list(Organization.objects.filter(kind="enterprise").values_list("uscc", flat=True))

    assert [uscc.check(code) for code in codes] == codes
    assert len(set(codes)) == len(codes)
    assert [code[2:6] for code in codes if code[2:4] != "14"] == ["4201", "4206"]


def test_the_ledger_verifies_and_every_entry_has_its_place():
    count, faults = verify()

    assert faults == []
    assert count == LedgerIndex.objects.count() > 500


def test_people_act_on_working_days_in_office_hours_and_the_calendar_at_midnight():
    for entry in LedgerEntry.objects.exclude(role="SYSTEM"):
        moment = clock.local(entry.at)
        assert calendar.is_working_day(moment.date()), entry
        assert dt.time(9) <= moment.time() < dt.time(17, 30), entry
    assert {clock.local(entry.at).time() for entry in LedgerEntry.objects.filter(role="SYSTEM")} == {
        dt.time()
    }


def test_nothing_lies_in_the_future_and_numbers_follow_the_days():
    assert not LedgerEntry.objects.filter(at__gt=clock.now()).exists()
    opened = list(
        ProviderApplication.objects.filter(reference__startswith="WZ14-2026")
        .order_by("reference")
        .values_list("opened_at", flat=True)
    )
    assert opened == sorted(opened)
    posted = list(
        Notice.objects.filter(organ__department_code="SX-COMMERCE", year=2026, series="函")
        .order_by("serial")
        .values_list("posted_at", flat=True)
    )
    assert posted == sorted(posted)


def test_the_calendar_did_its_part():
    lapsed = set(LedgerEntry.objects.filter(role="SYSTEM").values_list("step", flat=True))

    assert lapsed >= {
        "deem_accepted", "mark_overdue", "lapse_correction", "lapse_city_refusal", "lapse_statement", "end", "expire",
    }  # fmt: skip


# --- Situations worth looking at ----------------------------------------------------------------------------
def test_something_waits_for_each_approver():
    waiting = {
        (proposal.organization.label, proposal.step)
        for proposal in Proposal.objects.filter(settled_at=None).select_related("organization")
    }

    assert waiting == {
        ("太原市商务局", "recommend"),
        ("太原市商务局", "refuse_recommendation"),
        ("山西省商务厅", "publicise"),
        ("山西省商务厅", "accredit"),
        ("樊城区商务局", "submit"),
        ("湖北省商务厅", "approve"),
    }


def test_a_review_is_overdue_in_the_city_and_at_the_province():
    overdue = ProviderApplication.objects.filter(is_overdue=True).values_list("state", flat=True)

    assert set(overdue) >= {"initial_review", "provincial_evaluation"}


def test_an_application_has_to_be_accepted_today():
    assert ProviderApplication.objects.filter(state="submitted", due_at=calendar.end_of_day(TODAY)).exists()


def test_a_correction_is_half_answered():
    halves = [
        application
        for application in ProviderApplication.objects.filter(state="correction")
        if {item.answered_at is None for item in application.open_correction().items.all()} == {True, False}
    ]

    assert len(halves) == 1


def test_an_inquiry_a_hearing_and_an_objection_are_open():
    assert [
        a.inquiry_standing()
        for a in ProviderApplication.objects.filter(inquiries__closed_at=None, inquiries__isnull=False)
    ] == ["open"]
    assert ProviderApplication.objects.filter(state="prior_notice", hearings__settled_at=None).count() == 1
    assert Objection.objects.filter(state="inquiry").exclude(heard_at=None).count() == 1


def test_two_enterprises_have_rows_left_to_mend():
    tables = {
        application: table
        for application, table in ImportRow.objects.order_by().values_list("application", "table").distinct()
    }

    assert sorted(tables.values()) == ["clients", "trade"]
    assert all(row.errors for row in ImportRow.objects.all())


def test_one_draft_waits_for_its_signature_and_one_is_ready_to_be_filed():
    drafts = ProviderApplication.objects.filter(state="draft")

    assert [draft.is_signed("submit") for draft in drafts].count(True) == 1
    assert drafts.filter(materials__code="truthfulness_statement").count() == 1


def test_titles_are_in_review_and_plaques_due_overdue_handed_over_and_asked_back():
    titles = Accreditation.objects.filter(state="active")

    in_review = Accreditation.objects.get(state="under_review")
    assert 120 < (in_review.valid_until - TODAY).days <= 150  # its papers are not due yet
    assert PlaqueReturn.objects.filter(returned_on=None).count() == 3
    assert titles.filter(plaque_handed_on__isnull=False).exists()
    assert titles.filter(plaque_handed_on=None, is_overdue=True).count() == 1
    assert titles.filter(plaque_handed_on=None, is_overdue=False).count() == 1


# --- Papers -------------------------------------------------------------------------------------------------
def test_every_paper_is_a_file_that_passed_the_gate():
    contents = dict(Attachment.objects.values_list("sha256", "content_type"))

    for digest, content_type in contents.items():
        with store.opened(digest) as file:
            head = file.read(8)
        assert head.startswith(
            {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8", "image/png": b"\x89PNG"}.get(
                content_type, b""
            )
        )
    assert set(contents.values()) == {
        "application/pdf", "image/jpeg", "image/png", "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }  # fmt: skip


def test_one_file_is_confidential_and_not_yet_open_to_the_province():
    file = Attachment.objects.get(is_confidential=True)
    case = file.case

    assert (file.slot, case.state, bool(file.confidential_reason)) == ("audit_report", "submitted", True)
    assert may_open(actor_of(case.bodies()["city"], Role.CITY_OFFICER), file)
    assert not may_open(actor_of(case.bodies()["province"], Role.PROV_OFFICER), file)


def actor_of(organization: Organization, role: Role) -> Actor:
    return Actor.of(Membership.objects.filter(organization=organization, role=role).first())


def test_a_filed_application_has_all_its_files_and_its_rows():
    application = ProviderApplication.objects.filter(state="submitted").first()
    slots = set(application.attachments.standing().values_list("slot", flat=True))

    assert slots >= {
        "application_report", "service_process_proof", "client_list", "client_contracts", "trade_records",
        "trade_volume_proof", "platform_description", "business_licence", "legal_rep_id", "staff_qualification",
        "audit_report",
    }  # fmt: skip
    assert 30 <= application.clients.count() <= 45
    assert application.trade_records.count() >= 80


# --- People -------------------------------------------------------------------------------------------------
def test_every_role_of_the_procedure_can_sign_in_from_the_page(client):
    listed = accounts()
    roles = set(
        Membership.objects.filter(user__username__in=[a.username for a in listed]).values_list(
            "role", flat=True
        )
    )

    assert roles == {
        Role.APPLICANT, Role.LEGAL_REP, Role.CITY_OFFICER, Role.CITY_APPROVER, Role.PROV_OFFICER, Role.PROV_APPROVER,
        Role.COUNTY_OFFICER, Role.COUNTY_APPROVER, Role.PREF_OFFICER, Role.PREF_APPROVER, Role.OPERATOR, Role.ZONE,
        Role.DEPARTMENT, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN,
    }  # fmt: skip
    answer = client.post("/accounts/login/", {"login": listed[0].username, "password": PASSWORD})
    assert answer["Location"] == "/home/"


def test_the_one_password_is_good_enough_for_everybody():
    for user in User.objects.all():
        validate_password(PASSWORD, user)


def test_three_administrators_are_three_people():
    held = Membership.objects.filter(administers=True)

    assert len(set(held.values_list("person", flat=True))) == held.count() == 3


def test_outside_a_demo_no_account_is_listed_and_none_signs_in(client, settings):
    settings.DEMO = False

    page = client.get("/accounts/login/").content.decode()

    assert accounts() == []
    assert PASSWORD not in page
    assert "ty-officer1" not in page
    signing_in = AppointmentBackend()
    assert [
        signing_in.authenticate(None, username=name, password=PASSWORD) for name in ("ty01", "ty-officer1")
    ] == [None, None]


def test_the_list_of_accounts_says_who_where_and_with_what(capsys):
    call_command("demo", "--accounts")

    said = capsys.readouterr().out.splitlines()
    assert said[0].split() == ["角色", "机构", "姓名", "账号", "密码", "登录后", "说明"]
    assert (
        "市级经办      太原市商务局                          李慧      ty-officer1      waimao-demo-2026    /desk/"
        in [line[: line.index("/desk/") + 6] for line in said if "ty-officer1" in line]
    )


# --- The command --------------------------------------------------------------------------------------------
def test_a_second_world_is_refused_and_changes_nothing():
    before = Case.objects.count()

    with pytest.raises(CommandError, match="已经存在"):
        call_command("demo")

    assert Case.objects.count() == before


def test_a_portal_in_service_refuses_a_demo(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


def test_a_day_before_the_measures_have_run_for_months_is_refused():
    User.objects.update(preferences={})

    with clock.travel(dt.date(2025, 5, 6)), pytest.raises(demo_world.NotPossible, match="自 2025-04-18 施行"):
        demo_world.build(draw())


def test_the_same_seed_is_the_same_world_and_another_seed_another():
    plan = draw(7)

    assert draw(7).digest() == plan.digest() != draw(8).digest()
    assert [firm.name for firm in plan.firms] == [
        Organization.objects.get(uscc=firm.uscc).name for firm in plan.firms
    ]


def test_titles_of_the_former_measures_leave_one_program_open():
    application = ProviderApplication.objects.filter(state="submitted").first()

    assert application.program.code == CURRENT
