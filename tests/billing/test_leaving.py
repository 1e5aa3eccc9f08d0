from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.billing import queries, service
from app.billing.deposits import DepositTerms, interest
from app.billing.errors import DepositInUse, DepositReturned
from app.billing.events import DepositGivenBack, LineLeft
from app.billing.leaving import closes_on
from app.billing.service.leaving import carry_out_disconnection
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.money import Money, Rounding
from app.customers.models import Customer
from app.subscriptions import queries as subscriptions
from app.subscriptions import service as lines
from app.subscriptions.errors import BackDated, LineLeaving, NotPending, ProofNeeded
from app.subscriptions.events import LineClosed, NumberReleased
from app.subscriptions.models import Disconnection, LineStatus, OrderStatus
from tests.billing.committed import at_once
from tests.billing.conftest import noon, on
from tests.factories.actors import administrator, agent, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory
from tests.heard import heard

D = Decimal


def leave(line, reason="request", **more):
    return service.disconnect_line(line.id, reason, by=administrator(), **more)


@pytest.mark.parametrize(
    ("wished", "day"),
    [
        (None, date(2026, 4, 17)),
        (date(2026, 4, 10), date(2026, 4, 10)),
        (date(2026, 5, 1), date(2026, 5, 1)),
        (date(2026, 4, 9), None),
        (date(2027, 4, 9), None),
    ],
)
def test_a_line_closes_within_seven_days_or_on_the_day_wished(wished, day):
    assert closes_on(date(2026, 4, 10), wished, 7) == day


@pytest.mark.usefixtures("wired")
class TestDisconnecting:
    def test_it_ends_with_a_final_bill_that_gives_back_the_days_left(self):
        line = line_with_plan(OfferVersionFactory(price=D("300.00")), activated_at=noon(2026, 3, 1))
        with on(2026, 4, 1):
            service.run_cycle("MX", date(2026, 4, 1), by=SYSTEM)
        with on(2026, 4, 10):
            order = leave(line, on=date(2026, 4, 21))
        with on(2026, 4, 21), heard(LineClosed, NumberReleased, LineLeft) as said:
            assert service.carry_out_disconnections(by=SYSTEM) == 1
            assert service.carry_out_disconnections(by=SYSTEM) == 0

        assert (line.status, line.closed_reason) == (LineStatus.CLOSED, "request")
        kinds = [type(each) for each in said]
        assert kinds == [LineClosed, NumberReleased, LineLeft]
        assert (said[1].number, said[2].dues) == (line.number, D("500.00"))
        steps = [each["step"] for each in order.steps]
        assert steps == [
            "final_bill",
            "dues_checked",
            "network_told",
            "number_released",
            "disconnected",
        ]
        with on(2026, 5, 1):
            service.run_cycle("MX", date(2026, 5, 1), by=SYSTEM)
        assert len(queries.invoices_of(account_ids=[line.account_id])) == 2, "and nothing twice"

    def test_until_then_it_is_taken_back(self):
        line = line_with_plan()
        order = leave(line)
        assert leave(line) is order

        lines.take_back(order.id, by=administrator(), why="She stays")
        lines.take_back(order.id, by=administrator(), why="She stays")

        with clock.moved_to(clock.now() + timedelta(days=8)):
            assert service.carry_out_disconnections(by=SYSTEM) == 0
        assert line.status is LineStatus.ACTIVE

    def test_afterwards_it_is_not(self):
        line = line_with_plan()
        order = leave(line, on=clock.today("America/Mexico_City"))
        service.carry_out_disconnections(by=SYSTEM)

        with pytest.raises(NotPending):
            lines.take_back(order.id, by=administrator(), why="Too late")

    def test_a_line_that_leaves_gets_nothing_new(self):
        line, version = line_with_plan(), OfferVersionFactory()
        leave(line)

        with pytest.raises(LineLeaving):
            lines.change_plan(line.id, version.id, by=agent(), effect_key="a")

    def test_what_is_not_ordered(self):
        line = line_with_plan()
        line_id = line.id

        with pytest.raises(BackDated):
            leave(line, on=clock.today("America/Mexico_City") - timedelta(days=1))
        with pytest.raises(Forbidden):
            service.disconnect_line(line_id, "request", by=agent())
        with pytest.raises(ProofNeeded):
            leave(line, "death", proof=" ")


def test_many_workers_disconnect_a_line_once(committing, hearing):
    line = line_with_plan(activated_at=noon(2026, 3, 1))
    order_id = leave(line, on=clock.today("America/Mexico_City")).id

    assert sorted(at_once(10, lambda _: carry_out_disconnection(order_id, by=SYSTEM))) == [
        False
    ] * 9 + [True]


