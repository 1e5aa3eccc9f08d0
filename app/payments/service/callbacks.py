"""The gateway calls us: stored first, then understood; a hundred copies have one effect."""

from collections.abc import Mapping
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

from app.core import clock, db
from app.core.ids import new_id
from app.payments.errors import BadCallback, CallbackRefused
from app.payments.models import CallResult, GatewayCall, Payment
from app.payments.port import BadSignature, Callback, Malformed
from app.payments.service import chargebacks, failing, outcomes
from app.payments.switch import gateway

log = structlog.get_logger(__name__)

_REFUSED = (CallResult.UNKNOWN_PAYMENT, CallResult.WRONG_AMOUNT)


def receive_callback(
    raw: bytes, headers: Mapping[str, str], provider_name: str | None = None
) -> None:
    """A call at one gateway's address; returning means stored.

    Raises BadCallback (nothing stored) or CallbackRefused (stored).

    Copies wait for the first one's commit at the unique event id, then only count themselves.
    """
    provider = gateway(provider_name)
    try:
        callback = provider.read_callback(raw, headers)
    except (BadSignature, Malformed) as error:
        log.warning("callback_refused", provider=provider.name, error=str(error))
        raise BadCallback from error
    with db.transaction():
        result = _receive(provider.name, callback)
    if result in _REFUSED:
        log.warning("callback_refused", provider=provider.name, event_id=callback.event_id)
        raise CallbackRefused


def _receive(provider: str, callback: Callback) -> CallResult:
    statement = insert(GatewayCall).values(
        id=new_id(),
        provider=provider,
        event_id=callback.event_id,
        payload=callback.payload,
        result=CallResult.NOTHING_NEW,
        received_at=clock.now(),
        copies=1,
    )
    statement = statement.on_conflict_do_update(
        index_elements=[GatewayCall.provider, GatewayCall.event_id],
        set_={"copies": GatewayCall.copies + 1},
    )
    returned = statement.returning(GatewayCall.id, GatewayCall.copies, GatewayCall.result)
    call_id, copies, result = db.session.execute(returned).one()
    # A dispute may be told before the payment; when it is told again, that may be known.
    early = callback.dispute is not None and result == CallResult.UNKNOWN_PAYMENT
    understand = copies == 1 or early
    return _understand(call_id, callback, provider) if understand else CallResult(result)


def _understand(call_id: UUID, callback: Callback, provider: str) -> CallResult:
    if not callback.is_news:
        payment, result = None, CallResult.NOT_OURS
    else:
        payment = _payment_of(callback, provider)
        result = CallResult.UNKNOWN_PAYMENT if payment is None else _apply(payment, callback)
    payment_id = None if payment is None else payment.id
    understood = update(GatewayCall).where(GatewayCall.id == call_id)
    db.session.execute(understood.values(result=result, payment_id=payment_id))
    return result


def _apply(payment: Payment, callback: Callback) -> CallResult:
    """A dispute implies the success that it is about, which may not have been told yet, as does
    a refund."""
    result = CallResult.NOTHING_NEW
    if callback.outcome is not None:
        result = outcomes.apply(payment, callback.outcome)
    if callback.dispute is not None and result not in _REFUSED:
        result = chargebacks.apply(payment, callback.dispute)
    if callback.failed_refund is not None and result not in _REFUSED:
        result = failing.apply(payment, callback.failed_refund)
    return result


def _payment_of(callback: Callback, provider: str) -> Payment | None:
    try:
        payment = outcomes.locked(_id_of(callback, provider))
    except (ValueError, NoResultFound, MultipleResultsFound):
        return None
    return payment if payment.provider == provider else None


def _id_of(callback: Callback, provider: str) -> UUID:
    if callback.outcome is not None:
        return UUID(callback.outcome.reference)
    if callback.failed_refund is not None:
        return failing.payment_of(callback.failed_refund, provider)
    query = select(Payment.id).where(Payment.provider == provider)
    number = callback.dispute.transaction_id if callback.dispute else ""
    return db.session.scalars(query.where(Payment.transaction_id == number)).one()
