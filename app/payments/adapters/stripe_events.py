"""Stripe's webhooks: the signature over the raw bytes, and what each event means for us."""

import hmac
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from app.core import clock, secrets
from app.core.storable import storable
from app.payments.adapters.stripe_amounts import from_minor
from app.payments.adapters.stripe_bodies import (
    DisputeBody,
    EventBody,
    IntentBody,
    SessionBody,
    ToldRefundBody,
)
from app.payments.adapters.stripe_outcomes import of_intent, of_session
from app.payments.port import (
    BadSignature,
    Callback,
    Dispute,
    DisputeState,
    FailedRefund,
    Malformed,
    Outcome,
    State,
)

# Seconds, as documented; repeats are signed afresh.
TOLERANCE = 300

_SESSIONS = {
    "checkout.session.completed": None,  # paid, or under way: the session says which
    "checkout.session.async_payment_succeeded": State.SUCCEEDED,
    "checkout.session.async_payment_failed": State.DECLINED,
    "checkout.session.expired": State.DECLINED,
}
_INTENTS = frozenset({"payment_intent.succeeded", "payment_intent.payment_failed"})
_DISPUTES = frozenset(
    f"charge.dispute.{what}" for what in ("created", "updated", "funds_withdrawn", "closed")
)
# The bank asks, or was answered in time: nothing is taken back, unless it becomes a dispute later.
_ONLY_ASKED = ("warning_", "prevented")
# Of one refund that fails Stripe sends all three, each under an id of its own.
_REFUNDS = frozenset({"refund.failed", "refund.updated", "charge.refund.updated"})
_FAILED = frozenset({"failed", "canceled"})
# What is kept of an event: nothing that names the customer.
_KEPT = (
    "id",
    "object",
    "status",
    "payment_status",
    "amount",
    "amount_total",
    "amount_refunded",
    "currency",
    "metadata",
    "client_reference_id",
    "payment_intent",
    "charge",
    "reason",
    "failure_reason",
)


def verify(raw: bytes, header: str, secret: str) -> None:
    """`t=<seconds>,v1=<hex HMAC-SHA256 of "t.body">`, one v1 for each secret in use.

    Raises BadSignature.
    """
    parts = [part.partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name.strip() == "t"]
    sent = [value for name, _, value in parts if name.strip() == "v1"]
    if not secret or len(times) != 1 or not times[0].isascii() or not times[0].isdigit():
        raise BadSignature("no signature")
    expected = secrets.signature(secret, times[0].encode() + b"." + raw).encode()
    # Each is compared, so that the time taken says nothing.
    if not sum(hmac.compare_digest(expected, each.encode()) for each in sent):
        raise BadSignature("wrong signature")
    if clock.now().timestamp() - int(times[0]) > TOLERANCE:
        raise BadSignature("old signature")


def read(raw: bytes) -> Callback:
    """Events of other kinds, or about what is not ours, are kept and change nothing."""
    try:
        event = EventBody.model_validate_json(raw)
        outcome = _outcome(event)
        dispute = _dispute(event)
        failed = _failed_refund(event)
    except ValidationError as error:
        raise Malformed(str(error)) from error
    return Callback(event.id, outcome, _kept(event), dispute, failed)


def with_details(callback: Callback, known: Outcome | None) -> Callback:
    """The event decides; what Stripe answered adds with what was paid, and what may be kept."""
    if callback.outcome is None or known is None or known.state is not State.SUCCEEDED:
        return callback
    told = replace(callback.outcome, method=known.method, saved=known.saved)
    return replace(callback, outcome=told)


def _outcome(event: EventBody) -> Outcome | None:
    if event.type in _SESSIONS:
        session = SessionBody.model_validate(event.data.object)
        return of_session(session, _SESSIONS[event.type]) if session.client_reference_id else None
    if event.type in _INTENTS:
        intent = IntentBody.model_validate(event.data.object)
        # Of a checkout its session tells, and there the customer may try again.
        return of_intent(intent) if intent.metadata.get("via") == "charge" else None
    return None


def _dispute(event: EventBody) -> Dispute | None:
    if event.type not in _DISPUTES:
        return None
    body = DisputeBody.model_validate(event.data.object)
    if body.status.startswith(_ONLY_ASKED):
        return None
    state = DisputeState.OPENED
    if event.type == "charge.dispute.closed":
        state = DisputeState.LOST if body.status == "lost" else DisputeState.WON
    amount = from_minor(body.amount, body.currency)
    return Dispute(body.id, body.payment_intent, state, amount, body.reason)


def _failed_refund(event: EventBody) -> FailedRefund | None:
    if event.type not in _REFUNDS:
        return None
    body = ToldRefundBody.model_validate(event.data.object)
    if body.status not in _FAILED:
        return None
    return FailedRefund(
        id=body.id,
        key=body.key,
        transaction_id=body.payment_intent or "",
        amount=from_minor(body.amount, body.currency),
        reason=body.failure_reason or (body.status if body.status == "canceled" else None),
    )


def _kept(event: EventBody) -> dict[str, Any]:
    about = storable({name: event.data.object[name] for name in _KEPT if name in event.data.object})
    return {"id": event.id, "type": event.type, "created": event.created, "object": about}
