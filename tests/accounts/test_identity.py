"""Acting in one of one's own capacities: chosen, never merged, and gone the moment it ends."""

import datetime as dt

import pytest

from accounts.middleware import actor_of
from accounts.models import Membership, User
from accounts.people import appoint
from accounts.roles import Role
from core import clock
from tests.accounts.logins import sign_in
from tests.factories import body, enterprise

TOMORROW, YESTERDAY = dt.timedelta(days=1), -dt.timedelta(days=1)


@pytest.fixture
def two_hats(login):
    """Handler of one enterprise and of another."""
    user = login(enterprise("甲公司"), Role.APPLICANT)
    appoint(user, enterprise("乙公司"), Role.APPLICANT)
    return User.objects.get(pk=user.pk)


def actor(client):
    return client.get("/accounts/profile/").wsgi_request.actor


def test_one_acts_first_in_the_oldest_appointment(client, two_hats):
    sign_in(client, two_hats)

    assert actor(client).organization.name == "甲公司"


def test_switching_changes_the_body_one_acts_for(client, two_hats):
    sign_in(client, two_hats)

    response = client.post("/accounts/identity/", {"membership": two_hats.appointments[1].pk, "next": "/my/"})

    assert response["Location"] == "/my/"
    assert actor(client).organization.name == "乙公司"


def test_roles_in_one_body_are_held_together_and_of_another_not(client, login):
    company = enterprise("甲公司")
    user = login(company, Role.APPLICANT, Role.LEGAL_REP)
    appoint(user, enterprise("乙公司"), Role.BIDDER)
    sign_in(client, user)

    assert actor(client).roles == {Role.APPLICANT, Role.LEGAL_REP}


@pytest.mark.parametrize("whose", ["another's", "ended", "future", "none", "words"])
def test_only_an_appointment_of_ones_own_in_force_can_be_chosen(client, two_hats, handler, whose):
    chosen = two_hats.appointments[1]
    today = clock.today()
    if whose == "ended":
        chosen.revoke()
    if whose == "future":
        Membership.objects.filter(pk=chosen.pk).update(starts_on=today + TOMORROW)
    value = {"another's": handler.appointments[0].pk, "none": "", "words": "x"}.get(whose, chosen.pk)
    sign_in(client, two_hats)

    response = client.post("/accounts/identity/", {"membership": value})

    assert response.status_code == 404
    assert actor(client).organization.name == "甲公司"


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "front", "-1", ""])
def test_switching_leads_nowhere_but_into_the_portal(client, two_hats, onward):
    sign_in(client, two_hats)

    response = client.post("/accounts/identity/", {"membership": two_hats.appointments[1].pk, "next": onward})

    assert response["Location"] == "/home/"


def test_switching_takes_a_post_and_a_sign_in(client, two_hats):
    pk = two_hats.appointments[1].pk
    assert client.post("/accounts/identity/", {"membership": pk}).status_code == 302
    sign_in(client, two_hats)
    assert client.get("/accounts/identity/", {"membership": pk}).status_code == 405


def test_a_revoked_role_is_gone_at_the_next_request(client, officer):
    sign_in(client, officer)
    assert actor(client).role == Role.CITY_OFFICER

    officer.appointments[0].revoke()

    assert actor(client).role == Role.VISITOR
    assert "现在没有在任的岗位" in client.get("/accounts/profile/").content.decode()


def test_who_moves_to_another_city_acts_there_and_no_longer_here(client, officer):
    sign_in(client, officer)

    officer.appointments[0].revoke()
    appoint(officer, body("140200-COMMERCE"), Role.CITY_OFFICER)

    assert actor(client).organization == body("140200-COMMERCE")


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [
        (YESTERDAY, None, True),
        (dt.timedelta(0), dt.timedelta(0), True),  # both edge days count
        (TOMORROW, None, False),
        (YESTERDAY, YESTERDAY, False),
    ],
)
def test_an_appointment_holds_from_its_first_to_its_last_day(rf, login, starts, ends, holds):
    user = login(body("140100-COMMERCE"))
    today = clock.today()
    appoint(
        user,
        body("140100-COMMERCE"),
        Role.CITY_OFFICER,
        starts_on=today + starts,
        ends_on=None if ends is None else today + ends,
    )
    request = rf.get("/")
    request.user, request.session = user, {}

    assert (actor_of(request).role == Role.CITY_OFFICER) is holds


def test_who_is_asking_costs_one_query_beside_the_session_and_the_bell(
    client, officer, django_assert_num_queries
):
    sign_in(client, officer)

    with django_assert_num_queries(3) as asked:
        client.get("/accounts/profile/")

    key = client.session.session_key
    assert [key in query["sql"] for query in asked.captured_queries] == [True, False, False]


def test_a_stranger_costs_no_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/accounts/2fa/")
