"""Where the last administrator who could ask or confirm is gone, two people at the server appoint another."""

from __future__ import annotations

import io
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command

from accounts.models import Membership, Person, RightsRequest, User
from accounts.people import person_for
from accounts.roles import Role
from tests.accounts.logins import PASSWORD
from tests.factories import body

S, C, A = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
LINE = "SECURITY_ADMIN youjia 尤佳 110101198001010010\n"


@pytest.fixture
def restore(monkeypatch, administrators):
    """Runs the command with the system and the audit administrator standing by, unless others are named."""

    def run(line: str = LINE, asked_by=administrators[S], confirmed_by=administrators[A], password=PASSWORD):
        monkeypatch.setattr("sys.stdin", io.StringIO(line))
        monkeypatch.setattr(
            "accounts.management.commands.restore_administrator.getpass", lambda prompt: password
        )
        said = io.StringIO()
        call_command(
            "restore_administrator", asked_by=asked_by.username, confirmed_by=confirmed_by.username, stdout=said,
            paper="并商任〔2026〕9 号",
        )  # fmt: skip
        return said.getvalue()

    return run


@pytest.fixture
def vacant(administrators):
    """The last security administrator's term has ended."""
    administrators[C].memberships.get().revoke()


def in_office(role):
    return [held.user.username for held in Membership.objects.in_force().filter(role=role)]


def test_two_people_appoint_the_missing_security_administrator(client, restore, vacant):
    said = restore()

    assert in_office(C) == ["youjia"]
    link = re.search(r"http://127.0.0.1:8000(\S+)", said)[1]
    assert "设置密码" in client.get(link, follow=True).content.decode()


def test_it_is_on_record_like_any_request_and_in_the_log(administrators, restore, vacant):
    restore()

    asked = RightsRequest.objects.get()
    assert (asked.requested_by, asked.decided_by) == (administrators[S], administrators[A])
    assert (asked.outcome, asked.role, asked.appointment) == ("confirmed", C, "并商任〔2026〕9 号")
    logged = LogEntry.objects.order_by("id").values_list("user", "change_message")
    assert list(logged) == [(administrators[who].pk, "在服务器上补任管理员，到场办理") for who in (S, A)]


def test_the_same_person_goes_on_with_the_same_account(administrators, restore, vacant):
    returning = administrators[C]
    Person.objects.filter(pk=returning.person_id).update(key=Person.key_of("110101198001010010"), name="尤佳")

    said = restore(LINE.replace("youjia", returning.username))

    assert in_office(C) == [returning.username]
    assert "继续使用原账号" in said


def test_a_system_administrator_too_when_nobody_else_could_confirm(administrators, restore):
    administrators[S].memberships.get().revoke()

    restore(LINE.replace("SECURITY_ADMIN", "SYSTEM_ADMIN"), asked_by=administrators[C])

    assert in_office(S) == ["youjia"]


class TestNothingIsDone:
    def refused(self, restore, words, *args, **options):
        with pytest.raises(CommandError, match=words):
            restore(*args, **options)
        assert not User.objects.filter(username="youjia").exists()
        assert not RightsRequest.objects.exists()

    def test_while_somebody_holds_the_role(self, restore):
        self.refused(restore, "现任管理员能够办理")

    def test_while_two_others_can_do_it_in_the_admin(self, restore, administrators, login, platform):
        login(platform, C)
        administrators[S].memberships.get().revoke()

        self.refused(
            restore, "现任管理员能够办理", LINE.replace("SECURITY", "SYSTEM"), asked_by=administrators[C]
        )

    def test_where_no_administrator_is_left(self, restore, vacant, administrators, officer):
        for role in (S, A):
            administrators[role].memberships.get().revoke()

        self.refused(restore, "appoint_administrators", asked_by=officer)

    def test_by_one_person_with_two_accounts(self, restore, vacant, login, officer):
        second = login(body("140100-COMMERCE"), Role.CITY_APPROVER, human=officer.person)

        self.refused(restore, "两个不同的人", asked_by=officer, confirmed_by=second)

    def test_for_one_of_the_two(self, restore, vacant, login):
        returning = login(
            body("140100-COMMERCE"), Role.CITY_OFFICER, human=person_for("110101198001010010", "尤佳")
        )

        self.refused(restore, "不能是到场办理的两人之一", confirmed_by=returning)

    def test_without_the_passwords(self, restore, vacant):
        self.refused(restore, "密码不对", password="wrong")

    @pytest.mark.parametrize("who", ["handler", "former"])
    def test_by_somebody_who_answers_for_nobody(self, request, restore, vacant, administrators, who):
        other = administrators[C] if who == "former" else request.getfixturevalue("handler")

        self.refused(restore, "不是在任的工作人员或管理员", asked_by=other)

    @pytest.mark.parametrize(
        "line",
        ["", LINE.replace("SECURITY", "AUDIT"), LINE.replace("尤佳 ", ""), LINE.replace("010010", "010011")],
    )
    def test_for_a_line_that_does_not_say_who(self, restore, vacant, line):
        self.refused(restore, "需要一行|身份证号码不对", line)

    def test_with_somebody_elses_account(self, restore, vacant, administrators):
        taken = administrators[C].username

        self.refused(restore, "不是尤佳的", LINE.replace("youjia", taken))
        assert in_office(C) == []
