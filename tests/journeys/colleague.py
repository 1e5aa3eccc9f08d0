"""Somebody of the operator's staff in front of the desk or the board."""

import re

import httpx
from playwright.sync_api import Locator, Page, expect

from app.demo.operator import PASSWORD
from app.demo.readiness import wait_until
from app.demo.stack import Stack

CODE_LASTS = 30
_used: dict[str, str] = {}


class Colleague:
    def __init__(self, page: Page, stack: Stack, email: str) -> None:
        self.page = page
        self.email = email
        self._stack = stack
        self.queue = page.locator("#queue")
        self.mine = page.locator("#mine")
        self.messages = page.locator("[data-messages] > .message")
        self.notes = page.locator("[data-messages] > .is-note")
        self.field = page.locator("#composer-text")
        self.header = page.locator("#chat-header")
        self.panel = page.locator("#customer")
        self.toasts = page.locator(".toast-item")
        self.typing = page.locator("p.typing")
        self.offline = page.locator("[data-connection]")

    def sign_in(self) -> None:
        """Password, then the six digits that the authenticator shows."""
        self.page.goto(f"{self._stack.url}/sign-in")
        self.page.fill("#email", self.email)
        self.page.fill("#password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.locator("#code").wait_for()
        self.page.fill("#code", self.fresh_code())
        self.page.keyboard.press("Enter")
        expect(self.page).not_to_have_url(re.compile("/sign-in"))

    def open(self, path: str) -> None:
        self.page.goto(f"{self._stack.url}{path}")

    def waiting(self, ticket_id: object) -> Locator:
        """The row of a ticket in the live queue."""
        return self.page.locator(f"#waiting-{ticket_id}")

    def accept(self, ticket_id: object) -> None:
        self.page.locator(f"#accept-{ticket_id}").click()
        expect(self.header).to_have_attribute("data-may-reply", "yes")

    def accept_at(self, ticket_id: object, moment: float) -> None:
        """Press Accept when the clock shows `moment` (Unix milliseconds), and come back before.

        The page looks at nothing but the clock just before: the row may not go from under her.
        """
        press = """([id, at]) => void setTimeout(() => {
            while (Date.now() < at);
            document.getElementById(id).click();
        }, at - Date.now() - 500)"""
        self.page.evaluate(press, [f"accept-{ticket_id}", moment])

    def reply(self, words: str) -> None:
        self.page.locator("[data-mode=reply]").click()
        self.field.fill(words)
        self.field.press("Enter")

    def note(self, words: str) -> None:
        self.page.locator("[data-mode=note]").click()
        self.field.fill(words)
        self.field.press("Enter")
        expect(self.notes.last).to_contain_text(words)

    def attach(self, name: str, media_type: str, content: bytes) -> None:
        self.page.locator("[data-mode=reply]").click()
        file = {"name": name, "mimeType": media_type, "buffer": content}
        self.page.locator("[data-file-input]").set_input_files(file)
        expect(self.page.locator(".composer-file progress")).to_have_count(0)

    def said(self) -> list[tuple[str, str]]:
        """(author, words) of every bubble on the screen that is no note, in order."""
        seen = self.messages.evaluate_all(
            "all => all.filter(each => !each.classList.contains('is-note')).map(each =>"
            " [each.dataset.author, each.querySelector('p[data-text]')?.textContent ?? ''])"
        )
        return [tuple(each) for each in seen]

    def figure(self, name: str) -> Locator:
        """One number of the supervisor's live board."""
        return self.page.locator(f"[data-figure={name}]")

    def number(self, name: str) -> int:
        return int(self.figure(name).inner_text())

    def hint(self, name: str) -> Locator:
        """What is written under a number."""
        return self.figure(name).locator("xpath=following-sibling::div")

    def stay(self) -> None:
        """From now on, this page must not be loaded again."""
        self.page.evaluate("window.stayed = true")

    def stayed(self) -> bool:
        return bool(self.page.evaluate("window.stayed"))

    def fresh_code(self) -> str:
        """A code is good once."""
        wait_until(lambda: self._code() != _used.get(self.email), "a code", seconds=CODE_LASTS + 2)
        _used[self.email] = self._code()
        return _used[self.email]

    def _code(self) -> str:
        codes = httpx.get(f"{self._stack.world_url}/authenticator/codes.json", trust_env=False)
        return str(codes.json()[self.email])
