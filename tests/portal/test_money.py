"""Customers pay in instalments, redeem vouchers, and confirm by their password that it is them."""

from datetime import date
from decimal import Decimal

import pytest

from app.identity import passwords
from app.payments.models import PaymentPlan
from app.usage.queries import balance_of
from app.web.login import customer_with
from app.web.step_up import confirmed
from tests.billing.committed import count, only
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import CustomerFactory
from tests.factories.subscriptions import line_with_plan
from tests.payments.test_vouchers import generated
from tests.portal.conftest import put_together

pytestmark = pytest.mark.usefixtures("quiet")
PASSWORD = "a long enough password"


def test_an_overdue_bill_can_be_paid_in_instalments(signed_in):
    invoice = InvoiceFactory(due_on=date(2026, 1, 1))
    hers = signed_in(invoice.account.customer)
    path = f"/my/bills/{invoice.number}/instalments"
    assert path in hers.see(f"/my/bills/{invoice.number}").text
    assert "2 of MX$149.50" in hers.see(path).text

    assert hers.send(path, instalments="99").status_code == 400
    assert hers.send(path, instalments="2").status_code == 303

    assert "Your plan is running" in hers.see(path).text
    assert only(PaymentPlan).amount == Decimal("299.00")


def test_a_stranger_s_bill_has_no_instalments(signed_in):
    invoice = InvoiceFactory(due_on=date(2026, 1, 1))
    stranger = signed_in(CustomerFactory())

    path = f"/my/bills/{invoice.number}/instalments"
    assert stranger.see(path).status_code == 404
    assert stranger.send(path, instalments="2").status_code == 404
    assert count(PaymentPlan) == 0


def test_a_voucher_is_redeemed_on_her_own_line(signed_in):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    _, codes = generated(1)
    hers = signed_in(line.account.customer)
    path = f"/my/lines/{line.id}/voucher"
    assert path in hers.see("/my/").text

    wrong = hers.send(path, code="1" * 16)
    assert (wrong.status_code, "not valid" in wrong.text) == (422, True)
    right = hers.send(path, code=codes[0])

    assert right.status_code == 303
    assert "on your balance" in hers.see(right.location).text
    assert balance_of(line.id).amount == Decimal("100.00")


def test_a_voucher_is_not_redeemed_on_a_stranger_s_line(signed_in):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    _, codes = generated(1)

    answer = signed_in(CustomerFactory()).send(f"/my/lines/{line.id}/voucher", code=codes[0])

    assert answer.status_code == 404


def change():
    confirmed("methods.change", "card")
    return "changed"


@pytest.fixture(scope="module")
def surface(redis_url):
    with put_together(redis_url) as made:
        made.add_url_rule("/my/guarded", "guarded", customer_with()(change), methods=["POST"])
        yield made


@pytest.fixture
def guarded(signed_in):
    return signed_in(CustomerFactory(password_hash=passwords.hashed(PASSWORD)))


def test_the_password_is_asked_on_a_page_that_repeats_the_form(guarded):
    asked = guarded.send("/my/guarded", card="visa <4242>")

    assert asked.status_code == 428
    assert 'name="card" value="visa &lt;4242&gt;"' in asked.text
    assert 'type="password"' in asked.text
    assert guarded.send("/my/guarded", confirmation="wrong password!!").status_code == 401
    assert guarded.send("/my/guarded", confirmation=PASSWORD).text == "changed"
    assert guarded.send("/my/guarded").status_code == 428
