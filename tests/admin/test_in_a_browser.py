"""The admin in Chromium under our content policy: nothing blocked, nothing missing, everything in Chinese."""

import re

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from tests.accounts.logins import PASSWORD
from tests.browser import faults

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("committed")]
# One of each kind of page that Django lays out.
EXAMINED = {
    Role.SYSTEM_ADMIN: {"/admin/", "/admin/accounts/region/"},
    Role.SECURITY_ADMIN: {"/admin/accounts/user/", "/admin/accounts/membership/add/"},
    Role.AUDIT_ADMIN: {"/admin/workflow/case/", "/admin/admin/logentry/"},
}
ENGLISH = re.compile(r"[A-Za-z]{4,}")
HAN = re.compile("[一-鿿]")
# What is written in Latin letters everywhere: account names, codes, keys, digests, the raw ledger line.
CODES = re.compile(
    r"login\d+|[a-z]+[-_:][-_a-z0-9]+|[A-Z]{2,}[-_A-Z0-9]*|[a-z_]+\.[a-z_]+|\d+[/|].*|application/pdf|Mozilla.*|https?:\S+|[0-9a-f]{64}"
)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_every_list_form_and_filter_opens_clean_and_chinese(
    live_server, page, complaints, world, administrators, role
):
    """The `page` fixture fails on any console error; the policy reports what it blocks there.

    The audit administrator opens everything, to read; the others what they may change.
    """
    world.walk(world.ready(), "submit", "accept")
    enter(page, live_server, administrators[role])
    answers = []
    page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    rows = "#content-main tr" if role == Role.AUDIT_ADMIN else "#content-main tr:has(.changelink, .addlink)"
    links = {"/admin/"} | {link.get_attribute("href") for link in page.locator(rows).locator("td a").all()}

    english, wrong = set(), {}
    for link in sorted(links):
        page.goto(f"{live_server.url}{link}")
        english |= english_lines(page)
        if link in EXAMINED[role] and (found := examined(page, complaints)):
            wrong[link] = found
        forms = page.locator("#result_list tbody th a")
        filters = [one.get_attribute("href") for one in page.locator("#changelist-filter a").all()][:1]
        if forms.count():
            forms.first.click()
            english |= english_lines(page)
        for query in filters:
            page.goto(f"{live_server.url}{link}{query}")

    assert EXAMINED[role] <= links
    assert [answer for answer in answers if answer[0] >= 400] == []
    assert english == set()
    assert wrong == {}


def examined(page, complaints) -> list[str]:
    """What is wrong with the page; not what the policy blocks of axe itself, which sets styles."""
    before = list(complaints)
    found = faults(page)
    complaints[:] = before
    return found


def enter(page, live_server, user, onward="/admin/") -> None:
    """By hand: what is written down of a sign-in is on a page of the audit administrator."""
    page.goto(f"{live_server.url}/accounts/login/?next={onward}")
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("#site-name")).to_be_visible()


def english_lines(page) -> set[str]:
    lines = page.locator("body").inner_text().splitlines()
    return {line for line in lines if ENGLISH.search(CODES.sub("", line)) and not HAN.search(line)}


def test_autocomplete_finds_a_person_under_the_policy(live_server, page, world, administrators):
    enter(page, live_server, administrators[Role.SECURITY_ADMIN], "/admin/accounts/membership/add/")

    page.locator(".field-user .select2-selection").click()
    page.locator(".select2-search__field").fill("李慧")
    page.locator(".select2-results__option", has_text="李慧").click()

    assert page.locator(".field-user .select2-selection__rendered").inner_text().endswith("李慧")
