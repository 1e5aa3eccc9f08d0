from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.billing import service as billing
from app.billing.models import InvoiceStatus
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.money import Money
from app.payments import queries, service
from app.payments.consent import CURRENT
from app.payments.errors import AmountOutOfBounds, AutoPayOver, ConsentNeeded, NotPrepaid
from app.payments.events import AutoPayAnnounced, AutoPayFailed, AutoPayNeedsCustomer
from app.payments.models import (
    AutoPayAttempt,
    AutoPayDebit,
    AutoPayMandate,
    DebitStatus,
    Payment,
    PaymentStatus,
)
from app.payments.service import planning
from app.subscriptions import service as lines
from app.usage import service as usage
from app.usage.models import Balance
from app.usage.queries import balance_of
from tests.factories.actors import agent, customer
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.markets import MarketFactory
from tests.factories.payments import MandateFactory, SavedMethodFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard
from tests.payments.conftest import NOBODY, adapter, behave, call, charges_at, token_at
from tests.payments.test_checkouts import start

pytestmark = pytest.mark.usefixtures("database", "following")

START = datetime(2026, 11, 2, 3, 30, tzinfo=UTC)  # 09:00 in India, 21:30 the day before in Mexico
ONE_MINUTE = timedelta(minutes=1)
INDIA = ZoneInfo("Asia/Kolkata")


def run_until(end, *, since):
    """Run now, whenever something is due, just before that, and at the end."""
    tried, moment = [], since
    while moment <= end:
        for each in (moment - timedelta(seconds=1), moment):
            with clock.moved_to(each):
                if service.run_autopay():
                    tried.append(each)
        planned = select(func.min(AutoPayDebit.next_at)).where(
            AutoPayDebit.status == DebitStatus.PLANNED, AutoPayDebit.next_at > moment
        )
        moment = db.session.scalar(planned) or end + timedelta(days=1)
    with clock.moved_to(end):
        return [*tried, end] if service.run_autopay() else tried


class Stage:
    """One account with a bill, AutoPay and a clock that we turn."""

    def __init__(self, gateway, *, upi=False, behaviour="approve", total="299.00", **mandate):
        self.gateway = gateway
        with clock.moved_to(START):
            market = MarketFactory(india=upi)
            self.invoice = InvoiceFactory(account__customer__market=market, total=Decimal(total))
            account = self.invoice.account
            self.token = token_at(gateway, account.customer_id, behaviour=behaviour)
            method = SavedMethodFactory(customer_id=account.customer_id, token=self.token, upi=upi)
            self.mandate = MandateFactory(account=account, saved_method=method, **mandate)

    def run(self, moment):
        with clock.moved_to(moment):
            return service.run_autopay()

    def run_for(self, days):
        """As a worker would; returns when it tried."""
        return run_until(START + timedelta(days=days), since=START)

    @property
    def debit(self):
        db.session.expire_all()
        return db.session.scalars(select(AutoPayDebit)).one()


def local(moment, zone=INDIA):
    return f"{moment.astimezone(zone):%d %H:%M}"


def test_a_bill_is_announced_and_paid_on_its_due_date_in_the_morning(gateway):
    stage = Stage(gateway)

    with heard(AutoPayAnnounced) as said:
        [tried] = stage.run_for(20)

    mexico = ZoneInfo("America/Mexico_City")
    assert stage.invoice.due_on.day == 12
    assert local(tried, mexico) == "12 09:00"
    assert [event.amount for event in said] == [Decimal("299.00")]
    assert local(said[0].at, mexico) == "12 09:00"
    assert (stage.debit.status, stage.invoice.status) == (DebitStatus.DONE, InvoiceStatus.PAID)
    assert len(charges_at(gateway)) == 1


def test_or_on_the_day_of_the_month_that_she_chose(gateway):
    stage = Stage(gateway, day=8)

    [tried] = stage.run_for(20)

    assert tried.day == 8


def test_upi_is_announced_a_day_before_even_when_the_bill_is_overdue(gateway):
    stage = Stage(gateway, upi=True)
    stage.invoice.due_on = START.date() - timedelta(days=5)
    late = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)  # 11:30 in India

    stage.run(late)

    assert stage.debit.next_at - stage.debit.announced_at == timedelta(hours=25, minutes=30)
    assert local(stage.debit.next_at) == "03 13:00"


