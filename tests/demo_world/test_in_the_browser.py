"""Chromium at the phone's width: the pages fit, and paying leads back to the merchant."""

import pytest

from channels.port import Outbound
from tests.chromium import chromium
from tests.demo_world.conftest import PASSWORD
from tests.demo_world.listener import VALERIA
from tests.demo_world.test_gateway import open_checkout
from tests.demo_world.test_phone import opened

pytestmark = pytest.mark.browser


@pytest.fixture
def phone():
    with chromium() as browser:
        yield browser.new_page(viewport={"width": 360, "height": 740})


def fits(phone):
    return phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_paying_leads_from_the_hosted_page_back_to_the_merchant(world, merchant, phone):
    checkout_id = open_checkout(world, merchant.url, reference="PAY-" + "9" * 80)

    phone.goto(f"{world.url}/gateway/pay/{checkout_id}")
    pay_page_fits = fits(phone)
    phone.get_by_role("button", name="Pagar").click()
    phone.wait_for_url(f"{merchant.url}/back")

    assert pay_page_fits
    assert phone.inner_text("body") == "thanks"
    assert len(merchant.heard) == 1


def test_every_page_of_the_shop_fits_a_phone(world, accounts, phone):
    phone.goto(world.url)
    assert fits(phone)

    phone.goto(f"{world.url}/account")
    phone.fill("[name=email]", "valeria@example.mx")
    phone.fill("[name=password]", PASSWORD)
    phone.click("main button")
    phone.wait_for_url("**/account")
    assert fits(phone)

    for console in ("/gateway/", "/network/"):
        phone.goto(world.url + console)
        assert fits(phone)


def test_what_we_send_appears_on_her_phone_while_she_writes(phones, application, phone):
    inbox = opened("whatsapp", phones, application)
    phone.goto(f"{phones.url}/phone/?lang=es&number=%2B{VALERIA[1:]}")
    words = phone.locator(".talk--whatsapp input[name=text]")
    words.fill("Estoy escribiendo")

    inbox.send(Outbound("1", VALERIA, "¿En qué te ayudo?"))

    phone.get_by_text("¿En qué te ayudo?").wait_for()
    assert words.input_value() == "Estoy escribiendo"
    for tab in ("/phone/", "/phone/social", "/mailbox/"):
        phone.goto(phones.url + tab)
        assert fits(phone)
