"""Choosing how to pay, what is kept, and AutoPay, as a customer sees them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.core import clock, db
from app.payments.consent import CURRENT
from app.payments.methods import Method
from app.payments.models import (
    AutoPayDebit,
    AutoPayMandate,
    DebitStatus,
    Payment,
    PaymentStatus,
    SavedMethod,
)
from app.payments.service import run_autopay
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.payments import MandateFactory, PaymentFactory, SavedMethodFactory
from tests.factories.subscriptions import line_with_plan
from tests.payments.conftest import (  # noqa: F401 - fixtures
    gateway,
    nobody,
    plugged,
    token_at,
    world,
)
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("database", "confirmed")


@pytest.fixture
def account(database):
    return AccountFactory()


@pytest.fixture
def her(account, signed_in):
    return signed_in(account.customer)


def page_of(her, path):
    return unescape(her.see(path).text)


def only(model):
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


def test_she_chooses_among_what_is_kept_and_what_her_market_has(her, account, nobody):  # noqa: F811
    SavedMethodFactory(customer_id=account.customer_id)
    SavedMethodFactory(last4="1111")  # somebody else's
    invoice = InvoiceFactory(account=account)

    page = page_of(her, f"/my/bills/{invoice.number}/pay")

    assert "Visa •••• 4242" in page
    assert "1111" not in page
    assert re.findall(r'value="(card|bank_transfer|wallet|pix)"', page) == [
        "card",
        "bank_transfer",
        "wallet",
    ]


def test_one_click_pays_and_says_so(her, account, gateway):  # noqa: F811
    token = token_at(gateway, account.customer_id)
    method = SavedMethodFactory(customer_id=account.customer_id, token=token)
    invoice = InvoiceFactory(account=account)

    for _ in range(2):
        her.send(f"/my/bills/{invoice.number}/pay", way=f"saved:{method.id}", key="one")

    payment = only(Payment)
    assert "Paid. Thank you!" in page_of(her, f"/my/payments/{payment.id}")
    assert her.see(f"/my/bills/{invoice.number}/pay").status_code == 303


@pytest.mark.parametrize("way", ["saved:x", "saved:", "gold", "pix", "upi_collect", ""])
def test_a_way_that_is_none_is_refused(her, account, nobody, way):  # noqa: F811
    invoice = InvoiceFactory(account=account)

    answer = her.send(f"/my/bills/{invoice.number}/pay", way=way)

    assert answer.status_code == 400
    assert db.session.query(Payment).count() == 0


def test_somebody_else_s_card_pays_nothing(her, account, nobody):  # noqa: F811
    invoice, stranger = InvoiceFactory(account=account), SavedMethodFactory()

    answer = her.send(f"/my/bills/{invoice.number}/pay", way=f"saved:{stranger.id}")

    assert answer.status_code == 404


@pytest.fixture
def in_brazil(database):
    return AccountFactory(customer__market=MarketFactory(brazil=True))


def test_pix_is_shown_as_a_code_to_scan_and_to_copy_and_moves_on_by_itself(
    in_brazil,
    signed_in,
    gateway,  # noqa: F811
):
    her = signed_in(in_brazil.customer)
    invoice = InvoiceFactory(account=in_brazil)
    answer = her.send(f"/my/bills/{invoice.number}/pay", way="pix")
    payment = only(Payment)
    assert answer.location == f"/my/payments/{payment.id}"

    page = page_of(her, answer.location)
    code = her.see(f"/my/payments/{payment.id}/code.svg")

    assert payment.action["text"] in page
    assert "every 2s" in page
    assert (code.mimetype, code.data[:4]) == ("image/svg+xml", b"<svg")
    payment.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    late = page_of(her, answer.location)
    assert "The time to pay is over" in late
    assert payment.action["text"] not in late


def test_a_code_of_somebody_else_or_of_a_card_is_not_there(her, account):
    card = PaymentFactory(invoice=InvoiceFactory(account=account))
    other = PaymentFactory(action={"kind": "qr", "text": "x"})

    for payment in (card, other):
        assert her.see(f"/my/payments/{payment.id}/code.svg").status_code == 404


def test_a_collect_request_asks_for_the_address_and_waits(database, signed_in, gateway):  # noqa: F811
    account = AccountFactory(customer__market=MarketFactory(india=True))
    her = signed_in(account.customer)
    invoice = InvoiceFactory(account=account)
    assert her.send(f"/my/bills/{invoice.number}/pay", way="upi_collect").status_code == 400

    answer = her.send(f"/my/bills/{invoice.number}/pay", way="upi_collect", payer="pk@okaxis")

    assert "We have asked pk@okaxis" in page_of(her, answer.location)


def test_what_expired_can_be_tried_again(her, account):
    invoice = InvoiceFactory(account=account)
    payment = PaymentFactory(invoice=invoice, status=PaymentStatus.DECLINED, decline_code="expired")

    page = page_of(her, f"/my/payments/{payment.id}")

    assert "The time to pay is over." in page
    assert f'href="/my/bills/{invoice.number}/pay"' in page


def test_kept_methods_are_made_usual_and_deleted(her, account):
    first = SavedMethodFactory(customer_id=account.customer_id, is_default=True)
    second = SavedMethodFactory(customer_id=account.customer_id, last4="1111")

    her.send(f"/my/methods/{second.id}/default")
    her.send(f"/my/methods/{first.id}/delete")

    page = page_of(her, "/my/paying")
    assert "•••• 1111" in page
    assert "•••• 4242" not in page
    assert her.send(f"/my/methods/{SavedMethodFactory().id}/delete").status_code == 404


def test_autopay_is_set_up_changed_paused_and_ended(her, account, nobody):  # noqa: F811
    method = SavedMethodFactory(customer_id=account.customer_id)
    address = f"/my/accounts/{account.id}/autopay"
    form = {"method": str(method.id), "max_amount": "500", "consent": CURRENT}

    assert her.send(address, **{**form, "consent": ""}).status_code == 400
    her.send(address, **form)
    her.send(address, **{**form, "day": "5"})
    mandate = only(AutoPayMandate)
    assert "on day 5 of the month, up to MX$500.00" in page_of(her, "/my/paying")

    her.send(f"/my/autopay/{mandate.id}/pause")
    assert "Paused." in page_of(her, "/my/paying")
    her.send(f"/my/autopay/{mandate.id}/resume")
    assert "Paused." not in page_of(her, "/my/paying")
    her.send(f"/my/autopay/{mandate.id}/revoke")
    assert "Off. You pay each bill yourself." in page_of(her, "/my/paying")


@pytest.mark.parametrize(
    "changes",
    [
        {"max_amount": "NaN"},
        {"max_amount": "-1"},
        {"max_amount": ""},
        {"max_amount": "1e99"},
        {"day": "32"},
        {"day": "٣"},
        {"method": "x"},
        {"consent": "1999"},
    ],
)
def test_a_faulty_order_is_refused(her, account, nobody, changes):  # noqa: F811
    method = SavedMethodFactory(customer_id=account.customer_id)
    form = {"method": str(method.id), "max_amount": "500", "consent": CURRENT, **changes}

    assert her.send(f"/my/accounts/{account.id}/autopay", **form).status_code == 400
    assert db.session.query(AutoPayMandate).count() == 0


def test_a_prepaid_line_is_kept_topped_up(her, account, nobody):  # noqa: F811
    line = line_with_plan(OfferVersionFactory(prepaid=True), account=account)
    method = SavedMethodFactory(customer_id=account.customer_id)

    her.send(
        f"/my/lines/{line.id}/autopay",
        method=str(method.id),
        threshold="50",
        amount="100",
        daily_cap="200",
        renews="yes",
        consent=CURRENT,
    )

    page = page_of(her, "/my/paying")
    assert "MX$100.00 with Visa •••• 4242 when the balance is below MX$50.00" in page


def test_what_autopay_plans_and_why_it_failed_is_told(her, account):
    MandateFactory(account=account)
    InvoiceFactory(account=account)
    run_autopay()
    assert "Planned" in page_of(her, "/my/paying")
    debit = only(AutoPayDebit)
    debit.status, debit.reason = DebitStatus.DECLINED, "stolen_card"
    db.session.commit()

    assert "The card was reported stolen." in page_of(her, "/my/paying")


def test_a_bill_tells_what_autopay_will_do_and_when_it_could_not(her, account):
    MandateFactory(account=account)
    invoice = InvoiceFactory(account=account)
    run_autopay()
    address = f"/my/bills/{invoice.number}"
    assert "AutoPay takes MX$299.00 on" in page_of(her, address)

    debit = only(AutoPayDebit)
    debit.status, debit.reason = DebitStatus.DECLINED, "stolen_card"
    debit.mandate.paused_at = clock.now()
    db.session.commit()

    assert "AutoPay could not pay this bill" in page_of(her, address)


def test_those_of_others_cannot_be_touched(her):
    mandate = MandateFactory(account=AccountFactory())

    for what in ("pause", "resume", "revoke"):
        assert her.send(f"/my/autopay/{mandate.id}/{what}").status_code == 404
    assert her.send(f"/my/autopay/{mandate.id}/steal").status_code == 404
    assert only(AutoPayMandate).is_active


def test_more_debits_do_not_mean_more_statements(her, account, database):
    mandate = MandateFactory(account=account)
    InvoiceFactory(account=account)
    run_autopay()
    her.see("/my/paying")
    with statements(database) as one:
        her.see("/my/paying")
    for number in range(1, 6):
        month = clock.now().date() - timedelta(days=31 * number)
        InvoiceFactory(account=account, period_start=month)
        SavedMethodFactory(customer_id=account.customer_id, method=Method.WALLET)
    run_autopay()
    assert mandate.is_active

    with statements(database) as six:
        her.see("/my/paying")

    assert len(six) == len(one)
    assert db.session.query(SavedMethod).count() == 6
