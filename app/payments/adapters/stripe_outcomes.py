"""What a session or an intent of Stripe's means for a payment of ours. Pure."""

from typing import Any

from app.payments.adapters.stripe_amounts import from_minor
from app.payments.adapters.stripe_bodies import IntentBody, PaymentMethodBody, SessionBody
from app.payments.methods import EXPIRED, Method
from app.payments.port import Outcome, State, Token

# How a checkout of a saved consent looks: shown again because the customer ticked the box.
_CONSENTED = "always"
_WORDS = {"generic_decline": "card_declined", "payment_intent_authentication_failure": "declined"}


def of_session(session: SessionBody, state: State | None = None) -> Outcome:
    """`state` is what an event says; else it is read from the session."""
    intent = session.intent
    found = state or _state_of(session)
    return Outcome(
        checkout_id=session.id,
        reference=session.client_reference_id or "",
        state=found,
        amount=from_minor(session.amount_total, session.currency),
        transaction_id=session.intent_id if found is State.SUCCEEDED else None,
        decline_code=_session_code(session) if found is State.DECLINED else None,
        method=_method(intent.payment_method) if intent else None,
        saved=_saved(intent.payment_method) if intent and found is State.SUCCEEDED else None,
    )


def of_intent(intent: IntentBody) -> Outcome:
    state = {"succeeded": State.SUCCEEDED, "processing": State.OPEN}.get(intent.status)
    return Outcome(
        checkout_id=intent.id,
        reference=intent.metadata.get("reference", ""),
        state=state or State.DECLINED,
        amount=from_minor(intent.amount, intent.currency),
        transaction_id=intent.id if state is State.SUCCEEDED else None,
        decline_code=None if state else decline_code(intent),
        method=_method(intent.payment_method),
    )


def decline_code(intent: IntentBody) -> str:
    """Off-session, whatever needs the customer is a decline."""
    if intent.status == "requires_action":
        return "authentication_required"
    error = intent.last_payment_error
    code = (error and (error.decline_code or error.code)) or "card_declined"
    return _WORDS.get(code, code)


def _state_of(session: SessionBody) -> State:
    if session.payment_status == "paid":
        return State.SUCCEEDED
    if session.status == "expired":
        return State.DECLINED
    failed = session.intent is not None and session.intent.status == "requires_payment_method"
    return State.DECLINED if session.status == "complete" and failed else State.OPEN


def _session_code(session: SessionBody) -> str:
    if session.status == "expired":
        return EXPIRED
    return decline_code(session.intent) if session.intent else "card_declined"


def _method(paid_with: PaymentMethodBody | None) -> dict[str, Any] | None:
    if paid_with is None:
        return None
    card = paid_with.card
    return {
        "kind": paid_with.type,
        "brand": card.brand if card else None,
        "last4": card.last4 if card else None,
    }


def _saved(paid_with: PaymentMethodBody | None) -> Token | None:
    """Kept when the customer ticked the box on Stripe's page."""
    if paid_with is None or paid_with.card is None or paid_with.customer is None:
        return None
    if paid_with.allow_redisplay != _CONSENTED:
        return None
    card = paid_with.card
    return Token(
        token=f"{paid_with.customer}:{paid_with.id}",
        method=Method.CARD,
        brand=card.brand,
        last4=card.last4,
        expires=f"{card.exp_year}-{card.exp_month:02d}",
    )