@pytest.mark.usefixtures("wired")
class TestInactive:
    def idle(self, days):
        line = line_with_plan(OfferVersionFactory(prepaid=True))
        BalanceFactory(line=line, paid_until=clock.now() - timedelta(days=days))
        return line

    def test_a_plan_that_expired_more_than_ninety_days_ago_ends_the_line(self):
        line, fresh = self.idle(91), self.idle(89)

        assert service.sweep_inactive(by=SYSTEM) == 1
        assert service.sweep_inactive(by=SYSTEM) == 0
        with clock.moved_to(clock.now() + timedelta(days=8)):
            service.carry_out_disconnections(by=SYSTEM)

        db.session.expire_all()
        assert (line.status, line.closed_reason) == (LineStatus.CLOSED, "inactive")
        assert fresh.status is LineStatus.ACTIVE

    def test_who_uses_it_again_in_the_meantime_keeps_it(self):
        line = self.idle(91)
        service.sweep_inactive(by=SYSTEM)
        balance = BalanceFactory._meta.model
        db.session.get_one(balance, line.id).paid_until = clock.now()
        db.session.commit()

        with clock.moved_to(clock.now() + timedelta(days=8)):
            assert service.carry_out_disconnections(by=SYSTEM) == 0

        db.session.expire_all()
        [order] = db.session.query(Disconnection)
        assert (line.status, order.status) == (LineStatus.ACTIVE, OrderStatus.CANCELLED)


@pytest.mark.usefixtures("wired")
class TestDeath:
    def test_an_agent_with_proof_ends_every_line(self):
        line = line_with_plan()
        other = line_with_plan(account=line.account)

        orders = service.close_deceased(line.customer_id, by=agent(), proof="certificate 88/26")

        assert {each.line_id for each in orders} == {line.id, other.id}
        assert {each.proof for each in orders} == {"certificate 88/26"}
        assert db.session.get_one(Customer, line.customer_id).deceased_at is not None
        with clock.moved_to(clock.now() + timedelta(days=8)):
            assert service.carry_out_disconnections(by=SYSTEM) == 2

    def test_without_proof_nothing_ends(self):
        line = line_with_plan()

        with pytest.raises(ProofNeeded):
            service.close_deceased(line.customer_id, by=agent(), proof="  ")

        assert subscriptions.leaving_of([line.id]) == {}

    def test_a_mistake_is_undone(self):
        line = line_with_plan()
        service.close_deceased(line.customer_id, by=agent(), proof="certificate 88/26")

        service.revive(line.customer_id, by=agent(), why="Somebody of the same name")

        assert subscriptions.leaving_of([line.id]) == {}
        assert db.session.get_one(Customer, line.customer_id).deceased_at is None


@pytest.mark.parametrize(
    ("returned", "owed"),
    [
        pytest.param(date(2026, 3, 2), "0.00", id="60 days: in time"),
        pytest.param(date(2026, 3, 3), "0.27", id="one day late"),
        pytest.param(date(2027, 3, 2), "100.00", id="a year late: 10 %"),
    ],
)
def test_a_deposit_that_comes_late_earns_ten_percent_a_year(returned, owed):
    deposit = Money.of("1000.00", "INR")

    paid = interest(deposit, date(2026, 1, 1), returned, DepositTerms(), Rounding.HALF_UP)

    assert paid == Money.of(owed, "INR")


@pytest.mark.usefixtures("wired")
class TestDeposits:
    def take(self, line, key="a", amount="500.00"):
        return service.take_deposit(
            line.account_id, Money.of(amount, "MXN"), by=administrator(), effect_key=key
        )

    def test_it_is_given_back_once_when_the_last_line_is_closed(self):
        line = line_with_plan()
        deposit = self.take(line)
        assert self.take(line) is deposit
        with pytest.raises(DepositInUse):
            service.give_back_deposit(deposit.id, by=administrator())
        leave(line, on=clock.today("America/Mexico_City"))
        service.carry_out_disconnections(by=SYSTEM)

        with heard(DepositGivenBack) as said:
            service.give_back_deposit(deposit.id, by=administrator())
        with pytest.raises(DepositReturned):
            service.give_back_deposit(deposit.id, by=administrator())

        assert [(each.amount, each.interest) for each in said] == [(D("500.00"), 0)]

    def test_what_is_no_deposit(self):
        line = line_with_plan()
        self.take(line)

        with pytest.raises(Conflict):
            self.take(line, amount="501.00")
        with pytest.raises(Invalid):
            self.take(line, key="b", amount="-1")
        with pytest.raises(Forbidden):
            service.take_deposit(
                line.account_id, Money.of("5", "MXN"), by=staff("manager"), effect_key="c"
            )


@pytest.mark.usefixtures("wired")
def test_dues_of_an_account_are_what_its_open_bills_owe():
    invoice = InvoiceFactory()

    assert queries.dues_of(invoice.account_id) == Money.of("299.00", "MXN")
