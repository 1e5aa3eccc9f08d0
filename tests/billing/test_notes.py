from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from app.billing import service
from app.billing.errors import CreditTooLarge
from app.billing.models import CreditNote, InvoiceStatus
from app.core import clock, db
from app.core.errors import Forbidden, Invalid
from app.core.money import Money
from tests.factories.actors import agent, staff
from tests.factories.billing import InvoiceFactory

D = Decimal
MANAGER = staff("manager")


def mxn(amount):
    return Money.of(amount, "MXN")


def test_a_debit_note_adds_to_what_is_due_and_opens_a_paid_bill_again(database):
    invoice = InvoiceFactory(status=InvoiceStatus.PAID, paid=D("299.00"), paid_at=clock.now())

    note = service.debit(invoice.id, mxn("29.90"), "Roaming was left out", by=MANAGER)

    assert (note.net, note.tax, note.number[:6]) == (D("25.78"), D("4.12"), "DN-MX-")
    assert (invoice.status, invoice.due) == (InvoiceStatus.OPEN, mxn("29.90"))


def test_what_is_added_to_a_bill_of_nothing_has_the_tax_of_its_period(database):
    """A discount or a credit had covered all of it: it has no proportion of its own."""
    nothing = dict.fromkeys(("net", "tax", "total"), D(0))
    invoice = InvoiceFactory(status=InvoiceStatus.PAID, paid_at=clock.now(), **nothing)

    note = service.debit(invoice.id, mxn("116.00"), "Roaming was left out", by=MANAGER)

    assert (note.net, note.tax) == (D("100.00"), D("16.00"))


def test_credit_notes_never_exceed_the_invoice_by_a_cent(database):
    invoice = InvoiceFactory()
    service.credit(invoice.id, mxn("298.99"), "Nearly all", by=MANAGER)

    with pytest.raises(CreditTooLarge):
        service.credit(invoice.id, mxn("0.02"), "Too much", by=MANAGER)
    service.credit(invoice.id, mxn("0.01"), "The rest", by=MANAGER)
    assert invoice.due == mxn("0.00")


def test_the_database_says_so_too(database):
    invoice = InvoiceFactory()
    service.credit(invoice.id, mxn("299.00"), "All", by=MANAGER)
    note = CreditNote(
        number="CN-BY-HAND",
        invoice_id=invoice.id,
        amount=D("0.01"),
        net=D("0.01"),
        tax=D(0),
        reason="by hand",
        issued_at=clock.now(),
    )

    with pytest.raises(IntegrityError, match="credit notes exceed the invoice"), db.transaction():
        db.session.add(note)


def test_who_may_not_write_notes_and_what_is_no_amount(database):
    invoice = InvoiceFactory()

    with pytest.raises(Forbidden):
        service.debit(invoice.id, mxn("1.00"), "More", by=agent())
    wrong = ("0", "-1", "1.001", "1e14", "1e40", "NaN", "Infinity")
    for amount in (*map(mxn, wrong), Money.of("1.00", "BRL")):
        with pytest.raises(Invalid):
            service.debit(invoice.id, amount, "More", by=MANAGER)
