"""Officials and administrators hold a second factor; every door asks for it."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import SignInFailure
from accounts.roles import Role
from tests.accounts.logins import code_for, code_of, give_factor, is_signed_in, sign_in

SETUP = "/accounts/2fa/totp/activate/"


@pytest.fixture
def required(settings):
    settings.MFA_REQUIRED_FOR_OFFICIALS = True


def test_the_password_alone_leads_an_official_with_a_factor_only_to_the_question(client, officer):
    give_factor(officer)

    response = sign_in(client, officer)

    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_signed_in(client)


def test_the_code_completes_the_sign_in(client, officer):
    give_factor(officer)
    sign_in(client, officer)

    response = client.post("/accounts/2fa/authenticate/", {"code": code_of(officer)})

    assert response["Location"] == "/accounts/profile/"
    assert is_signed_in(client)


def test_a_wrong_code_says_what_to_do_and_lets_nobody_in(client, officer):
    give_factor(officer)
    sign_in(client, officer)

    response = client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    assert "验证码不对" in response.content.decode()
    assert not is_signed_in(client)


def test_a_code_works_once(client, officer):
    give_factor(officer)
    code = code_of(officer)
    sign_in(client, officer)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    client.post("/accounts/logout/")
    sign_in(client, officer)

    client.post("/accounts/2fa/authenticate/", {"code": code})

    assert not is_signed_in(client)


def test_a_recovery_code_works_once(client, officer):
    give_factor(officer)
    sign_in(client, officer)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(officer)})
    client.post("/accounts/2fa/recovery-codes/generate/")
    code = Authenticator.objects.get(user=officer, type="recovery_codes").wrap().get_unused_codes()[0]
    client.post("/accounts/logout/")

    def try_code():
        sign_in(client, officer)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        entered = is_signed_in(client)
        client.post("/accounts/logout/")
        return entered

    assert [try_code(), try_code()] == [True, False]


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/"])
def test_the_admin_is_no_second_door(client, administrators, path):
    """Django's own admin sign-in would take the password alone."""
    admin = administrators[Role.SYSTEM_ADMIN]
    give_factor(admin)

    front = client.get(path, follow=True)
    client.post(
        "/admin/login/",
        {"username": admin.username, "password": "一条很长的口令-2026-jin", "next": "/admin/"},
    )

    assert front.request["PATH_INFO"] == "/accounts/login/"
    assert client.get("/admin/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_an_administrator_with_the_code_enters_the_admin(client, administrators, required):
    admin = administrators[Role.SYSTEM_ADMIN]
    give_factor(admin)
    sign_in(client, admin, "/admin/")

    response = client.post("/accounts/2fa/authenticate/", {"code": code_of(admin)}, follow=True)

    assert (response.status_code, response.request["PATH_INFO"]) == (200, "/admin/")


class TestWithoutAFactor:
    @pytest.mark.parametrize("path", ["/admin/", "/", "/home/", "/desk/", "/register/"])
    def test_an_administrator_is_sent_to_set_one_up(self, client, administrators, required, path):
        sign_in(client, administrators[Role.AUDIT_ADMIN])

        response = client.get(path)

        assert (response.status_code, response["Location"]) == (302, SETUP)

    def test_an_official_is_sent_too_and_a_step_does_not_happen(self, client, officer, required):
        sign_in(client, officer)

        assert client.post("/desk/").headers["Location"] == SETUP

    def test_the_pages_that_lead_there_and_out_stay_open(self, client, officer, required):
        sign_in(client, officer)

        pages = ["/accounts/profile/", "/accounts/2fa/", SETUP]

        assert [client.get(page).status_code for page in pages] == [200, 200, 200]
        assert client.post("/accounts/logout/")["Location"] == "/"

    def test_an_enterprise_is_left_alone(self, client, handler, required):
        sign_in(client, handler)

        assert client.get("/accounts/sessions/").status_code == 200

    def test_a_demo_offers_it_without_forcing_it(self, client, officer, settings):
        settings.MFA_REQUIRED_FOR_OFFICIALS = False
        sign_in(client, officer)

        assert client.get("/accounts/sessions/").status_code == 200
        assert "设置动态验证码" in client.get("/accounts/2fa/").content.decode()


def test_setting_one_up_opens_the_portal_at_once(client, officer, required):
    sign_in(client, officer)
    secret = re.search(r'mono break">(\w+)<', client.get(SETUP).content.decode())[1]

    response = client.post(SETUP, {"code": code_for(secret)}, follow=True)

    assert response.request["PATH_INFO"] == "/accounts/2fa/recovery-codes/"
    assert client.get("/accounts/sessions/").status_code == 200


def test_an_official_cannot_switch_it_off(client, officer, required):
    give_factor(officer)
    sign_in(client, officer)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(officer)})

    response = client.post("/accounts/2fa/totp/deactivate/")

    assert "不能关闭" in response.content.decode()
    assert Authenticator.objects.filter(user=officer, type="totp").exists()


def test_secrets_are_encrypted_at_rest(officer):
    give_factor(officer)

    stored = Authenticator.objects.get(user=officer).data["secret"]

    assert stored.startswith("gAAAA")
    assert code_of(officer).isdigit()


def test_a_new_secret_key_takes_nobodys_factor_away(client, officer, settings):
    give_factor(officer)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-secret-" * 5

    sign_in(client, officer)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(officer)})

    assert is_signed_in(client)


def test_a_wrong_code_is_kept_for_the_audit_administrator(client, administrators, officer):
    give_factor(officer)
    sign_in(client, officer)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"}, HTTP_USER_AGENT="手机")
    code = code_of(officer)
    client.post("/accounts/2fa/authenticate/", {"code": code})

    kept = SignInFailure.objects.get()
    reader = Client()
    sign_in(reader, administrators[Role.AUDIT_ADMIN])
    page = reader.get("/admin/accounts/signinfailure/").content.decode()

    assert (kept.username, kept.path_info) == (officer.username, "/accounts/2fa/authenticate/")
    assert "动态验证码</td>" in page
    assert "000000" not in str(vars(kept))
