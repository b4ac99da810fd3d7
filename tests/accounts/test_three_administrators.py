"""Three administrators are three persons, and none of them does business: in words, in Python and in the database."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import Membership, User
from accounts.people import appoint
from accounts.roles import ADMINISTRATORS, HELD_IN, OFFICIALS, Kind, Role
from core import clock
from tests.factories import body, enterprise

SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
TODAY = clock.today
DAY = dt.timedelta(days=1)


def place(role, platform):
    return {
        Kind.PLATFORM: lambda: platform,
        Kind.CITY_BUREAU: lambda: body("140100-COMMERCE"),
        Kind.ENTERPRISE: enterprise,
        Kind.PROVINCE_DEPARTMENT: lambda: body("SX-COMMERCE"),
    }[HELD_IN[role]]()


COMBINATIONS = [
    *itertools.permutations([SYSTEM, SECURITY, AUDIT], 2),
    *itertools.product([SYSTEM, SECURITY, AUDIT], [Role.CITY_OFFICER, Role.PROV_APPROVER, Role.APPLICANT]),
    *itertools.product([Role.CITY_OFFICER, Role.PROV_APPROVER, Role.APPLICANT], [SYSTEM, SECURITY, AUDIT]),
]


@pytest.mark.parametrize(("first", "second"), COMBINATIONS)
class TestOneHumanHoldsOneOfThemAndNothingElse:
    @pytest.fixture
    def logins(self, login, platform, first):
        """Two logins of one human; the first is appointed already."""
        user = login(place(first, platform), first)
        return user, login(human=user.person)

    def test_on_a_form(self, logins, platform, second):
        for user in logins:
            with pytest.raises(ValidationError, match="须由不同的人担任"):
                appoint(user, place(second, platform), second)

    def test_around_the_form(self, logins, platform, second):
        for user in logins:
            with (
                pytest.raises(IntegrityError, match="administrator_holds_no_other_role"),
                transaction.atomic(),
            ):
                Membership.objects.create(user=user, organization=place(second, platform), role=second)

    def test_in_bulk(self, logins, platform, second):
        row = Membership(
            user=logins[1],
            person=logins[1].person,
            organization=place(second, platform),
            role=second,
            administers=second in ADMINISTRATORS,
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.bulk_create([row])

    def test_by_hand_in_sql(self, logins, platform, second):
        organization = place(second, platform)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_membership (user_id, person_id, organization_id, role, administers, starts_on,"
                " appointment, office) VALUES (%s, %s, %s, %s, %s, %s, '', '')",
                [
                    logins[1].pk,
                    logins[1].person_id,
                    organization.pk,
                    second,
                    second in ADMINISTRATORS,
                    TODAY(),
                ],
            )

    def test_one_after_the_other_they_may(self, logins, platform, second):
        logins[0].memberships.get().revoke()

        appoint(logins[1], place(second, platform), second)

        assert [held.role for held in Membership.objects.in_force().filter(person=logins[0].person)] == [
            second
        ]


class TestTimes:
    """Only what overlaps in time collides, and the last day still counts."""

    @pytest.fixture
    def user(self, login, platform):
        user = login()
        appoint(user, platform, SYSTEM, starts_on=TODAY(), ends_on=TODAY() + 9 * DAY)
        return user

    @pytest.mark.parametrize("gap", [10, 11])
    def test_a_role_that_begins_after_the_last_day_is_free(self, user, platform, gap):
        assert appoint(user, platform, AUDIT, starts_on=TODAY() + gap * DAY)

    @pytest.mark.parametrize("gap", [0, 8, 9])
    def test_a_role_that_begins_before_is_not(self, user, platform, gap):
        with pytest.raises(ValidationError):
            appoint(user, platform, AUDIT, starts_on=TODAY() + gap * DAY)
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(
                user=user, organization=platform, role=AUDIT, starts_on=TODAY() + gap * DAY
            )

    def test_nor_can_two_that_stand_apart_be_moved_together(self, user, platform):
        later = appoint(user, platform, AUDIT, starts_on=TODAY() + 20 * DAY)

        for change in ({"starts_on": TODAY()}, {"starts_on": TODAY() + 9 * DAY}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Membership.objects.filter(pk=later.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            user.memberships.filter(role=SYSTEM).update(ends_on=None)

    def test_nor_can_a_revoked_one_come_back(self, user, platform):
        user.memberships.get().revoke()
        appoint(user, platform, AUDIT)

        with pytest.raises(IntegrityError), transaction.atomic():
            user.memberships.filter(role=SYSTEM).update(revoked_at=None)


class TestNobodySlipsIntoAnotherPerson:
    def test_a_membership_is_of_its_logins_person(self, login, platform):
        user, other = login(platform, SYSTEM), login()

        with pytest.raises(IntegrityError, match="person_of_its_login"), transaction.atomic():
            user.memberships.update(person=other.person)
        with pytest.raises(IntegrityError), transaction.atomic():
            user.memberships.update(user=other)

    def test_an_appointed_login_keeps_its_person(self, login, platform):
        user, other = login(platform, SYSTEM), login()

        for person in (other.person, None):
            with pytest.raises(IntegrityError, match="keeps_its_person"), transaction.atomic():
                User.objects.filter(pk=user.pk).update(person=person)

    def test_the_mark_of_an_administrator_cannot_be_rubbed_out(self, login, platform):
        user = login(platform, SYSTEM)

        with pytest.raises(IntegrityError), transaction.atomic():
            user.memberships.update(administers=False)
        with pytest.raises(IntegrityError), transaction.atomic():
            user.memberships.update(role=Role.CITY_OFFICER)

    def test_a_login_of_nobody_is_appointed_to_nothing(self, db, platform):
        user = User.objects.create_user("nobody")

        with pytest.raises(ValidationError, match="没有对应的人员"):
            appoint(user, platform, SYSTEM)
        with pytest.raises(ValidationError):
            Membership.objects.create(user=user, organization=platform, role=SYSTEM)


@pytest.mark.parametrize("role", sorted({*OFFICIALS, *ADMINISTRATORS, Role.APPLICANT, Role.LEGAL_REP}))
def test_a_role_is_held_only_in_its_kind_of_body(login, platform, role):
    wrong = enterprise() if HELD_IN[role] != Kind.ENTERPRISE else platform

    with pytest.raises(ValidationError, match="类机构任职"):
        appoint(login(), wrong, role)
    with pytest.raises(ValidationError):
        Membership.objects.create(user=login(), organization=wrong, role=role)


@pytest.mark.parametrize("role", [Role.VISITOR, Role.OBJECTOR, Role.SYSTEM])
def test_some_roles_are_held_by_nobody(login, platform, role):
    with pytest.raises(ValidationError, match="不能任命"):
        appoint(login(), platform, role)


def test_there_are_no_superusers(db):
    columns = {field.name for field in User._meta.get_fields()}

    assert {"is_superuser", "is_staff"} & columns == set()
    with pytest.raises(NotImplementedError):
        User.objects.create_superuser("root")


def test_only_administrators_of_today_enter_the_admin(login, platform):
    admin, officer = login(platform, SYSTEM), login(body("140100-COMMERCE"), Role.CITY_OFFICER)
    gone = login(platform, AUDIT)
    gone.memberships.get().revoke()

    assert [User.objects.get(pk=user.pk).is_staff for user in (admin, officer, gone)] == [True, False, False]
