"""An enterprise looks after its own people; nobody else's."""

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import VISITOR, Actor
from accounts.models import Person
from accounts.people import NotAllowed, appoint, end_membership, invite_handler, person_for
from accounts.roles import Role
from tests.accounts.logins import is_signed_in, sign_in
from tests.factories import enterprise

ID = "11010519491231002X"


def acting(user) -> Actor:
    roles = frozenset(Role(held.role) for held in user.appointments)
    return Actor.of(user.appointments[0], roles)


@pytest.fixture
def company(db):
    return enterprise()


@pytest.fixture
def legal_rep(login, company):
    return login(company, Role.LEGAL_REP)


@pytest.fixture
def clerk(login, company):
    return login(company, Role.APPLICANT)


def invite(actor, **changes):
    return invite_handler(
        actor, **{"username": "chen", "name": "陈静", "id_number": ID, "phone": "", **changes}
    )


def test_one_human_is_one_person_and_the_number_is_not_kept(db):
    first, again = person_for(ID, "陈静"), person_for(f" {ID.lower()} ", "陈静")

    assert first == again
    assert ID not in str(Person.objects.filter(pk=first.pk).values().get())


@pytest.mark.parametrize("kind", ["legal_rep", "clerk"])
def test_the_enterprises_own_people_invite_a_handler(request, client, company, kind):
    membership, link = invite(acting(request.getfixturevalue(kind)))

    assert (membership.organization, membership.role) == (company, Role.APPLICANT)
    assert not membership.user.has_usable_password()
    assert client.get(link, follow=True).context["form"].user == membership.user


def test_others_do_not(login, officer, administrators):
    for actor in (VISITOR, acting(officer), *(acting(admin) for admin in administrators.values())):
        with pytest.raises(NotAllowed):
            invite(actor)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id_number": "110105194912310021"}, "id_number"),
        ({"username": "有 空格"}, "username"),
        ({"username": ""}, "username"),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_is_kept(clerk, changes, field):
    with pytest.raises(ValidationError) as refusal:
        invite(acting(clerk), **changes)

    assert list(refusal.value.message_dict) == [field]
    assert not Person.objects.filter(name="陈静").exists()


def test_a_name_that_does_not_fit_the_number_is_refused_and_not_told(clerk):
    person_for(ID, "陈静")

    with pytest.raises(ValidationError) as refusal:
        invite(acting(clerk), name="陈净")

    assert "陈静" not in str(refusal.value)


def test_an_administrator_is_not_invited_into_business(clerk, login, platform):
    login(platform, Role.AUDIT_ADMIN, human=person_for(ID, "陈静"))

    with pytest.raises(ValidationError, match="不兼任业务岗位"):
        invite(acting(clerk))


def test_ending_a_colleagues_role_ends_it_at_once(client, legal_rep, clerk):
    sign_in(client, clerk)

    end_membership(acting(legal_rep), clerk.appointments[0])

    assert client.get("/accounts/profile/").wsgi_request.actor.role == Role.VISITOR
    assert is_signed_in(client)


def test_a_handler_ends_another_handlers_role_but_not_the_legal_representatives(
    login, company, clerk, legal_rep
):
    other = login(company, Role.APPLICANT)
    end_membership(acting(clerk), other.appointments[0])

    with pytest.raises(NotAllowed):
        end_membership(acting(clerk), legal_rep.appointments[0])


def test_nobody_ends_their_own_role_or_another_enterprises(clerk, login, officer):
    stranger = login(enterprise(), Role.APPLICANT)

    with pytest.raises(ValidationError, match="自己的任职"):
        end_membership(acting(clerk), clerk.appointments[0])
    for target in (stranger, officer):
        with pytest.raises(NotAllowed):
            end_membership(acting(clerk), target.appointments[0])


def test_the_same_role_is_not_given_twice(clerk, company):
    with pytest.raises(ValidationError, match="已有这个角色"):
        appoint(clerk, company, Role.APPLICANT)
