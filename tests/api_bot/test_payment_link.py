from datetime import date

import pytest

from app.core import db
from app.payments.models import Payment
from tests.api_bot.world import valeria, with_invoice
from tests.payments.conftest import NOBODY, adapter


@pytest.fixture
def owing(database):
    hers = valeria()
    return hers, with_invoice(hers, due_on=date(2026, 11, 30))


def test_the_link_leads_to_the_gateways_page_and_stays_the_same(door, owing, world, plugged):
    hers, invoice = owing
    plugged(adapter(world.url))

    first = door(hers.talk).post("payment-link", invoice_number=None)
    again = door(hers.talk).post("payment-link", invoice_number=invoice.number)

    assert first.status_code == 200
    assert (first.json["amount_text"], first.json["invoice"]) == ("$299.00", invoice.number)
    assert first.json["url"].startswith("http")
    assert again.json["url"] == first.json["url"]
    assert db.session.query(Payment).count() == 1


def test_a_gateway_that_is_away_is_no_link_and_no_double_payment(door, owing, plugged):
    hers, _ = owing
    plugged(adapter(NOBODY))

    answers = [door(hers.talk).post("payment-link", invoice_number=None) for _ in range(2)]

    assert {each.status_code for each in answers} == {503}
    assert {each.json["code"] for each in answers} == {"gateway_unavailable"}
