"""Two appointments of one human at the same moment, on whatever database: one of them is made."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import IntegrityError, connection

from accounts.models import Membership, Organization, Person, User
from accounts.roles import ADMINISTRATORS, Kind

ROUNDS = 20


def test_two_security_administrators_cannot_make_one_person_two_administrators(committed):
    platform = Organization.objects.create(kind=Kind.PLATFORM, name="平台", region_id="140000")
    held = []

    for number in range(ROUNDS):
        human = Person.objects.create(name="甲", key=Person.key_of(f"contested-{number}"))
        logins = [User.objects.create_user(f"c{number}-{n}", person=human) for n in range(3)]
        start = Barrier(3)

        def appoint(user, role, start=start):
            start.wait()
            try:
                Membership.objects.create(user=user, organization=platform, role=role)
            except IntegrityError as refusal:
                return str(refusal)
            finally:
                connection.close()
            return "appointed"

        with ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(appoint, logins, sorted(ADMINISTRATORS)))
        held.append((answers.count("appointed"), Membership.objects.filter(person=human).count()))

    assert held == [(1, 1)] * ROUNDS


def test_a_double_press_appoints_once(committed):
    times = 8
    bureau = Organization.objects.get(department_code="140100-COMMERCE")
    user = User.objects.create_user("double", person=Person.objects.create(name="乙", key="k"))
    start = Barrier(times)

    def appoint(_press):
        start.wait()
        try:
            Membership.objects.create(user=user, organization=bureau, role="CITY_OFFICER")
        except IntegrityError:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(times) as pool:
        assert sum(pool.map(appoint, range(times))) == 1
