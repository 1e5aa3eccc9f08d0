"""Money as billing administrators see it and decide about it, through their screens."""

import io
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.identity.models import ApprovalRequest
from app.ledger import service as ledger
from app.payments import service
from app.payments.models import (
    Chargeback,
    PaymentStatus,
    Refund,
    RefundStatus,
    RefundTo,
    UnallocatedCash,
    Voucher,
    VoucherBatch,
)
from tests.backoffice.money.conftest import Office, told
from tests.billing.committed import count, only
from tests.factories.billing import InvoiceFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.factories.payments import PaymentFactory
from tests.payments.conftest import call
from tests.payments.test_cash import row, statement
from tests.payments.test_chargebacks import chargeback
from tests.security.digest import digest
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("app", "nobody")


def paid(**more):
    payment = PaymentFactory(**more)
    service.receive_callback(*call(payment))
    return payment


def fresh(thing):
    """As it is stored now: a request gives its session back."""
    return db.session.get_one(type(thing), thing.id, populate_existing=True)


def text_of(answer):
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def refund_form(amount="100.00"):
    return {"amount": amount, "goes_to": "method", "reason": "Moved away"}


def test_a_refund_asks_who_it_is_and_then_is_made(office):
    payment = paid()
    path = f"/desk/payments/{payment.id}/refund"

    answer = office.confirmed(path, **refund_form())

    assert told(answer) == "The refund is on its way."
    assert only(Refund).amount == Decimal("100.00")


def test_a_refund_that_did_not_arrive_is_shown_with_the_reason_in_words(office):
    payment = paid()
    refund = service.refund(payment.id, by=SYSTEM, amount=Money.of("100.00", "MXN"))
    about = {"id": "ref_1", "key": str(refund.id), "amount": "100.00", "reason": "declined"}

    service.receive_callback(*call(payment, event_id="e", type="refund.failed", refund=about))
    page = text_of(office.see(f"/desk/payments/{payment.id}"))

    assert "Did not arrive" in page
    assert "The customer&#39;s bank did not take the money." in page
    assert "Refund did not arrive" in page  # in the books, too
    assert "Give back" in page  # another way may be tried


def test_the_question_names_the_deed_and_the_amount(office):
    page = office.send(f"/desk/payments/{paid().id}/refund", **refund_form()).get_data(as_text=True)

    assert "Refund a payment" in page
    assert "MX$100.00" in page
    assert count(Refund) == 0


def test_a_confirmation_of_one_amount_is_none_of_another(office):
    payment = paid()
    path = f"/desk/payments/{payment.id}/refund"
    code = office.code()
    assert office.send(path, code=code, **refund_form("10.00")).status_code == 204

    assert office.send(path, **refund_form("20.00")).status_code == 428
    assert office.send(path, code=code, **refund_form("20.00")).status_code == 401
    assert count(Refund) == 1


def test_the_session_gets_a_new_id_and_the_old_one_is_dead(app, office):
    before = office.browser.cookie("__Host-dialtone-staff")
    payment = paid()

    answer = office.confirmed(f"/desk/payments/{payment.id}/refund", **refund_form())

    after = office.browser.cookie("__Host-dialtone-staff")
    assert before != after
    assert answer.headers["X-Fresh-CSRF-Token"]
    assert office.see("/office/payments").status_code == 200
    office.browser.client.set_cookie(
        "__Host-dialtone-staff", before, domain="localhost", secure=True
    )
    assert office.see("/office/payments").status_code == 303


def test_five_wrong_codes_lock(office):
    path = f"/desk/payments/{paid().id}/refund"
    statuses = [office.send(path, code="000000", **refund_form()).status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]
    assert count(Refund) == 0


def test_without_scripts_a_page_asks_and_repeats_the_form(office):
    payment = paid()
    path = f"/desk/payments/{payment.id}/refund"

    asked = office.send(path, htmx=False, **refund_form())

    page = asked.get_data(as_text=True)
    assert asked.status_code == 428
    assert f'action="{path}"' in page
    assert 'name="amount" value="100.00"' in page
    assert office.send(path, htmx=False, code=office.code(), **refund_form()).status_code == 204
    assert only(Refund).amount == Decimal("100.00")


