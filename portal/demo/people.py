"""Registers everybody of a plan: bodies, enterprises, logins, appointments. Nobody can sign in outside a demo."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password

from accounts.actors import Actor
from accounts.demo import PASSWORD
from accounts.models import EnterpriseProfile, Membership, Organization, PlatformMode, User
from accounts.people import person_for
from accounts.roles import Kind, Role
from portal.demo import cast
from portal.demo.plan import Firm, Plan

APPOINTED_ON = dt.date(2018, 1, 1)  # before anything that happens in a demo
SERVICES = ("declaration", "inspection", "logistics", "tax_refund", "fx_settlement")
KINDS = ("filing", "declaration", "logistics", "tax_refund", "fx_settlement", "consulting", "document_making")


class People:
    """The registered cast. Actors by login name; an enterprise's by the key of the firm."""

    def __init__(self, plan: Plan) -> None:
        # One hash for all: hashing is slow on purpose, and the password is published.
        self._password = make_password(PASSWORD)
        self._registered = 0
        self.actors: dict[str, Actor] = {}
        self._departments: dict[int, Actor] = {}
        self._register_bodies(plan)
        for firm in plan.firms:
            self._register_firm(firm)

    def handler(self, firm: str) -> Actor:
        return self.actors[firm]

    def legal_representative(self, firm: str) -> Actor:
        return self.actors[f"{firm}-legal"]

    def department(self, organization: Organization) -> Actor:
        return self._departments[organization.pk]

    # --- Bodies ---------------------------------------------------------------------------------------------
    def _register_bodies(self, plan: Plan) -> None:
        for office in cast.CITY_OFFICES:
            Organization.objects.create(
                kind=Kind.DEPARTMENT,
                department_code=office.code,
                name=office.name,
                short_name=office.short_name,
                region_id=office.region,
                field=office.field,
            )
        Organization.objects.create(
            kind=Kind.PLATFORM,
            department_code=cast.PLATFORM,
            name="平台运行管理办公室",
            region_id="140000",
        )
        for code, word in cast.DOCUMENT_CODES.items():
            Organization.objects.filter(department_code=code, document_code="").update(document_code=word)
        bodies = {o.department_code: o for o in Organization.objects.exclude(department_code="")}
        for official in plan.officials:
            actor = self.register(
                official.username,
                official.name,
                bodies[official.body],
                official.roles,
                office=official.office,
                note=official.note,
                is_listed=official.listed,
            )
            if Role.DEPARTMENT in official.roles:
                self._departments[bodies[official.body].pk] = actor

    # --- Enterprises ----------------------------------------------------------------------------------------
    def _register_firm(self, firm: Firm) -> None:
        organization = Organization.objects.create(
            kind=Kind.ENTERPRISE,
            name=firm.name,
            uscc=firm.uscc,
            region_id=firm.region,
            address=firm.address,
            phone=firm.phone,
        )
        EnterpriseProfile.objects.create(
            organization=organization,
            legal_representative=firm.legal_representative,
            established_on=dt.date(2015, 6, 18),
            registered_address=firm.address,
            office_region_id=firm.region,
            office_address=firm.address,
            contact_name=firm.handlers[0],
            contact_phone=firm.phone,
            platform_mode=PlatformMode.LICENSED if firm.is_licensed else PlatformMode.OWN,
            platform_name=firm.platform,
            contract_model="综合服务合同，按票收费",
            agency_services=list(SERVICES),
            service_kinds=list(KINDS),
        )
        for number, name in enumerate(firm.handlers, 1):
            self.register(
                firm.key if number == 1 else f"{firm.key}-{number}",
                name,
                organization,
                (Role.APPLICANT,),
                office="业务部",
                note=firm.note,
                is_listed=firm.is_listed and number == 1,
            )
        self.register(
            f"{firm.key}-legal",
            firm.legal_representative,
            organization,
            (Role.LEGAL_REP,),
            is_listed=firm.lists_legal_representative,
        )

    def register(
        self,
        username: str,
        name: str,
        organization: Organization,
        roles: tuple[Role, ...],
        *,
        office: str = "",
        note: str = "",
        is_listed: bool = False,
    ) -> Actor:
        self._registered += 1
        # Every login of the demo carries the mark that keeps it out of service; some are listed besides.
        # Enterprises come first on the sign-in page: that is where a procedure begins.
        order = self._registered + (0 if organization.kind == Kind.ENTERPRISE else 1_000)
        mark = {"order": order, "note": note, "listed": is_listed}
        user = User.objects.create(
            username=username,
            person=person_for(f"demo:{username}", name),
            password=self._password,
            preferences={"demo": mark},
        )
        held = [
            Membership.objects.create(
                user=user, organization=organization, role=role, starts_on=APPOINTED_ON, office=office
            )
            for role in roles
        ]
        actor = Actor.of(held[0], frozenset(roles))
        self.actors[username] = actor
        return actor
