from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.billing.listeners import charge_plan_change
from app.core import clock, events
from app.network import switch
from app.network.port import NetworkDown
from app.subscriptions.events import PlanChanged
from app.usage.listeners import plan_changed

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
    """Usage and billing hear plan changes, in the rolled-back session."""


@pytest.fixture
def hearing():
    """Usage and billing hear plan changes, as the application wires it."""
    listen(in_transaction={PlanChanged: [plan_changed, charge_plan_change]})
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


class FakeHouse:
    """Remembers what it was told; `asked` is what other operators want."""

    def __init__(self):
        self.codes, self.asked, self.answers, self.gone = {}, [], {}, []
        self.is_down = False

    def publish(self, number, code, valid_until):
        self.codes[number] = code

    def withdraw(self, number):
        self.codes.pop(number, None)

    def wanted(self):
        return [each for each in self.asked if each.ref not in self.answers]

    def answer(self, ref, *, move_at, reason):
        if self.is_down:
            raise NetworkDown
        self.answers[ref] = (move_at is not None, reason)

    def hand_over(self, ref):
        self.gone.append(ref)


@pytest.fixture
def house():
    before, fake = list(switch._house), FakeHouse()
    switch.plug_in_house(fake)
    yield fake
    switch._house[:] = before