def test_a_payment_s_page_tells_its_whole_story(office):
    payment = paid()
    service.receive_callback(*call(payment))
    service.receive_callback(*chargeback(payment, amount="50.00"))
    service.refund(payment.id, by=SYSTEM, amount=Money.of("9.00", "MXN"), reason="A gift")

    page = text_of(office.see(f"/desk/payments/{payment.id}"))

    for word in (
        "checkout.succeeded",
        "2 copies",
        "Chargeback of",
        "fraudulent",
        "A gift",
        "In the books",
    ):
        assert word in page


def test_payments_are_found_by_what_they_are(office):
    found = paid(
        invoice=InvoiceFactory(account=AccountFactory(customer=CustomerFactory(name="Ximena Paz")))
    )
    PaymentFactory(amount=Decimal("12.34"))
    old = PaymentFactory(amount=Decimal("55.55"), created_at=clock.now() - timedelta(days=9))

    def rows(**asked):
        page = text_of(office.see("/office/payments", query_string=asked))
        return page.count('href="/desk/payments/')

    assert rows() == 3
    assert rows(status="succeeded") == 1
    assert rows(customer="ximena") == 1
    assert rows(amount="12,34") == 1
    assert rows(provider="bank") == 0
    day = old.created_at.astimezone(ZoneInfo("America/Mexico_City")).date()
    assert [rows(on=f"{day + timedelta(days=n)}") for n in (-1, 0, 1)] == [0, 1, 0]
    assert rows(status="succeeded", customer="ximena", amount="299") == 1
    assert office.see("/office/payments", query_string={"status": "x"}).status_code == 400
    assert str(found.id) in text_of(office.see("/office/payments"))


def test_the_list_takes_the_same_number_of_statements_for_many(office, session):
    def cost():
        with statements(session) as sent:
            office.see("/office/payments")
        return sent

    paid()
    cost()  # the session of the test forgets what the fixtures have left in it
    few = cost()
    for _ in range(20):
        paid()

    assert len(cost()) == len(few)


def test_only_payments_of_one_s_markets(app):
    paid()
    elsewhere = Office(app, "billing_administrator", markets=["BR"])

    assert "No payments found" in text_of(elsewhere.see("/office/payments"))


def test_unknown_payments_are_decided_with_a_confirmation(office):
    payment = PaymentFactory(status=PaymentStatus.UNKNOWN, check_at=None)
    assert "asked five times" in text_of(office.see("/office/payments/attention"))

    path = f"/office/payments/{payment.id}/resolve"
    answer = office.confirmed(path, how="found", transaction_id="txn_7", why="Seen at the gateway")

    assert told(answer) == "The payment counts."
    assert fresh(payment).status is PaymentStatus.SUCCEEDED
    assert "Nothing waits for you" in text_of(office.see("/office/payments/attention"))


def test_found_and_given_back_in_one_go(office):
    payment = PaymentFactory(status=PaymentStatus.UNKNOWN, check_at=None)

    office.confirmed(
        f"/office/payments/{payment.id}/resolve", how="refund", transaction_id="t", why="Paid twice"
    )

    assert only(Refund).amount == Decimal("299.00")


def test_transfers_and_chargebacks_wait_there_too(office):
    invoice = InvoiceFactory()
    payment = service.record_payment(
        invoice.id, by=SYSTEM, method={}, transaction_id="b", at=clock.now()
    )
    service.refund(
        payment.id, by=SYSTEM, amount=payment.money, reason="Closed", goes_to=RefundTo.BANK
    )
    other = paid()
    service.receive_callback(*chargeback(other))

    page = text_of(office.see("/office/payments/attention"))
    assert "A refund by bank transfer is to be sent: Closed" in page
    assert "Contest it" in page

    refund = only(Refund)
    path = f"/office/refunds/{refund.id}/transfer"
    for wrong in ({"done": "sent"}, {"done": "not_sent", "transaction_id": "x"}, {}):
        assert office.send(path, **wrong).status_code == 400
    office.confirmed(path, transaction_id="SPEI-1", done="sent")
    assert fresh(refund).status is RefundStatus.SUCCEEDED


