"""Browser windows of the people in a journey."""

from playwright.sync_api import Browser, Page

from app.demo.stack import Stack
from tests.journeys.colleague import Colleague
from tests.journeys.customer import Customer
from tests.journeys.records import Records

SIZE = {"width": 1280, "height": 800}
ZONE = "America/Sao_Paulo"


class Windows:
    """One context a person, so nobody shares cookies. A script error on any page fails the test."""

    def __init__(self, browser: Browser, stack: Stack, records: Records) -> None:
        self._browser = browser
        self._stack = stack
        self._records = records
        self._contexts = []
        self._errors: list[str] = []

    def customer(self, language: str) -> Customer:
        return Customer(self.page(language), self._stack, self._records)

    def colleague(self, email: str) -> Colleague:
        return Colleague(self.page("en"), self._stack, email)

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        assert self._errors == [], self._errors

    def page(self, language: str) -> Page:
        context = self._browser.new_context(viewport=SIZE, locale=language, timezone_id=ZONE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self._errors.append(f"{page.url}: {error}"))
        return page
