"""What the account pages show beyond their forms: allauth's views leave no other place to say it."""

from typing import Any

from django import template
from django.http import HttpRequest

from accounts import confirmation, demo
from accounts.middleware import login_of

register = template.Library()


@register.simple_tag
def demo_accounts() -> dict[str, Any] | None:
    """The accounts of a demo with their common password; nothing in service."""
    accounts = demo.accounts()
    return {"accounts": accounts, "password": demo.PASSWORD} if accounts else None


@register.inclusion_tag("components/crumbs.html")
def account_crumbs(here: str) -> dict[str, Any]:
    return {"trail": [("我的账号", "/accounts/profile/")], "here": here}


@register.simple_tag
def rights_awaiting(request: HttpRequest) -> int:
    """How many requests about rights the administrator who looks may confirm."""
    return confirmation.awaiting(login_of(request)).count()
