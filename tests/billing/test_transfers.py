"""A line moves to another account: each pays its own days, and prepaid credit travels.

Pro-ration: BILLING.md `actual_days`; the arithmetic is with each case.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing import queries, service
from app.billing.models import Invoice
from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.money import Money
from app.ledger import listeners as ledger_listeners
from app.ledger import service as books
from app.ledger.models import LedgerLeg
from app.subscriptions import service as lines
from app.subscriptions.errors import (
    BackDated,
    LineBlocked,
    LineLeaving,
    NotPending,
    NotTransferable,
    TransferUnderWay,
)
from app.subscriptions.events import LineClosed, LineTransferred, NumberReleased, TransferAsked
from app.subscriptions.models import Line, LineStatus, TransferStatus
from app.subscriptions.service import transfers
from app.usage.errors import SessionClosed
from app.usage.events import BalanceChanged
from app.usage.listeners import line_transferred
from app.usage.models import BalanceMovement, Bucket
from app.usage.queries import balance_of, buckets_of
from app.usage.service import charging, expiry
from tests.billing.committed import at_once
from tests.billing.conftest import listen, noon, on
from tests.factories.actors import administrator, agent, customer, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import BlockFactory, SubscriptionFactory, line_with_plan
from tests.factories.usage import BalanceFactory, BucketFactory, UsageRecordFactory
from tests.heard import heard

MANAGER = staff("manager")


def mxn(amount):
    return Money.of(amount, "MXN")


@pytest.fixture(autouse=True)
def wired(request):
    if "committing" in request.fixturenames:
        request.getfixturevalue("committing")
    else:
        request.getfixturevalue("database")
    listen(in_transaction={LineTransferred: [line_transferred]})
    yield
    listen()


def line_of(price="300.00", since=(2026, 3, 1), **more):
    version = OfferVersionFactory(price=Decimal(price))
    return line_with_plan(version, activated_at=noon(*since), **more)


def move(line, account, *, by=MANAGER, taker="Signed the form", **more):
    return service.ask_transfer(
        line.id, account.id, by=by, giver_proof="Her letter", taker_proof=taker, **more
    )


def run(year, month, day):
    with on(year, month, day):
        return service.run_cycle("MX", date(year, month, day), by=SYSTEM).issued


def bills(account):
    query = select(Invoice).where(Invoice.account_id == account.id)
    return db.session.scalars(query.order_by(Invoice.period_start)).all()


def amounts(invoice):
    return [each.amount for each in invoice.charges]


def ahead(**span):
    return clock.now() + timedelta(**span)


def moved():
    query = select(BalanceMovement.line_id, BalanceMovement.amount)
    return dict(db.session.execute(query).all())


def successor(line):
    return db.session.scalars(select(Line).where(Line.came_from_id == line.id)).one()


class TestDays:
    def test_each_account_pays_its_own(self):
        """April, 300.00, was paid in advance; the line moves on the 21st: 20 days stay with the
        giver, 300 × 10/30 = 100.00 comes back; the taker pays these 10 days and May ahead."""
        line, taker = line_of(), AccountFactory()
        run(2026, 4, 1)

        with on(2026, 4, 21):
            assert move(line, taker).status is TransferStatus.DONE
        run(2026, 5, 1)

        billed, final = bills(line.account)
        assert (billed.due, final.due) == (mxn("500.00"), mxn("0.00"))
        [first] = bills(taker)
        assert amounts(first) == [Decimal("100.00"), Decimal("300.00")]

    def test_with_other_billing_days_each_in_its_own_month(self):
        """The taker's month is from April 11 to May 11, 30 days: from the 21st 300 × 20/30 =
        200.00. The giver's 16 days from the 5th: 300 × 26/30 − 300 × 10/30 = 160.00."""
        line, taker = line_of(since=(2026, 4, 5)), AccountFactory(billing_day=11)

        with on(2026, 4, 21):
            move(line, taker)
        run(2026, 5, 11)

        [final] = bills(line.account)
        assert final.total == Decimal("160.00")
        [first] = bills(taker)
        assert amounts(first) == [Decimal("200.00"), Decimal("300.00")]

    def test_where_the_last_day_is_paid_by_what_ends_it_is_not_paid_twice(self):
        """Inclusive: the 21st is the giver's: 17 days of April 5 to 21, 260.00 − 300 × 9/30 =
        170.00; the taker pays 9 days, 90.00: together 26 days, 260.00."""
        MarketFactory(policies={"interval": "inclusive"})
        line, taker = line_of(since=(2026, 4, 5)), AccountFactory()

        with on(2026, 4, 21):
            move(line, taker)
        run(2026, 5, 1)

        assert bills(line.account)[0].total == Decimal("170.00")
        assert amounts(bills(taker)[0])[0] == Decimal("90.00")

    def test_what_was_used_before_stays_with_whom_it_was_used_by(self):
        line, taker = line_of(since=(2026, 4, 5)), AccountFactory()
        UsageRecordFactory(line=line, started_at=noon(2026, 4, 20), charged=Decimal("13.86"))

        with on(2026, 4, 21):
            move(line, taker)
        UsageRecordFactory(
            line=successor(line), started_at=noon(2026, 4, 22), charged=Decimal("2.00")
        )
        run(2026, 5, 1)

        assert bills(line.account)[0].total == Decimal("173.86")
        assert sum(amounts(bills(taker)[0])) == Decimal("402.00")

    def test_while_others_are_left_the_giver_has_no_final_bill(self):
        line = line_of(since=(2026, 4, 5))
        line_of(since=(2026, 4, 5), account=line.account)

        with on(2026, 4, 21):
            move(line, AccountFactory())

        assert bills(line.account) == []
        assert [each.amount for each in queries.open_charges(line.account_id)] == [
            Decimal("260.00"),
            Decimal("-100.00"),
        ]


