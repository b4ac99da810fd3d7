"""The accounts listed on the sign-in page of a demo. In service the list is empty, whatever the data says."""

from __future__ import annotations

from dataclasses import dataclass

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
    found: dict[int, tuple[int, DemoAccount]] = {}
    marked = Membership.objects.in_force().exclude(user__preferences__demo=None).order_by("id")
    for held in marked.select_related("user__person", "organization"):
        mark = held.user.preferences["demo"]
        mark = mark if isinstance(mark, dict) else {"order": int(mark)}
        if held.user_id in found or not mark.get("listed", True):
            continue
        account = DemoAccount(
            held.user.username,
            held.user.display_name,
            held.organization.label,
            held.get_role_display(),
            mark.get("note", ""),
        )
        found[held.user_id] = mark.get("order", 0), account
    return [
        account for _pk, (_order, account) in sorted(found.items(), key=lambda kept: (kept[1][0], kept[0]))
    ]
