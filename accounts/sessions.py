"""How long a sign-in lasts: ended when idle, after half a day, and by the same official's next sign-in.

The moments are kept in the session, which never leaves the database, by the clock that no drill moves.
"""

from __future__ import annotations

from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from core import clock

BEGUN, SEEN = "begun", "seen"  # keys in the session
NOTE_EVERY = 60  # seconds; a session is written once a minute, not on every request


def _stamp() -> float:
    return clock.true_now().timestamp()


def _older_than(stamp: float | None, seconds: int) -> bool:
    """A stamp that is missing or no moment counts as old."""
    return not isinstance(stamp, float) or clock.true_now().timestamp() - stamp > seconds


def begin(request: HttpRequest) -> None:
    """Called at sign-in, by whatever door."""
    request.session[BEGUN] = request.session[SEEN] = _stamp()


def is_over(request: HttpRequest, user: User) -> bool:
    idle = settings.IDLE_SECONDS_OFFICIAL if user.answers_for_others else settings.IDLE_SECONDS
    return _older_than(request.session.get(BEGUN), settings.SESSION_COOKIE_AGE) or _older_than(
        request.session.get(SEEN), idle
    )


def note(request: HttpRequest) -> None:
    """Remember that the person is at work."""
    if _older_than(request.session[SEEN], NOTE_EVERY):
        request.session[SEEN] = _stamp()


def change_identity(request: HttpRequest, key: str, value: int) -> None:
    """Store the capacity chosen, under a new session id: an id known before the change is worth nothing after."""
    before = request.session.session_key
    request.session[key] = value
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def end_others(request: HttpRequest, user: User) -> None:
    end_other_sessions(request, user)


def end_all(user: User) -> int:
    """End every session of a login: when it is disabled, or its second factor is taken away."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)
