"""Four eyes: above a limit a second person agrees, never the same one, and it happens once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.billing import service as billing
from app.billing.models import CreditNote
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, NotFound
from app.core.money import Money
from app.identity import approvals
from app.identity.errors import AlreadyDecided, ApprovalNeeded, OwnRequest
from app.identity.events import ApprovalAsked, ApprovalEnded
from app.identity.models import ApprovalRequest, ApprovalStatus
from app.payments import service as payments
from app.payments.errors import RefundTooLarge
from app.payments.models import PaymentStatus, Refund, RefundStatus, RefundTo
from app.wiring import IN_TRANSACTION
from tests.billing.committed import at_once, count, only
from tests.factories.billing import InvoiceFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.payments import PaymentFactory
from tests.heard import heard
from tests.payments.conftest import nobody, plugged

__all__ = ["nobody", "plugged"]  # fixtures

LIMITS = {"payments.refund": {"manager": "100"}, "billing.credit": {"manager": "50"}}


def pesos(amount):
    return Money.of(amount, "MXN")


@pytest.mark.parametrize(
    ("roles", "limit"),
    [
        ({"manager"}, "100"),
        ({"agent"}, "0"),
        ({"agent", "manager"}, "100"),
        (set(), "0"),
    ],
)
def test_the_limit_is_that_of_the_highest_role(roles, limit):
    policies = {"approval_limits": LIMITS}

    assert approvals.limit_of(policies, "payments.refund", frozenset(roles)) == Decimal(limit)


def test_an_action_nobody_has_a_limit_for_always_needs_two():
    assert approvals.limit_of({}, "something.else", frozenset({"administrator"})) == 0


def strict_market():
    return MarketFactory(policies={"approval_limits": LIMITS})


def paid(amount="299.00"):
    customer = CustomerFactory(market=strict_market())
    invoice = InvoiceFactory(account=AccountFactory(customer=customer))
    return PaymentFactory(
        invoice=invoice,
        status=PaymentStatus.SUCCEEDED,
        settled_at=clock.now(),
        amount=Decimal(amount),
    )


def settled(amount="299.00"):
    payment = paid(amount)
    billing.settle(payment.invoice_id, payment.money, by=SYSTEM, payment_id=payment.id)
    return payment


def manager(**more):
    return StaffFactory(roles=["manager"], **more).as_actor()


def ask(payment, by, amount="200.00"):
    return payments.ask_refund(
        payment.id, by=by, amount=pesos(amount), reason="Moved away", goes_to=RefundTo.METHOD
    )


@pytest.mark.usefixtures("app", "nobody")
class TestOneAfterAnother:
    def test_within_the_limit_it_is_done_at_once(self):
        assert isinstance(ask(settled(), manager(), "100.00"), Refund)

    def test_above_it_a_request_waits_and_nothing_has_happened(self):
        payment, by = settled(), manager()

        with heard(ApprovalAsked) as said:
            request, again = ask(payment, by), ask(payment, by)

        assert isinstance(request, ApprovalRequest)
        assert (request.id, len(said)) == (again.id, 1)
        assert count(Refund) == 0

    def test_no_other_way_leads_around_the_limit(self):
        payment, by = settled(), manager()

        with pytest.raises(ApprovalNeeded):
            payments.refund(payment.id, by=by, amount=pesos("100.01"))
        payments.refund(payment.id, by=by, amount=pesos("60.00"))
        with pytest.raises(ApprovalNeeded):
            payments.refund(payment.id, by=by, amount=pesos("60.00"))

    def test_a_second_person_has_it_carried_out(self):
        payment, second = settled(), manager(name="Beto Lima")
        request = ask(payment, manager())

        approvals.approve(request.id, by=second)

        refund = only(Refund)
        assert (refund.amount, refund.status) == (Decimal("200.00"), RefundStatus.REQUESTED)
        assert (request.status, request.decided_by) == (ApprovalStatus.APPROVED, second.id)

    def test_never_the_same_person(self):
        by = manager()
        request = ask(settled(), by)

        with pytest.raises(OwnRequest):
            approvals.approve(request.id, by=by)

        assert count(Refund) == 0

    def test_only_who_may_decide_and_sees_the_market(self):
        request = ask(settled(), manager())

        with pytest.raises(Forbidden):
            approvals.approve(request.id, by=StaffFactory(roles=["agent"]).as_actor())
        with pytest.raises(NotFound):
            approvals.approve(request.id, by=manager(markets=["BR"]))

    def test_what_is_refused_in_the_meantime_is_not_approved_either(self):
        payment = settled()
        request = ask(payment, manager())
        payments.refund(payment.id, by=manager(), amount=pesos("100.00"))

        with pytest.raises(RefundTooLarge):
            approvals.approve(request.id, by=manager())

        db.session.refresh(request)
        assert request.status is ApprovalStatus.WAITING

    def test_a_refusal_ends_it(self):
        request = ask(settled(), manager())

        with heard(ApprovalEnded) as said:
            approvals.refuse(request.id, by=manager(), why="No proof")
        with pytest.raises(AlreadyDecided):
            approvals.approve(request.id, by=manager())

        assert ([event.status for event in said], count(Refund)) == (["refused"], 0)

    def test_what_nobody_decides_expires(self):
        request = ask(settled(), manager())

        with clock.moved_to(request.expires_at + timedelta(seconds=1)):
            with pytest.raises(AlreadyDecided):
                approvals.approve(request.id, by=manager())
            assert approvals.expire_due() == 1
            assert approvals.expire_due() == 0

        db.session.refresh(request)
        assert (request.status, count(Refund)) == (ApprovalStatus.EXPIRED, 0)

    def test_credits_go_the_same_way(self):
        customer = CustomerFactory(market=strict_market())
        invoice = InvoiceFactory(account=AccountFactory(customer=customer))
        small = billing.ask_credit(invoice.id, pesos("50.00"), "Slow", by=manager())
        request = billing.ask_credit(invoice.id, pesos("10.00"), "Slower", by=manager())

        assert isinstance(small, CreditNote)
        assert isinstance(request, ApprovalRequest)
        approvals.approve(request.id, by=manager())
        assert invoice.credited == Decimal("60.00")
        with pytest.raises(ApprovalNeeded):
            billing.credit(invoice.id, pesos("1.00"), "More", by=manager())


def test_many_approvals_at_once_carry_it_out_once(committing, nobody):
    request = ask(settled(), manager())
    second = manager()
    before = events._tables
    events._tables = events.Tables(in_transaction=IN_TRANSACTION)
    try:
        results = at_once(20, lambda _: approvals.approve(request.id, by=second).status)
    finally:
        events._tables = before

    assert results.count(ApprovalStatus.APPROVED) == 1
    assert sum(isinstance(each, AlreadyDecided) for each in results) == 19
    assert only(Refund).amount == Decimal("200.00")


def test_who_asks_many_times_at_once_has_asked_once(committing):
    invoice, by = InvoiceFactory(), manager()
    more = {"by": by, "market_code": "MX", "amount": pesos("90.00"), "why": "Slow", "facts": {}}

    asked = at_once(10, lambda _: approvals.ask("billing.credit", invoice.id, **more).id)

    assert set(asked) == {only(ApprovalRequest).id}
