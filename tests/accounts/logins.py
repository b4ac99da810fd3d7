"""Logins with passwords, and the way in that a person has: the sign-in page, never by force."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.test import Client

from accounts.models import Organization, Person, User
from accounts.people import appoint
from accounts.roles import Kind, Role
from tests.factories import body, enterprise

PASSWORD = "一条很长的口令-2026-jin"
_serial = itertools.count(1)


@pytest.fixture
def platform(db) -> Organization:
    return Organization.objects.create(kind=Kind.PLATFORM, name="平台运行管理办公室", region_id="140000")


@pytest.fixture
def login(db) -> Callable[..., User]:
    """A login of a new human, appointed to the roles named; `human` makes it another login of somebody."""

    def make(
        organization: Organization | None = None, *roles: Role, human: Person | None = None, **fields: Any
    ) -> User:
        number = next(_serial)
        human = human or Person.objects.create(name=f"甲{number}", key=Person.key_of(f"test-{number}"))
        user = User.objects.create_user(f"login{number}", password=PASSWORD, person=human, **fields)
        for role in roles:
            appoint(user, organization, role)
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def officer(login) -> User:
    return login(body("140100-COMMERCE"), Role.CITY_OFFICER)


@pytest.fixture
def handler(login) -> User:
    return login(enterprise(), Role.APPLICANT)


@pytest.fixture
def administrators(login, platform) -> dict[Role, User]:
    return {
        role: login(platform, role) for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    }


def sign_in(
    client: Client, user: User, onward: str = "/accounts/profile/", password: str = PASSWORD, **extra: Any
):
    """Post the sign-in form."""
    return client.post(
        "/accounts/login/", {"login": user.username, "password": password, "next": onward}, **extra
    )


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def give_factor(user: User) -> None:
    totp.TOTP.activate(user, totp.generate_totp_secret())


def code_of(user: User) -> str:
    """What the authenticator on the user's phone shows now."""
    stored = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return code_for(decrypt(stored.data["secret"]))


def code_for(secret: str) -> str:
    _before, now, _after = totp.yield_hotp_counters_from_time()
    return totp.format_hotp_value(totp.hotp_value(secret, now))
