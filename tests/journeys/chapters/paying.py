"""João pays his bill on the gateway's page: declined first, then approved, told five times."""

from babel.numbers import format_decimal
from playwright.sync_api import Page, expect

from app.demo.cast import CAST
from tests.journeys.story import JOAO, Story
from tests.journeys.tour import picture

_PAYMENTS = "SELECT * FROM payment WHERE invoice_id = %s ORDER BY created_at"
_CALLS = "SELECT * FROM gateway_call WHERE payment_id = %s"


def is_declined(story: Story) -> None:
    invoice = story.records.invoice_of(JOAO)
    page = _hosted_page(story)
    expect(page.locator(".pay__total")).to_contain_text(_money(invoice.due))
    picture(page, "06-the-hosted-page")

    page.select_option("[name=decline_code]", "insufficient_funds")
    _decide(page, "decline")

    expect(page.locator(".portal-outcome")).to_have_attribute("data-status", "declined")
    assert story.records.invoice_of(JOAO) == invoice
    [payment] = story.records.all(_PAYMENTS, invoice.id)
    assert (payment.status, payment.decline_code) == ("declined", "insufficient_funds")


def pays_once_although_told_often(story: Story) -> None:
    """The gateway calls back five times at the same moment."""
    page = _hosted_page(story)

    _decide(page, "duplicate")

    expect(page.locator(".portal-outcome")).to_have_attribute("data-status", "succeeded")
    invoice = story.records.invoice_of(JOAO)
    assert (invoice.status, invoice.due, invoice.paid) == ("paid", 0, invoice.total)
    *_, payment = story.records.all(_PAYMENTS, invoice.id)
    assert (payment.status, payment.amount) == ("succeeded", invoice.total)
    story.records.soon(_CALLS, payment.id, result="applied", copies=5)


def sees_it_paid_everywhere(story: Story) -> None:
    invoice = story.records.invoice_of(JOAO)
    page = story.joao.page.context.new_page()
    page.goto(f"{story.stack.url}/my/bills/{invoice.number}")
    _sign_in(page)
    page.wait_for_url(f"**/my/bills/{invoice.number}")
    facts = page.locator(".portal-facts")
    expect(facts.locator("dt")).to_have_count(4)  # the fourth is the day of the payment
    expect(page.locator("form[action$='/pay']")).to_have_count(0)
    picture(page, "07-the-bill-is-paid")

    assert "paga" in story.joao.ask("qual o valor da minha fatura")


def _hosted_page(story: Story) -> Page:
    """Choose the payment page among the ways to pay, and follow the link into its new tab."""
    cards = story.joao.log.locator(".card")
    before = cards.count()
    story.joao.ask("quero pagar minha fatura")
    story.joao.replies.filter(has_text="Página de pagamento").click()
    expect(cards).to_have_count(before + 1)
    picture(story.joao.page, "05-a-payment-link")
    with story.joao.page.context.expect_page() as opened:
        cards.last.locator("a.pay").click()
    return opened.value


def _decide(page: Page, outcome: str) -> None:
    """Press a button of the sandbox; he is signed in nowhere, and is shown how it went."""
    page.click(f"button[value={outcome}]")
    page.wait_for_url("**/paid/*")


def _sign_in(page: Page) -> None:
    [member] = [each for each in CAST if each.email == JOAO]
    page.fill("#email", JOAO)
    page.fill("#password", member.password)
    page.keyboard.press("Enter")


def _money(amount) -> str:
    return format_decimal(amount, "#,##0.00", locale="pt_BR")
