"""Marta brings Daniela's line to life: papers, a yes of the registry, the network's word."""

import io
import re

from PIL import Image
from playwright.sync_api import expect
from stdnum.mx import curp

from tests.journeys import days
from tests.journeys.daniela import EMAIL, PASSWORD, Life
from tests.journeys.tour import picture

_PAPER = "RISD940817MDFSLN0"
_FIELDS = {
    "new-name": "Daniela Ríos Saldívar",
    "new-email": EMAIL,
    "new-phone": "+525512349001",
    "new-city": "Ciudad de México",
}
_CHECK = (
    "SELECT identity_check.* FROM identity_check"
    " JOIN customer ON customer.id = customer_id WHERE email = %s"
)
_STOCK = "SELECT state FROM stock_number WHERE number = %s"


def shows_her_paper(life: Life) -> None:
    page = life.colleague("marta").page
    page.goto(f"{life.stack.url}/desk/activations/new")
    page.locator("[hx-get='/desk/customers/new']").click()
    page.select_option("#new-market", "MX")
    page.select_option("#new-language", "es")
    for name, value in _FIELDS.items():
        page.fill(f"#{name}", value)
    page.locator("#dialog [type=submit]").click()
    page.wait_for_url("**/activate/papers")

    page.select_option("#paper", "curp")
    page.fill("#number", _PAPER + curp.calc_check_digit(_PAPER))
    page.set_input_files(
        "#documents", {"name": "curp.png", "mimeType": "image/png", "buffer": _scan()}
    )
    picture(page, "30-the-papers")
    page.locator("form[hx-encoding] button").click()

    page.wait_for_url(re.compile("/activate$"))
    check = life.records.one(_CHECK, EMAIL)
    assert check.paper == "curp"


def becomes_active(life: Life) -> None:
    """Whether the registry answers before she is through with the wizard, or after."""
    page = life.colleague("marta").page
    page.check("input[name=plan][value='plus-20gb:postpaid']")
    page.check("input[name=sim][value=esim]")
    page.locator("form[action$='/review'] button").click()
    page.locator("form[action$='/activate'] button").click()

    expect(page.locator("#activation [role=status]")).to_have_class("state state-good")
    picture(page, "32-the-line-is-on")
    assert life.records.one(_CHECK, EMAIL).status == "verified"
    assert life.line.status == "active"
    assert life.records.one(_STOCK, life.line.number).state == "in_use"
    orders = life.outside("/network/")
    expect(orders.locator("tbody tr").filter(has_text=life.line.number)).to_contain_text("activate")


def lives_for_six_months(life: Life) -> None:
    """Five bills paid as they come; the sixth has just been issued."""
    life.sleep_until(days.until_bill, EMAIL, 6, PASSWORD)

    *paid, last = life.invoices
    assert [(each.status, each.due) for each in paid] == [("paid", 0)] * 5
    assert (last.status, last.due) == ("open", last.total)
    assert all(each.total > 0 for each in life.invoices)


def _scan() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (400, 250), "#d7e3da").save(made, "PNG")
    return made.getvalue()
