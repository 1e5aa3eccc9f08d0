from datetime import timedelta

import pytest

from app.catalog.errors import NotEligible
from app.core import clock, db
from app.core.errors import NotFound
from app.network import service, switch
from app.network.errors import BadPortDate, PortInEndedAlready, PortInOpen
from app.network.events import PortInEnded
from app.network.models import PortInStatus
from app.network.port import NetworkDown, Standing
from app.subscriptions.errors import BadNumber, NumberInUse
from app.subscriptions.models import Line
from tests.billing.committed import at_once
from tests.factories.actors import agent, customer
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard

NUMBER = "55 1234 5678"


class FakeHouse:
    def __init__(self):
        self.asked, self.says, self.is_down = [], Standing("pending"), False

    def ask(self, request_id, number, code, port_on):
        if self.is_down:
            raise NetworkDown
        self.asked.append((number, code))

    def standing(self, request_id):
        return self.says


@pytest.fixture
def house():
    before, fake = list(switch._house), FakeHouse()
    switch.plug_in_house(fake)
    yield fake
    switch._house[:] = before


def ask(account=None, *, days=3, key="a", **more):
    version = OfferVersionFactory()
    given = {
        "by": agent(),
        "number": NUMBER,
        "donor_code": "XY123456",
        "offer_code": version.offer.code,
        "mode": "postpaid",
        "port_on": clock.today("America/Mexico_City") + timedelta(days=days),
        "effect_key": key,
    }
    return service.request_port_in((account or AccountFactory()).id, **{**given, **more})


@pytest.mark.usefixtures("database")
class TestPortIn:
    def test_the_line_is_opened_on_the_day_and_not_before(self, house):
        request = ask()
        assert service.follow_port_ins() == 0
        house.says = Standing("accepted")
        assert service.follow_port_ins() == 0

        with clock.moved_to(clock.now() + timedelta(days=3)), heard(PortInEnded) as said:
            assert (service.follow_port_ins(), service.follow_port_ins()) == (1, 0)

        line = db.session.get_one(Line, request.line_id)
        assert (line.number, line.account_id) == ("+525512345678", request.account_id)
        assert house.asked == [("+525512345678", "XY123456")]
        assert [each.status for each in said] == ["active"]

    def test_a_refusal_of_the_donor_is_told(self, house):
        request = ask()
        house.says = Standing("refused", "wrong_code")

        with heard(PortInEnded) as said:
            service.follow_port_ins()

        assert (request.status, request.refusal) == (PortInStatus.REFUSED, "wrong_code")
        assert [each.refusal for each in said] == ["wrong_code"]

    def test_a_silent_house_is_asked_again(self, house):
        request = ask()
        house.is_down = True
        service.follow_port_ins()
        assert request.status is PortInStatus.NEW

        house.is_down = False
        service.follow_port_ins()

        db.session.expire_all()
        assert request.status is PortInStatus.ASKED

    def test_what_cannot_be_opened_by_then_is_refused_with_its_reason(self, house):
        request = ask()
        line_with_plan(number="+525512345678")
        house.says = Standing("accepted")

        with clock.moved_to(clock.now() + timedelta(days=3)):
            assert service.follow_port_ins() == 0

        db.session.expire_all()
        assert (request.status, request.refusal) == (PortInStatus.REFUSED, "number_in_use")

    def test_it_is_asked_for_once_and_cancelled(self, house):
        account = AccountFactory()
        request = ask(account)
        assert ask(account) is request
        with pytest.raises(PortInOpen):
            ask(key="b")

        service.cancel_port_in(request.id, by=agent())
        service.cancel_port_in(request.id, by=agent())
        house.says = Standing("refused")
        other = ask(key="c")
        service.follow_port_ins()

        with pytest.raises(PortInEndedAlready):
            service.cancel_port_in(other.id, by=agent())

    def test_what_is_not_asked_for(self, house):
        account = AccountFactory()

        for days in (0, -1, 91):
            with pytest.raises(BadPortDate):
                ask(account, days=days)
        with pytest.raises(BadNumber):
            ask(account, number="+5511987654321")
        with pytest.raises(NotFound):
            ask(account, by=customer())
        students = OfferVersionFactory(conditions={"segments": ["student"]})
        with pytest.raises(NotEligible):
            ask(account, offer_code=students.offer.code)
        with pytest.raises(NumberInUse):
            ask(account, number=line_with_plan().number)


def test_two_who_ask_for_a_number_at_once_are_one(committing, house):
    accounts = [AccountFactory() for _ in range(8)]
    version = OfferVersionFactory()

    results = at_once(
        8, lambda n: type(ask(accounts[n], key=str(n), offer_code=version.offer.code)).__name__
    )

    assert [each for each in results if each == "PortIn"] == ["PortIn"]
