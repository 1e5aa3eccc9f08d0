"""An operator that can activate: a plan, cards and numbers in stock, and neighbours that obey."""

from dataclasses import dataclass, field

import pytest

from app.core import clock, events
from app.core.actor import SYSTEM
from app.customers import kyc, switch
from app.customers.port import IdentityServiceDown, Verdict
from app.network import queries as network_queries
from app.network import service as network
from app.network import switch as network_switch
from app.subscriptions import iccid
from app.subscriptions.service import activations, stock
from app.wiring import ERRANDS, IN_TRANSACTION, REACTIONS
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.network.conftest import FakeNetwork

CURP = "HEGG560427MVZRRL04"
CPF = "111.444.777-35"


@dataclass
class FakeIdentityService:
    """Answers in order, then yes for ever; an exception is raised."""

    answers: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def check(self, check_id, attempt, *, paper, number, name, country):
        self.asked.append((check_id, attempt, paper, number, name, country))
        answer = self.answers.pop(0) if self.answers else Verdict(True)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def identity():
    before, fake = list(switch._plugged), FakeIdentityService()
    switch.plug_in(fake)
    yield fake
    switch._plugged[:] = before


@pytest.fixture
def network_fake():
    before, fake = list(network_switch._plugged), FakeNetwork()
    network_switch.plug_in(fake)
    yield fake
    network_switch._plugged[:] = before


@pytest.fixture
def neighbours(database, identity, network_fake):
    """Everybody listens as in production; reactions at once, errands when `settle` says."""
    before = events._tables
    heard = {**IN_TRANSACTION}
    for kind, listeners in REACTIONS.items():
        heard[kind] = [*heard.get(kind, ()), *listeners]
    events._tables = events.Tables(in_transaction=heard, errands=ERRANDS)
    yield
    events._tables = before


def cards(count, form="sim", market_code="MX", first=1):
    code = {"MX": 52, "BR": 55, "IN": 91}[market_code]
    return [iccid.numbered(code, first + n) for n in range(count)]


def numbers(count, first=5510000000):
    return [f"+52{first + n}" for n in range(count)]


def stocked(count=3, form="sim", *, first=1):
    """Cards and numbers of Mexico in stock; the lists of both."""
    taken = cards(count, form, first=first), numbers(count, first=5510000000 + first)
    for holds, rows in zip((form, "number"), taken, strict=True):
        stock.import_batch(
            by=SYSTEM,
            market_code="MX",
            holds=holds,
            name=f"batch {first}",
            rows="\n".join(rows),
            count=count,
        )
    return taken


def plan(**more):
    return OfferVersionFactory(offer=OfferFactory(code="plus-20gb", **more))


def settle():
    """Work off what waits for the identity service and the network, until nothing is due."""
    for _ in range(10):
        done = [kyc.ask(each) for each in kyc.due()]
        done += [network.carry_out(each) for each in network_queries.due_orders(clock.now())]
        if not any(done):
            return


DOWN = IdentityServiceDown("no answer")
NO = Verdict(False, "not_found")


def ordered(account=None, *, paper=True, by=SYSTEM, effect_key="first", **more):
    account = account or AccountFactory()
    shown = activations.Paper("curp", CURP) if paper else None
    wanted = {"offer_code": "plus-20gb", "mode": "postpaid", "paper": shown, **more}
    return activations.activate(account.id, by=by, effect_key=effect_key, **wanted)
