"""Puts `request.actor` on every request: the capacity the signed-in person has chosen to act in."""

from django.utils.functional import SimpleLazyObject

from accounts.actors import VISITOR, Actor
from accounts.models import Membership
from accounts.roles import Role

MEMBERSHIP_KEY = "membership"


def actor_of(request) -> Actor:
    """The actor of a request; `VISITOR` for who is not signed in or holds no appointment today.

    Appointments are read on every request, never remembered: who is moved or leaves loses the right at once.
    """
    if not request.user.is_authenticated:
        return VISITOR
    held = list(
        Membership.objects.in_force()
        .filter(user_id=request.user.pk)
        .select_related("organization__region", "user__person")
        .order_by("id")
    )
    request.memberships = held  # the shells offer the others to switch to
    if not held:
        return Actor(Role.VISITOR, user=request.user, roles=frozenset({Role.VISITOR}))
    chosen = request.session.get(MEMBERSHIP_KEY)
    current = next((m for m in held if m.pk == chosen), held[0])
    same_body = {Role(m.role) for m in held if m.organization_id == current.organization_id}
    return Actor.of(current, frozenset(same_body))


class ActorMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = SimpleLazyObject(lambda: actor_of(request))
        return self.get_response(request)
