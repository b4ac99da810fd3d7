"""One Chromium for all tests that look at pages; every test gets a tab of its own, and one way to look.

Registered once, in tests/conftest.py: a second copy of the session's fixture would start a second driver.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from accounts.models import User

# Chromium without the windows nobody sees: with them every page takes twice the processor.
SHELL, ON_MACOS = (
    Path("/usr/bin/chromium-headless-shell"),
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
CHROMIUM = str(SHELL) if SHELL.exists() else ON_MACOS
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1440, 1280, 860, 390, 320)
WITH_ROOM, ON_A_PHONE = 1280, 390
PATIENCE = 30_000  # milliseconds: a busy machine draws slowly, what is asked of it stays the same
# Only what is wrong crosses over to Python: every element that is right takes longer to tell than to check.
EXAMINE = """async ([context, rules]) => {
    const found = await axe.run(context, {runOnly: rules, resultTypes: ["violations"]});
    return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}`));
}"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: console errors, broken scripts, files that are not there."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """One tab; the test fails if the browser found anything to complain about."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    tab = context.new_page()
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    context.close()
    assert complaints == []


def sign_in(page: Page, origin: str, user: User) -> None:
    """As somebody, without typing a password."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": origin}])


def faults(page: Page, *, but: str = "") -> list[str]:
    """The widths at which a page scrolls sideways, and what axe finds where there is room and on a phone.

    `but` leaves out a part that another test has looked at. The window is left as it was.
    """
    found, window = [], page.viewport_size
    page.evaluate(Axe().axe_script)
    context = {"include": [["html"]], "exclude": [[but]] if but else []}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if (actual := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{actual} px wide at {width}")
        if width in (WITH_ROOM, ON_A_PHONE):
            found += [f"at {width}: {fault}" for fault in page.evaluate(EXAMINE, [context, RULES])]
    page.set_viewport_size(window or {"width": WITH_ROOM, "height": 900})
    return found
