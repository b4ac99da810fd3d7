"""Who signs in, and what a signed-in login may do in the admin. Both are read from appointments."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from accounts import administration
from accounts.models import Membership, User
from core import clock
from core.prepared import Prepared

# Asked by every request of everybody who has signed in.
APPOINTMENTS = Prepared(
    lambda user, day: Membership.objects.in_force(day).filter(user_id=user)
    .select_related("organization__region", "user__person").order_by("id"),
    int, dt.date,
)  # fmt: skip


class AppointmentBackend(ModelBackend):
    """Loads a login together with its appointments, and answers permission questions from them.

    A request costs one query for the session and one here. Django's own tables of groups and permissions
    are never asked: a right that is not in `accounts.administration` does not exist.
    """

    def get_user(self, user_id: Any) -> User | None:
        held = APPOINTMENTS(int(user_id), clock.today())
        user = held[0].user if held else User.objects.select_related("person").filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        for membership in held:
            membership.user = user
        user.appointments = held
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        """Demo logins have a published password: outside a demo they do not sign in, whatever the data says."""
        return super().user_can_authenticate(user) and (settings.DEMO or not user.preferences.get("demo"))

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return user_obj.is_active and administration.may(user_obj, perm)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return user_obj.is_active and administration.may_enter(user_obj, app_label)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return administration.rights_of(user_obj) if user_obj.is_active else set()
