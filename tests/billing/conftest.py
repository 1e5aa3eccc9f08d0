from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.billing.listeners import charge_plan_change
from app.core import clock, events
from app.subscriptions.events import PlanChanged

MEXICO = ZoneInfo("America/Mexico_City")


def noon(year, month, day, hour=12):
    return datetime(year, month, day, hour, tzinfo=MEXICO)


@contextmanager
def on(year, month, day, hour=12):
    """A block at some hour of a Mexican day."""
    with clock.moved_to(noon(year, month, day, hour)):
        yield


@pytest.fixture
def wired(database, hearing):
    """Billing hears plan changes, in the rolled-back session."""


@pytest.fixture
def hearing():
    """Billing hears plan changes, as the application wires it."""
    listen(in_transaction={PlanChanged: [charge_plan_change]})
    yield
    listen()


def listen(in_transaction=None):
    """Only these listeners, or none."""
    events.connect(
        in_transaction=in_transaction or {},
        reactions={},
        errands={},
        screens={},
        wake=lambda _ids: None,
    )
