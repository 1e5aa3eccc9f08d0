"""The form of a layout in a real Chromium: what belongs to the kind of file, and the try-out."""

import pytest
from playwright.sync_api import expect

from app.mediation.samples import SWITCH
from tests.backoffice.chromium import fits, picture, url, visit
from tests.factories.catalog import OfferVersionFactory
from tests.factories.identity import StaffFactory
from tests.factories.mediation import LayoutFactory
from tests.factories.subscriptions import line_with_plan
from tests.mediation.conftest import MAY_1, csv_file, row

__all__ = ["url", "visit"]  # fixtures

pytestmark = pytest.mark.browser
PATH = "/office/usage/layouts/switch"


@pytest.mark.parametrize("width", [1280, 360])
def test_a_layout_is_changed_tried_and_saved(visit, width):
    line = line_with_plan(OfferVersionFactory(), activated_at=MAY_1)
    LayoutFactory()
    bill = StaffFactory(roles=["billing_administrator"], markets=[])
    page = visit(bill, PATH, "es", viewport={"width": width, "height": 900})
    sample = csv_file(row(line), row("+525599999999"), row(line, at="nunca"), row(line, -5))
    fits(page, PATH)

    page.locator("#f-format").select_option("fixed")
    expect(page.locator("#f-columns")).to_be_hidden()
    page.locator("#f-format").select_option("csv")
    page.locator("[name=how_currency]").select_option("always")
    page.locator("[name=at_currency]").fill("MXN")
    page.locator("#sample").fill(sample.decode())
    page.locator("[hx-post$='/try']").click()

    rows = page.locator(".tried > li")
    expect(rows).to_have_count(6)
    expect(rows.nth(1)).to_contain_text("MXN")
    expect(rows.nth(1).locator(".state-good")).to_be_visible()
    expect(page.locator(".tried .state-bad")).to_have_count(3)
    picture(page, "layout-tried")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    page.locator("[type=submit]", has_text="Guardar").click()
    expect(page.locator("[name=version]")).to_have_value("2")
    expect(page.locator("[name=at_currency]")).to_have_value("MXN")


def test_a_json_file_fills_the_form(visit, tmp_path):
    import json

    path = tmp_path / "switch.json"
    path.write_text(json.dumps({**SWITCH, "delimiter": "|"}))
    LayoutFactory()
    bill = StaffFactory(roles=["billing_administrator"], markets=[])
    page = visit(bill, PATH)

    page.locator("#file").set_input_files(path)

    expect(page.locator("#f-delimiter")).to_have_value("|")
    expect(page.locator("[name=version]")).to_have_value("1")
