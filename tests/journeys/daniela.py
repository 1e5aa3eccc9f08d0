"""Daniela's line from its first day to its last, and who has to do with it."""

from dataclasses import dataclass, field
from datetime import timedelta

import pyotp
from playwright.sync_api import Page, expect

from app.demo.operator import totp_secret
from app.demo.readiness import wait_until
from tests.journeys.colleague import CODE_LASTS, Colleague
from tests.journeys.future import Travelling
from tests.journeys.records import Records
from tests.journeys.windows import Windows

EMAIL, PASSWORD = "daniela@example.com", "daniela aurora 2026"

_LINE = "SELECT line.* FROM line JOIN customer ON customer.id = line.customer_id WHERE email = %s"
_INVOICES = (
    "SELECT invoice.*, total - paid - credited AS due FROM invoice"
    " JOIN account ON account.id = account_id JOIN customer ON customer.id = customer_id"
    " WHERE email = %s ORDER BY issued_at"
)
_IN_FORCE = "SELECT reason FROM block WHERE line_id = %s AND lifted_at IS NULL ORDER BY placed_at"


class Official(Colleague):
    """Whose authenticator lives at the stack's time.

    A step of drift either way is forgiven: this step's code stays good while the page loads, and
    the next one's is good already.
    """

    used = 0

    def fresh_code(self) -> str:
        self.used = max(self._step(), self.used + 1)
        wait_until(lambda: self.used <= self._step() + 1, "a code", seconds=CODE_LASTS + 2)
        secret = totp_secret(self.email, self._stack.secrets["SECRET_KEY"])
        return pyotp.TOTP(secret).generate_otp(self.used)

    def _step(self) -> int:
        return int(self._stack.now().timestamp()) // CODE_LASTS


@dataclass(slots=True)
class Life:
    """Marta activates, Diego changes, Bill decides; Daniela has her portal."""

    stack: Travelling
    windows: Windows
    records: Records
    desks: dict[str, Official] = field(default_factory=dict)
    page: Page | None = None

    def colleague(self, first_name: str) -> Official:
        """Signed in since the stack's clock was moved last."""
        if first_name not in self.desks:
            page = self.windows.page("en")
            self.desks[first_name] = Official(page, self.stack, f"{first_name}@aurora.example")
            self.desks[first_name].sign_in()
        return self.desks[first_name]

    @property
    def portal(self) -> Page:
        """Daniela's own window, in Spanish."""
        if self.page is None:
            self.page = self.windows.page("es")
            self.page.goto(f"{self.stack.url}/my/sign-in")
            self.page.fill("#email", EMAIL)
            self.page.fill("#password", PASSWORD)
            self.page.keyboard.press("Enter")
            expect(self.page.locator("h1")).to_be_visible()
            expect(self.page.locator("#password")).to_have_count(0)
        return self.page

    def at_home(self, path: str) -> Page:
        self.portal.goto(f"{self.stack.url}{path}")
        return self.portal

    def confirm(self) -> None:
        """She is asked who she is, and says her password."""
        self.portal.locator("[type=password]").fill(PASSWORD)
        self.portal.locator("main form [type=submit]").click()

    def outside(self, path: str) -> Page:
        """A page of the sandbox world."""
        page = self.windows.page("en")
        page.goto(f"{self.stack.world_url}{path}")
        return page

    def sleep_until(self, days, *given: object) -> None:
        """Live these days; everybody's session has ended when they are over."""
        self.stack.travel(self.stack.live(days, *given) + timedelta(minutes=1))
        self.desks.clear()
        self.page = None

    @property
    def line(self):
        return self.records.one(_LINE, EMAIL)

    @property
    def invoices(self) -> list:
        return self.records.all(_INVOICES, EMAIL)

    @property
    def blocks(self) -> list[str]:
        """Reasons in force, without what they point to."""
        rows = self.records.all(_IN_FORCE, self.line.id)
        return [row.reason.partition(":")[0] for row in rows]
