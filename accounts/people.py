"""Registering people and appointing them: used by enterprises for their own staff, the demo and the tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from stdnum.cn import ric

from accounts.actors import Actor
from accounts.models import Membership, Organization, Person, User
from accounts.roles import Role
from core import letters

ENTERPRISE_STAFF = (Role.APPLICANT, Role.LEGAL_REP)


class NotAllowed(Exception):
    """The actor may not decide about this organization's people."""


def person_for(id_number: str, name: str) -> Person:
    """The one record of a human being; the ID number finds it and is not kept."""
    person, _created = Person.objects.get_or_create(key=Person.key_of(id_number), defaults={"name": name})
    return person


def appoint(
    user: User,
    organization: Organization,
    role: Role | str,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    office: str = "",
    appointment: str = "",
) -> Membership:
    """Appoint a login to a role from today on. Raises `ValidationError` with the reason in words."""
    days: dict[str, Any] = {"starts_on": starts_on} if starts_on else {}
    membership = Membership(
        user=user,
        organization=organization,
        role=role,
        ends_on=ends_on,
        office=office,
        appointment=appointment,
        **days,
    )
    membership.full_clean(exclude=["person"])
    membership.save()
    return membership


def password_link(user: User) -> str:
    """Path of the page where the login sets its password, once, within three days."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])


# --- An enterprise looks after its own people --------------------------------------------------------------


def may_manage(actor: Actor, organization: Organization) -> bool:
    """The legal representative or a handler of the same enterprise."""
    return actor.organization_id == organization.pk and bool(actor.roles & set(ENTERPRISE_STAFF))


@transaction.atomic
def invite_handler(
    actor: Actor, *, username: str, name: str, id_number: str, phone: str = "", office: str = ""
) -> tuple[Membership, str]:
    """Give a colleague a login as handler of the actor's enterprise.

    Returns the appointment and the path where the colleague sets the password; the inviter hands it over.
    Raises `NotAllowed`, or `ValidationError` by field.
    """
    if actor.organization is None or not may_manage(actor, actor.organization):
        raise NotAllowed
    if not ric.is_valid(id_number.strip().upper()):
        raise ValidationError({"id_number": _("身份证号码不对，请对照证件核对 18 位号码。")})
    try:
        letters.check(name)
    except ValidationError as refusal:
        raise ValidationError({"name": refusal}) from refusal
    person = person_for(id_number, name)
    if person.name != name.strip():
        raise ValidationError({"name": _("姓名与证件号码不相符，请对照证件核对。")})
    user = User(username=username.strip(), person=person, phone=phone.strip())
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    membership = appoint(user, actor.organization, Role.APPLICANT, office=office)
    return membership, password_link(user)


def end_membership(actor: Actor, membership: Membership) -> None:
    """Take a colleague's role away on the spot. The last legal representative cannot be removed by colleagues."""
    if not may_manage(actor, membership.organization) or membership.role not in ENTERPRISE_STAFF:
        raise NotAllowed
    if membership.role == Role.LEGAL_REP and Role.LEGAL_REP not in actor.roles:
        raise NotAllowed
    if actor.user is not None and membership.user_id == actor.user.pk:
        raise ValidationError(_("不能解除自己的任职，请由本企业另一位负责人办理。"))
    membership.revoke()
