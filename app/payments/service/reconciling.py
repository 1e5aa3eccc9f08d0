"""Reading undecided payments back until the gateway has told, or a person must look."""

from datetime import timedelta
from uuid import UUID

import structlog

from app.core import clock, db
from app.core.sweeps import one_by_one
from app.payments import queries
from app.payments.models import Payment
from app.payments.models import PaymentStatus as Status
from app.payments.port import Checkout, GatewayDown, GatewayRefused, Outcome, State
from app.payments.service import charging, checkouts, outcomes
from app.payments.service.asking import ask
from app.payments.service.refunds import send_refund
from app.payments.switch import gateways, is_known

log = structlog.get_logger(__name__)

# Minutes after the payment was started.
CHECK_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 45, 120))


def reconcile_due() -> int:
    """Check every payment whose time has come and repeat unconfirmed refunds; returns how many."""
    with db.transaction():
        plugged = list(gateways())
        due = queries.due_for_check(plugged, clock.now())
        refunds = queries.refunds_requested(plugged)
    return one_by_one(_checked, due) + one_by_one(_sent, refunds)


def check(payment_id: UUID) -> Payment:
    """Ask the gateway what became of one payment, and let it take effect; safe to repeat."""
    with db.transaction():  # ended before the gateway is asked: nothing is held meanwhile
        payment = db.session.get_one(Payment, payment_id)
    if payment.status not in queries.UNDECIDED or not is_known(payment.provider):
        return payment
    if opens := charging.waits_until(payment):
        with db.transaction():
            outcomes.locked(payment_id).check_at = opens
        return payment
    checkout, outcome = _read_back(payment)
    with db.transaction():
        current = outcomes.locked(payment_id)
        if checkout is not None:
            checkouts.opened(current, checkout)
        if outcome is not None:
            outcomes.apply(current, outcome)
            charging.noted(current, outcome)
        if current.status in queries.UNDECIDED:
            _put_off(current, outcome)
    return current


def _checked(payment_id: UUID) -> bool:
    check(payment_id)
    return True


def _sent(refund_id: UUID) -> bool:
    send_refund(refund_id)
    return True


def _read_back(payment: Payment) -> tuple[Checkout | None, Outcome | None]:
    """Without a reference it is asked for again under its own key: that opens nothing new."""
    checkout = None
    try:
        known = payment.provider_reference
        if known is None and payment.saved_method_id is not None:
            return None, charging.ask_again(payment)
        if known is None:
            order = checkouts.order_of(payment)
            checkout = ask(payment.provider, lambda its: its.create_checkout(order))
        reference = known or (checkout.id if checkout else "")
        return checkout, ask(payment.provider, lambda its: its.read(reference))
    except (GatewayDown, GatewayRefused) as error:
        log.warning("read_back_failed", payment_id=str(payment.id), error=str(error))
        return checkout, None


def _put_off(payment: Payment, outcome: Outcome | None) -> None:
    """To the next of its times; somebody who asks in between changes nothing about them."""
    if payment.check_at is not None and payment.check_at <= clock.now():
        payment.checks += 1
        last = payment.checks >= len(CHECK_AFTER)
        payment.check_at = None if last else payment.created_at + CHECK_AFTER[payment.checks]
    hung = outcome is not None and outcome.state is State.HUNG
    unheard = payment.check_at is None or payment.status == Status.CREATED
    if hung or (outcome is None and unheard):
        payment.status = Status.UNKNOWN
