"""How long a sign-in lasts, and that an id known before it is worth nothing afterwards."""

import datetime as dt
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import sessions
from accounts.models import User
from accounts.people import appoint
from accounts.roles import Role
from core import clock
from tests.accounts.logins import PASSWORD, is_signed_in, sign_in

MINUTE, HOUR = 60, 3600


def backdate(client: Client, key: str, seconds: int) -> None:
    session = client.session
    session[key] = time.time() - seconds
    session.save()


def test_an_id_fixed_before_the_sign_in_is_not_the_id_after(client, handler):
    client.get("/accounts/2fa/totp/activate/", follow=True)
    session = client.session
    session["planted"] = "by another"
    session.save()
    client.cookies["sessionid"] = before = session.session_key

    sign_in(client, handler)

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_another_persons_session_data_does_not_carry_over(client, handler, officer):
    sign_in(client, handler)
    session = client.session
    session["membership"] = handler.appointments[0].pk
    session.save()

    client.post("/accounts/logout/")
    sign_in(client, officer)

    assert "membership" not in client.session


@pytest.mark.parametrize(
    ("kind", "idle", "stays"),
    [
        ("officer", 29 * MINUTE, True),
        ("officer", 31 * MINUTE, False),
        ("handler", 59 * MINUTE, True),
        ("handler", 61 * MINUTE, False),
    ],
)
def test_an_idle_session_ends(request, client, kind, idle, stays):
    sign_in(client, request.getfixturevalue(kind))

    backdate(client, sessions.SEEN, idle)

    assert is_signed_in(client) is stays


@pytest.mark.parametrize(("age", "stays"), [(12 * HOUR - MINUTE, True), (12 * HOUR + MINUTE, False)])
def test_a_session_ends_after_half_a_day_however_busy(client, handler, age, stays):
    sign_in(client, handler)

    backdate(client, sessions.BEGUN, age)

    assert is_signed_in(client) is stays


def test_who_was_signed_out_for_idling_is_told(client, handler):
    sign_in(client, handler)
    backdate(client, sessions.SEEN, 2 * HOUR)

    page = client.get("/accounts/profile/", follow=True)

    assert page.request["PATH_INFO"] == "/accounts/login/"
    assert "已自动退出" in page.content.decode()


def test_work_keeps_a_session_alive_but_is_written_once_a_minute(client, handler):
    sign_in(client, handler)
    fresh = client.session[sessions.SEEN]
    client.get("/accounts/profile/")
    assert client.session[sessions.SEEN] == fresh

    backdate(client, sessions.SEEN, 5 * MINUTE)
    old = client.session[sessions.SEEN]
    client.get("/accounts/profile/")

    assert client.session[sessions.SEEN] != old


@pytest.mark.parametrize("stamp", ["", "forged", None, "1900000000"])
def test_a_stamp_that_is_no_moment_ends_the_session(client, handler, stamp):
    sign_in(client, handler)
    session = client.session
    session[sessions.SEEN] = stamp
    session.save()

    assert not is_signed_in(client)


def test_a_drill_of_years_signs_nobody_out(client, handler, at):
    sign_in(client, handler)

    with at("2031-01-05 09:00"):
        assert is_signed_in(client)


def test_disabling_ends_a_session_at_the_next_request(client, handler):
    sign_in(client, handler)

    User.objects.filter(pk=handler.pk).update(is_active=False)

    assert not is_signed_in(client)


def test_a_changed_password_ends_the_other_sessions(handler):
    here, there = Client(), Client()
    sign_in(here, handler)
    sign_in(there, handler)

    new = "另一条足够长的口令-2027"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_an_official_is_signed_in_at_one_place_at_a_time(officer, handler):
    first, second = Client(), Client()
    sign_in(first, officer)
    sign_in(second, officer)
    assert (is_signed_in(first), is_signed_in(second)) == (False, True)

    third, fourth = Client(), Client()
    sign_in(third, handler)
    sign_in(fourth, handler)
    assert (is_signed_in(third), is_signed_in(fourth)) == (True, True)


def test_a_session_that_ran_out_is_nobodys(client, handler):
    sign_in(client, handler)
    session = Session.objects.filter(session_key=client.session.session_key)
    session.update(expire_date=clock.now() + dt.timedelta(minutes=1))
    assert is_signed_in(client)

    session.update(expire_date=clock.now() - dt.timedelta(seconds=1))

    assert not is_signed_in(client)


def test_one_sees_and_ends_ones_other_sessions(handler):
    here, there = Client(), Client(HTTP_USER_AGENT="Phone")
    sign_in(here, handler)
    sign_in(there, handler)

    page = here.get("/accounts/sessions/").content.decode()
    here.post("/accounts/sessions/")

    assert "Phone" in page
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_changing_the_identity_changes_the_id_and_keeps_the_session_listed(client, handler, login):
    from tests.factories import enterprise

    other = appoint(handler, enterprise(), Role.APPLICANT)
    sign_in(client, handler)
    before = client.session.session_key

    client.post("/accounts/identity/", {"membership": other.pk})

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert "只有本机登录" in client.get("/accounts/sessions/").content.decode()


def test_pages_made_for_a_person_are_kept_nowhere(client, handler):
    sign_in(client, handler)

    assert "no-store" in client.get("/accounts/sessions/")["Cache-Control"]
