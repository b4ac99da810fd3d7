"""What each of the three administrators may do in the admin (三员分立).

Django asks a permission by name; the answer is the administrator role the login holds today. Every app says
in its admin.py who may do what to its models; what no app says, nobody may do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Model

from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.models import User

SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN

_RIGHTS: dict[str, frozenset[Role]] = {}


def allow(
    model: type[Model],
    *,
    view: Iterable[Role] = (),
    add: Iterable[Role] = (),
    change: Iterable[Role] = (),
    delete: Iterable[Role] = (),
) -> None:
    """Say who may do what to a model. Who may add or change may also look."""
    add, change, delete = frozenset(add), frozenset(change), frozenset(delete)
    acts = {"view": frozenset(view) | add | change | delete, "add": add, "change": change, "delete": delete}
    for act, roles in acts.items():
        _RIGHTS[f"{model._meta.app_label}.{act}_{model._meta.model_name}"] = roles


def may(user: User, permission: str) -> bool:
    return user.administers_as in _RIGHTS.get(permission, ())


def may_enter(user: User, app_label: str) -> bool:
    return any(right.startswith(f"{app_label}.") for right in rights_of(user))


def rights_of(user: User) -> set[str]:
    role = user.administers_as
    return {permission for permission, roles in _RIGHTS.items() if role in roles}
