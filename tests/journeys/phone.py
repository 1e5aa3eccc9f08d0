"""Somebody's telephone and mailbox in the sandbox: what she writes, dials and hears there."""

import re

from playwright.sync_api import Locator, Page, expect

from app.demo.stack import Stack

ANSWERED_WITHIN = 20_000  # through a provider, a worker, the bot, and back


class Phone:
    def __init__(self, page: Page, stack: Stack, number: str) -> None:
        self.page = page
        self._world = stack.world_url
        self.open(f"/phone/?number=%2B{number.removeprefix('+')}")
        self.screen = page.locator(".dial__screen")
        self.heard = page.locator(".dial__said li")
        self.mails = page.locator(".mail--ours")

    def open(self, path: str) -> None:
        self.page.goto(f"{self._world}{path}")

    def answers(self, channel: str) -> Locator:
        """Bubbles of the operator, on the page that shows this channel."""
        return self.page.locator(f".talk--{channel} .bubble--ours")

    def say(self, channel: str, words: str) -> None:
        field = self.page.locator(f".talk--{channel} input[name=text]")
        field.fill(words)
        field.press("Enter")
        hers = self.page.locator(f".talk--{channel} .bubble--hers").last
        expect(hers).to_contain_text(words)

    def ask(self, channel: str, words: str) -> str:
        """Say it, and wait for the next answer; returns its words."""
        before = self.answers(channel).count()
        self.say(channel, words)
        return self.answer_after(channel, before)

    def press(self, channel: str, title: str) -> str:
        """A button below a message; returns what is answered."""
        before = self.answers(channel).count()
        self.answers(channel).get_by_role("button", name=title).last.click()
        return self.answer_after(channel, before)

    def answer_after(self, channel: str, before: int) -> str:
        answer = self.answers(channel).nth(before)
        expect(answer).to_be_visible(timeout=ANSWERED_WITHIN)
        return plain(answer)

    def show(self, channel: str) -> Page:
        """With the talk at the top of the window, for a picture."""
        talk = self.page.locator(f".talk--{channel}")
        talk.evaluate("talk => talk.scrollIntoView({ block: 'start' })")
        return self.page

    def tell_provider(self, provider: str, mood: str) -> None:
        """How it behaves from now on."""
        self.open("/phone/")
        form = self.page.locator(f".moods form:has(input[value={provider}])")
        form.locator("select").select_option(mood)
        form.locator("button").click()
        expect(form.locator("select")).to_have_value(mood)

    def dial(self) -> str:
        self.open("/phone/ussd")
        self.page.locator("form[action$='/ussd/dial'] button").click()
        return plain(self.screen)

    def enter(self, said: str) -> str:
        """Answer the screen; returns the next one."""
        form = self.page.locator("form[action$='/ussd/answer']:has(input[name=said])")
        form.locator("input[name=said]").fill(said)
        with self.page.expect_navigation():
            form.locator("button").click()
        return plain(self.screen)

    def ring(self) -> None:
        self.open("/phone/call")
        self.page.locator("form[action$='/call/ring'] button").click()
        expect(self.heard.first).to_be_visible()

    def key(self, key: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(f".dial__keys button[value='{key}']").click()

    def write_mail(self, subject: str, words: str) -> None:
        self.open("/mailbox/")
        form = self.page.locator("form[action$='/mails']")
        form.locator("[name=subject]").fill(subject)
        form.locator("[name=text]").fill(words)
        with self.page.expect_navigation():
            form.locator("button").click()

    def answer_mail(self, mail: Locator, words: str) -> None:
        """One of the operator's, which lies open."""
        form = mail.locator("form")
        form.locator("textarea").fill(words)
        with self.page.expect_navigation():
            form.locator("button").click()


def plain(element: Locator) -> str:
    """Its words, with plain spaces."""
    return re.sub("[\xa0\u202f]", " ", element.inner_text())