def strict(app):
    limits = {"approval_limits": {"payments.refund": {}, "billing.credit": {}}}
    MarketFactory(policies=limits)
    return Office(app, "billing_administrator"), Office(app, "manager", name="Marta Quiroga")


def test_above_the_limit_a_second_person_decides_on_the_queue(app):
    bill, marta = strict(app)
    payment = paid()

    answer = bill.confirmed(f"/desk/payments/{payment.id}/refund", **refund_form())
    assert told(answer) == "The refund waits for a second person."
    assert count(Refund) == 0
    assert "It waits for a second person." in text_of(bill.see(f"/desk/payments/{payment.id}"))

    queue = text_of(bill.see("/office/approvals"))
    assert "somebody else must decide" in queue
    request_id = queue.split("/office/approvals/")[1].split("/")[0]
    assert bill.send(f"/office/approvals/{request_id}/approve").status_code == 409

    approve = f"/office/approvals/{request_id}/approve"
    assert "Moved away" in text_of(marta.see("/office/approvals"))
    assert told(marta.confirmed(approve)) == "Approved and carried out."
    assert only(Refund).amount == Decimal("100.00")
    assert marta.send(approve).status_code == 409


def test_a_refusal_needs_a_reason(app):
    bill, marta = strict(app)
    bill.confirmed(f"/desk/payments/{paid().id}/refund", **refund_form())
    request_id = (
        text_of(marta.see("/office/approvals")).split("/office/approvals/")[1].split("/")[0]
    )

    assert marta.send(f"/office/approvals/{request_id}/refuse", why=" ").status_code == 400
    assert marta.send(f"/office/approvals/{request_id}/refuse", why="No proof").status_code == 204
    assert "No proof" in text_of(marta.see("/office/approvals"))


def test_a_credit_is_confirmed_and_written(office):
    invoice = InvoiceFactory()

    answer = office.confirmed(
        f"/desk/invoices/{invoice.id}/notes", kind="credit", amount="29.90", reason="Slow network"
    )

    assert "is written" in told(answer)
    assert fresh(invoice).credited == Decimal("29.90")


def test_the_ledger_s_page_shows_books_and_what_does_not_agree(office):
    invoice = InvoiceFactory()
    reference = invoice.account.reference
    ledger.prove()
    assert "agree." in text_of(office.see("/office/ledger"))

    invoice = fresh(invoice)
    invoice.paid = Decimal("1.00")
    db.session.commit()
    ledger.prove()

    page = text_of(office.see("/office/ledger"))
    assert "What does not agree" in page
    assert reference in page


def test_a_statement_is_imported_allocated_and_exported(office):
    invoice = InvoiceFactory(total=Decimal("300.00"))
    content = statement(row("299.00", "=cmd()", "SPEI-9"))

    sent = {"market": "MX", "statement": (io.BytesIO(content), "bank.csv")}
    answer = office.browser.post(
        "/office/payments/cash/import", data=sent, headers={"HX-Request": "true"}
    )
    assert "MX$299.00 taken in" in told(answer)

    cash = only(UnallocatedCash)
    assert "Decide" in text_of(office.see("/office/payments/cash"))
    table = text_of(office.send("/office/payments/cash.csv", htmx=False, code=office.code()))
    assert "'=cmd()" in table
    assert "What it may be for" in text_of(office.see(f"/office/payments/cash/{cash.id}"))

    path = f"/office/payments/cash/{cash.id}/allocate"
    assert office.send(path, invoice="NOPE", amount="1.00").status_code == 404
    assert (
        told(office.send(path, invoice=invoice.number, amount="200.00"))
        == "The money is allocated."
    )
    assert fresh(invoice).paid == Decimal("200.00")
    office.confirmed(f"/office/payments/cash/{cash.id}/return", amount="99.00", reason="Not ours")
    assert fresh(cash).left.amount == 0


