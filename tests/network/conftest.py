import pytest

from app.network import switch
from app.network.port import Diagnosis, NetworkDown, OrderRefused


class FakeNetwork:
    """Remembers what it was told; `troubles` are raised one after the other."""

    def __init__(self):
        self.done = []
        self.troubles = []

    def diagnose(self, number, *, service):
        self._suffer()
        return Diagnosis(True, -70, "5G", "MX-2141", None, 30, 80.5, ())

    def carry_out(self, order_id, action, number, *, plan):
        self._suffer()
        self.done.append((action.value, number, plan))

    def _suffer(self):
        if self.troubles:
            raise self.troubles.pop(0)


@pytest.fixture
def network():
    before, fake = list(switch._plugged), FakeNetwork()
    switch.plug_in(fake)
    yield fake
    switch._plugged[:] = before


@pytest.fixture
def down():
    return NetworkDown("no answer")


@pytest.fixture
def refused():
    return OrderRefused("unknown number")
