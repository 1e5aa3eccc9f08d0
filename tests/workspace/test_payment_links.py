"""A link for each way to pay, into the talk or to be read out."""

from html import unescape

import pytest
from sqlalchemy import select

from app.billing.models import InvoiceStatus
from app.conversations.models import Message
from app.core import db
from app.payments.models import Payment
from tests.factories.billing import InvoiceFactory
from tests.factories.conversations import ConversationFactory, InboxFactory
from tests.factories.markets import MarketFactory
from tests.payments.conftest import adapter, plugged, world  # noqa: F401 - fixtures


@pytest.fixture
def invoice(app, world, plugged):  # noqa: F811
    plugged(adapter(world.url))
    return InvoiceFactory(account__customer__market=MarketFactory(brazil=True))


@pytest.fixture
def desk(sign_in):
    return sign_in(roles=["agent"], markets=["BR"])


def test_a_pix_link_comes_with_the_code_to_read_out(desk, invoice):
    answer = desk.post(f"/desk/invoices/{invoice.id}/payment-link", data={"method": "pix"})

    payment = db.session.scalars(select(Payment)).one()
    page = unescape(answer.get_data(as_text=True))
    assert payment.hosted_url in page
    assert payment.action["text"] in page


@pytest.mark.parametrize(("method", "status"), [("gold", 400), ("upi_intent", 400), ("card", 200)])
def test_a_way_that_the_market_has_not_is_refused(desk, invoice, method, status):
    answer = desk.post(f"/desk/invoices/{invoice.id}/payment-link", data={"method": method})

    assert answer.status_code == status


def test_the_invoice_offers_what_an_agent_can_send(desk, invoice):
    page = desk.get(f"/desk/invoices/{invoice.id}", plain=True).get_data(as_text=True)

    assert 'value="pix"' in page
    assert "upi_collect" not in page


@pytest.fixture
def talk(desk, invoice):
    inbox = InboxFactory(market=MarketFactory(brazil=True))
    return ConversationFactory(
        inbox=inbox,
        market_code="BR",
        customer_id=invoice.account.customer_id,
        assignee_id=desk.staff_id,
        status="open",
    )


def test_the_card_in_the_talk_names_the_way_and_carries_the_code(desk, invoice, talk):
    address = f"/desk/conversations/{talk.id}/payment-link/{invoice.id}"
    assert desk.post(address, data={"method": "pix"}).status_code == 204

    payment = db.session.scalars(select(Payment)).one()
    card = db.session.scalars(select(Message)).all()[-1].extra["card"]
    assert card["method"] == "Pix"
    assert (card["code"], card["url"]) == (payment.action["text"], payment.hosted_url)


def test_the_card_says_what_is_paid_also_of_a_bill_that_was_written_off(desk, invoice, talk):
    with db.transaction():
        invoice.status, invoice.written_off = InvoiceStatus.WRITTEN_OFF, invoice.total

    desk.post(f"/desk/conversations/{talk.id}/payment-link/{invoice.id}", data={"method": "card"})

    payment = db.session.scalars(select(Payment)).one()
    card = db.session.scalars(select(Message)).all()[-1].extra["card"]
    locale = MarketFactory(brazil=True).locale_for(talk.language)
    assert card["amount"] == payment.money.format(locale)
    assert payment.amount == invoice.total
