"""/home/: where a person's work begins, by the role they act in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Role


def home_of(actor: Actor) -> str:
    """Enterprises at their cases, operators at their centers, departments at what they are asked, offices at their desk, the rest outside."""
    if actor.is_administrator:
        return "/admin/"
    if actor.role == Role.OPERATOR:
        return "/operator/"
    if actor.is_enterprise:
        return "/my/"
    if actor.role == Role.DEPARTMENT:
        return "/opinions/"
    return "/desk/" if actor.is_official else "/"


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    return redirect(home_of(request.actor))  # type: ignore[attr-defined]
