"""Browsers of billing administrators, who can confirm that it is them."""

import re
import time

import pyotp
import pytest

from tests.factories.identity import StaffFactory
from tests.payments.conftest import nobody, plugged
from tests.security.browsers import Browser, staff_browser

__all__ = ["nobody", "plugged"]  # fixtures of payments

SECRET = pyotp.random_base32()


class Office:
    """`code` is one that was not used yet: each comes from a later step of the clock."""

    def __init__(self, app, *roles, markets=(), name="Bill Okafor"):
        self.staff = StaffFactory(
            roles=list(roles),
            markets=list(markets),
            totp_secret=SECRET,
            name=name,
            language="en",
        )
        self.browser: Browser = staff_browser(app, staff=self.staff)
        self.steps = -1

    def see(self, path, **more):
        return self.browser.get(path, **more)

    def send(self, path, *, code=None, htmx=True, **form):
        headers = {"HX-Request": "true"} if htmx else {}
        if code and htmx:
            headers["X-Confirmation"] = code
        elif code:
            form["confirmation"] = code
        return self.browser.post(path, data=form, headers=headers)

    def code(self):
        """The steps before, of and after now are taken: three codes in all."""
        self.steps += 1
        return pyotp.TOTP(SECRET).at(int(time.time()) + 30 * (self.steps - 1))

    def confirmed(self, path, **form):
        """Send, be asked, and send again with the code."""
        asked = self.send(path, **form)
        assert (asked.status_code, asked.headers["X-Refusal"]) == (428, "step_up_needed")
        return self.send(path, code=self.code(), **form)


@pytest.fixture
def office(app):
    return Office(app, "billing_administrator")


def told(answer):
    """What the page says after a command."""
    assert answer.status_code == 204, answer.get_data(as_text=True)
    return re.search(r'"text": "([^"]+)"', answer.headers["HX-Trigger"])[1]
