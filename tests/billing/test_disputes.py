from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing import queries, service
from app.billing.errors import AlreadyDisputed, DisputeDecided, DisputeTooLarge
from app.billing.events import DisputeClosed, InvoiceLineDisputed
from app.billing.models import ChargeKind, CreditNote, DisputeState, DunningStep, InvoiceStatus
from app.core import db, events
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.money import Money
from app.tickets import listeners as tickets
from app.tickets.models import Status, Ticket, Topic
from tests.billing.conftest import noon, on
from tests.factories.actors import agent, customer, staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.discounts import DiscountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard

D = Decimal
MANAGER = staff("manager", name="Marta Quiroga")


def billed(price="299.00", **market):
    """A bill of one monthly charge and its charge, due on the 11th of April."""
    market = MarketFactory(**market)
    account = AccountFactory(customer__market=market)
    version = OfferVersionFactory(price=D(price), currency=market.currency)
    line_with_plan(version, account=account, activated_at=noon(2026, 3, 1))
    with on(2026, 4, 2):
        service.run_cycle(market.code, date(2026, 4, 1), by=SYSTEM)
    invoice = queries.invoice_with_lines(queries.invoices_of(account_ids=[account.id])[0].id)
    return invoice, invoice.charges[0]


def mxn(amount):
    return Money.of(amount, "MXN")


@pytest.fixture
def ticketing(database, monkeypatch):
    """Tickets hear of disputes, as the application wires it."""
    table = {
        InvoiceLineDisputed: [tickets.open_for_dispute],
        DisputeClosed: [tickets.resolve_with_dispute],
    }
    monkeypatch.setattr(events._tables, "in_transaction", table)


def test_a_customer_disputes_a_charge_and_a_ticket_is_opened(ticketing):
    invoice, charge = billed()
    owner = customer(invoice.account.customer_id)

    found = service.dispute(invoice.id, charge.id, mxn("99.00"), "I was away", by=owner)

    assert (found.state, found.amount) == (DisputeState.OPEN, D("99.00"))
    [ticket] = db.session.scalars(select(Ticket)).all()
    assert (ticket.topic, ticket.customer_id) == (Topic.BILLING, invoice.account.customer_id)
    assert invoice.number in ticket.subject
    assert ticket.context == {
        "kind": "billing_dispute",
        "dispute_id": str(found.id),
        "invoice_id": str(invoice.id),
    }


@pytest.mark.parametrize(
    ("credited", "state", "notes"),
    [
        ("99.00", DisputeState.UPHELD, [D("99.00")]),
        ("40.00", DisputeState.PARTLY, [D("40.00")]),
        ("0", DisputeState.REFUSED, []),
    ],
)
def test_a_decision_gives_back_what_it_says_and_tells_the_customer(
    ticketing, credited, state, notes
):
    invoice, charge = billed()
    found = service.dispute(invoice.id, charge.id, mxn("99.00"), "I was away", by=agent())

    service.decide(found.id, mxn(credited), "We looked at the records.", by=MANAGER)

    assert (found.state, found.credited, found.decided_by) == (state, D(credited), "Marta Quiroga")
    assert list(db.session.scalars(select(CreditNote.amount))) == notes
    assert invoice.due.amount == D("598.00") - D(credited)
    [ticket] = db.session.scalars(select(Ticket)).all()
    assert ticket.status is Status.RESOLVED
    assert "We looked at the records." in ticket.resolution


def test_a_dispute_is_decided_once(database):
    invoice, charge = billed()
    found = service.dispute(invoice.id, charge.id, None, "Not mine", by=agent())
    service.decide(found.id, mxn("0"), "It is yours.", by=MANAGER)

    with pytest.raises(DisputeDecided):
        service.decide(found.id, mxn("299.00"), "Or not.", by=MANAGER)
    with pytest.raises(DisputeDecided):
        service.withdraw(found.id, by=agent())


def test_a_charge_is_disputed_once_at_a_time(database):
    invoice, charge = billed()
    first = service.dispute(invoice.id, charge.id, mxn("10.00"), "Wrong", by=agent())
    with pytest.raises(AlreadyDisputed):
        service.dispute(invoice.id, charge.id, mxn("10.00"), "Wrong", by=agent())
    db.session.refresh(first)

    service.withdraw(first.id, by=agent())

    again = service.dispute(invoice.id, charge.id, mxn("10.00"), "Wrong", by=agent())
    assert again.is_open


def test_a_dispute_is_about_no_more_than_the_charge_with_its_tax(database):
    invoice, charge = billed("299.00", india=True)
    rupees = Money.of("352.82", "INR")

    with pytest.raises(DisputeTooLarge):
        service.dispute(invoice.id, charge.id, Money.of("352.83", "INR"), "Wrong", by=agent())

    assert service.dispute(invoice.id, charge.id, None, "Wrong", by=agent()).money == rupees


