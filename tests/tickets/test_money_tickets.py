"""Chargebacks, and recharges that somebody should ask about, are tickets for billing."""

from decimal import Decimal

import pytest

from app.core import clock
from app.core.ids import new_id
from app.payments.events import ChargebackOpened, DoubleRecharge, RefundFailed
from app.tickets import listeners
from app.tickets.models import Priority, Ticket, Topic
from tests.billing.committed import count, only
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.usefixtures("database")
AMOUNT = Decimal("299.00")


def test_a_chargeback_is_a_ticket_of_its_customer_in_her_language():
    customer = CustomerFactory(language="es")

    listeners.open_for_chargeback(
        ChargebackOpened(new_id(), new_id(), new_id(), customer.id, AMOUNT, AMOUNT, "MXN")
    )

    ticket = only(Ticket)
    assert (ticket.customer_id, ticket.topic) == (customer.id, Topic.BILLING)
    assert (ticket.priority, ticket.subject) == (Priority.HIGH, "Contracargo: $299.00")


@pytest.mark.parametrize(("action", "tickets"), [("alerted", 1), ("extended", 0)])
def test_a_double_recharge_is_one_only_where_nothing_was_done_about_it(action, tickets):
    customer = CustomerFactory()

    listeners.open_for_double_recharge(
        DoubleRecharge(new_id(), customer.id, AMOUNT, "MXN", action, clock.now())
    )

    assert count(Ticket) == tickets


def test_a_refund_that_did_not_arrive_is_a_ticket_that_says_why():
    customer, payment_id = CustomerFactory(language="en"), new_id()

    listeners.open_for_failed_refund(
        RefundFailed(
            payment_id, new_id(), new_id(), customer.id, AMOUNT, "MXN", "expired_or_canceled_card"
        )
    )

    ticket = only(Ticket)
    assert (ticket.customer_id, ticket.topic) == (customer.id, Topic.BILLING)
    assert (ticket.priority, ticket.subject) == (
        Priority.HIGH,
        "Refund did not arrive: MX$299.00",
    )
    assert ticket.summary == "The card has expired or was closed."
    assert ticket.context["payment_id"] == str(payment_id)
