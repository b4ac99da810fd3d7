"""The accounts listed on the sign-in page of a demo. In service the list is empty, whatever the data says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.models import Membership

# Published on the sign-in page; AppointmentBackend refuses demo logins wherever DEMO is off.
PASSWORD = "waimao-demo-2026"  # noqa: S105  - published on purpose


@dataclass(frozen=True)
class DemoAccount:
    username: str
    name: str
    organization: str
    role: str
    note: str


def accounts() -> list[DemoAccount]:
    """Logins whose `preferences["demo"]` is set: a number to sort by, or `{"order": 1, "note": "…"}`.

    Every login of a demo carries the mark, or it could sign in with the published password elsewhere; one marked
    `"listed": False` does not crowd the sign-in page.
    """
    if not settings.DEMO:
        return []
    held = (
        Membership.objects.in_force()
        .filter(user__preferences__has_key="demo", user__is_active=True)
        .select_related("user__person", "organization")
        .order_by("id")
    )
    first: dict[int, Membership] = {}
    for membership in held:
        first.setdefault(membership.user_id, membership)
    return [_account(membership) for membership in sorted(first.values(), key=_place)]


def _mark(membership: Membership) -> dict[str, Any]:
    mark = membership.user.preferences["demo"]
    return mark if isinstance(mark, dict) else {"order": int(mark)}


def _place(membership: Membership) -> tuple[int, int]:
    return _mark(membership).get("order", 0), membership.user_id


def _account(membership: Membership) -> DemoAccount:
    user = membership.user
    return DemoAccount(
        username=user.username,
        name=user.display_name,
        organization=membership.organization.label,
        role=membership.get_role_display(),
        note=_mark(membership).get("note", ""),
    )