class TestMoved:
    def test_number_sim_and_plan_go_on_and_nobody_hears_that_a_line_closed(self):
        line, taker = line_of(), AccountFactory()
        sim, plan = line.sims[0], line.subscriptions[0]
        SubscriptionFactory(line=line, kind="add_on", version=OfferVersionFactory(add_on=True))

        with heard(LineClosed, NumberReleased, LineTransferred) as said:
            move(line, taker)

        new = successor(line)
        assert [type(each) for each in said] == [LineTransferred]
        assert (line.status, line.closed_reason) == (LineStatus.CLOSED, "transferred")
        assert (new.number, new.customer_id) == (line.number, taker.customer_id)
        assert [each.iccid for each in new.sims] == [sim.iccid]
        assert plan.version.id in {each.version.id for each in new.subscriptions}
        assert len(new.subscriptions) == 2
        assert new.owner_changed_at is not None
        assert buckets_of([new.id])[new.id]
        assert not buckets_of([line.id]).get(line.id)

    def test_what_is_open_stays(self):
        line = line_of()
        invoice = InvoiceFactory(account=line.account)

        move(line, AccountFactory())

        assert (invoice.account_id, invoice.due) == (line.account_id, mxn("299.00"))

    def test_of_ten_at_once_one_moves_it(self, committing):
        line, taker = line_with_plan(), AccountFactory()
        today = clock.today("America/Mexico_City")
        transfer = move(line, taker, on=today + timedelta(days=1))
        transfer.day = today
        db.session.commit()
        transfer_id, line_id = transfer.id, line.id

        done = at_once(10, lambda _: service.carry_out_transfer(transfer_id, by=SYSTEM))

        assert sorted(done) == [False] * 9 + [True]
        query = select(Line).where(Line.came_from_id == line_id)
        assert len(db.session.scalars(query).all()) == 1