@pytest.mark.parametrize(
    ("woken", "executed"),
    [
        ("09:59", None),
        ("10:00", "13:00"),
        ("11:30", "13:00"),
        ("13:00", None),
        ("16:59", None),
        ("17:00", "21:30"),
        ("21:30", None),
    ],
)
def test_upi_waits_for_its_window(gateway, woken, executed):
    """BILLING.md: 11:30 → 13:00, 17:00 → 21:30; windows begin sharp, and end before the minute."""
    stage = Stage(gateway, upi=True)
    stage.run(START)
    hour, minute = map(int, woken.split(":"))
    at = datetime(2026, 11, 12, hour, minute, tzinfo=INDIA)

    tried = stage.run(at)

    if executed is None:
        assert (tried, stage.debit.status) == (1, DebitStatus.DONE)
        return
    assert (tried, stage.debit.reason, charges_at(gateway)) == (0, "window", [])
    assert local(stage.debit.next_at) == f"12 {executed}"
    assert stage.run(stage.debit.next_at) == 1


def test_a_upi_charge_nobody_answered_is_not_repeated_outside_the_windows(gateway, plugged):
    stage = Stage(gateway, upi=True)
    stage.run(START)
    plugged(adapter(NOBODY))
    stage.run(datetime(2026, 11, 12, 9, 59, tzinfo=INDIA))
    plugged(adapter(gateway.url))

    for minute in range(60 * 3 + 1):
        with clock.moved_to(datetime(2026, 11, 12, 9, 59, tzinfo=INDIA) + minute * ONE_MINUTE):
            if minute:
                service.reconcile_due()
    assert (stage.debit.status, charges_at(gateway)) == (DebitStatus.CHARGING, [])
    with clock.moved_to(datetime(2026, 11, 12, 13, 0, tzinfo=INDIA)):
        service.reconcile_due()

    assert stage.debit.status is DebitStatus.DONE


@pytest.mark.parametrize(
    ("total", "reason"),
    [("15000.00", None), ("15000.01", "second_factor"), ("20000.01", "over_limit")],
)
def test_too_much_is_asked_of_the_customer_and_never_taken(gateway, total, reason):
    stage = Stage(gateway, upi=True, total=total)

    with heard(AutoPayNeedsCustomer) as said:
        stage.run_for(20)

    assert [event.reason for event in said] == ([reason] if reason else [])
    assert stage.debit.status is (DebitStatus.ASKING if reason else DebitStatus.DONE)
    assert len(charges_at(gateway)) == (0 if reason else 1)


def test_a_decline_is_tried_twice_more_and_then_the_customer_is_reminded(gateway):
    stage = Stage(gateway, behaviour="insufficient_funds")

    with heard(AutoPayFailed) as said:
        tried = stage.run_for(40)

    assert [each.day for each in tried] == [12, 13, 16]
    assert [(event.decline_code, event.attempts) for event in said] == [("insufficient_funds", 3)]
    assert (stage.debit.status, stage.mandate.is_active) == (DebitStatus.DECLINED, True)
    assert len(set(charges_at(gateway))) == 3
    assert stage.invoice.due.amount == Decimal("299.00")


def test_a_retry_that_succeeds_is_the_last(gateway):
    stage = Stage(gateway, behaviour="issuer_unavailable")
    stage.run_for(11)
    assert stage.debit.reason == "issuer_unavailable"
    behave(gateway, stage.token, "approve")

    assert len(stage.run_for(40)) == 1
    assert stage.debit.status is DebitStatus.DONE


def test_the_market_says_how_often_and_when(gateway):
    stage = Stage(gateway, behaviour="insufficient_funds")
    market = stage.invoice.account.market
    market.policies = {**market.policies, "autopay_retry_days": [5]}

    assert [each.day for each in stage.run_for(40)] == [12, 17]


def test_a_stolen_card_is_not_tried_again_and_autopay_pauses(gateway):
    stage = Stage(gateway, behaviour="stolen_card")

    with heard(AutoPayFailed) as said:
        tried = stage.run_for(40)

    assert (len(tried), len(said)) == (1, 1)
    db.session.expire_all()
    assert stage.mandate.paused_because == "declined"


