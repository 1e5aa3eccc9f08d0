"""Whose line is disturbed hears it first, on the screen and in the call; nobody else does."""

import pytest

from app.catalog.models import Service
from app.tickets.service import outage_mode
from channels.ussd import screens
from tests.factories import actors
from tests.selfservice.conftest import plans, valeria


@pytest.fixture
def hers(talking):
    made = valeria(plans().plus, number="+525530001111")
    outage_mode.declare(
        by=actors.administrator(),
        market_code="MX",
        area=made.account.customer.city,
        service=Service.MOBILE,
        notice={"en": "A fibre was cut.", "es": "Se cortó una fibra."},
    )
    return made


def test_the_small_screen_begins_with_it_and_still_fits(ussd, hers):
    screen = ussd(hers.line.number).dial()
    stranger = ussd("+525599999999", session_id="other").dial()

    assert hers.account.customer.city in screen.splitlines()[0]
    assert len(screen.removeprefix("CON ")) <= screens.LONGEST
    assert hers.account.customer.city not in stranger


def test_the_call_says_what_was_written_about_it(phone, hers):
    hers.account.customer.language = "es"

    said = phone(hers.line.number).call()

    assert "Se cortó una fibra." in said
