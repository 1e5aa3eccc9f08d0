"""AutoPay at work: what was announced is taken at its time, each try once.

A try is a row before the gateway is asked, and its payment's key is the debit and the number of
the try: whoever dies in between, the payment is read back under that key and never made anew.
Locks are taken in one order: payment, mandate, invoice, debit.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select

from app.audit import service as audit
from app.billing.service import holds
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.errors import Refusal
from app.core.money import Money
from app.core.sweeps import one_by_one
from app.customers.models import Account
from app.markets.models import Market
from app.payments import autopay_days, queries, upi_windows
from app.payments.declines import is_final
from app.payments.errors import NothingToPay
from app.payments.events import AutoPayFailed, AutoPayNeedsCustomer
from app.payments.methods import UPI
from app.payments.models import (
    AutoPayAttempt,
    AutoPayDebit,
    AutoPayKind,
    AutoPayMandate,
    DebitStatus,
)
from app.payments.service import charging, planning, purposes
from app.subscriptions.errors import LineDisconnected, LinePorted

log = structlog.get_logger(__name__)

# After which a bill that is held altogether is looked at again.
HELD_FOR = timedelta(days=1)


def run_autopay() -> int:
    """Plan what has become due and take what is; returns how many debits were tried."""
    planning.plan()
    with db.transaction():
        due = queries.debits_due(clock.now())
    return one_by_one(_execute, due)


def follow(payment_id: UUID, *, declined: bool, code: str | None = None) -> None:
    """A payment was decided: the debit that it belongs to is done, tried again or given up."""
    query = select(AutoPayAttempt).where(AutoPayAttempt.payment_id == payment_id)
    attempt = db.session.scalar(query)
    if attempt is None:
        return
    mandate_id = db.session.get_one(AutoPayDebit, attempt.debit_id).mandate_id
    mandate = _locked_mandate(mandate_id) if declined else None
    debit = _locked_debit(attempt.debit_id)
    if not declined:
        debit.status, debit.reason, debit.decided_at = DebitStatus.DONE, None, clock.now()
    elif mandate and debit.status == DebitStatus.CHARGING and attempt.number == debit.attempts:
        _declined(debit, mandate, code)


def _execute(debit_id: UUID) -> bool:
    try:
        with db.transaction():
            payment_id = _begin(debit_id)
    except Refusal as refusal:
        log.warning("autopay_refused", debit_id=str(debit_id), code=refusal.code)
        return False
    if payment_id is None:
        return False
    charging.send(payment_id)
    return True


def _begin(debit_id: UUID) -> UUID | None:
    """The row of one try. None when another worker has it, or when it is not to be made now."""
    found = db.session.get_one(AutoPayDebit, debit_id, populate_existing=True)
    mandate = _locked_mandate(found.mandate_id, skip=True)
    if mandate is None or not mandate.is_active or found.status != DebitStatus.PLANNED:
        return None
    purpose = _purpose(found, mandate)
    debit = _locked_debit(debit_id)
    if purpose is None or debit.status != DebitStatus.PLANNED or debit.next_at > clock.now():
        return None
    purpose = purposes.of_amount(purpose, min(_not_held(purpose), debit.money))
    if reason := planning.forbidden(mandate, purpose.amount):
        _ask_customer(debit, mandate, reason)
        return None
    if _waits(debit, mandate, purpose.amount):
        return None
    debit.attempts += 1
    debit.status, debit.reason = DebitStatus.CHARGING, None
    key = f"autopay:{debit.id}:{debit.attempts}"
    payment = charging.begun(purpose, mandate.saved_method, key, by=SYSTEM)
    db.session.add(
        AutoPayAttempt(
            debit_id=debit.id, number=debit.attempts, payment_id=payment.id, at=clock.now()
        )
    )
    return payment.id


def _purpose(debit: AutoPayDebit, mandate: AutoPayMandate) -> purposes.Purpose | None:
    """What is to be paid; None, and the debit is dropped, when that is nothing any more."""
    try:
        amount = None if debit.invoice_id else debit.money
        return purposes.purpose_of(SYSTEM, debit.invoice_id, mandate.line_id, amount)
    except NothingToPay:
        reason = "paid"
    except (LineDisconnected, LinePorted):
        reason = "line_closed"
    _end(_locked_debit(debit.id), DebitStatus.DROPPED, reason)
    return None


def _not_held(purpose: purposes.Purpose) -> Money:
    """What is disputed, or promised in a payment plan, is not taken."""
    if purpose.invoice_id is None:
        return purpose.amount
    held = Money(holds.held(purpose.invoice_id), purpose.amount.currency)
    return purpose.amount - held


def _waits(debit: AutoPayDebit, mandate: AutoPayMandate, amount: Money) -> bool:
    """For what is held of the bill, a UPI window, or another payment of it to be decided."""
    now = clock.now()
    if amount.amount <= 0:
        debit.next_at, debit.reason = now + HELD_FOR, "held"
        return True
    if mandate.saved_method.method in UPI and (opens := upi_windows.next_time(now)) > now:
        debit.next_at, debit.reason = opens, "window"
        return True
    if debit.invoice_id and queries.holding(debit.invoice_id, pages=True):
        debit.next_at, debit.reason = now + purposes.FIRST_CHECK, "under_way"
        return True
    return False


def _declined(debit: AutoPayDebit, mandate: AutoPayMandate, code: str | None) -> None:
    market = _market_of(mandate)
    again = None
    if not is_final(code):
        again = autopay_days.next_try(
            debit.attempts,
            now=clock.now(),
            timezone=market.timezone,
            policies=market.settings_at(clock.now()),
            is_upi=mandate.saved_method.method in UPI,
        )
    debit.reason = code
    if again is not None and mandate.revoked_at is None:
        debit.status, debit.next_at = DebitStatus.PLANNED, again
        return
    _end(debit, DebitStatus.DECLINED, code)
    if (is_final(code) or mandate.kind == AutoPayKind.TOP_UP) and mandate.is_active:
        mandate.paused_at, mandate.paused_because = clock.now(), "declined"
        audit.record(SYSTEM, "autopay.paused", "autopay_mandate", mandate.id, code=code)
    events.announce(
        AutoPayFailed(
            debit.id,
            mandate.account_id,
            _customer_of(mandate),
            debit.invoice_id,
            mandate.line_id,
            code,
            debit.attempts,
        )
    )


def _ask_customer(debit: AutoPayDebit, mandate: AutoPayMandate, reason: str) -> None:
    _end(debit, DebitStatus.ASKING, reason)
    events.announce(
        AutoPayNeedsCustomer(
            debit.id,
            mandate.account_id,
            _customer_of(mandate),
            debit.invoice_id,
            debit.amount,
            debit.currency,
            reason,
        )
    )


def _end(debit: AutoPayDebit, status: DebitStatus, reason: str | None) -> None:
    debit.status, debit.reason, debit.decided_at = status, reason, clock.now()


def _locked_mandate(mandate_id: UUID, *, skip: bool = False) -> AutoPayMandate | None:
    query = select(AutoPayMandate).where(AutoPayMandate.id == mandate_id)
    query = query.with_for_update(skip_locked=skip)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _locked_debit(debit_id: UUID) -> AutoPayDebit:
    query = select(AutoPayDebit).where(AutoPayDebit.id == debit_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _customer_of(mandate: AutoPayMandate) -> UUID:
    return db.session.get_one(Account, mandate.account_id).customer_id


def _market_of(mandate: AutoPayMandate) -> Market:
    return db.session.get_one(Account, mandate.account_id).market
