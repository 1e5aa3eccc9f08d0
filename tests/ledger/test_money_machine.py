"""Callbacks in any order and number, with refunds, chargebacks, reversals and credits between:
whatever happens, the books, the bills and the balances agree, and no cent is there twice."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select, text

from app.billing import service as billing
from app.billing.errors import CreditTooLarge, NothingToTakeBack
from app.billing.models import AccountCredit, CreditNote, Invoice
from app.core import db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.core.money import Money
from app.ledger import proofs
from app.ledger import service as ledger
from app.payments import service
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.errors import CallbackRefused, NotRefundable, RefundTooLarge
from app.payments.models import (
    Chargeback,
    ChargebackStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from app.payments.port import GatewayDown, GatewayRefused
from app.payments.queries import UNDECIDED
from app.usage.errors import InsufficientBalance
from app.usage.models import BalanceMovement
from app.usage.queries import balance_of
from app.usage.service import debit
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.factories.payments import PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.payments.conftest import NOBODY, adapter, call

amounts = st.integers(1, 40_000).map(lambda cents: Decimal(cents) / 100)
which = st.integers(0, 5)


def pesos(amount):
    return Money.of(amount, "MXN")


class Moody(SandboxGateway):
    """Gives money back, refuses to, or does not answer: as it was told."""

    mood = "good"

    def refund(self, *, key, checkout_id, amount):
        if self.mood == "down":
            raise GatewayDown("no answer")
        if self.mood == "refuses":
            raise GatewayRefused("no")
        return f"ref_{key}"


def machine(gateway):  # noqa: C901 - a machine of many small rules
    numbers = itertools.count()

    class MoneyMachine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            # A market of its own: what other examples left behind is not proved again.
            self.market = MarketFactory(code=f"M{next(numbers)}")
            account = AccountFactory(customer=CustomerFactory(market=self.market))
            self.invoice = InvoiceFactory(account=account)
            self.line = line_with_plan(
                OfferVersionFactory(prepaid=True), account=self.invoice.account
            )
            self.payments = []
            gateway.mood = "good"

        def some(self, number):
            return db.session.get_one(Payment, self.payments[number % len(self.payments)])

        @rule(amount=amounts)
        def pay_the_bill(self, amount):
            self.payments.append(PaymentFactory(invoice=self.invoice, amount=amount).id)

        @rule(amount=amounts)
        def top_up(self, amount):
            payment = PaymentFactory(
                invoice=None,
                account_id=self.line.account_id,
                invoice_id=None,
                line_id=self.line.id,
                amount=amount,
            )
            self.payments.append(payment.id)

        @precondition(lambda self: self.payments)
        @rule(
            number=which, kind=st.sampled_from(["succeeded", "declined"]), copies=st.integers(1, 3)
        )
        def gateway_calls(self, number, kind, copies):
            payment = self.some(number)
            for _ in range(copies):
                service.receive_callback(*call(payment, kind=kind))

        @precondition(lambda self: self.payments)
        @rule(
            number=which,
            state=st.sampled_from(["opened", "won", "lost"]),
            amount=amounts,
            name=st.sampled_from(["a", "b"]),
        )
        def bank_takes_back(self, number, state, amount, name):
            payment = self.some(number)
            told = {"id": f"{payment.id}{name}", "amount": f"{amount}", "reason": "fraud"}
            event = call(
                payment,
                event_id=str(new_id()),
                type=f"chargeback.{state}",
                chargeback=told,
            )
            try:
                service.receive_callback(*event)
            except CallbackRefused:
                assert amount > payment.amount

        @precondition(lambda self: self.payments)
        @rule(number=which, amount=amounts, mood=st.sampled_from(["good", "down", "refuses"]))
        def refund(self, number, amount, mood):
            gateway.mood = mood
            try:
                service.refund(self.some(number).id, by=SYSTEM, amount=pesos(amount))
            except (NotRefundable, RefundTooLarge, NothingToTakeBack, InsufficientBalance):
                db.session.rollback()

        @precondition(lambda self: self.payments)
        @rule(number=which, copies=st.integers(1, 2))
        def a_refund_fails(self, number, copies):
            """Of a payment the newest one."""
            payment = self.some(number)
            newest = select(Refund).where(Refund.payment_id == payment.id)
            refund = db.session.scalars(newest.order_by(Refund.id.desc()).limit(1)).first()
            for _ in range(copies if refund else 0):
                about = {
                    "id": f"ref_{refund.id}",
                    "key": str(refund.id),
                    "amount": f"{refund.amount:.2f}",
                    "reason": "declined",
                }
                event_id = str(new_id())
                told = call(payment, event_id=event_id, type="refund.failed", refund=about)
                service.receive_callback(*told)

        @rule(mood=st.sampled_from(["good", "down", "refuses"]))
        def gateway_is_asked_again(self, mood):
            gateway.mood = mood
            for refund_id in db.session.scalars(
                select(Refund.id).where(Refund.status == RefundStatus.REQUESTED)
            ).all():
                service.send_refund(refund_id)

        @precondition(lambda self: self.payments)
        @rule(number=which)
        def a_person_reverses(self, number):
            payment = self.some(number)
            if payment.status in UNDECIDED:
                service.not_found(payment.id, by=SYSTEM, why="Nothing there")

        @rule(amount=amounts)
        def credit(self, amount):
            try:
                billing.credit(self.invoice.id, pesos(amount), "Slow", by=SYSTEM)
            except CreditTooLarge:
                db.session.rollback()

        @rule(amount=amounts)
        def use_credit(self, amount):
            try:
                debit(
                    self.line.id,
                    pesos(amount),
                    by=SYSTEM,
                    effect_key=str(new_id()),
                    reason="usage:data",
                )
            except InsufficientBalance:
                db.session.rollback()

        def teardown(self):
            db.session.expire_all()
            self.every_cent_is_somewhere_once()
            ledger.prove()
            mine = [each for each in proofs.differences() if each.market_code == self.market.code]
            assert mine == []
            db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            db.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))

        def every_cent_is_somewhere_once(self):
            paid = {"bill": Decimal(0), "line": Decimal(0)}
            for payment in (db.session.get_one(Payment, each) for each in self.payments):
                gone, covered = self.left_and_covered(payment)
                assert gone <= payment.amount
                if payment.status in {PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED}:
                    if payment.reversed_at is None:
                        kind = "bill" if payment.invoice_id else "line"
                        paid[kind] += payment.amount - covered
                else:
                    assert gone == 0
            invoice = db.session.get_one(Invoice, self.invoice.id)
            credit = self.sum_of(
                AccountCredit.amount, AccountCredit.account_id == invoice.account_id
            )
            notes = self.sum_of(CreditNote.amount, CreditNote.invoice_id == invoice.id)
            assert invoice.paid + invoice.credited + credit == paid["bill"] + notes
            assert (invoice.due.amount == 0) == (invoice.status.value == "paid")
            assert notes <= invoice.total
            used = self.sum_of(
                BalanceMovement.amount,
                BalanceMovement.line_id == self.line.id,
                BalanceMovement.reason == "usage:data",
            )
            balance = balance_of(self.line.id)
            assert (balance.amount if balance else 0) == paid["line"] + used

        def left_and_covered(self, payment):
            refunds = self.sum_of(
                Refund.amount,
                Refund.payment_id == payment.id,
                Refund.status.not_in((RefundStatus.REFUSED, RefundStatus.FAILED)),
            )
            covered = self.sum_of(
                Chargeback.covered,
                Chargeback.payment_id == payment.id,
                Chargeback.status != ChargebackStatus.WON,
            )
            return refunds + covered, refunds + covered

        def sum_of(self, column, *where):
            return db.session.scalar(select(func.coalesce(func.sum(column), 0)).where(*where))

    return MoneyMachine


@pytest.mark.usefixtures("app")
def test_whatever_happens_to_payments_no_cent_is_lost_or_doubled(plugged):
    gateway = adapter(NOBODY, kind=Moody)
    plugged(gateway)

    run_state_machine_as_test(
        machine(gateway),
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
