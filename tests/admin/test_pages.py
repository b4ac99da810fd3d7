"""The admin at work: people registered, appointed, helped and dismissed; lists that stay quick."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.test import Client

from accounts.hand_over import code_of
from accounts.models import Membership, Organization, Person, Region, RightsRequest, User
from accounts.reading import MOST
from accounts.roles import Role
from core import clock, uscc
from tests.accounts.logins import give_factor, is_signed_in, sign_in
from tests.factories import body
from workflow.outbox import OutboxMessage

S, C, A = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
HAN = re.compile("[一-鿿]")
ID = "11010519491231002X"


@pytest.fixture
def as_(client, administrators):
    def enter(role):
        client.post("/accounts/logout/")
        sign_in(client, administrators[role])
        return client

    return enter


def confirm_all(client):
    """A second administrator confirms what awaits it; the page then shown."""
    pending = list(RightsRequest.objects.filter(outcome="pending").values_list("pk", flat=True))
    return client.post(
        "/admin/accounts/rightsrequest/", {"action": "confirm", "_selected_action": pending}, follow=True
    )


def columns():
    for model, page in admin.site._registry.items():
        for name in [*page.list_display, *(page.fields or [])]:
            yield pytest.param(page, model, name, id=f"{model.__name__}-{getattr(name, '__name__', name)}")
        for inline in page.inlines:
            shown = inline(model, admin.site)
            for number, name in enumerate(shown.fields):
                yield pytest.param(
                    shown, shown.model, name, id=f"{model.__name__}-{inline.__name__}-{number}"
                )


@pytest.mark.parametrize(("page", "model", "name"), columns())
def test_every_column_has_a_chinese_label(page, model, name):
    assert HAN.search(str(label_for_field(name, model, page)))


class TestPeople:
    def test_a_person_is_registered_once_and_the_number_is_not_kept(self, as_):
        client = as_(C)

        client.post("/admin/accounts/person/add/", {"name": "陈静", "id_number": ID.lower()})
        again = client.post("/admin/accounts/person/add/", {"name": "陈净", "id_number": ID})

        assert "此人已登记，姓名为陈静" in again.content.decode()
        assert [person.name for person in Person.objects.filter(key=Person.key_of(ID))] == ["陈静"]

    def test_a_number_with_a_slip_is_refused(self, as_):
        page = as_(C).post("/admin/accounts/person/add/", {"name": "陈静", "id_number": "110105194912310021"})

        assert "身份证号码不对" in page.content.decode()

    def test_an_official_is_made_in_three_forms_and_a_link(self, as_, platform):
        client = as_(C)
        client.post("/admin/accounts/person/add/", {"name": "陈静", "id_number": ID})
        person = Person.objects.get(name="陈静")
        client.post(
            "/admin/accounts/user/add/",
            {
                "username": "chenjing", "person": person.pk, "phone": "", "is_active": "on",
                "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0,
            },
        )  # fmt: skip
        user = User.objects.get(username="chenjing")
        client.post(
            "/admin/accounts/membership/add/",
            {
                "user": user.pk, "organization": body("140100-COMMERCE").pk, "role": "CITY_OFFICER",
                "starts_on": "2026-01-01", "ends_on": "", "appointment": "并商任〔2026〕1 号", "office": "外贸科",
            },
        )  # fmt: skip
        client.post(
            "/admin/accounts/user/",
            {"action": "send_password_link", "_selected_action": [user.pk]},
        )
        page = confirm_all(as_(S))

        assert not user.has_usable_password()
        assert Membership.objects.get(user=user).person == person
        link = re.search(
            r"http://127.0.0.1:8000(/accounts/password/hand-over/[^/]+/[^/]+/)", page.content.decode()
        )[1]
        code = code_of(RightsRequest.objects.get(act="link"))
        assert (
            '<h1 id="entrance-title">设置密码'
            in Client().post(link, {"code": code}, follow=True).content.decode()
        )

    def test_a_role_in_the_wrong_body_is_refused_in_words(self, as_, login):
        page = as_(C).post(
            "/admin/accounts/membership/add/",
            {
                "user": login().pk, "organization": body("SX-COMMERCE").pk, "role": "CITY_OFFICER",
                "starts_on": "2026-01-01",
            },
        )  # fmt: skip

        assert "“市级经办”只能在“市级商务主管部门（含综改示范区）”类机构任职" in page.content.decode()

    def test_a_lost_telephone_ends_every_session_and_asks_anew(self, as_, officer):
        there = Client()
        sign_in(there, officer)
        give_factor(officer)

        as_(C).post(
            "/admin/accounts/user/", {"action": "reset_second_factor", "_selected_action": [officer.pk]}
        )
        confirm_all(as_(S))

        assert not Authenticator.objects.filter(user=officer).exists()
        assert not is_signed_in(there)

    def test_nobody_resets_their_own_factor(self, as_, administrators):
        give_factor(administrators[C])
        Authenticator.objects.all().update(user=administrators[C])
        client = Client()
        client.force_login(administrators[C])

        page = client.post(
            "/admin/accounts/user/",
            {"action": "reset_second_factor", "_selected_action": [administrators[C].pk]},
            follow=True,
        )

        assert "不能对自己的账号办理" in page.content.decode()
        assert Authenticator.objects.filter(user=administrators[C]).exists()

    def test_a_disabled_login_is_out_at_once(self, as_, officer):
        there = Client()
        sign_in(there, officer)

        as_(C).post(
            f"/admin/accounts/user/{officer.pk}/change/",
            {"phone": "", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0},
        )

        assert not is_signed_in(there)


class TestBodies:
    def test_an_enterprise_code_is_checked(self, as_):
        right = uscc.generate("140100", 5)
        code = right[:-1] + ("1" if right[-1] != "1" else "2")
        form = {"kind": "enterprise", "name": "新企业", "region": "140100", "aliases": "[]"}

        page = as_(S).post("/admin/accounts/organization/add/", form | {"uscc": code})

        assert not Organization.objects.filter(name="新企业").exists()
        assert f"校验位应为“{right[-1]}”" in page.content.decode()
        assert "<title>错误：" in page.content.decode()

    @pytest.mark.parametrize("typed", ["9" * 5_000, '["\\ud800"]', "[" * 50_000])
    @pytest.mark.parametrize(
        ("page", "field"), [("accounts/organization", "aliases"), ("core/default", "value")]
    )
    def test_a_list_that_cannot_be_read_comes_back_as_it_was_typed(self, as_, page, field, typed):
        answer = as_(S).post(f"/admin/{page}/add/", {field: typed})

        assert answer.status_code == 200
        assert field in answer.context["adminform"].form.errors

    def test_a_region_is_added_and_its_code_stays(self, as_):
        client = as_(S)
        client.post(
            "/admin/accounts/region/add/",
            {"code": "140199", "name": "新区", "kind": "county", "parent": "140000"},
        )
        client.post(
            "/admin/accounts/region/140199/change/", {"code": "1", "name": "新城区", "kind": "county"}
        )

        assert Region.objects.get(code="140199").name == "新城区"


class TestOutbox:
    @pytest.fixture
    def dead(self, db):
        return OutboxMessage.objects.create(
            key="k1", topic="demo", attempts=8, dead_at=clock.now(), last_error="TimeoutError: 对方没有应答"
        )

    def test_the_system_administrator_tries_a_dead_message_again(self, as_, dead):
        page = as_(S).post(
            "/admin/workflow/outboxmessage/", {"action": "retry", "_selected_action": [dead.pk]}, follow=True
        )

        dead.refresh_from_db()
        assert "已重新排队" in page.content.decode()
        assert (dead.dead_at, dead.attempts) == (None, 0)

    def test_the_audit_administrator_only_looks(self, as_, dead):
        client = as_(A)
        client.post("/admin/workflow/outboxmessage/", {"action": "retry", "_selected_action": [dead.pk]})

        dead.refresh_from_db()
        assert dead.attempts == 8
        assert "重试" not in client.get("/admin/workflow/outboxmessage/").content.decode().replace(
            "停止重试", ""
        )

    def test_what_was_done_is_not_done_again(self, as_, dead):
        OutboxMessage.objects.filter(pk=dead.pk).update(dead_at=None, done_at=clock.now())

        as_(S).post("/admin/workflow/outboxmessage/", {"action": "retry", "_selected_action": [dead.pk]})

        dead.refresh_from_db()
        assert dead.attempts == 8


def test_a_locked_account_is_unlocked_by_deleting_its_failures(as_, handler):
    there = Client()
    for _ in range(5):
        sign_in(there, handler, password="wrong")
    client = as_(C)
    attempt = re.search(
        r"/admin/accounts/failedsignin/(\d+)/", client.get("/admin/accounts/failedsignin/").content.decode()
    )[1]

    client.post(f"/admin/accounts/failedsignin/{attempt}/delete/", {"post": "yes"})

    assert sign_in(there, handler).status_code == 302


class TestLists:
    """A list of three costs as many queries as a list of one, and none reads a table to its end."""

    LISTS = [
        (S, "accounts/organization"),
        (S, "accounts/region"),
        (C, "accounts/user"),
        (C, "accounts/membership"),
        (C, "accounts/person"),
        (C, "accounts/rightsrequest"),
        (A, "workflow/case"),
        (A, "workflow/ledgerentry"),
        (A, "workflow/outboxmessage"),
        (A, "documents/attachment"),
        (A, "publicity/publicity"),
        (A, "accreditation/accreditation"),
        (A, "admin/logentry"),
    ]

    @pytest.mark.parametrize(("role", "path"), LISTS)
    def test_take_few_queries(self, as_, world, role, path, django_assert_max_num_queries):
        world.walk(world.ready(), "submit", "accept")
        client = as_(role)

        with django_assert_max_num_queries(9):
            assert client.get(f"/admin/{path}/?q=2026").status_code == 200

    def test_count_no_further_than_anybody_turns_pages(self, as_, world, django_assert_num_queries):
        world.walk(world.ready(), "submit")
        client = as_(A)

        with django_assert_num_queries(4) as asked:
            client.get("/admin/workflow/ledgerentry/")

        counts = [query["sql"] for query in asked.captured_queries if "COUNT(" in query["sql"]]
        assert [f"LIMIT {MOST}" in sql for sql in counts] == [True]
