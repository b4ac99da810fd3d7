"""Who gets in, who does not, and what they are told."""

import pytest
from django.test import Client

from accounts import demo
from accounts.demo import DemoAccount
from accounts.models import User
from tests.accounts.logins import PASSWORD, is_signed_in, sign_in
from tests.factories import body, enterprise

WRONG = "账号或密码不对"


def test_the_right_password_leads_on(client, handler):
    response = sign_in(client, handler)

    assert (response.status_code, response["Location"]) == (302, "/accounts/profile/")
    assert is_signed_in(client)


def test_without_a_way_on_one_comes_home(client, handler):
    response = client.post("/accounts/login/", {"login": handler.username, "password": PASSWORD})

    assert response["Location"] == "/home/"


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://testserver/my/",
    ],
)
def test_sign_in_leads_nowhere_but_into_the_portal(client, handler, onward):
    response = sign_in(client, handler, onward)

    assert response["Location"] == "/home/"


def test_known_and_unknown_accounts_are_refused_in_the_same_words(client, handler):
    known = client.post("/accounts/login/", {"login": handler.username, "password": "wrong"})
    unknown = client.post("/accounts/login/", {"login": "nobody-here", "password": "wrong"})

    def words(response, name):
        return response.content.decode().replace(name, "…")

    assert WRONG in known.content.decode()
    assert _without_tokens(words(known, handler.username)) == _without_tokens(words(unknown, "nobody-here"))


def _without_tokens(page: str) -> list[str]:
    return [part for part in page.split('"') if len(part) != 64]


@pytest.mark.django_db
def test_nobody_signs_up(client):
    assert client.get("/accounts/signup/").status_code == 404
    assert client.post("/accounts/signup/", {"username": "new", "password1": PASSWORD}).status_code == 404
    assert not User.objects.filter(username="new").exists()


@pytest.mark.parametrize(
    "path", ["email/", "password/reset/", "confirm-email/", "login/code/confirm/", "3rdparty/"]
)
def test_pages_of_allauth_that_nobody_offers_do_not_exist(client, handler, path):
    sign_in(client, handler)

    assert client.get(f"/accounts/{path}").status_code == 404


def test_a_disabled_login_does_not_get_in_and_hears_nothing_else(client, handler):
    User.objects.filter(pk=handler.pk).update(is_active=False)

    assert WRONG in sign_in(client, handler).content.decode()


def test_signing_out_takes_a_post(client, handler):
    sign_in(client, handler)

    client.get("/accounts/logout/")
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


def test_the_form_is_refused_without_its_token(handler):
    strict = Client(enforce_csrf_checks=True)

    assert sign_in(strict, handler).status_code == 403


class TestDemo:
    @pytest.fixture
    def demo_login(self, login, settings):
        return login(
            enterprise("大同恒岳公司"), "APPLICANT", preferences={"demo": {"order": 1, "note": "有草稿"}}
        )

    def test_lists_its_accounts_on_the_sign_in_page(self, client, demo_login, settings):
        settings.DEMO = True

        page = client.get("/accounts/login/").content.decode()

        assert demo.accounts() == [
            DemoAccount(demo_login.username, demo_login.display_name, "大同恒岳公司", "企业经办人", "有草稿")
        ]
        assert demo_login.username in page
        assert demo.PASSWORD in page

    def test_lists_many_in_their_order_with_one_query(self, login, settings, django_assert_num_queries):
        settings.DEMO = True
        bureau = body("140100-COMMERCE")
        logins = [login(bureau, "CITY_OFFICER", preferences={"demo": order}) for order in (3, 1, 2)]

        with django_assert_num_queries(1):
            listed = [account.username for account in demo.accounts()]

        assert listed == [logins[1].username, logins[2].username, logins[0].username]

    def test_in_service_neither_lists_them_nor_lets_them_in(self, client, demo_login, settings):
        settings.DEMO = False

        page = client.get("/accounts/login/").content.decode()

        assert demo.accounts() == []
        assert demo_login.username not in page
        assert demo.PASSWORD not in page
        assert WRONG in sign_in(client, demo_login).content.decode()

    def test_a_session_of_a_demo_login_ends_when_the_demo_does(self, client, demo_login, settings):
        settings.DEMO = True
        sign_in(client, demo_login)

        settings.DEMO = False

        assert not is_signed_in(client)
