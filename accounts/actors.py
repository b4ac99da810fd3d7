"""Who acts: a person, for an organization, in a role. Everything the engine asks about someone is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.roles import ADMINISTRATORS, ENTERPRISE_ROLES, OFFICIALS, Role

if TYPE_CHECKING:
    from accounts.models import Membership, Organization, User


@dataclass(frozen=True)
class Actor:
    """One person in one capacity. `roles` are all the roles the person holds in that organization."""

    role: Role
    organization: Organization | None = None
    user: User | None = None
    roles: frozenset[Role] = frozenset()
    receipt_code: str = ""  # an objector without an account is known by the code on the receipt

    @classmethod
    def of(cls, membership: Membership, roles: frozenset[Role] = frozenset()) -> Actor:
        role = Role(membership.role)
        return cls(role, membership.organization, membership.user, roles or frozenset({role}))

    @property
    def organization_id(self) -> int | None:
        return self.organization.pk if self.organization else None

    @property
    def person_id(self) -> int | None:
        return self.user.person_id if self.user else None

    @property
    def is_enterprise(self) -> bool:
        return self.role in ENTERPRISE_ROLES

    @property
    def is_official(self) -> bool:
        return self.role in OFFICIALS

    @property
    def is_administrator(self) -> bool:
        return self.role in ADMINISTRATORS

    @property
    def name(self) -> str:
        """How the ledger and the screens name the actor: 单位 姓名, or 系统."""
        if self.user and self.organization:
            return f"{self.organization.label} {self.user.display_name}"
        return str(self.role.label)

    def acting_as(self, role: Role) -> Actor:
        """The same person in another of their roles; used when a step asks for one they also hold."""
        return Actor(role, self.organization, self.user, self.roles, self.receipt_code)


SYSTEM = Actor(Role.SYSTEM, roles=frozenset({Role.SYSTEM}))
VISITOR = Actor(Role.VISITOR, roles=frozenset({Role.VISITOR}))
