"""Who acts in a generated database: an office that is behind, the other offices, two departments, handlers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from accounts.models import Membership, Organization, Person, User
from accounts.roles import Kind, Role

BUSIEST = "140100-COMMERCE"
HANDLERS = 50
APPROVERS = 8  # as many as there are clients at once


@dataclass(frozen=True)
class Login:
    """A login by its keys, as the rows of a ledger name it."""

    user: int
    person: int
    organization: int
    prepared_by: int | None = None


@dataclass
class Body:
    pk: int
    region: str
    officers: list[Login] = field(default_factory=list)
    approvers: list[Login] = field(default_factory=list)


@dataclass
class Cast:
    busiest: Body
    others: list[Body]
    province: Body
    departments: list[Body]
    handlers: list[Login]

    def handler(self, organization: int) -> Login:
        return self.handlers[organization % HANDLERS]

    @classmethod
    def appoint(cls, day: dt.date) -> Cast:
        """Give every reviewing body of Shanxi an officer and an approver; the busiest one has more."""
        bureaus = Organization.objects.filter(kind=Kind.CITY_BUREAU, region__parent="140000").order_by("pk")
        offices = [_office(organization, day) for organization in bureaus]
        busiest = next(one for one in offices if one.pk == bureaus.get(department_code=BUSIEST).pk)
        for number in range(APPROVERS - 1):
            busiest.approvers.append(
                _appointed(f"approver-{number}", busiest.pk, Role.CITY_APPROVER, day, busiest)
            )
        asked = Organization.objects.filter(kind=Kind.DEPARTMENT).order_by("pk")[:2]
        return cls(
            busiest=busiest,
            others=[one for one in offices if one is not busiest],
            province=_body(Organization.objects.get(department_code="SX-COMMERCE")),
            departments=[_department(organization, day) for organization in asked],
            handlers=[_login(f"handler-{number}", busiest.pk) for number in range(HANDLERS)],
        )


def _body(organization: Organization) -> Body:
    return Body(organization.pk, organization.region_id)


def _office(organization: Organization, day: dt.date) -> Body:
    body = _body(organization)
    body.officers.append(_appointed(f"officer-{body.pk}", body.pk, Role.CITY_OFFICER, day))
    body.approvers.append(_appointed(f"approver-of-{body.pk}", body.pk, Role.CITY_APPROVER, day, body))
    return body


def _department(organization: Organization, day: dt.date) -> Body:
    body = _body(organization)
    body.officers.append(_appointed(f"department-{body.pk}", body.pk, Role.DEPARTMENT, day))
    return body


def _appointed(name: str, organization: int, role: Role, day: dt.date, office: Body | None = None) -> Login:
    login = _login(name, organization, prepared_by=office.officers[0].person if office else None)
    Membership.objects.create(
        user_id=login.user, organization_id=organization, role=role, starts_on=day - dt.timedelta(days=365)
    )
    return login


def _login(name: str, organization: int, prepared_by: int | None = None) -> Login:
    person = Person.objects.create(name=f"人员{name[-3:]}", key=Person.key_of(name))
    # No password is set: nobody signs in here, sessions are made directly.
    user = User.objects.create(username=name, person=person)
    return Login(user.pk, person.pk, organization, prepared_by)