def test_a_wrong_total_is_told_with_the_reason(office):
    MarketFactory()
    sent = {"market": "MX", "statement": (io.BytesIO(statement(row(), total="1.00")), "bank.csv")}

    answer = office.browser.post(
        "/office/payments/cash/import", data=sent, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 400
    assert "The total says 1.00 in 1 rows" in answer.get_data(as_text=True)


def test_vouchers_are_told_once_as_a_table(office):
    MarketFactory()
    form = {
        "name": "Summer",
        "market": "MX",
        "value": "50.00",
        "count": "3",
        "expires_on": (clock.now() + timedelta(days=90)).date().isoformat(),
    }
    path = "/office/payments/vouchers"
    assert office.send(path, htmx=False, **form).status_code == 428

    answer = office.send(path, htmx=False, code=office.code(), **form)

    lines = answer.get_data(as_text=True).splitlines()
    assert answer.mimetype == "text/csv"
    assert len(lines) == 4
    assert len(db.session.scalars(select(Voucher)).all()) == 3
    assert "Summer" in text_of(office.see(path))
    batch = only(VoucherBatch)
    assert office.send(f"{path}/{batch.id}/stop", htmx=False).status_code == 303
    assert fresh(batch).stopped_at is not None


def test_what_belongs_to_another_market_is_not_found_and_nothing_changes(app):
    """Whoever sees Brazil only asks for everything of Mexico, by its ids."""
    MarketFactory(brazil=True)
    bill, _marta = strict(app)
    payment, invoice = paid(), InvoiceFactory()
    bill.confirmed(f"/desk/payments/{payment.id}/refund", **refund_form())
    service.import_statement("MX", statement(row()), by=SYSTEM)
    service.receive_callback(*chargeback(payment, amount="1.00"))
    transfer = service.refund(
        payment.id, by=SYSTEM, amount=Money.of("1.00", "MXN"), goes_to=RefundTo.BANK
    )
    cash, request = only(UnallocatedCash), only(ApprovalRequest)
    stranger = Office(app, "administrator", markets=["BR"])
    before = digest()

    gets = [
        f"/desk/payments/{payment.id}",
        f"/desk/payments/{payment.id}/refund",
        f"/desk/invoices/{invoice.id}/notes",
        f"/desk/accounts/{invoice.account_id}/payment-plan",
        f"/office/payments/{payment.id}/resolve",
        f"/office/payments/cash/{cash.id}",
    ]
    posts = {
        f"/desk/payments/{payment.id}/refund": refund_form("1.00"),
        f"/desk/invoices/{invoice.id}/notes": {"kind": "credit", "amount": "1.00", "reason": "x"},
        f"/desk/accounts/{invoice.account_id}/payment-plan": {"instalments": "2"},
        f"/office/payments/{payment.id}/check": {},
        f"/office/payments/{payment.id}/resolve": {"how": "not_found", "why": "x"},
        f"/office/refunds/{transfer.id}/transfer": {"transaction_id": "x", "done": "sent"},
        f"/office/chargebacks/{only(Chargeback).id}/represent": {"evidence": "x"},
        f"/office/approvals/{request.id}/approve": {},
        f"/office/approvals/{request.id}/refuse": {"why": "x"},
        f"/office/payments/cash/{cash.id}/allocate": {"invoice": "x", "amount": "1.00"},
        f"/office/payments/cash/{cash.id}/return": {"amount": "1.00", "reason": "x"},
    }
    told = [stranger.see(path).status_code for path in gets]
    told += [stranger.send(path, **form).status_code for path, form in posts.items()]

    assert told == [404] * len(told)
    for path in ("/office/payments", "/office/payments/attention", "/office/payments/cash"):
        assert "Valeria" not in text_of(stranger.see(path))
    assert "Moved away" not in text_of(stranger.see("/office/approvals"))
    assert digest() == before
