"""The gateway calls us: stored first, then understood; a hundred copies have one effect."""

from collections.abc import Mapping
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import NoResultFound

from app.core import clock, db
from app.core.ids import new_id
from app.payments.errors import BadCallback, CallbackRefused
from app.payments.models import CallResult, GatewayCall, Payment
from app.payments.port import BadSignature, Callback, Malformed, Outcome
from app.payments.service import outcomes
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
    return _understand(call_id, callback, provider) if copies == 1 else CallResult(result)


def _understand(call_id: UUID, callback: Callback, provider: str) -> CallResult:
    if callback.outcome is None:
        payment, result = None, CallResult.NOT_OURS
    else:
        payment = _payment_of(callback.outcome, provider)
        result = CallResult.UNKNOWN_PAYMENT
        if payment is not None:
            result = outcomes.apply(payment, callback.outcome)
    payment_id = None if payment is None else payment.id
    understood = update(GatewayCall).where(GatewayCall.id == call_id)
    db.session.execute(understood.values(result=result, payment_id=payment_id))
    return result


def _payment_of(outcome: Outcome, provider: str) -> Payment | None:
    try:
        payment = outcomes.locked(UUID(outcome.reference))
    except (ValueError, NoResultFound):
        return None
    return payment if payment.provider == provider else None