class TestAgreeing:
    def test_the_other_customer_is_asked_and_moves_it_by_agreeing(self):
        line, taker = line_of(), AccountFactory()

        with heard(TransferAsked) as said:
            transfer = move(line, taker, taker="")
        assert [each.customer_id for each in said] == [taker.customer_id]
        assert transfer.status is TransferStatus.WAITING
        service.agree_transfer(transfer.id, by=customer(taker.customer_id))
        service.agree_transfer(transfer.id, by=customer(taker.customer_id))

        assert transfer.status is TransferStatus.DONE
        assert successor(line).account_id == taker.id

    def test_nobody_else_agrees_and_nobody_sees_what_is_not_hers(self):
        line = line_of()
        transfer = move(line, AccountFactory(), taker="")

        for other in (customer(line.customer_id), customer(), agent()):
            with pytest.raises(NotFound):
                service.agree_transfer(transfer.id, by=other)
        with pytest.raises(NotFound):
            transfers.transfer_for(customer(), transfer.id)
        with pytest.raises(NotFound):
            transfers.transfer_for(staff("manager", markets={"BR"}), transfer.id)

    def test_who_refuses_ends_it(self):
        line, taker = line_of(), AccountFactory()
        transfer = move(line, taker, taker="")

        transfers.end_transfer(transfer.id, by=customer(taker.customer_id), why="No")

        with pytest.raises(NotPending):
            service.agree_transfer(transfer.id, by=customer(taker.customer_id))
        assert line.status is LineStatus.ACTIVE

    def test_after_two_weeks_it_is_over(self):
        taker = AccountFactory()
        transfer = move(line_of(), taker, taker="")

        with clock.moved_to(clock.now() + timedelta(days=15)):
            with pytest.raises(NotPending):
                service.agree_transfer(transfer.id, by=customer(taker.customer_id))
            service.carry_out_transfers(by=SYSTEM)

        db.session.refresh(transfer)
        assert transfer.status is TransferStatus.EXPIRED

    def test_between_accounts_of_one_customer_she_is_not_asked_twice(self):
        line = line_of()
        own = AccountFactory(customer=line.account.customer)

        assert move(line, own, taker="").status is TransferStatus.DONE
        assert successor(line).owner_changed_at is None

    def test_for_leaving_the_operator_the_line_is_as_old_as_it_was(self):
        line = line_of(since=(2026, 1, 1))
        own = AccountFactory(customer=line.account.customer)
        move(line, own)

        rules = service.port_out_rules(successor(line).id, by=MANAGER)

        assert [each.name for each in rules if not each.fulfilled] == []

    def test_it_waits_for_its_day(self):
        line = line_of()
        with on(2026, 4, 10):
            transfer = move(line, AccountFactory(), on=date(2026, 4, 21))
            assert transfer.status is TransferStatus.AGREED
        with on(2026, 4, 20):
            assert service.carry_out_transfers(by=SYSTEM) == 0
        with on(2026, 4, 21):
            assert service.carry_out_transfers(by=SYSTEM) == 1
            assert service.carry_out_transfers(by=SYSTEM) == 0

    def test_what_is_against_it_on_its_day_ends_it(self):
        line = line_of()
        with on(2026, 4, 10):
            transfer = move(line, AccountFactory(), on=date(2026, 4, 21))
        BlockFactory(line=line)

        with on(2026, 4, 21):
            assert service.carry_out_transfers(by=SYSTEM) == 0

        assert (transfer.status, transfer.why) == (TransferStatus.CANCELLED, "line_blocked")
        assert line.status is LineStatus.ACTIVE


