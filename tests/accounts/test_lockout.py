"""Guessing a password: five failures lock an account on an address, and nobody can lock an officer out for long."""

import pytest
from axes.models import AccessAttempt

from accounts.models import SignInFailure
from tests.accounts.logins import PASSWORD, sign_in

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


def fail(client, user, times, **extra):
    return [sign_in(client, user, password="wrong", **extra).status_code for _ in range(times)]


def test_the_fifth_failure_locks(client, handler):
    assert fail(client, handler, 5) == [200, 200, 200, 200, 429]


def test_a_locked_account_stays_locked_for_the_right_password_too(client, handler):
    fail(client, handler, 5)

    response = sign_in(client, handler)

    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    assert "请 15 分钟后再试" in response.content.decode()


def test_an_account_that_does_not_exist_is_locked_just_the_same(client, handler):
    known = [client.post("/accounts/login/", {"login": handler.username, "password": "x"}) for _ in range(5)][
        -1
    ]
    unknown = [client.post("/accounts/login/", {"login": "nobody", "password": "x"}) for _ in range(5)][-1]

    assert (known.status_code, unknown.status_code) == (429, 429)
    assert handler.username not in known.content.decode()
    assert known.content.decode().split("<main")[1] == unknown.content.decode().split("<main")[1]


def test_the_owner_gets_in_from_elsewhere_while_somebody_guesses(client, handler):
    fail(client, handler, 5)

    assert sign_in(client, handler, **ELSEWHERE).status_code == 302


def test_getting_in_forgets_the_failures(client, handler):
    fail(client, handler, 4)
    sign_in(client, handler)
    client.post("/accounts/logout/")

    assert fail(client, handler, 4) == [200] * 4


def test_every_failure_stays_on_record_after_getting_in_those_of_a_locked_account_too(client, handler):
    fail(client, handler, 4, HTTP_USER_AGENT="Firefox")
    sign_in(client, handler)
    client.post("/accounts/logout/")
    fail(client, handler, 6, **ELSEWHERE)

    kept = SignInFailure.objects.order_by("id").values_list("username", "ip_address", "user_agent")
    here, there = (handler.username, "127.0.0.1", "Firefox"), (handler.username, "192.0.2.7", "")
    assert list(kept) == [here] * 4 + [there] * 6


def test_the_record_of_a_failure_holds_no_password(client, handler):
    client.post("/accounts/login/", {"login": handler.username, "password": PASSWORD + "!"})

    assert PASSWORD not in str(SignInFailure.objects.values().get())


def test_unlocking_an_account_leaves_the_record(client, handler):
    fail(client, handler, 5)

    AccessAttempt.objects.all().delete()

    assert SignInFailure.objects.count() == 5


def test_one_address_has_thirty_failures_over_all_accounts(client, login):
    logins = [login() for _ in range(8)]

    answers = [status for user in logins for status in fail(client, user, 4)]
    last = sign_in(client, login())

    assert set(answers) == {200}
    assert "尝试次数太多" in last.content.decode()


def test_one_account_is_guessed_at_twenty_times_from_everywhere(client, handler):
    for host in range(1, 21):
        fail(client, handler, 1, REMOTE_ADDR=f"192.0.2.{host}")

    response = sign_in(client, handler, REMOTE_ADDR="192.0.2.99")

    assert "尝试次数太多" in response.content.decode()


@pytest.mark.parametrize(("proxies", "counted"), [(0, "127.0.0.1"), (1, "203.0.113.5")])
def test_a_forwarded_address_counts_only_behind_a_known_proxy(client, handler, settings, proxies, counted):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    fail(client, handler, 1, HTTP_X_FORWARDED_FOR="203.0.113.5")

    assert [attempt.ip_address for attempt in AccessAttempt.objects.all()] == [counted]


def test_no_password_is_kept_of_a_failure(client, handler):
    client.post("/accounts/login/", {"login": handler.username, "password": PASSWORD + "!"})

    kept = AccessAttempt.objects.values().get()
    assert PASSWORD not in str(kept)
