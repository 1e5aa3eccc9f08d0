"""Taking money with a saved method: a row first, then the gateway, and one key for ever."""

from datetime import datetime
from uuid import UUID

from app.core import clock, db
from app.core.actor import Actor
from app.core.money import Money
from app.customers.models import Account
from app.payments import access, queries
from app.payments.errors import KeyUsedDifferently, MethodNotOffered
from app.payments.methods import UPI
from app.payments.models import Payment, PaymentStatus, SavedMethod
from app.payments.port import Charge, GatewayDown, GatewayRefused, Outcome, State
from app.payments.service import outcomes, purposes
from app.payments.service.asking import ask
from app.payments.switch import is_known
from app.payments.upi_windows import next_time


def pay_with_saved(
    method_id: UUID,
    *,
    by: Actor,
    invoice_id: UUID | None = None,
    line_id: UUID | None = None,
    amount: Money | None = None,
    idempotency_key: str,
) -> Payment:
    """One click: all that is due of an invoice, a part, or a top-up, with a saved method.

    The same key gives the same payment; while another payment of the invoice may still succeed,
    that one is given. When the gateway does not answer it is UNKNOWN: read back, never charged
    under a new key. UPI mandates are for AutoPay alone: MethodNotOffered.
    """
    purposes.check_key(idempotency_key)
    with db.transaction():
        method = access.saved_method_for(by, method_id, "payments.take")
        payment = purposes.made_with(
            idempotency_key, by=by, invoice_id=invoice_id, line_id=line_id, amount=amount
        )
        if payment is not None and payment.saved_method_id != method.id:
            raise KeyUsedDifferently
        if payment is None:
            purpose = purposes.purpose_of(by, invoice_id, line_id, amount)
            _check_hers(method, purpose)
            held = queries.holding(invoice_id) if invoice_id else ()
            payment = next(iter(held), None) or begun(purpose, method, idempotency_key, by=by)
    return send(payment.id)


def is_chargeable(method: SavedMethod) -> bool:
    """With one click. A debit of UPI needs a notice a day before."""
    return method.method not in UPI and is_known(method.provider)


def begun(purpose: purposes.Purpose, method: SavedMethod, key: str, *, by: Actor) -> Payment:
    """The row of a charge, in the caller's transaction; `send` is called after it."""
    asked = {"description": purpose.description, "method": method.method.value}
    return purposes.created(purpose, key, asked, method.provider, by=by, saved_method_id=method.id)


def send(payment_id: UUID) -> Payment:
    """Ask the gateway outside any transaction, and let its answer take effect; safe to repeat.

    While its gateway is plugged out it waits, and is asked for when that is back.
    """
    with db.transaction():  # ended before the gateway is asked: nothing is held meanwhile
        payment = db.session.get_one(Payment, payment_id)
        charge = _charge_of(payment)
    waits = payment.status == PaymentStatus.CREATED and is_known(payment.provider)
    if charge is None or not waits:
        return payment
    outcome, refused = None, False
    try:
        outcome = ask(payment.provider, lambda its: its.charge(charge))
    except GatewayDown:
        pass  # UNKNOWN, and read back
    except GatewayRefused:
        refused = True
    with db.transaction():
        current = outcomes.locked(payment_id)
        if outcome is not None:
            outcomes.apply(current, outcome)
            noted(current, outcome)
        elif current.status == PaymentStatus.CREATED and refused:
            outcomes.decline(current, "gateway_refused")
        elif current.status == PaymentStatus.CREATED:
            current.status = PaymentStatus.UNKNOWN
    return current


def _check_hers(method: SavedMethod, purpose: purposes.Purpose) -> None:
    account = db.session.get_one(Account, purpose.account_id)
    if account.customer_id != method.customer_id or not is_chargeable(method):
        raise MethodNotOffered


def waits_until(payment: Payment) -> datetime | None:
    """When an unanswered UPI debit may be asked for again: asking may be what executes it."""
    if payment.saved_method_id is None or payment.provider_reference is not None:
        return None
    now = clock.now()
    opens = next_time(now) if payment.wanted in UPI else now
    return opens if opens > now else None


def ask_again(payment: Payment) -> Outcome | None:
    """A charge that was never answered, under its own key: it is made once, however often."""
    with db.transaction():
        charge = _charge_of(payment)
    if charge is None:
        return None
    try:
        return ask(payment.provider, lambda its: its.charge(charge))
    except GatewayRefused:
        reference = str(payment.id)
        return Outcome("", reference, State.DECLINED, payment.money, None, "gateway_refused")


def noted(payment: Payment, outcome: Outcome) -> None:
    """On a locked payment: the gateway knows it, though it has not decided."""
    if payment.provider_reference is None and outcome.state in {State.OPEN, State.HUNG}:
        payment.provider_reference = outcome.checkout_id
        if payment.status == PaymentStatus.CREATED:
            payment.status = PaymentStatus.PENDING


def _charge_of(payment: Payment) -> Charge | None:
    """None when it has no method, or the customer deleted it since."""
    method = db.session.get(SavedMethod, payment.saved_method_id or UUID(int=0))
    if method is None or not method.token:
        return None
    return Charge(
        key=str(payment.id),
        reference=str(payment.id),
        amount=payment.money,
        description=payment.asked["description"],
        token=method.token,
    )
