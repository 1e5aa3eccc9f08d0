from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, NotFound
from app.network import listeners, queries, service, switch, tasks
from app.network.errors import NetworkUnavailable
from app.network.events import OrderDone, OrderFailed, OrderPlaced
from app.network.models import OrderStatus, ProvisioningOrder
from app.subscriptions import service as lines
from app.subscriptions.events import BlockLifted, BlockPlaced
from app.subscriptions.queries import current_plan
from tests.factories.actors import agent, customer, staff
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database")


def test_an_order_is_a_row_until_the_network_did_it_once(network):
    line = line_with_plan()

    with heard(OrderPlaced, OrderDone) as said:
        order = service.order(line.id, "activate", by=staff("network_operations"))
        assert service.carry_out(order.id)
        assert not service.carry_out(order.id)

    plan = current_plan(line).version.offer.code
    assert network.done == [("activate", line.number, plan)]
    assert order.status is OrderStatus.DONE
    assert said == [OrderPlaced(order.id), OrderDone(order.id, line.id, "activate", order.done_at)]


def test_a_network_that_is_down_is_asked_three_times_with_growing_pauses(network, down):
    network.troubles = [down, down, down]
    line = line_with_plan()
    order = service.order(line.id, "activate", by=SYSTEM)

    with heard(OrderFailed) as said:
        for _ in range(3):
            assert not service.carry_out(order.id)
            assert not service.carry_out(order.id)  # it is not due yet
            with clock.moved_to(order.due_at):
                tasks.carry_out_due.run()

    assert (order.status, order.attempts) == (OrderStatus.FAILED, 3)
    assert "no answer" in order.last_error
    assert [each.order_id for each in said] == [order.id]


def test_what_comes_back_is_done_by_the_sweep(network, down):
    network.troubles = [down]
    order = service.order(line_with_plan().id, "activate", by=SYSTEM)
    service.carry_out(order.id)

    with clock.moved_to(clock.now() + timedelta(seconds=11)):
        assert tasks.carry_out_due.run() == 1

    assert order.status is OrderStatus.DONE


def test_a_refusal_is_not_repeated(network, refused):
    network.troubles = [refused]
    order = service.order(line_with_plan().id, "activate", by=SYSTEM)

    service.carry_out(order.id)

    assert order.status is OrderStatus.FAILED


def test_orders_of_one_line_keep_their_order(network, down):
    line = line_with_plan()
    block = service.order(line.id, "block_outgoing", by=SYSTEM)
    unblock = service.order(line.id, "unblock", by=SYSTEM)
    network.troubles = [down]

    service.carry_out(block.id)
    assert not service.carry_out(unblock.id)
    with clock.moved_to(clock.now() + timedelta(minutes=1)):
        assert tasks.carry_out_due.run() == 2

    assert [action for action, *_ in network.done] == ["block_outgoing", "unblock"]


def test_lifting_one_block_leaves_the_weaker_one_on_the_network(monkeypatch):
    heard_by = {BlockPlaced: [listeners.apply_blocks], BlockLifted: [listeners.apply_blocks]}
    monkeypatch.setattr(events._tables, "in_transaction", heard_by)
    line = line_with_plan()

    lines.place_block(line.id, "quota", "throttle", by=SYSTEM)
    lines.place_block(line.id, "dunning:1", "all", by=SYSTEM)
    lines.lift_block(line.id, "dunning:1", by=SYSTEM)
    lines.lift_block(line.id, "quota", by=SYSTEM)

    placed = db.session.scalars(select(ProvisioningOrder).order_by(ProvisioningOrder.id))
    wanted = ["throttle", "block_all", "throttle", "unblock"]
    assert [each.action for each in placed] == wanted
    assert [each.action for each in queries.orders_of(line.id)] == wanted[::-1]


def test_only_network_operations_give_orders():
    line = line_with_plan()

    with pytest.raises(Forbidden):
        service.order(line.id, "activate", by=agent())


def test_a_line_test_is_for_its_customer_and_for_staff(network, down):
    line = line_with_plan()

    assert service.diagnose(line.id, by=customer(id=line.customer_id)).technology == "5G"
    with pytest.raises(NotFound):
        service.diagnose(line.id, by=customer())
    network.troubles = [down]
    with pytest.raises(NetworkUnavailable):
        service.diagnose(line.id, by=agent())


def test_asking_a_network_nobody_plugged_in_says_so(network):
    switch._plugged.clear()

    with pytest.raises(switch.NotPluggedIn):
        switch.network()
