"""Views of a list under a name of one's own (常用视图), kept with the login."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.models import User
from portal.desk.asked import kept_query
from workflow.errors import InvalidInput
from workflow.views import for_officials

KEY = "desk_views"
MOST = 12
LONGEST_NAME = 20


@dataclass(frozen=True)
class View:
    name: str
    query: str


def of(user: User | None) -> list[View]:
    kept: list[dict[str, Any]] = user.preferences.get(KEY, []) if user else []
    return [View(one["name"], one["query"]) for one in kept]


def save(user: User, name: str, query: str) -> None:
    """Keep a view; one of the same name is replaced. Raises `InvalidInput`."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInput({"name": [f"给视图起个名字，1 至 {LONGEST_NAME} 字。"]})

    def with_it(views: list[View]) -> list[View]:
        others = [view for view in views if view.name != name]
        if len(others) >= MOST:
            raise InvalidInput({"name": [f"最多保存 {MOST} 个视图，请先删除不用的。"]})
        return [*others, View(name, kept_query(query))]

    _change(user, with_it)


def delete(user: User, name: str) -> None:
    _change(user, lambda views: [view for view in views if view.name != name])


def _change(user: User, change) -> None:
    # Read again under a lock: two tabs must not undo each other's views, nor other preferences.
    with transaction.atomic():
        fresh = User.objects.select_for_update().get(pk=user.pk)
        fresh.preferences[KEY] = [{"name": v.name, "query": v.query} for v in change(of(fresh))]
        fresh.save(update_fields=["preferences"])


@require_POST
@for_officials
def keep_view(request: HttpRequest) -> HttpResponse:
    """Save the list as it stands under a name, or delete a name."""
    user: User = request.actor.user  # type: ignore[attr-defined]
    name, query = request.POST.get("name", ""), request.POST.get("query", "")
    if "delete" in request.POST:
        delete(user, request.POST["delete"])
        messages.success(request, "已删除视图。")
    else:
        save(user, name, query)
        messages.success(request, f"已保存视图“{' '.join(name.split())}”。")
    kept = kept_query(query)
    return redirect(f"/desk/?{kept}" if kept else "/desk/")
