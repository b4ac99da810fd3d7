"""Who may do what in the admin: every model × act × administrator, and everybody else, through the front door."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.models import Membership, RightsRequest, User
from accounts.roles import Role
from tests.accounts.logins import sign_in
from tests.factories import body

S, C, A = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
READ, KEEP, NONE = "view", "view add change", ""

# What each may do: system, security, audit administrator. A model that is not here may not be in the admin.
MATRIX = {
    "accounts.region": (KEEP, READ, READ),
    "accounts.organization": (KEEP, READ, READ),
    "accounts.person": (NONE, KEEP, READ),
    "accounts.user": (NONE, KEEP, READ),
    "accounts.membership": (NONE, KEEP, READ),
    "accounts.rightsrequest": (READ, READ, READ),
    "accounts.signin": (NONE, READ, READ),
    "accounts.signinfailure": (NONE, READ, READ),
    "accounts.failedsignin": (NONE, "view delete", READ),
    "admin.logentry": (NONE, NONE, READ),
    "core.calendaryear": (KEEP, NONE, READ),
    "core.calendarday": ("view add change delete", NONE, READ),
    "core.default": ("view add", NONE, READ),
    "accreditation.program": (KEEP, NONE, READ),
    "accreditation.round": (KEEP, NONE, READ),
    "accreditation.accreditation": (NONE, NONE, READ),
    "accreditation.bar": (NONE, NONE, READ),
    "accreditation.listsubscriber": (KEEP, NONE, READ),
    "publicity.publicity": (NONE, NONE, READ),
    "publicity.objection": (NONE, NONE, READ),
    "workflow.case": (NONE, NONE, READ),
    "workflow.ledgerentry": (NONE, NONE, READ),
    "workflow.checkpoint": (NONE, NONE, READ),
    "workflow.outboxmessage": (READ, NONE, READ),
    "workflow.copy": (READ, NONE, READ),
    "workflow.job": (READ, NONE, READ),
    "documents.notice": (NONE, NONE, READ),
    "documents.noticecorrection": (NONE, NONE, READ),
    "documents.sealcertificate": (READ, NONE, READ),
    "documents.numberseries": (NONE, NONE, READ),
    "documents.attachment": (NONE, NONE, READ),
    "documents.attachmentview": (NONE, NONE, READ),
    "documents.confidentialitychange": (NONE, NONE, READ),
}
ACTS = ("view", "add", "change", "delete")


def test_every_model_in_the_admin_is_in_the_matrix():
    assert {model._meta.label_lower for model in admin.site._registry} == MATRIX.keys()


@pytest.mark.parametrize("role", [S, C, A])
@pytest.mark.parametrize("label", MATRIX)
def test_each_administrator_may_exactly_what_is_theirs(rf, administrators, label, role):
    model = apps.get_model(label)
    request = rf.get("/admin/")
    request.user = administrators[role]

    answer = admin.site._registry[model].get_model_perms(request)

    allowed = MATRIX[label][[S, C, A].index(role)].split()
    assert answer == {act: act in allowed for act in ACTS}


@pytest.mark.parametrize("role", [S, C, A])
def test_the_pages_answer_as_the_matrix_says(client, administrators, role):
    sign_in(client, administrators[role])

    for label, row in MATRIX.items():
        allowed = row[[S, C, A].index(role)].split()
        name = label.replace(".", "_")
        pages = {"view": f"admin:{name}_changelist", "add": f"admin:{name}_add"}
        got = {act: client.get(reverse(page)).status_code for act, page in pages.items()}
        assert got == {act: 200 if act in allowed else 403 for act in pages}, label


@pytest.mark.parametrize("who", ["officer", "handler", "nobody"])
def test_nobody_else_enters(request, client, who):
    if who != "nobody":
        sign_in(client, request.getfixturevalue(who))

    for label in MATRIX:
        response = client.get(reverse(f"admin:{label.replace('.', '_')}_changelist"), follow=True)
        assert response.status_code == 403 or response.request["PATH_INFO"] == "/accounts/login/"


def test_the_right_to_the_admin_ends_with_the_appointment(client, administrators):
    admin_user = administrators[S]
    sign_in(client, admin_user)
    assert client.get("/admin/").status_code == 200

    admin_user.memberships.get().revoke()

    assert client.get("/admin/", follow=True).status_code == 403


class TestNobodyRaisesThemselves:
    """Posts that were never on a page, and fields that were never in a form."""

    def test_the_system_administrator_appoints_nobody(self, client, administrators, officer):
        sign_in(client, administrators[S])

        for target in (officer, administrators[S]):
            response = client.post(
                "/admin/accounts/membership/add/",
                {"user": target.pk, "organization": body("140100-COMMERCE").pk, "role": "CITY_APPROVER"},
            )
            assert response.status_code == 403
        assert not Membership.objects.filter(role="CITY_APPROVER").exists()

    def test_the_security_administrator_gives_no_role_to_themselves(self, client, administrators, login):
        security = administrators[C]
        second_login = login(human=security.person)
        sign_in(client, security)

        for target in (security, second_login):
            page = client.post(
                "/admin/accounts/membership/add/",
                {
                    "user": target.pk,
                    "organization": body("140100-COMMERCE").pk,
                    "role": "CITY_APPROVER",
                    "starts_on": "2026-01-01",
                },
            )
            assert "须由不同的人担任" in page.content.decode()

    def test_nor_changes_what_is_their_own(self, client, administrators):
        security = administrators[C]
        sign_in(client, security)

        own_login = client.post(
            f"/admin/accounts/user/{security.pk}/change/", {"username": "root", "is_active": ""}
        )
        own_role = client.post(
            f"/admin/accounts/membership/{security.memberships.get().pk}/change/", {"ends_on": "2099-01-01"}
        )

        assert (own_login.status_code, own_role.status_code) == (403, 403)

    @pytest.mark.parametrize(
        "field", ["is_staff", "is_superuser", "user_permissions", "groups", "preferences", "password"]
    )
    def test_no_field_beyond_the_form_is_taken(self, client, administrators, officer, field):
        sign_in(client, administrators[C])
        before = User.objects.filter(pk=officer.pk).values().get()

        client.post(
            f"/admin/accounts/user/{officer.pk}/change/",
            {
                "phone": "", "is_active": "on", field: "1", "memberships-TOTAL_FORMS": 0,
                "memberships-INITIAL_FORMS": 0,
            },
        )  # fmt: skip

        after = User.objects.filter(pk=officer.pk).values().get()
        assert after == before

    def test_what_was_appointed_is_not_rewritten(self, client, administrators, officer):
        held = officer.memberships.get()
        sign_in(client, administrators[C])

        client.post(
            f"/admin/accounts/membership/{held.pk}/change/",
            {
                "role": "CITY_APPROVER",
                "organization": body("SX-COMMERCE").pk,
                "ends_on": "2030-01-01",
                "office": "外贸科",
            },
        )

        asked = RightsRequest.objects.get()
        assert (asked.role, asked.organization, asked.ends_on) == (
            "CITY_OFFICER",
            body("140100-COMMERCE"),
            dt.date(2030, 1, 1),
        )
        held.refresh_from_db()
        assert (held.role, held.organization, held.ends_on) == ("CITY_OFFICER", body("140100-COMMERCE"), None)

    def test_nothing_is_deleted(self, client, administrators, officer):
        sign_in(client, administrators[C])

        for path in (
            f"/admin/accounts/user/{officer.pk}/delete/",
            f"/admin/accounts/membership/{officer.memberships.get().pk}/delete/",
            f"/admin/accounts/person/{officer.person.pk}/delete/",
        ):
            assert client.post(path, {"post": "yes"}).status_code == 403
        client.post(
            "/admin/accounts/user/",
            {"action": "delete_selected", "_selected_action": [officer.pk], "post": "yes"},
        )
        assert User.objects.filter(pk=officer.pk).exists()


class TestCases:
    @pytest.fixture
    def case(self, world):
        return world.walk(world.ready(), "submit")

    def test_nobody_changes_a_case(self, client, administrators, case):
        before = type(case).objects.filter(pk=case.pk).values().get()

        for role in (S, C, A):
            sign_in(client, administrators[role])
            for path in ("add/", f"{case.case_ptr_id}/change/", f"{case.case_ptr_id}/delete/"):
                answer = client.post(
                    f"/admin/workflow/case/{path}", {"state": "accredited", "title": "x", "post": "yes"}
                )
                assert answer.status_code == 403
            client.post("/accounts/logout/")

        assert type(case).objects.filter(pk=case.pk).values().get() == before

    def test_the_audit_administrator_reads_it_with_its_ledger_in_words(
        self, client, administrators, case, world
    ):
        sign_in(client, administrators[A])

        page = client.get(f"/admin/workflow/case/{case.case_ptr_id}/change/").content.decode()

        assert case.reference in page
        for words in ("台账", "提交", world.company.label, case.state_label, case.ledger_head):
            assert words in page


def test_every_change_of_rights_is_on_record_with_both_who_made_it(client, administrators, officer):
    sign_in(client, administrators[C])
    client.post(
        "/admin/accounts/membership/",
        {"action": "revoke", "_selected_action": [officer.memberships.get().pk]},
    )
    asked = RightsRequest.objects.get()
    client.post("/accounts/logout/")
    sign_in(client, administrators[S])
    client.post("/admin/accounts/rightsrequest/", {"action": "confirm", "_selected_action": [asked.pk]})

    entries = LogEntry.objects.order_by("id").values_list("user", "object_repr", "change_message")
    assert list(entries) == [
        (administrators[C].pk, str(asked), "提出申请"),
        (administrators[S].pk, str(asked), "已确认"),
    ]
    assert not Membership.objects.in_force().filter(user=officer).exists()
