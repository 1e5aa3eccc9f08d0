"""The whole way over HTTP: the demo's registry of persons and its network, on good and bad days."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.customers import switch as identity_switch
from app.customers.adapters.sandbox import SandboxIdentityService
from app.network import switch as network_switch
from app.network.adapters.sandbox import SandboxNetwork
from app.subscriptions.models import ActivationStatus
from app.tickets.models import Ticket
from tests.activation.conftest import ordered, plan, settle, stocked
from tests.demo_world.conftest import world  # noqa: F401 - a fixture
from tests.demo_world.forms import submit


@pytest.fixture
def outside(neighbours, world):  # noqa: F811 - the fixture
    """Our adapters at the demo's doors."""
    registry, network = SandboxIdentityService(world.url), SandboxNetwork(world.url)
    identity_switch.plug_in(registry)
    network_switch.plug_in(network)
    plan()
    stocked()
    yield world
    registry._client.close()
    network._network.close()


def told(outside, page, **form):
    with outside.visitor() as engineer:
        return submit(engineer, f"/{page}/", f"/{page}/mode", **form)


def settled_over(minutes):
    for minute in range(minutes):
        with clock.moved_to(clock.now() + timedelta(minutes=minute)):
            settle()


def test_on_a_good_day_the_line_is_on(outside):
    order = ordered()

    settle()

    assert order.status is ActivationStatus.ACTIVE


def test_a_registry_that_says_no_rejects(outside):
    told(outside, "registry", mode="rejected")
    order = ordered()

    settled_over(2)

    assert order.status is ActivationStatus.KYC_REJECTED


def test_a_registry_that_lies_is_not_believed_and_rejects_nobody(outside):
    told(outside, "registry", mode="lie")
    order = ordered()
    settled_over(3)
    assert order.status is ActivationStatus.KYC_PENDING

    told(outside, "registry", mode="verified")
    settled_over(6)

    assert order.status is ActivationStatus.ACTIVE


@pytest.mark.parametrize("mode", ["fail", "lie"])
def test_a_network_that_fails_or_lies_three_times_is_a_ticket(outside, session, mode):
    told(outside, "network", door="orders", mode=mode)
    order = ordered()

    settled_over(4)

    assert order.status is ActivationStatus.ESCALATED
    assert order.line.activated_at is None
    assert order.reference in session.scalars(select(Ticket.subject)).one()