def test_of_a_charge_with_a_discount_no_more_is_disputed_than_is_paid_for_it(database):
    DiscountFactory(kind="tenure", off={"percent": "10"})
    invoice, _ = billed("300.00")
    charge = next(each for each in invoice.charges if each.kind is ChargeKind.RECURRING)

    with pytest.raises(DisputeTooLarge):
        service.dispute(invoice.id, charge.id, mxn("270.01"), "Wrong", by=agent())

    assert service.dispute(invoice.id, charge.id, None, "Wrong", by=agent()).money == mxn("270.00")


@pytest.mark.parametrize("amount", ["0", "-1.00", "0.001", "1e40", "NaN", "Infinity"])
def test_what_is_no_amount_is_refused(database, amount):
    invoice, charge = billed()

    with pytest.raises(Invalid):
        service.dispute(invoice.id, charge.id, mxn(amount), "Wrong", by=agent())


@pytest.mark.parametrize("amount", ["-1.00", "0.001", "NaN", "-Infinity"])
def test_what_is_no_amount_is_not_given_back(database, amount):
    invoice, charge = billed()
    found = service.dispute(invoice.id, charge.id, None, "Wrong", by=agent())

    with pytest.raises(Invalid):
        service.decide(found.id, mxn(amount), "So.", by=MANAGER)

    assert found.is_open


def test_who_may_dispute_and_who_may_decide(database):
    invoice, charge = billed()
    other, _ = billed()
    stranger = customer(other.account.customer_id)

    with pytest.raises(NotFound):
        service.dispute(invoice.id, charge.id, None, "Not mine", by=stranger)
    with pytest.raises(NotFound):
        service.dispute(other.id, charge.id, None, "Not of this bill", by=agent())
    with pytest.raises(Forbidden):
        service.dispute(invoice.id, charge.id, None, "Wrong", by=staff("field_technician"))
    found = service.dispute(invoice.id, charge.id, None, "Wrong", by=agent())
    with pytest.raises(Forbidden):
        service.decide(found.id, mxn("0"), "No.", by=agent())


def dunned(invoice, day):
    with on(2026, 4, day):
        service.apply_dunning("MX", date(2026, 4, day), by=SYSTEM)
    steps = select(DunningStep.action).where(DunningStep.invoice_id == invoice.id)
    return sorted(db.session.scalars(steps))


def test_dunning_goes_on_for_what_is_not_disputed(database):
    invoice, charge = billed()
    service.dispute(invoice.id, charge.id, mxn("99.00"), "Wrong", by=agent())

    assert dunned(invoice, 28) == ["block_outgoing", "notice"]


def test_a_bill_disputed_altogether_is_not_dunned_for_until_it_is_decided(database):
    invoice, charge = billed()
    service.credit(invoice.id, mxn("299.00"), "Half of it", by=MANAGER)
    assert dunned(invoice, 28) == ["block_outgoing", "notice"]
    line = invoice.account_id

    found = service.dispute(invoice.id, charge.id, None, "Wrong", by=agent())
    assert dunned(invoice, 29) == ["notice"]
    assert blocks_of(line) == []

    service.decide(found.id, mxn("0"), "It is right.", by=MANAGER)
    assert dunned(invoice, 30) == ["block_outgoing", "notice"]
    assert len(blocks_of(line)) == 1


def blocks_of(account_id):
    from app.subscriptions.models import Block, Line

    query = select(Block.id).join(Line).where(Line.account_id == account_id)
    return list(db.session.scalars(query.where(Block.lifted_at.is_(None))))


def test_a_dispute_of_a_paid_bill_becomes_credit(database):
    invoice, charge = billed()
    service.settle(invoice.id, invoice.due, by=SYSTEM, payment_id=invoice.id)
    found = service.dispute(invoice.id, charge.id, mxn("99.00"), "Wrong", by=agent())

    service.decide(found.id, mxn("99.00"), "Sorry.", by=MANAGER)

    assert invoice.status is InvoiceStatus.PAID
    assert queries.credit_of(invoice.account_id).amount == D("99.00")


def test_an_outcome_is_announced(database):
    invoice, charge = billed()
    found = service.dispute(invoice.id, charge.id, mxn("99.00"), "Wrong", by=agent())

    with heard(DisputeClosed) as said:
        service.decide(found.id, mxn("50.00"), "Half.", by=MANAGER)

    assert [(each.state, each.credited) for each in said] == [("partly", D("50.00"))]
