"""The accounts listed on the sign-in page of a demo. In service the list is empty, whatever the data says."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from accounts.models import User

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
    """Logins whose `preferences["demo"]` is set: a number to sort by, or `{"order": 1, "note": "…"}`."""
    if not settings.DEMO:
        return []
    found = []
    for user in User.objects.exclude(preferences__demo=None).select_related("person"):
        mark = user.preferences["demo"]
        order, note = (
            (mark.get("order", 0), mark.get("note", "")) if isinstance(mark, dict) else (int(mark), "")
        )
        for held in user.appointments[:1]:
            account = DemoAccount(
                user.username, user.display_name, held.organization.label, held.get_role_display(), note
            )
            found.append((order, user.pk, account))
    return [account for _order, _pk, account in sorted(found)]
