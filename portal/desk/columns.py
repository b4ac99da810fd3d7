"""Which columns of the queue a reader wants to see beside the name, kept with the login (自选列)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from workflow.views import for_officials

KEY = "desk_columns"


@dataclass(frozen=True)
class Column:
    """`field` is what the queue reads for it beside what it reads anyway."""

    key: str
    label: str
    field: str = ""


CLAIMED = Column("claimed", "承办人")
COLUMNS = (
    Column("kind", "事项"),
    Column("state", "状态"),
    Column("conditions", "条件预检"),
    CLAIMED,
    Column("region", "所属地区", "region__name"),
    Column("opened", "申请日期", "opened_at"),
    Column("moved", "最近办理", "moved_at"),
)
USUAL = ("kind", "state", "conditions")


def of(user: User | None) -> tuple[Column, ...]:
    """The reader's columns in the order of the table; how much time is left always stands last."""
    kept = set(user.preferences.get(KEY, USUAL) if user else USUAL)
    return tuple(column for column in COLUMNS if column.key in kept)


def keep(user: User, keys: list[str]) -> None:
    """Keep a choice; names that no column has are dropped."""
    known = [column.key for column in COLUMNS if column.key in keys]
    user.keep_preference(KEY, known)


@require_http_methods(["GET", "POST"])
@never_cache
@for_officials
def choose(request: HttpRequest) -> HttpResponse:
    """Tick the columns of one's own queue."""
    user: User = request.actor.user  # type: ignore[attr-defined]
    if request.method == "POST":
        keep(user, list(USUAL) if "usual" in request.POST else request.POST.getlist("column"))
        messages.success(request, "待办列表的列已更新。")
        return redirect("/desk/")
    chosen = {column.key for column in of(user)}
    shown = [(column, column.key in chosen) for column in COLUMNS]
    return render(request, "portal/desk/columns.html", {"columns": shown})
