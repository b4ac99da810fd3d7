"""What the account pages show beyond their forms: allauth's views leave no other place to say it."""

from typing import Any

from django import template

from accounts import demo

register = template.Library()


@register.simple_tag
def demo_accounts() -> dict[str, Any] | None:
    """The accounts of a demo with their common password; nothing in service."""
    accounts = demo.accounts()
    return {"accounts": accounts, "password": demo.PASSWORD} if accounts else None


@register.inclusion_tag("components/crumbs.html")
def account_crumbs(here: str) -> dict[str, Any]:
    return {"trail": [("我的账号", "/accounts/profile/")], "here": here}
