"""What the demo operator promises, with the regulators' days: TRAI's three days and four weeks,
Anatel's seven days."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock
from app.core.actor import SYSTEM
from app.demo import promises
from app.tickets import service
from app.tickets.models import TicketType, Topic
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory

OPENED = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def operator(database):
    MarketFactory(), MarketFactory(brazil=True), MarketFactory(india=True)
    with clock.moved_to(OPENED - timedelta(days=1)):
        promises.promise(["MX", "BR", "IN"])


def days_for(market, kind, topic=Topic.OTHER, segment="consumer"):
    customer = CustomerFactory(market=MarketFactory(**market), segment=segment)
    with clock.moved_to(OPENED):
        ticket = service.open(
            by=SYSTEM, subject="x", topic=topic, customer_id=customer.id, type_=kind
        )
    return (ticket.resolve_by - OPENED) / timedelta(days=1)


@pytest.mark.parametrize(
    ("market", "kind", "topic", "days"),
    [
        ({"india": True}, TicketType.COMPLAINT, Topic.TECHNICAL, 3),
        ({"india": True}, TicketType.COMPLAINT, Topic.BILLING, 28),
        ({"india": True}, TicketType.BILLING_DISPUTE, Topic.BILLING, 28),
        ({"brazil": True}, TicketType.COMPLAINT, Topic.BILLING, 7),
        ({"brazil": True}, TicketType.BILLING_DISPUTE, Topic.BILLING, 7),
    ],
)
def test_complaints_have_the_time_that_the_law_gives(market, kind, topic, days):
    assert days_for(market, kind, topic) == days
    assert days_for(market, kind, topic, "enterprise") == days


def test_companies_are_helped_within_a_working_day():
    # A Friday noon of UTC is six in the morning in Mexico: nine hours from nine on that day.
    assert days_for({}, TicketType.REQUEST, segment="enterprise") == pytest.approx(0.5)
