"""What the running application does by itself when lines change: the tables of the wiring."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing import queries as bills
from app.billing import service as billing
from app.billing.service.porting_out import receive_request
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.money import Money
from app.core.outbox import OutboxEntry
from app.identity import switch as post_switch
from app.network import switch
from app.network.models import ProvisioningOrder
from app.network.port import Wanted
from app.subscriptions import queries, service
from app.usage import service as usage
from app.usage.queries import buckets_of
from app.usage.service import expiry
from tests.billing.conftest import FakeHouse
from tests.factories.actors import customer
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory, AddressFactory


class FakePost:
    def __init__(self):
        self.sent = []

    def send(self, channel, address, text, *, key):
        self.sent.append((address, text))


@pytest.fixture
def outside(app, monkeypatch):
    """The neighbours outside, who remember what they were told."""
    house, post = FakeHouse(), FakePost()
    monkeypatch.setattr(switch, "_house", [house])
    monkeypatch.setattr(post_switch, "_plugged", [post])
    return house, post


def work_off(*, but=("OrderPlaced",)):
    """Deliver what waits in the outbox, as the worker would; the network itself is away."""
    while entries := db.session.scalars(select(OutboxEntry).order_by(OutboxEntry.id)).all():
        for entry in entries:
            if not entry.event.endswith(but):
                events.deliver(entry.event, entry.listener, entry.payload)
            db.session.delete(entry)
        db.session.commit()


def line_of(version, **more):
    line = service.open_line(
        AccountFactory().id,
        by=SYSTEM,
        service="mobile",
        mode=version.offer.mode,
        number="55 1234 5678",
        offer_code=version.offer.code,
        **more,
    )
    work_off()
    return line


def orders_of(line):
    query = select(ProvisioningOrder.action).where(ProvisioningOrder.line_id == line.id)
    return list(db.session.scalars(query.order_by(ProvisioningOrder.id)))


@pytest.fixture
def mid_month():
    """Three days later is the same period of an account's bills."""
    with clock.moved_to(datetime(2026, 3, 10, 12, tzinfo=UTC)):
        yield


@pytest.mark.usefixtures("mid_month")
def test_a_number_that_leaves_is_known_to_the_house_and_off_the_network(outside):
    house, _post = outside
    line = line_of(OfferVersionFactory(), activated_at=clock.now() - timedelta(days=100))
    port = billing.ask_port_code(line.id, by=customer(line.customer_id))
    work_off()
    assert house.codes == {"+525512345678": port.code}

    receive_request(Wanted("r1", line.number, port.code, "Otra Telecom"))
    with clock.moved_to(clock.now() + timedelta(days=3)):
        billing.hand_over_due()
        work_off()

    assert house.gone == ["r1"]
    assert orders_of(line) == ["activate", "deactivate"]
    assert bills.open_charges(line.account_id), "the final bill has something to say"


def test_topping_up_opens_an_expired_line_again(outside):
    line = line_of(OfferVersionFactory(prepaid=True, price=Decimal("99.00")))
    with clock.moved_to(clock.now() + timedelta(days=31)):
        expiry.block_expired()
        work_off()
        usage.top_up(line.id, Money.of("100", "MXN"), by=SYSTEM, effect_key="a")
        work_off()

    db.session.expire_all()
    assert queries.effect_in_force(line) is None
    assert orders_of(line) == ["activate", "block_outgoing", "unblock"]


def test_a_code_goes_out_to_her_other_address_and_stolen_bars_the_network(outside):
    _house, post = outside
    line = line_of(OfferVersionFactory())
    by = customer(line.customer_id)
    mail = AddressFactory(customer_id=by.id, channel="email", value="v@example.com")

    sent = service.send_code(line.id, mail.id, by=by)
    work_off()
    [(address, text)] = post.sent
    service.report_with_code(line.id, "stolen", sent.id, text[:6], by=by)
    work_off()

    assert address == "v@example.com"
    assert orders_of(line) == ["activate", "block_all"]


def test_an_add_on_that_is_cancelled_takes_its_allowance_with_it(outside):
    line = line_of(OfferVersionFactory())
    added = service.add_add_on(
        line.id, OfferVersionFactory(add_on=True).id, by=SYSTEM, effect_key="a"
    )
    before = len(buckets_of([line.id])[line.id])

    service.cancel_add_on(added.id, by=SYSTEM)

    assert (before, len(buckets_of([line.id])[line.id])) == (6, 3)


def test_a_change_that_falls_back_leaves_bills_and_network_alone(outside):
    version = OfferVersionFactory()
    line = line_of(OfferVersionFactory())
    due = clock.now() + timedelta(days=1)
    service.schedule_plan(line.id, version.id, due, by=SYSTEM, effect_key="a")
    version.offer.withdrawn_at = clock.now()
    db.session.commit()

    with clock.moved_to(due + timedelta(minutes=1)):
        service.carry_out_changes()
        work_off()

    assert bills.open_charges(line.account_id) == []
    assert orders_of(line) == ["activate"]
