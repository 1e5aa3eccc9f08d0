"""AutoPay failed and the line is blocked; she pays, and takes her number to another operator."""

import re
from decimal import Decimal
from itertools import pairwise

from playwright.sync_api import expect

from app.demo.readiness import wait_until
from tests.journeys import days
from tests.journeys.daniela import Life
from tests.journeys.tour import picture

_DEBIT = (
    "SELECT autopay_debit.* FROM autopay_debit JOIN invoice ON invoice.id = invoice_id"
    " WHERE account_id = %s ORDER BY autopay_debit.created_at LIMIT 1"
)
_TRIES = (
    "SELECT payment.* FROM autopay_attempt JOIN payment ON payment.id = payment_id"
    " WHERE debit_id = %s ORDER BY number"
)
_STEPS = "SELECT action FROM dunning_step WHERE invoice_id = %s ORDER BY taken_at"
_ORDERS = (
    "SELECT action FROM provisioning_order WHERE line_id = %s AND status = 'done'"
    " ORDER BY created_at, id"
)
_CODE = re.compile(r"\b[A-Z]{2}[0-9]{6}\b")
_PORT = "SELECT * FROM port_out WHERE line_id = %s"
_STOCK = "SELECT state FROM stock_number WHERE number = %s"
_FINAL_STEPS = ["final_bill", "dues_checked", "network_told", "number_released", "disconnected"]
_FINAL = (
    "SELECT charge.* FROM charge JOIN invoice ON invoice.id = invoice_id"
    " WHERE line_id = %s AND number = %s AND charge.kind = 'prorated_credit'"
)
_LEFT = "SELECT * FROM disconnection WHERE line_id = %s"


def autopay_was_declined(life: Life) -> None:
    """On the due date, a day later and three days after that; then she is told to pay herself."""
    debit = life.records.one(_DEBIT, life.line.account_id)
    tries = life.records.all(_TRIES, debit.id)
    assert (debit.status, debit.reason) == ("declined", "insufficient_funds")
    assert [each.status for each in tries] == ["declined"] * 3
    days_between = [(b.created_at - a.created_at).days for a, b in pairwise(tries)]
    assert days_between == [1, 3]

    page = life.at_home("/my/paying")
    told = page.locator("section[aria-labelledby=history] li").last
    expect(told.locator(".text-secondary")).to_have_count(4)  # when, and each try
    picture(page, "39-three-tries-of-autopay")
    page = life.at_home(f"/my/bills/{_late(life).number}")
    expect(page.locator(".alert-warning")).to_be_visible()
    picture(page, "40-the-reminder")
    steps = [each.action for each in life.records.all(_STEPS, debit.invoice_id)]
    assert steps == ["notice", "block_outgoing"]


def the_line_is_barred(life: Life) -> None:
    network = life.outside("/network/")
    newest = network.locator("tbody tr").filter(has_text=life.line.number).first
    expect(newest).to_contain_text("block_outgoing")
    page = life.at_home(f"/my/lines/{life.line.id}/service")
    expect(page.locator("section[aria-labelledby=blocks] strong")).to_have_count(2)


def pays_and_only_that_block_is_lifted(life: Life) -> None:
    bill = _late(life)
    _pay(life, bill)

    wait_until(lambda: life.blocks == ["request"], "the block to be lifted", seconds=10)
    page = life.at_home(f"/my/lines/{life.line.id}/service")
    expect(page.locator("section[aria-labelledby=blocks] strong")).to_have_count(1)
    picture(page, "42-only-her-own-pause-is-left")
    assert life.records.all(_ORDERS, life.line.id)[-1].action == "block_outgoing"

    page.locator("form[action$='/resume'] button").click()

    expect(page.locator("form[action$='/pause']")).to_be_visible()
    wait_until(lambda: _last_order(life) == "unblock", "the network", seconds=10)
    for other in [each for each in life.invoices if each.status == "open"]:
        _pay(life, other)


def asks_for_a_code(life: Life) -> None:
    """Every rule is fulfilled: long enough a customer, nothing owed, no new SIM."""
    page = life.at_home(f"/my/lines/{life.line.id}/service")
    rules = page.locator("section[aria-labelledby=leave] li")
    expect(rules).to_have_count(8)
    picture(page, "43-may-the-number-leave")
    page.locator("form[action$='/port-out'] button").click()
    life.confirm()

    told = page.locator("section[aria-labelledby=leave]")
    expect(told).to_contain_text(_CODE)
    [code] = _CODE.findall(told.inner_text())
    house = life.outside("/porting/")
    house.fill("[name=number]", life.line.number)
    house.fill("[name=code]", code)
    house.locator("form.card button").click()
    expect(house.locator("tbody tr").filter(has_text=life.line.number)).to_be_visible()


def is_gone(life: Life) -> None:
    """Handed over; the days that she paid for and did not have are hers on the bill made then."""
    number = life.line.number

    life.stack.live(days.until_it_is_gone)

    port = life.records.one(_PORT, life.line.id)
    assert (port.status, port.recipient) == ("handed_over", "Otra Telecom")
    assert (life.line.status, life.line.closed_reason) == ("closed", "ported_out")
    assert life.records.one(_STOCK, number).state == "ported_out"
    left = life.records.one(_LEFT, life.line.id)
    steps = {step["step"]: step for step in left.steps}
    assert list(steps) == _FINAL_STEPS
    last = steps["final_bill"]
    [final] = life.records.all(_FINAL, life.line.id, last["invoice"])
    assert final.amount < 0
    assert final.amount == Decimal(last["charges"])
    house = life.outside("/porting/")
    expect(house.locator("tbody tr").filter(has_text=number)).to_be_visible()
    desk = life.colleague("diego").page
    desk.goto(f"{life.stack.url}/desk/customers/{life.line.customer_id}")
    card = desk.locator(".line-card")
    expect(card.locator(".state").first).to_be_visible()
    card.scroll_into_view_if_needed()
    picture(desk, "45-the-line-has-left")


def _late(life: Life):
    """The bill that the line is blocked for: the first after the six of the first months."""
    return life.invoices[6]


def _last_order(life: Life) -> str:
    return life.records.all(_ORDERS, life.line.id)[-1].action


def _pay(life: Life, bill) -> None:
    page = life.at_home(f"/my/bills/{bill.number}/pay")
    page.check("[name=way][value=card]")
    page.locator("form.portal-ways button").click()
    page.click("button[value=approve]")
    page.wait_for_url("**/my/payments/*")
    expect(page.locator(".portal-outcome")).to_have_attribute("data-status", "succeeded")