def test_a_success_that_comes_after_a_decline_is_no_reason_to_try_again(gateway):
    stage = Stage(gateway, behaviour="insufficient_funds")
    stage.run_for(11)
    [payment] = db.session.scalars(select(Payment))

    service.receive_callback(*call(payment))

    assert (stage.debit.status, stage.run_for(40)) == (DebitStatus.DONE, [])


def test_a_silent_gateway_is_read_back_and_not_charged_again_for_it(gateway, plugged):
    stage = Stage(gateway)
    plugged(adapter(NOBODY))
    [tried] = stage.run_for(20)
    [payment] = db.session.scalars(select(Payment))
    assert (payment.status, stage.debit.status) == (PaymentStatus.UNKNOWN, DebitStatus.CHARGING)

    plugged(adapter(gateway.url))
    with clock.moved_to(tried + timedelta(minutes=5)):
        service.reconcile_due()

    assert (stage.debit.status, charges_at(gateway)) == (DebitStatus.DONE, [str(payment.id)])


def test_what_is_paid_otherwise_is_dropped_and_a_part_leaves_the_rest(gateway):
    stage = Stage(gateway)
    stage.run(START)
    billing.settle(
        stage.invoice.id, Money.of("99.00", "MXN"), by=SYSTEM, payment_id=stage.invoice.id
    )
    stage.run_for(20)
    [payment] = db.session.scalars(select(Payment))
    assert payment.amount == Decimal("200.00")

    other = InvoiceFactory(account=stage.invoice.account, period_start=START.date())
    stage.run(START)
    billing.settle(other.id, other.due, by=SYSTEM, payment_id=other.id)
    assert stage.run(START + timedelta(days=200)) == 0


def test_what_is_disputed_or_promised_is_not_taken_until_that_is_over(gateway):
    stage = Stage(gateway)
    stage.run(START)
    billing.hold(stage.invoice.id, stage.invoice.due, "dispute:1", by=SYSTEM)

    assert stage.run_for(15) == []
    assert (stage.debit.status, stage.debit.reason) == (DebitStatus.PLANNED, "held")
    billing.release("dispute:1", by=SYSTEM)

    assert len(stage.run_for(20)) == 1
    assert stage.debit.status is DebitStatus.DONE


def test_of_a_bill_that_is_disputed_in_part_the_rest_is_taken(gateway):
    stage = Stage(gateway)
    billing.hold(stage.invoice.id, Money.of("99.00", "MXN"), "dispute:1", by=SYSTEM)

    stage.run_for(20)

    assert db.session.scalars(select(Payment.amount)).all() == [Decimal("200.00")]


def test_while_somebody_is_paying_the_bill_herself_autopay_waits(gateway):
    stage = Stage(gateway)
    stage.run(START)
    at = datetime(2026, 11, 12, 16, 0, tzinfo=UTC)
    with clock.moved_to(at):
        start(stage.invoice)

    assert stage.run(at) == 0
    assert (stage.debit.status, stage.debit.reason) == (DebitStatus.PLANNED, "under_way")
    assert charges_at(gateway) == []


def test_paused_nothing_is_taken_and_resumed_it_goes_on(gateway):
    stage = Stage(gateway)
    by = customer(stage.invoice.account.customer_id)
    stage.run(START)
    service.pause_autopay(stage.mandate.id, by=by)
    assert stage.run_for(20) == []

    service.resume_autopay(stage.mandate.id, by=by)

    assert stage.run(START + timedelta(days=20)) == 1


def test_revoked_it_is_over_at_once_and_for_good(gateway):
    stage = Stage(gateway)
    by = customer(stage.invoice.account.customer_id)
    stage.run(START)

    service.revoke_autopay(stage.mandate.id, by=by)

    assert (stage.debit.status, stage.run_for(20)) == (DebitStatus.DROPPED, [])
    with pytest.raises(AutoPayOver):
        service.resume_autopay(stage.mandate.id, by=by)


@pytest.fixture
def ordered(nobody):
    """`ordered(**changes)` sets AutoPay up as its customer does."""
    account = InvoiceFactory().account
    method = SavedMethodFactory(customer_id=account.customer_id)

    def set_up(by=None, **changes):
        wanted = {
            "method_id": method.id,
            "max_amount": Money.of("500.00", "MXN"),
            "consent_version": CURRENT,
            **changes,
        }
        return service.set_up_autopay(account.id, by=by or customer(account.customer_id), **wanted)

    return set_up


