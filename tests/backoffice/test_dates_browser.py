"""Dates that are chosen, in words beside their fields: browsers have an order of their own."""

import re

import pytest
from playwright.sync_api import expect

from tests.backoffice.chromium import fits, picture, url, visit
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory

__all__ = ["url", "visit"]  # fixtures

pytestmark = pytest.mark.browser
WORDS = re.compile(r"jue, 26 (de )?nov (de )?2026")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_chosen_day_stands_in_words_beside_its_field(visit, width):
    MarketFactory()
    bill = StaffFactory(roles=["billing_administrator"], markets=[])
    page = visit(bill, "/office/runs", "es", viewport={"width": width, "height": 900})
    expect(page.locator("#day + .date-words")).not_to_be_empty()  # today

    for path, field in [
        ("/office/runs", "#day"),
        ("/office/simulation", "#day"),
        ("/office/usage", "#filter-day"),
        ("/office/payments", "[name=on]"),
        ("/office/payments/vouchers", "#batch-expires"),
    ]:
        fits(page, path)
        page.locator(field).fill("2026-11-26")
        said = page.locator(f"{field} + .date-words")
        expect(said).to_have_text(WORDS)
        picture(page, f"dates-{path.replace('/', '-')}")

    fits(page, "/office/discounts/new")
    page.locator("#f-valid_from").fill("2026-11-26T17:44")
    said = page.locator("#f-valid_from + .date-words")
    expect(said).to_contain_text(WORDS)
    expect(said).to_contain_text("5:44")
    picture(page, "dates-discount")
