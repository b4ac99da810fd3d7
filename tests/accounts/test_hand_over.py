"""A password link and its code go two ways to their owner: no administrator alone holds both (docs/decisions/0009)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts import confirmation, limits
from accounts.hand_over import code_of, link_of
from accounts.models import RightsRequest
from accounts.roles import Role
from tests.accounts.logins import PASSWORD, is_signed_in, sign_in

S, C, A = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
NEW = "xK7-mQ2-vR9-pT4-wZ"
GONE = "链接已失效"


@pytest.fixture
def asked(administrators, officer):
    return confirmation.ask(RightsRequest.Act.LINK, officer, by=administrators[C])


@pytest.fixture
def link(administrators, asked):
    return confirmation.confirm(asked, by=administrators[S])


def page_of(administrator, asked):
    client = Client()
    sign_in(client, administrator)
    return client.get(f"/admin/accounts/rightsrequest/{asked.pk}/change/").content.decode()


def enter(client, link, code):
    return client.post(link, {"code": code}, follow=True).content.decode()


def test_link_and_code_together_set_the_password(client, officer, asked, link):
    client.get(link)
    answer = client.post(link, {"code": f" {code_of(asked).lower().replace('-', '')} "}, follow=True)
    client.post(answer.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    sign_in(client, officer, password=NEW)
    assert is_signed_in(client)
    assert GONE in client.get(link).content.decode()


@pytest.mark.parametrize("code", ["", "AAAAA-AAAAA", "x" * 41, "交接码"])
def test_the_link_alone_sets_nothing(client, officer, link, code):
    page = enter(client, link, code)

    assert "<title>错误：输入交接码" in page
    sign_in(client, officer, password=PASSWORD)
    assert is_signed_in(client)


def test_the_code_of_another_request_opens_nothing(client, administrators, asked, link, login):
    other = confirmation.ask(RightsRequest.Act.LINK, login(), by=administrators[C])

    assert "交接码不对" in enter(client, link, code_of(other))


def test_the_token_of_another_request_opens_nothing(client, administrators, asked, link, officer):
    again = confirmation.ask(RightsRequest.Act.LINK, officer, by=administrators[C])
    confirmation.confirm(again, by=administrators[S])

    assert GONE in client.get(link.replace(f"/{asked.pk}/", f"/{again.pk}/")).content.decode()


def test_who_asked_reads_the_code_and_who_confirms_does_not(administrators, asked, link):
    shown = {role: code_of(asked) in page_of(administrators[role], asked) for role in (S, C, A)}

    assert shown == {S: False, C: True, A: False}


def test_another_security_administrator_who_confirms_does_not_read_it_either(login, platform, asked):
    other = login(platform, C)

    confirmation.confirm(asked, by=other)

    assert code_of(asked) not in page_of(other, asked)


def test_the_code_is_told_when_the_link_is_asked_for(client, administrators, officer):
    sign_in(client, administrators[C])
    chosen = {"action": "send_password_link", "_selected_action": [officer.pk]}

    page = client.post("/admin/accounts/user/", chosen, follow=True).content.decode()

    assert code_of(RightsRequest.objects.get()) in page


@pytest.mark.parametrize("outcome", ["pending", "refused", "withdrawn"])
def test_what_was_not_confirmed_opens_nothing(client, asked, outcome):
    RightsRequest.objects.filter(pk=asked.pk).update(outcome=outcome)

    assert GONE in client.get(link_of(asked)).content.decode()


def test_the_link_is_over_after_its_days(client, link, settings):
    during = client.get(link).content.decode()
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert (GONE in during, GONE in client.get(link).content.decode()) == (False, True)


def test_somebody_who_guesses_is_stopped(client, link):
    answers = [
        client.post(link, {"code": "AAAAA-AAAAA"}).status_code for _ in range(limits.HAND_OVERS.times + 1)
    ]

    assert answers == [200] * limits.HAND_OVERS.times + [429]


def test_codes_are_ten_letters_and_all_different(administrators, login):
    codes = [
        code_of(confirmation.ask(RightsRequest.Act.LINK, login(), by=administrators[C])) for _ in range(5)
    ]

    assert all(re.fullmatch("[A-Z2-7]{5}-[A-Z2-7]{5}", code) for code in codes)
    assert len(set(codes)) == 5
