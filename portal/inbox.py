"""/messages/: what a person has been told, what waits unread, and by which other ways they want to be told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from core import clock
from workflow.messages import choices
from workflow.messages.models import Channel, Kind, Message

PER_PAGE = 30


def reader_of(request: HttpRequest) -> User:
    """The pages are those of a person, whatever office they act for just now."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  each page asks for a login first
    return user


@require_safe
@never_cache
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    user = reader_of(request)
    rows = Message.objects.filter(user=user).select_related("organization", "case")
    only_unread = request.GET.get("show") == "unread"
    shown = rows.filter(read_at=None) if only_unread else rows
    context = {
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "unread": rows.filter(read_at=None).count(),
        "only_unread": only_unread,
    }
    return render(request, "portal/messages.html", context)


@require_safe
@never_cache
@login_required
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """Reading one is going where it leads; its copies that wait are then not sent any more."""
    message = Message.objects.filter(user=reader_of(request), pk=pk).first()
    if message is None:
        raise Http404("没有这条消息，或您无权查看。")
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=clock.now())
    return redirect(message.href)


@require_POST
@login_required
def all_read(request: HttpRequest) -> HttpResponse:
    Message.objects.filter(user=reader_of(request), read_at=None).update(read_at=clock.now())
    flash.success(request, "已全部标为已读。")
    return redirect("portal:messages")


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def chosen_channels(request: HttpRequest) -> HttpResponse:
    """By which ways beside the inbox somebody hears of what."""
    user, actor = reader_of(request), request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        kinds = choices.usual(actor.is_enterprise)
        choices.keep(user, {kind: request.POST.getlist(kind) for kind in kinds})
        flash.success(request, "已保存。站内消息照常收到。")
        return redirect("portal:message_choices")
    return render(request, "portal/message_choices.html", {"rows": _rows(user, actor), "channels": Channel})


def _rows(user: User, actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "kind": Kind(kind),
            "channels": [
                {"channel": channel, "on": channel in wanted, "reachable": choices.reachable(user, channel)}
                for channel in Channel
            ],
        }
        for kind, wanted in choices.wanted(user, actor.is_enterprise).items()
    ]
