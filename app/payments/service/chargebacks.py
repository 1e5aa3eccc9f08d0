"""The customer's bank takes a payment back: the bill is open again, until we win."""

from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.billing import service as billing
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.money import Money
from app.customers.contact import plain_text
from app.payments import access, queries
from app.payments.errors import NotResolvable
from app.payments.events import ChargebackLost, ChargebackOpened, ChargebackWon
from app.payments.models import CallResult, Chargeback, ChargebackStatus, Payment
from app.payments.port import Dispute, DisputeState
from app.payments.service import outcomes
from app.subscriptions.models import Line
from app.usage import service as usage
from app.usage.service.balances import locked_balance

LONGEST_EVIDENCE = 4000


def apply(payment: Payment, news: Dispute) -> CallResult:
    """What the gateway tells of a chargeback of a locked, succeeded payment: in any order, once.

    A decision that arrives before the opening opens it too.
    """
    if news.amount.currency != payment.currency or not 0 < news.amount.amount <= payment.amount:
        return CallResult.WRONG_AMOUNT
    found = _known(payment, news)
    if found is not None and found.payment_id != payment.id:
        return CallResult.UNKNOWN_PAYMENT
    opened = found or _open(payment, news)
    if news.state is DisputeState.OPENED:
        return CallResult.NOTHING_NEW if found else CallResult.APPLIED
    if not opened.is_open:
        return CallResult.NOTHING_NEW
    _decide(payment, opened, news.state)
    return CallResult.APPLIED


def represent(chargeback_id: UUID, *, by: Actor, evidence: str) -> Chargeback:
    """Note what was sent to the bank against it. Raises NotResolvable once it is decided."""
    with db.transaction():
        found = db.session.get(Chargeback, chargeback_id)
        if found is None:
            raise NotFound
        access.payment_for(by, found.payment_id, "payments.reconcile", lock=True)
        db.session.refresh(found)
        if not found.is_open:
            raise NotResolvable
        found.evidence = plain_text(evidence, field="evidence", longest=LONGEST_EVIDENCE)
        found.status = ChargebackStatus.REPRESENTED
        audit.record(by, "chargeback.represented", "payment", found.payment_id)
    return found


def _known(payment: Payment, news: Dispute) -> Chargeback | None:
    """The payment's lock is held, so nobody else makes it meanwhile."""
    query = select(Chargeback).where(
        Chargeback.provider == payment.provider, Chargeback.provider_reference == news.id
    )
    return db.session.scalar(query)


def _open(payment: Payment, news: Dispute) -> Chargeback:
    opened = Chargeback(
        id=new_id(),
        payment_id=payment.id,
        provider=payment.provider,
        provider_reference=news.id,
        amount=news.amount.amount,
        covered=Decimal(0),
        currency=news.amount.currency,
        status=ChargebackStatus.OPENED,
        reason=news.reason or "",
        opened_at=clock.now(),
    )
    opened.covered = _cover(payment, opened)
    db.session.add(opened)
    db.session.flush()  # listeners look it up
    audit.record(SYSTEM, "chargeback.opened", "payment", payment.id, amount=opened.money)
    events.announce(
        ChargebackOpened(
            opened.id,
            payment.id,
            payment.account_id,
            outcomes.customer_of(payment),
            opened.amount,
            opened.covered,
            opened.currency,
        )
    )
    return opened


def _cover(payment: Payment, opened: Chargeback) -> Decimal:
    """Take it off what the payment paid, as far as that is there; returns how much it was."""
    amount = min(opened.amount, queries.left_of(payment).amount)
    if payment.reversed_at is not None or amount <= 0:
        return Decimal(0)
    if payment.invoice_id is not None:
        wanted = Money(amount, payment.currency)
        taken = billing.take_back(
            payment.invoice_id, wanted, by=SYSTEM, refund_id=opened.id, partly=True
        )
        return taken.amount
    if payment.line_id is not None:
        return _from_balance(payment.line_id, Money(amount, payment.currency), opened.id)
    return Decimal(0)


def _from_balance(line_id: UUID, amount: Money, chargeback_id: UUID) -> Decimal:
    # Locked, so that what is there is not spent meanwhile.
    balance = locked_balance(db.session.get_one(Line, line_id))
    there = min(amount.amount, balance.amount)
    # A balance may hold fractions of a cent; what can be taken is of the payment's precision.
    part = Money(there.quantize(amount.rounded().amount, rounding=ROUND_DOWN), amount.currency)
    if part.amount > 0:
        key = f"chargeback:{chargeback_id}"
        usage.debit(line_id, part, by=SYSTEM, effect_key=key, reason="chargeback")
    return part.amount


def _decide(payment: Payment, opened: Chargeback, state: DisputeState) -> None:
    opened.status = ChargebackStatus(state.value)
    opened.decided_at = clock.now()
    audit.record(SYSTEM, f"chargeback.{state.value}", "payment", payment.id, amount=opened.money)
    kind: type[ChargebackWon | ChargebackLost] = ChargebackLost
    if state is DisputeState.WON:
        _give_again(payment, opened)
        kind = ChargebackWon
    events.announce(
        kind(
            opened.id,
            payment.id,
            payment.account_id,
            outcomes.customer_of(payment),
            opened.amount,
            opened.currency,
        )
    )


def _give_again(payment: Payment, won: Chargeback) -> None:
    covered = Money(won.covered + won.covered_later, won.currency)
    if not covered:
        return
    if payment.invoice_id is not None:
        billing.settle(payment.invoice_id, covered, by=SYSTEM, payment_id=won.id)
    elif payment.line_id is not None:
        key = f"chargeback-won:{won.id}"
        usage.top_up(payment.line_id, covered, by=SYSTEM, effect_key=key)
