"""A customer in front of the operator's site: what she does, and what her chat shows."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from app.demo.cast import CAST
from app.demo.stack import Stack
from tests.journeys.records import Records


@dataclass(frozen=True, slots=True)
class Line:
    """One bubble as it is seen."""

    who: str
    words: str


class Customer:
    def __init__(self, page: Page, stack: Stack, records: Records) -> None:
        self.page = page
        self._stack = stack
        self._records = records
        self.log = page.locator("#dialtone-widget .log")
        self.answers = self.log.locator("li.theirs:not(.greeting)")
        self.state = page.locator("#dialtone-widget header .state")
        self.replies = page.locator("#dialtone-widget .reply")
        self.field = page.locator("#dialtone-widget textarea.input")
        self.typing = page.locator("#dialtone-widget .typing")
        self.notice = page.locator("#dialtone-widget .notice")
        self.stars = page.locator("#dialtone-widget .star")

    def visit(self, market: str) -> None:
        self.page.goto(f"{self._stack.world_url}/?market={market}")
        self.open_chat()

    def sign_in(self, email: str) -> None:
        """On the operator's own site; the chat stays open, or is opened."""
        [member] = [each for each in CAST if each.email == email]
        self.page.goto(f"{self._stack.world_url}/sign-in")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", member.password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/account")
        self.open_chat()

    def open_chat(self) -> None:
        expect(self.page.locator(".launcher")).to_be_visible()
        if self.page.locator(".launcher").get_attribute("aria-expanded") == "false":
            self.page.locator(".launcher").click()
        expect(self.field).to_be_visible()

    def say(self, words: str) -> None:
        self.field.fill(words)
        self.field.press("Enter")

    def ask(self, words: str) -> str:
        """Say it, and wait until all of the answer is there; the words of its first bubble."""
        before = self.answers.count()
        self.say(words)
        answer = self.answer_after(before)
        expect(self.log.locator("li.mine").last).to_have_attribute("data-tick", "read")
        self.answer_after(before + self._records.answers_to(words) - 1)
        return answer

    def answer_after(self, before: int) -> str:
        """The words of the first answer beyond the `before` known ones."""
        answer = self.answers.nth(before)
        expect(answer).to_be_visible()
        return words_of(answer)

    def attach(self, name: str, media_type: str, content: bytes) -> None:
        file = {"name": name, "mimeType": media_type, "buffer": content}
        self.page.locator("#dialtone-widget input[type=file]").set_input_files(file)
        expect(self.page.locator("#dialtone-widget .send")).to_be_enabled()

    def last(self) -> Locator:
        return self.log.locator("li").last

    def lines(self) -> list[Line]:
        """Every bubble there is, in order."""
        seen = self.log.locator("li.line:not(.greeting)").evaluate_all(
            "all => all.map(each => [each.className.split(' ')[2],"
            " each.querySelector('.bubble')?.textContent ?? ''])"
        )
        return [Line(*each) for each in seen]


def words_of(line: Locator) -> str:
    """What a bubble says, with plain spaces."""
    return line.locator(".bubble").inner_text().replace("\xa0", " ").replace("\u202f", " ")