def test_set_up_twice_it_is_changed_and_both_consents_are_in_the_trail(ordered):
    first, second = ordered(), ordered(day=5)

    assert (first.id, second.day) == (second.id, 5)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["autopay.set_up", "autopay.changed"]
    assert entries[0].changes["consent"] == CURRENT


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"consent_version": "1999-01"}, ConsentNeeded),
        ({"consent_version": ""}, ConsentNeeded),
        ({"max_amount": Money.of("0", "MXN")}, AmountOutOfBounds),
        ({"max_amount": Money.of("5", "USD")}, AmountOutOfBounds),
        ({"day": 0}, Invalid),
        ({"day": 32}, Invalid),
        ({"by": customer()}, NotFound),
        ({"by": agent()}, Forbidden),
    ],
)
def test_what_is_no_order_of_hers_sets_nothing_up(ordered, changes, refusal):
    with pytest.raises(refusal):
        ordered(**changes)

    assert db.session.scalars(select(AutoPayMandate)).all() == []


def test_somebody_else_s_method_does_not_pay_her_bills(ordered):
    with pytest.raises(NotFound):
        ordered(method_id=SavedMethodFactory().id)


class Prepaid:
    """A prepaid line with AutoPay: 100 below 50, at most 250 a day."""

    def __init__(self, gateway, *, behaviour="approve", upi=False, **changes):
        self.line = line_with_plan(OfferVersionFactory(prepaid=True))
        self.by = customer(self.line.customer_id)
        self.token = token_at(gateway, self.by.id, behaviour=behaviour)
        method = SavedMethodFactory(customer_id=self.by.id, token=self.token, upi=upi)
        wanted = {
            "method_id": method.id,
            "threshold": Money.of("50.00", "MXN"),
            "amount": Money.of("100.00", "MXN"),
            "daily_cap": Money.of("250.00", "MXN"),
            "consent_version": CURRENT,
            **changes,
        }
        self.mandate = service.set_up_top_up(self.line.id, by=self.by, **wanted)
        usage.top_up(
            self.line.id, Money.of("60.00", "MXN"), by=SYSTEM, effect_key=str(self.line.id)
        )

    def spend(self, amount, key):
        usage.debit(self.line.id, Money.of(amount, "MXN"), by=SYSTEM, effect_key=key, reason="use")

    @property
    def balance(self):
        db.session.expire_all()
        return balance_of(self.line.id).amount


def test_below_the_threshold_the_line_is_topped_up(gateway):
    prepaid = Prepaid(gateway)
    assert service.run_autopay() == 0
    prepaid.spend("20.00", "a")

    assert (service.run_autopay(), service.run_autopay()) == (1, 0)

    assert prepaid.balance == Decimal("140.00")


def test_a_day_has_a_cap_and_the_next_day_is_another(gateway):
    prepaid = Prepaid(gateway)
    noon = datetime(2026, 11, 2, 18, 0, tzinfo=UTC)
    for number in range(4):
        with clock.moved_to(noon + timedelta(minutes=number)):
            prepaid.spend(prepaid.balance, f"all-{number}")
            service.run_autopay()
            if prepaid.balance == 0:
                break
    assert (number, len(charges_at(gateway))) == (2, 2)

    with clock.moved_to(noon + timedelta(days=1)):
        service.run_autopay()

    assert prepaid.balance == Decimal("100.00")


def test_lines_whose_day_has_no_room_left_keep_no_others_waiting(gateway, monkeypatch):
    monkeypatch.setattr(planning, "AT_ONCE", 1)
    spent, other = Prepaid(gateway, daily_cap=Money.of("100.00", "MXN")), Prepaid(gateway)
    spent.spend("20.00", "a")
    service.run_autopay()
    spent.spend("130.00", "b")
    other.spend("20.00", "c")

    assert service.run_autopay() == 1

    assert (spent.balance, other.balance) == (Decimal("10.00"), Decimal("140.00"))


