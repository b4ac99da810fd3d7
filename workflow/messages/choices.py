"""What each person wants on which channel. The inbox is not a choice: what concerns somebody is always there."""

from __future__ import annotations

from accounts.models import User
from workflow.messages.models import Channel, Kind

KEY = "messages"
# An enterprise hears of everything that runs against it; an office reads its queue and is written to once a day.
USUAL_OF_ENTERPRISES = {
    Kind.TURN: {Channel.EMAIL, Channel.SMS},
    Kind.PAPER: {Channel.EMAIL, Channel.SMS},
    Kind.DUE: {Channel.EMAIL, Channel.SMS},
}
USUAL_OF_OFFICES = {
    Kind.TURN: set[Channel](),
    Kind.PAPER: {Channel.EMAIL},
    Kind.OVERDUE: {Channel.EMAIL},
    Kind.DIGEST: {Channel.EMAIL},
}


def usual(is_enterprise: bool) -> dict[Kind, set[Channel]]:
    return USUAL_OF_ENTERPRISES if is_enterprise else USUAL_OF_OFFICES


def wanted(user: User, is_enterprise: bool) -> dict[Kind, set[Channel]]:
    """The channels of a person for each kind they can get."""
    kept = user.preferences.get(KEY, {})
    return {
        kind: {Channel(one) for one in kept[kind] if one in Channel.values} if kind in kept else channels
        for kind, channels in usual(is_enterprise).items()
    }


def keep(user: User, chosen: dict[str, list[str]]) -> None:
    known = {
        kind: [one for one in channels if one in Channel.values]
        for kind, channels in chosen.items()
        if kind in Kind.values
    }
    user.keep_preference(KEY, known)


def reachable(user: User, channel: Channel) -> bool:
    return bool(user.email if channel is Channel.EMAIL else user.phone)