class TestPrepaid:
    """Credit 80.00; 1,000 MB of which 300 are used; the market's rule says what goes along."""

    UNITS = 1_000_000_000

    def line(self, credit="80.00", used=300_000_000, rule=None, **more):
        MarketFactory(policies={"prepaid_transfer": rule} if rule else {})
        plan = OfferVersionFactory(prepaid=True, includes={UsageKind.DATA: self.UNITS}, **more)
        line = line_with_plan(plan)
        BalanceFactory(line=line, amount=Decimal(credit), paid_until=ahead(days=20))
        BucketFactory(
            line=line,
            kind=UsageKind.DATA,
            granted=self.UNITS,
            used=used,
            expires_at=ahead(days=20),
        )
        return line

    def left(self, line):
        return [(each.granted, each.left) for each in buckets_of([line.id])[line.id]]

    def test_credit_allowances_and_the_days_that_are_paid_for_go_along(self):
        line, taker = self.line(), AccountFactory()
        SubscriptionFactory(
            line=line,
            kind="add_on",
            version=OfferVersionFactory(add_on=True),
            ends_at=ahead(days=3),
        )
        paid_until = balance_of(line.id).paid_until

        with heard(BalanceChanged) as said:
            assert move(line, taker).status is TransferStatus.DONE

        new = successor(line)
        assert (balance_of(line.id).money, balance_of(new.id).money) == (mxn("0.00"), mxn("80.00"))
        assert balance_of(new.id).paid_until == paid_until
        assert self.left(new) == [(self.UNITS, self.UNITS - 300_000_000)]
        assert self.left(line) == []
        assert [each.left for each in db.session.scalars(select(Bucket))].count(0) == 1
        assert [each.kind for each in new.subscriptions if each.ends_at] == ["add_on"]
        assert [each.line_id for each in said] == [new.id], "a line that is gone is not topped up"
        assert moved() == {line.id: Decimal("-80.00"), new.id: Decimal("80.00")}

    def test_where_credit_alone_goes_along_the_plan_is_paid_for_anew(self):
        rich, poor = self.line(rule="credit", price=Decimal(50)), None
        move(rich, AccountFactory())
        poor = self.line(credit="10.00", rule="credit", price=Decimal(50))
        move(poor, AccountFactory())

        new, waits = successor(rich), successor(poor)
        assert balance_of(new.id).money == mxn("30.00")
        assert self.left(new) == [(self.UNITS, self.UNITS)]
        assert balance_of(new.id).paid_until > clock.now()
        assert balance_of(waits.id).money == mxn("10.00")
        assert self.left(waits) == []
        assert expiry.block_expired() == 1

    def test_where_the_market_says_so_it_does_not_move(self):
        with pytest.raises(NotTransferable) as refused:
            move(self.line(rule="refused"), AccountFactory())

        assert refused.value.details["rule"] == "prepaid"

    def test_what_a_session_holds_is_settled_first(self):
        line = self.line(used=self.UNITS)  # 80.00 is all there is
        asked = charging.authorise("gw;1", line.id, UsageKind.VOICE, wanted=600, by=SYSTEM)
        charging.update("gw;1", 1, used=60, wanted=600, by=SYSTEM)
        assert asked.balance < mxn("80.00")

        move(line, AccountFactory())

        assert balance_of(successor(line).id).money == mxn("79.40")  # 60 s at 0.60 a minute
        assert balance_of(line.id).money == mxn("0.00")
        with pytest.raises(SessionClosed):
            charging.update("gw;1", 2, used=60, wanted=60, by=SYSTEM)

    def test_the_books_move_with_the_credit(self):
        listen(
            in_transaction={
                LineTransferred: [line_transferred, ledger_listeners.line_transferred],
            }
        )
        line, taker = self.line(), AccountFactory()
        giver = line.account

        move(line, taker)
        books.post_prepaid_days(everything=True)

        legs = select(LedgerLeg.account_id, LedgerLeg.amount).where(LedgerLeg.book == "prepaid")
        assert dict(db.session.execute(legs).all()) == {
            giver.id: Decimal("80.00"),
            taker.id: Decimal("-80.00"),
        }


class TestRefused:
    def test_backwards_and_too_far_ahead(self):
        line, taker = line_of(), AccountFactory()
        today = clock.today("America/Mexico_City")

        for wrong in (today - timedelta(days=1), today + timedelta(days=91)):
            with pytest.raises(BackDated):
                move(line, taker, on=wrong)

    def test_to_where_it_is_another_market_or_the_dead(self):
        line = line_of()
        abroad = AccountFactory(customer__market=MarketFactory(brazil=True))
        dead = AccountFactory(customer=CustomerFactory(deceased_at=clock.now()))

        for account, rule in (
            (line.account, "same_account"),
            (abroad, "market"),
            (dead, "deceased"),
        ):
            with pytest.raises(NotTransferable) as refused:
                move(line, account)
            assert refused.value.details["rule"] == rule

    def test_blocked_leaving_or_shared_lines(self):
        taker = AccountFactory()
        blocked = line_of()
        BlockFactory(line=blocked)
        with pytest.raises(LineBlocked):
            move(blocked, taker)
        leaving = line_of()
        service.disconnect_line(leaving.id, "request", by=administrator())
        with pytest.raises(LineLeaving):
            move(leaving, taker)
        shared = line_with_plan(OfferVersionFactory(shared_with=3))
        member = line_with_plan(account=shared.account)
        lines.share_with(shared.id, member.id, by=administrator())
        with pytest.raises(NotTransferable):
            move(shared, taker)

        assert move(member, taker).status is TransferStatus.DONE, "a member leaves the family"

    def test_without_the_right_or_a_word_of_the_giver(self):
        line, taker = line_of(), AccountFactory()
        with pytest.raises(Forbidden):
            move(line, taker, by=agent())
        with pytest.raises(Invalid):
            service.ask_transfer(line.id, taker.id, by=MANAGER, giver_proof=" ")
        with pytest.raises(NotFound):
            move(line, taker, by=staff("manager", markets={"BR"}))

    def test_to_two_accounts_at_a_time(self):
        line, taker = line_of(), AccountFactory()
        first = move(line, taker, taker="")

        assert move(line, taker, taker="") is first
        with pytest.raises(TransferUnderWay):
            move(line, AccountFactory())