def test_what_the_plan_needs_is_there_when_it_is_renewed(gateway):
    prepaid = Prepaid(gateway, renews=True, daily_cap=Money.of("500.00", "MXN"))
    price = prepaid.line.subscriptions[0].version.price
    balance = db.session.get_one(Balance, prepaid.line.id)
    balance.paid_until = clock.now() + timedelta(hours=25)
    db.session.commit()
    assert service.run_autopay() == 0

    with clock.moved_to(clock.now() + timedelta(hours=2)):
        service.run_autopay()

    assert prepaid.balance == price


def test_a_fraction_of_a_cent_that_the_renewal_misses_is_topped_up_as_a_cent(gateway):
    prepaid = Prepaid(gateway, renews=True, daily_cap=Money.of("500.00", "MXN"))
    price = prepaid.line.subscriptions[0].version.price
    balance = db.session.get_one(Balance, prepaid.line.id)
    balance.amount, balance.paid_until = price - Decimal("0.0040"), clock.now()
    db.session.commit()

    assert (service.run_autopay(), service.run_autopay()) == (1, 0)

    assert prepaid.balance == price + Decimal("0.0060")


def test_a_top_up_that_stays_declined_pauses_autopay(gateway):
    prepaid = Prepaid(gateway, behaviour="insufficient_funds")
    prepaid.spend("20.00", "a")
    run_until(clock.now() + timedelta(days=8), since=clock.now())

    db.session.expire_all()
    assert prepaid.mandate.paused_because == "declined"
    assert len(charges_at(gateway)) == 3


def test_upi_top_ups_are_announced_a_day_before_too(gateway):
    prepaid = Prepaid(gateway, upi=True)
    prepaid.spend("20.00", "a")

    assert service.run_autopay() == 0

    [debit] = db.session.scalars(select(AutoPayDebit))
    assert debit.next_at - debit.announced_at >= timedelta(hours=24)


def test_a_line_that_was_closed_meanwhile_is_not_topped_up(gateway):
    prepaid = Prepaid(gateway, upi=True)
    prepaid.spend("20.00", "a")
    service.run_autopay()
    lines.close_line(prepaid.line.id, by=SYSTEM, reason="ported_out")

    with clock.moved_to(clock.now() + timedelta(days=2)):
        service.run_autopay()

    [debit] = db.session.scalars(select(AutoPayDebit))
    assert (debit.status, debit.reason) == (DebitStatus.DROPPED, "line_closed")
    assert charges_at(gateway) == []


def test_only_prepaid_lines_are_topped_up_and_within_their_cap(gateway):
    line = line_with_plan()
    method = SavedMethodFactory(customer_id=line.customer_id)

    def set_up(line, cap="100.00"):
        return service.set_up_top_up(
            line.id,
            by=customer(line.customer_id),
            method_id=method.id,
            threshold=Money.of("50.00", "MXN"),
            amount=Money.of("100.00", "MXN"),
            daily_cap=Money.of(cap, "MXN"),
            consent_version=CURRENT,
        )

    with pytest.raises(NotPrepaid):
        set_up(line)
    prepaid = line_with_plan(OfferVersionFactory(prepaid=True), account=line.account)
    with pytest.raises(Invalid):
        set_up(prepaid, cap="99.99")


def test_each_try_has_its_own_payment_and_number(gateway):
    stage = Stage(gateway, behaviour="insufficient_funds")
    stage.run_for(40)

    attempts = db.session.scalars(select(AutoPayAttempt).order_by(AutoPayAttempt.number)).all()
    keys = [each.payment.idempotency_key for each in attempts]
    assert [each.number for each in attempts] == [1, 2, 3]
    assert [key.rpartition(":")[2] for key in keys] == ["1", "2", "3"]
    assert queries.due_for_check(["sandbox"], clock.now() + timedelta(days=400)) == []


def test_a_gateway_that_is_plugged_out_keeps_no_other_debit_waiting(gateway):
    """Its own is asked for when it is back, once."""
    away, here = Stage(gateway), Stage(gateway)
    away.mandate.saved_method.provider = "away"
    db.session.commit()

    run_until(START + timedelta(days=20), since=START)

    states = dict(db.session.execute(select(Payment.provider, Payment.status)).all())
    assert states == {"away": PaymentStatus.CREATED, "sandbox": PaymentStatus.SUCCEEDED}
    assert here.invoice.status is InvoiceStatus.PAID
    assert away.invoice.status is InvoiceStatus.OPEN
