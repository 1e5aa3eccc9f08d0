"""Her plan is changed, AutoPay pays from now on, and she says that a charge is wrong."""

import re
from decimal import Decimal

from playwright.sync_api import expect

from tests.journeys import days
from tests.journeys.daniela import EMAIL, Life
from tests.journeys.tour import picture

_QUOTE = "SELECT * FROM plan_change_quote WHERE line_id = %s"
_CHARGES = (
    "SELECT kind, amount FROM charge WHERE line_id = %s AND invoice_id IS NULL ORDER BY amount"
)
_DISPUTE = "SELECT * FROM dispute WHERE invoice_id = %s"
_CREDIT = "SELECT * FROM credit_note WHERE invoice_id = %s"
_HAS_WITH_US = "SELECT sum(amount) FROM account_credit WHERE account_id = %s"
_MANDATE = (
    "SELECT autopay_mandate.*, token FROM autopay_mandate"
    " JOIN saved_method ON saved_method.id = saved_method_id"
    " WHERE account_id = %s AND revoked_at IS NULL"
)


def gets_a_bigger_plan(life: Life) -> None:
    """Diego reads her what it costs, and only then changes it."""
    page = life.colleague("diego").page
    page.goto(f"{life.stack.url}/desk/customers/{life.line.customer_id}")
    page.locator(f"[hx-get='/desk/lines/{life.line.id}/plan']").click()
    page.locator("#dialog li").filter(has_text="Max Unlimited").locator("input").check()
    page.locator("#dialog [type=submit]").click()
    expect(page.locator(".quote-table")).to_be_visible()
    quote = life.records.one(_QUOTE, life.line.id)
    expect(page.locator(".quote-table")).to_contain_text(f"{quote.charge - quote.credit:,.2f}")
    picture(page, "33-what-the-upgrade-costs")

    page.locator("#dialog form[hx-post$='/take-up'] [type=submit]").click()

    expect(page.locator(".line-card .meta").first).to_contain_text("Max Unlimited")
    credit, charge = life.records.all(_CHARGES, life.line.id)
    assert (credit.kind, -credit.amount) == ("prorated_credit", quote.credit)
    assert (charge.kind, charge.amount) == ("prorated_charge", quote.charge)


def keeps_her_card(life: Life) -> None:
    """She pays on the hosted page, which keeps the card, and orders AutoPay with it."""
    bill = life.invoices[-1]
    page = life.at_home(f"/my/bills/{bill.number}")
    page.locator("form[action$='/pay'] button").click()
    page.check("[name=save]")
    page.click("button[value=approve]")
    page.wait_for_url("**/my/payments/*")
    expect(page.locator(".portal-outcome")).to_have_attribute("data-status", "succeeded")

    life.at_home("/my/paying")
    form = page.locator(f"form[action='/my/accounts/{bill.account_id}/autopay']")
    form.locator("[name=max_amount]").fill("3000")
    form.locator("[name=consent]").check()
    picture(page, "34-autopay-with-her-card")
    form.locator("button").click()
    life.confirm()

    expect(page.locator("form[action$='/pause']")).to_be_visible()
    assert life.records.one(_MANDATE, bill.account_id).max_amount == Decimal(3000)
    assert life.invoices[-1].status == "paid"


def says_that_a_charge_is_wrong(life: Life) -> None:
    bill = life.invoices[-1]
    page = life.at_home(f"/my/bills/{bill.number}")
    wrong = page.locator(".portal-wrong").first
    wrong.locator("summary").click()
    wrong.locator("textarea").fill("Estuve una semana sin servicio.")
    wrong.locator("[name=amount]").fill("50")
    wrong.locator("button").click()

    expect(page.locator(".portal-dispute")).to_be_visible()
    picture(page, "35-a-charge-is-disputed")
    dispute = life.records.one(_DISPUTE, bill.id)
    assert (dispute.state, dispute.amount) == ("open", Decimal(50))


def is_given_a_part_back(life: Life) -> None:
    """Bill decides, and must say again that it is he."""
    bill, official = life.invoices[-1], life.colleague("bill")
    page = official.page
    page.goto(f"{life.stack.url}/office/disputes")
    page.locator("tbody tr").filter(has_text=bill.number).locator("a.btn").click()
    page.check("[name=outcome][value=partly]")
    page.fill("[name=credited]", "40")
    page.fill("#answer", "Cuatro días de los siete se debieron a la red.")
    picture(page, "36-the-dispute-is-decided")
    page.locator("form[action$='/decide'] button").click()
    page.fill("[name=confirmation]", official.fresh_code())
    picture(page, "37-is-it-he")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/office/disputes/[^/]+$"))
    expect(page.locator("[name=outcome]")).to_have_count(0)

    assert life.records.one(_DISPUTE, bill.id).state == "partly"
    note = life.records.one(_CREDIT, bill.id)
    assert note.amount == Decimal(40)
    hers = life.at_home(f"/my/bills/{bill.number}")
    expect(hers.locator("tfoot")).to_contain_text(note.number)
    picture(hers, "38-the-credit-on-her-bill")
    # The bill was paid before, so the money waits for the next one.
    assert life.records.one(_HAS_WITH_US, bill.account_id).sum == Decimal(40)


def her_card_has_no_money(life: Life) -> None:
    """She pauses the line for a journey; meanwhile the bank declines what AutoPay wants."""
    page = life.at_home(f"/my/lines/{life.line.id}/service")
    page.locator("form[action$='/pause'] button").click()
    expect(page.locator("form[action$='/resume']")).to_be_visible()
    token = life.records.one(_MANDATE, life.line.account_id).token
    assert token
    gateway = life.outside("/gateway/")
    form = gateway.locator(".saved__form").last
    form.locator("select").select_option("insufficient_funds")
    form.locator("button").click()

    life.sleep_until(days.until_blocked, EMAIL)

    assert sorted(life.blocks) == ["dunning", "request"]
