"""Everybody's browser: a window of their own for each person, signed in by hand, and what the browsers said.

Nothing here knows the portal's pages beyond the sign-in form and the way every step is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Locator, Page, expect

from accounts.actors import Actor

PASSWORD = "晋贸通达-一条很长的口令-2026"
PATIENCE = 30_000  # milliseconds: a busy machine draws slowly, what is asked of it stays the same
expect.set_options(timeout=PATIENCE)


class Office:
    """The windows of one story. `None` is nobody in particular: the public, without an account."""

    def __init__(self, browser: Browser, origin: str):
        self.browser, self.origin = browser, origin
        self.windows: dict[int | None, Page] = {}
        self.complaints: set[str] = set()
        self.strangers: set[str] = set()

    def at(self, actor: Actor | None, path: str) -> Page:
        """The window of a person, at an address typed by hand."""
        key = actor.user.pk if actor else None
        if key not in self.windows:
            self.windows[key] = self._window()
            if actor:
                self._sign_in(self.windows[key], actor)
        page = self.windows[key]
        page.goto(f"{self.origin}{path}")
        return page

    def desk(self, actor: Actor, title: str) -> Page:
        """A case as an officer comes to it: from the queue, by its name."""
        page = self.at(actor, "/desk/")
        self._open(page, title)
        return page

    def approval(self, actor: Actor, title: str) -> Page:
        """A case as an approver comes to it: from what was prepared for them."""
        page = self.at(actor, "/desk/")
        page.get_by_role("link", name="待我审批").first.click()
        self._open(page, title)
        return page

    def record(self, actor: Actor, title: str) -> Page:
        """A case that waits for somebody else: from the list of all that the office has."""
        page = self.at(actor, "/desk/cases/")
        self._open(page, title)
        return page

    def _open(self, page: Page, title: str) -> None:
        page.locator("#desk-list").get_by_role("link", name=title, exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)

    def close(self) -> None:
        for page in self.windows.values():
            page.context.close()

    def _window(self) -> Page:
        context = self.browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 1000})
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.add(f"{page.url}: {error}"))
        page.on("request", lambda request: self._note(request.url))
        return page

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.add(f"{said.location['url']}: {said.text}")

    def _note(self, url: str) -> None:
        if not url.startswith((self.origin, "data:", "blob:")):
            self.strangers.add(url)

    def _sign_in(self, page: Page, actor: Actor) -> None:
        actor.user.set_password(PASSWORD)
        actor.user.save()
        page.goto(f"{self.origin}/accounts/login/")
        page.get_by_label("账号").fill(actor.user.username)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(re.compile(r"/(my|desk|opinions)/"))


def fill(place: Page | Locator, words: Mapping[str, str]) -> None:
    for label, text in words.items():
        place.get_by_label(re.compile(f"^{label}")).fill(text)


def choose(place: Page | Locator, question: str, answer: str) -> None:
    """Answer a question that has a few answers, by the words beside them."""
    place.get_by_role("group", name=question).get_by_text(answer, exact=True).click()


def upload(page: Page, slot: str, file: FilePayload) -> None:
    page.get_by_label(f"选择文件：{slot}").set_input_files(file)
    expect(page.get_by_role("link", name=file["name"], exact=True)).to_be_visible()


def told(page: Page, words: str) -> None:
    expect(page.locator("#messages")).to_contain_text(words)


def prepare(page: Page, step: str, words: Mapping[str, str] | None = None) -> None:
    """An officer writes what an approver is to decide."""
    page.get_by_role("link", name=f"送审：{step}").click()
    fill(page.locator("#step-form"), words or {})
    page.get_by_role("button", name=re.compile("^送(审|复核)")).click()
    told(page, f"“{step}”已送审")


def take(page: Page, step: str, words: Mapping[str, str] | None = None) -> None:
    """An officer takes a step of their own."""
    page.get_by_role("link", name=step, exact=True).click()
    fill(page.locator("#step-form"), words or {})
    page.get_by_role("button", name=step, exact=True).click()
    told(page, f"“{step}”已办理")


def decide(page: Page, step: str) -> None:
    """An approver reads what was prepared, and decides with the password once more."""
    page.get_by_role("region", name=f"拟办：{step}").get_by_role("link", name="审批").click()
    page.get_by_role("button", name=step, exact=True).click()
    confirmation = page.get_by_role("dialog", name=f"{step}？")
    confirmation.get_by_label("登录密码").fill(PASSWORD)
    confirmation.get_by_role("button", name=step, exact=True).click()
    told(page, f"“{step}”已办理")
